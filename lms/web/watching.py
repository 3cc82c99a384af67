"""What a player in the page tells: that it plays, where it stands, what it has played."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import joinedload

from lms.core.material.models import Material, MaterialProgress
from lms.core.material.playing import progress_row, report_watched, take_over
from lms.core.material.spans import bad_report, joined, read_spans, seen_from_start
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.locked import open_material
from lms.web.posted import me
from lms.web.unit import writing

pages = Blueprint("watching", __name__)


@pages.post("/material/<uid>/play")
@login_required
def play(uid: str) -> Response:
    sent = _sent()
    with writing() as db:
        material = open_material(db, uid, joinedload(Material.current))
        return jsonify(_told(take_over(db, person_id=me(), material=material, player=str(sent.get("player", "")), now=here().now)))


@pages.post("/material/<uid>/watched")
@login_required
def watched(uid: str) -> Response:
    sent = _sent()
    at = sent.get("at")
    if type(at) is not int or not 0 <= at < 10**9:
        raise bad_report()
    with writing() as db:
        material = open_material(db, uid, joinedload(Material.current))
        spans = read_spans(sent.get("spans"), material.current.length or 0)
        return jsonify(_told(report_watched(db, person_id=me(), material=material, player=str(sent.get("player", "")), at=at, spans=spans,
                                            now=here().now)))


@pages.post("/material/<uid>/seen")
@login_required
def seen(uid: str) -> Response:
    """Somebody looked at material that is no video."""
    with writing() as db:
        progress_row(db, person_id=me(), material=open_material(db, uid), now=here().now).last_at = here().now
    return Response(status=204)


def _sent() -> dict[str, Any]:
    body = request.get_json(silent=True)
    return body if isinstance(body, dict) else {}


def _told(progress: MaterialProgress) -> dict[str, Any]:
    return {"share": progress.share, "position": progress.position, "done": progress.done_at is not None,
            "reached": seen_from_start(joined((a, b) for a, b in progress.watched))}
