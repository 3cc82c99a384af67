"""Course material: shown in the page where that is safe and works on a phone, else downloaded under its right name."""
from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.core.errors import NotFound
from lms.core.files.kinds import SHOWN
from lms.core.i18n import N_
from lms.core.ids import new_uid
from lms.core.material.attachments import LANGUAGES, attachments_of
from lms.core.material.content import PLAYED
from lms.core.material.models import Material, MaterialProgress, MaterialVersion
from lms.core.material.scorm import STATUSES, records_of
from lms.core.material.spans import joined, seen_from_start
from lms.core.material.written import read_written, to_html
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required
from lms.web.locked import open_material
from lms.web.packages import SANDBOX, frame_name, package_address, part_state
from lms.web.posted import me
from lms.web.templates import render_template

pages = Blueprint("material", __name__)

AT_ONCE = 20  # pages of a document
SPEEDS = ("0.75", "1", "1.25", "1.5", "2")  # the last is core.material.playing.FASTEST


@pages.get("/material/<uid>")
@login_required
def show(uid: str) -> str:
    material = _material(uid)
    kind = material.current.kind
    if kind in PLAYED:
        return _player(material)
    if kind in ("scorm", "page"):
        return _package(material)
    if kind in ("text", "link"):
        return _written(material)
    if material.current.pages_id is not None:
        return _sheets(material)
    return render_template("lms/learning/material.html", material=material, shown=material.file.media_type in SHOWN)


@pages.get("/material/<uid>/file")
@login_required
def file(uid: str) -> Response:
    material = _material(uid)
    stored = material.file
    inline = stored.media_type in SHOWN and "download" not in request.args
    return send_stored(stored.sha256, stored.size, stored.media_type, material.name, inline=inline)


@pages.get("/material/<uid>/pages/<int:number>")
@login_required
def sheet(uid: str, number: int) -> Response:
    """The picture of a page; with the version in its address it may be kept."""
    archive = _material(uid).current.pages
    archives, storage = here().installed.archives, here().site.storage
    info = archives.entry(storage, archive.sha256, f"{number:04}.webp") if archive is not None else None
    if archive is None or info is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    answer = Response(archives.open(storage, archive.sha256).read(info), mimetype="image/webp")
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable" if "v" in request.args else "private, no-cache"
    return answer


@pages.get("/material/<uid>/attachments/<attachment_uid>")
@login_required
def attachment(uid: str, attachment_uid: str) -> Response:
    """A poster or subtitles."""
    found = next((a for a in attachments_of(here().db, _material(uid).id) if a.uid == attachment_uid), None)
    if found is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return send_stored(found.file.sha256, found.file.size, found.file.media_type, found.role, inline=True)


def _player(material: Material) -> str:
    """The page with a player; where the person stopped, on whatever device, it goes on."""
    progress = here().db.scalar(select(MaterialProgress).where(MaterialProgress.person_id == me(),
                                                               MaterialProgress.material_id == material.id))
    spans = joined((a, b) for a, b in progress.watched) if progress else []
    return render_template(
        "lms/learning/player.html", material=material, progress=progress, reached=seen_from_start(spans), player=new_uid(),
        attachments=attachments_of(here().db, material.id), languages=LANGUAGES, speeds=SPEEDS)


def _sheets(material: Material) -> str:
    """The pages of a document as pictures, so many at a time: a browser without script loads all that a page has."""
    sizes = material.current.about["pages"]
    pages = -(-len(sizes) // AT_ONCE)
    page = min(max(request.args.get("page", 1, type=int), 1), pages)
    first = (page - 1) * AT_ONCE
    sheets = [{"number": first + n, "width": width, "height": height}
              for n, (width, height) in enumerate(sizes[first:first + AT_ONCE], start=1)]
    return render_template("lms/learning/pages.html", material=material, sheets=sheets, total=len(sizes), page=page, pages=pages)


def _written(material: Material) -> str:
    text = read_written(here().site.storage, material.file.sha256)
    is_link = material.current.kind == "link"
    return render_template("lms/learning/written.html", material=material, html="" if is_link else to_html(text), link=text if is_link else "")


def _package(material: Material) -> str:
    """A package in its sandbox: web pages, or one part of several that report."""
    about = material.current.about
    if material.current.kind == "page":
        return render_template("lms/learning/package.html", material=material, part=None, frame_name="", sandbox=SANDBOX,
                               source=package_address(material, about["launch"]))
    records = records_of(here().db, person_id=me(), version_id=material.current.id)
    items = [{"part": p, "done": (r := records.get(p["id"])) is not None and r.done_at is not None} for p in about["parts"]]
    asked = request.args.get("part", 0, type=int)
    first_open = next((n for n, item in enumerate(items) if not item["done"]), 0)
    part = about["parts"][asked - 1 if 0 < asked <= len(items) else first_open]
    record = records.get(part["id"])
    progress = here().db.scalar(select(MaterialProgress).where(MaterialProgress.person_id == me(),
                                                               MaterialProgress.material_id == material.id))
    return render_template(
        "lms/learning/package.html", material=material, part=part, items=items, progress=progress, sandbox=SANDBOX,
        state=STATUSES[record.status if record else "not attempted"], source=package_address(material, part["file"], part["query"]),
        frame_name=frame_name(part_state(part, record)) if part["sco"] else "")


def _material(uid: str) -> Material:
    return open_material(here().db, uid, joinedload(Material.file), joinedload(Material.current).joinedload(MaterialVersion.pages))
