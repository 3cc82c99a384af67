"""From a snapshot to the PDF: template, the words of the snapshot, and the code that leads to the page that checks it."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from lms.core.certificates.templates import files_beside
from lms.core.documents.pdf import render_pdf
from lms.core.documents.qr import qr_matrix, qr_path

SEAL = "lms-seal.png"  # the picture's name beside the template
# What a template gets under a name of its own; see templates/certificates/*/template.yaml.
_RENAMED = {"starts": "period_from", "ends": "period_to", "date": "issued_on"}
_KEPT = ("title", "number", "name", "gender", "unit", "wording", "class_title", "hours", "result", "organiser", "notes", "sample")


def verify_address(base: str, code: str) -> str:
    """The address behind the QR.

    :param base: what stands in front of ``/v``, e.g. ``https://peixun.example.org``
    """
    return f"{base.rstrip('/')}/v/{code}"


def check_code(code: str) -> str:
    """The code as it is printed for typing: upper case, in groups of four."""
    return " ".join(code[i:i + 4] for i in range(0, len(code), 4)).upper()


def with_seal(files: dict[str, bytes], seal: bytes | None) -> dict[str, bytes]:
    """The files that a template may read, with the picture of the seal."""
    return files if seal is None else {**files, SEAL: seal}


def document_data(snapshot: Mapping[str, Any], *, base: str, code: str, signed: str) -> dict[str, Any]:
    """What the template prints: the snapshot and the ways to check it.

    :param signed: the digits of ``signed.sign_certificate``; they stand in the QR behind the address and in the file's
        keywords, so that both can be checked without a server
    """
    url = verify_address(base, code)
    rows = qr_matrix(f"{url}#", signed, mask=3)
    return {**{key: snapshot[key] for key in _KEPT}, **{new: snapshot[old] for old, new in _RENAMED.items()},
            "verify_url": url, "check_code": check_code(code), "qr": rows, "qr_path": qr_path(rows), "signed": f"lms1:{signed}", "seal": SEAL if snapshot.get("seal") else ""}


def render_certificate(template: Path, snapshot: Mapping[str, Any], *, base: str, code: str, signed: str, reserved_at: datetime,
                       seal: bytes | None = None) -> bytes:
    """The PDF. The same snapshot gives the same bytes, so that a second attempt after an interruption leaves no trace."""
    return render_pdf(template, document_data(snapshot, base=base, code=code, signed=signed), files=with_seal(files_beside(template), seal), created=reserved_at)
