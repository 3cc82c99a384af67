"""Course material: shown in the page where that is safe and works on a phone, else downloaded under its right name."""
from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from lms.core.access.service import fetch
from lms.core.errors import NotFound
from lms.core.files.kinds import SHOWN
from lms.core.i18n import N_
from lms.core.ids import new_uid
from lms.core.material.attachments import LANGUAGES, attachments_of
from lms.core.material.content import PLAYED
from lms.core.material.models import Material, MaterialProgress
from lms.core.material.spans import joined, seen_from_start
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.templates import render_template

pages = Blueprint("material", __name__)

SPEEDS = ("0.75", "1", "1.25", "1.5", "2")  # the last is core.material.playing.FASTEST


@pages.get("/material/<uid>")
@login_required
def show(uid: str) -> str:
    material = _material(uid)
    if material.current.kind in PLAYED:
        return _player(material)
    return render_template("lms/learning/material.html", material=material, shown=material.file.media_type in SHOWN)


@pages.get("/material/<uid>/file")
@login_required
def file(uid: str) -> Response:
    material = _material(uid)
    stored = material.file
    inline = stored.media_type in SHOWN and "download" not in request.args
    return send_stored(stored.sha256, stored.size, stored.media_type, material.name, inline=inline)


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


def _material(uid: str) -> Material:
    material = fetch(here().db, here().viewer, Material, uid, "see", joinedload(Material.file), joinedload(Material.course),
                     joinedload(Material.current))
    if material.removed_at is not None:
        raise NotFound("removed", N_("这份课件已被移走。"))
    return material
