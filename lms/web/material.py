"""Course material: shown in the page where a browser can, else downloaded under its right name."""
from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy.orm import joinedload

from lms.core.access.service import fetch
from lms.core.courses.models import Material
from lms.core.errors import NotFound
from lms.core.files.kinds import SHOWN
from lms.core.i18n import N_
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.identity import login_required
from lms.web.templates import render_template

pages = Blueprint("material", __name__)


@pages.get("/material/<uid>")
@login_required
def show(uid: str) -> str:
    material = _material(uid)
    return render_template("lms/learning/material.html", material=material, shown=material.file.media_type in SHOWN)


@pages.get("/material/<uid>/file")
@login_required
def file(uid: str) -> Response:
    material = _material(uid)
    stored = material.file
    inline = stored.media_type in SHOWN and "download" not in request.args
    return send_stored(stored.sha256, stored.size, stored.media_type, material.name, inline=inline)


def _material(uid: str) -> Material:
    material = fetch(here().db, here().viewer, Material, uid, "see", joinedload(Material.file), joinedload(Material.course))
    if material.removed_at is not None:
        raise NotFound("removed", N_("这份课件已被移走。"))
    return material
