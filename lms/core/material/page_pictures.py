"""Pictures of a PDF's pages, in a process of its own: what a damaged file breaks is that process, and nothing else.

``python -m lms.core.material.page_pictures FILE.pdf OUT.zip`` writes ``0001.webp``, ``0002.webp``, … and ``sizes.json``, and says
after each page ``DONE TOTAL``.
"""
from __future__ import annotations

import io
import json
import sys
import zipfile

import pypdfium2

if sys.platform != "win32":
    import resource

WIDTH = 1200  # a phone of 360 px with three points a pixel, and a desk
MOST_PAGES, _QUALITY, _TALLEST = 1000, 72, 4000
NOT_READABLE, TOO_MANY = 3, 4


def main(source: str, target: str) -> int:
    """Exit code: 0, ``NOT_READABLE`` or ``TOO_MANY``."""
    _limit_memory()
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError:
        return NOT_READABLE
    total, sizes = len(document), []
    if not 0 < total <= MOST_PAGES:
        return TOO_MANY if total else NOT_READABLE
    with zipfile.ZipFile(target, "w") as archive:
        for number in range(total):
            picture, size = _picture(document, number)
            archive.writestr(f"{number + 1:04}.webp", picture)
            sizes.append(size)
            print(number + 1, total, flush=True)
        archive.writestr("sizes.json", json.dumps(sizes))
    return 0


def _picture(document: pypdfium2.PdfDocument, number: int) -> tuple[bytes, tuple[int, int]]:
    page = document[number]
    width, height = page.get_size()
    scale = min(WIDTH / max(width, 1), _TALLEST / max(height, 1))
    image = page.render(scale=scale, may_draw_forms=False).to_pil()
    page.close()
    out = io.BytesIO()
    image.convert("RGB").save(out, "WEBP", quality=_QUALITY, method=3)
    return out.getvalue(), image.size


def _limit_memory() -> None:
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_AS, (2 * 1024**3, 2 * 1024**3))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
