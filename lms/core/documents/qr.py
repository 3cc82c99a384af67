"""QR codes as SVG for pages and as rows of modules for printed documents."""
from __future__ import annotations

import io
import re
from typing import Any

import segno


def qr_svg(text: str, *, title: str | None = None, border: int = 4) -> str:
    """*text* as an ``<svg>`` element to put into a page: sized by CSS, without style attributes, dark on white also
    where the page is dark.

    :param title: what a screen reader says; None where the text stands beside the code
    :param border: quiet zone in modules; 4 is what the standard asks for (ISO/IEC 18004, 9.1)
    """
    out = io.BytesIO()
    _code(text).save(out, kind="svg", xmldecl=False, nl=False, border=border, omitsize=True, light="#fff",
                     svgclass="qr", lineclass=None, title=title)
    role = 'role="img"' if title else 'aria-hidden="true"'
    return out.getvalue().decode("utf-8").replace("<svg ", f"<svg {role} ", 1)


def qr_matrix(text: str, digits: str = "", *, mask: int | None = None) -> list[str]:
    """*text* as rows of ``1`` (dark) and ``0``, without quiet zone.

    :param digits: decimal digits that follow *text*, packed as such: ten bits for three of them (ISO/IEC 18004, 7.4.3)
    :param mask: the pattern (0 to 7) laid over the data; None tries all eight for the most even one. That takes nine
        tenths of the time and gains nothing where the text is random already, as in hundreds of links with secrets
    """
    return ["".join("1" if module else "0" for module in row) for row in _code(text, mask, digits).matrix]


def qr_path(rows: list[str]) -> str:
    """The dark modules of ``qr_matrix`` as one SVG path, 4 modules in from the edge. A template makes it from the rows by itself,
    but takes as long for it as for the rest of a certificate."""
    return "".join(f"M{run.start() + 4} {y + 4}h{run.end() - run.start()}v1h-{run.end() - run.start()}z"
                   for y, row in enumerate(rows) for run in re.finditer("1+", row))


def _code(text: str, mask: int | None = None, digits: str = "") -> segno.QRCode:
    # Level M survives a fold or a pen stroke and keeps the modules large enough for a cheap printer.
    if digits:
        parts: Any = [(text, None), (digits, None)]  # each packed in the way that suits it
        return segno.make(parts, error="m", micro=False, boost_error=False, mask=mask)
    return segno.make(text, error="m", micro=False, boost_error=False, mask=mask,
                      encoding=None if text.isascii() else "utf-8")
