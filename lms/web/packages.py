"""Packages of web pages, in a sandbox without cookies: whoever has the address that a page of ours gave out for some hours may read
the package, and nothing else. docs/security.md says what this keeps out and what it does not.
"""
from __future__ import annotations

import json
import mimetypes
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, jsonify, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.errors import NotFound
from lms.core.i18n import N_
from lms.core.ids import keyed, same
from lms.core.material.models import Material, MaterialVersion, ScormRecord
from lms.core.material.packages import with_script
from lms.core.material.scorm import DONE, read_report, save_report
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.locked import open_material
from lms.web.pages import static_url
from lms.web.posted import me
from lms.web.unit import writing

pages = Blueprint("packages", __name__)

_LASTS = timedelta(hours=12)
_PIECE, _LONGEST = 64 * 1024, 4 * 1024 * 1024
# An opaque origin: no cookies, no storage, no page of ours, no other host; scripts of the package may do as they like within it.
SANDBOX = "allow-scripts allow-forms allow-modals"
_PAGE = (f"sandbox {SANDBOX}; default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
         "style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'")
_OTHER = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'self'"
_HTML = ("text/html", "application/xhtml+xml", "image/svg+xml", "text/xml", "application/xml")
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".json": "application/json", ".woff": "font/woff",
          ".woff2": "font/woff2", ".ttf": "font/ttf", ".otf": "font/otf", ".svg": "image/svg+xml", ".webp": "image/webp",
          ".mp4": "video/mp4", ".m4a": "audio/mp4", ".mp3": "audio/mpeg", ".vtt": "text/vtt", ".htm": "text/html", ".html": "text/html",
          ".xhtml": "application/xhtml+xml", ".xml": "text/xml", ".txt": "text/plain"}


def package_address(material: Material, file: str, query: str = "") -> str:
    """Where a file of a package's current version may be read for some hours."""
    ticket = package_ticket(here().site.key("package"), material, here().now)
    return url_for("lms.packages.entry", ticket=ticket, name=file) + (f"?{query}" if query else "")


def package_ticket(key: bytes, material: Material, now: datetime) -> str:
    """What lets somebody read the current version of a package, and it alone, for some hours."""
    until = int((now + _LASTS).timestamp())
    return f"{material.uid}-{material.latest}-{until}-{keyed(key, material.uid, material.latest, until)}"


@pages.get("/packages/<ticket>/<path:name>")
def entry(ticket: str, name: str) -> Response:
    """A file of a package. The address alone says what may be read: no cookie is looked at, for none would come."""
    version = _version(ticket)
    archives, storage = here().installed.archives, here().site.storage
    info = archives.entry(storage, version.file.sha256, name)
    if info is None:
        raise _unknown()
    ending = f".{name.rsplit('.', 1)[-1].lower()}"
    media_type = _TYPES.get(ending) or mimetypes.guess_type(f"x{ending}")[0] or "application/octet-stream"
    archive = archives.open(storage, version.file.sha256)
    if media_type == "text/html" and version.kind == "scorm":
        answer = Response(with_script(archive.read(info), _api().encode()), content_type="text/html")
    else:
        answer = _ranged(archive, info, media_type)
    answer.headers["Content-Security-Policy"] = _PAGE if media_type in _HTML else _OTHER
    answer.headers["Access-Control-Allow-Origin"] = "*"  # fonts and modules of an opaque origin ask for it; there is no cookie to misuse
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@pages.post("/material/<uid>/scorm")
@login_required
def report(uid: str) -> Response:
    """What a part told the page that shows it."""
    body = request.get_json(silent=True)
    told = read_report(body if isinstance(body, dict) else {})
    with writing() as db:
        material = _material(db, uid)
        progress = save_report(db, person_id=me(), material=material, report=told, now=here().now)
        return jsonify(share=progress.share, done=progress.done_at is not None, part_done=told.status in DONE)


def _api() -> str:
    return f'<script src="{static_url("vendor/scorm12.min.js")}"></script><script src="{static_url("js/scorm-part.js")}"></script>'


def _ranged(archive: zipfile.ZipFile, info: zipfile.ZipInfo, media_type: str) -> Response:
    """An entry, or the part of it that a player asks for."""
    size, start, stop = info.file_size, 0, info.file_size
    asked = request.range
    if asked is not None and asked.units == "bytes":
        first, last = asked.ranges[0]
        start = max(0, size + first) if first < 0 else first
        stop = min(size if first < 0 or last is None else min(last, size), start + _LONGEST)
        if start >= stop:
            return Response(status=416, headers={"Content-Range": f"bytes */{size}"})
    answer = Response(_read(archive, info, start, stop - start), 206 if asked else 200, content_type=media_type, direct_passthrough=True)
    answer.headers["Content-Length"], answer.headers["Accept-Ranges"] = str(stop - start), "bytes"
    if asked is not None:
        answer.headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    return answer


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo, start: int, length: int) -> Iterator[bytes]:
    with archive.open(info) as file:
        file.seek(start)
        while length > 0 and (piece := file.read(min(_PIECE, length))):
            length -= len(piece)
            yield piece


def _version(ticket: str) -> MaterialVersion:
    """:raises NotFound: the ticket is forged, of another installation, or too old; or the material was removed"""
    parts = ticket.split("-")
    if len(parts) != 4 or not (parts[1].isascii() and parts[1].isdigit() and parts[2].isascii() and parts[2].isdigit() and len(ticket) < 200):
        raise _unknown()
    uid, number, until = parts[0], int(parts[1]), int(parts[2])
    if not same(parts[3], keyed(here().site.key("package"), uid, number, until)) or datetime.fromtimestamp(until, UTC) < here().now:
        raise _unknown()
    version = here().db.scalar(select(MaterialVersion).join(Material, Material.id == MaterialVersion.material_id)
                               .options(joinedload(MaterialVersion.file))
                               .where(Material.uid == uid, Material.removed_at.is_(None), MaterialVersion.number == number))
    if version is None:
        raise _unknown()
    return version


def _material(db: Session, uid: str) -> Material:
    material = open_material(db, uid, joinedload(Material.current))
    if material.current.kind != "scorm":
        raise _unknown()
    return material


def _unknown() -> NotFound:
    return NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))


def part_state(part: dict[str, Any], record: ScormRecord | None) -> dict[str, Any]:
    """What the part may ask for before it has told anything (RTE 1.2, 3.4)."""
    person = here().person
    hours, rest = divmod(record.seconds if record else 0, 3600)
    core = {
        "student_id": person.uid if person else "", "student_name": person.name if person else "", "credit": "credit",
        "lesson_mode": "normal", "lesson_location": record.location if record else "",
        "lesson_status": record.status if record else "not attempted",
        "entry": "ab-initio" if record is None else "resume" if record.exit == "suspend" else "",
        "total_time": f"{hours:02}:{rest // 60:02}:{rest % 60:02}"}
    return {"lms": True, "part": part["id"], "cmi": {
        "core": core, "suspend_data": record.suspend_data if record else "", "launch_data": part["launch_data"],
        "student_data": {"mastery_score": part["mastery"]}}}


def frame_name(state: dict[str, Any]) -> str:
    """What a frame is called, URL-quoted JSON: the one thing that a page can hand to a sandbox before its first script runs."""
    return quote(json.dumps(state, ensure_ascii=False))
