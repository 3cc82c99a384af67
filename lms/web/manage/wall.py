"""The live wall (大屏): how many are due, here, on leave and missing, by group, for the whole room to read. No names."""
from __future__ import annotations

from flask import Blueprint, Response, jsonify

from lms.core.access.service import fetch, may
from lms.core.attendance.board import Tally
from lms.core.classes.access import whole_class
from lms.core.classes.models import ClassSession
from lms.core.clock import local
from lms.core.errors import Forbidden
from lms.core.i18n import N_
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template

pages = Blueprint("manage_wall", __name__)


@pages.get("/manage/sessions/<uid>/wall")
@login_required
def show(uid: str) -> str:
    session = _session(uid)
    return render_template("lms/manage/sessions/wall.html", session=session, shown=_figures(session))


@pages.get("/manage/sessions/<uid>/wall.json")
@login_required
def now(uid: str) -> Response:
    """The figures alone: the page asks every two seconds, and the shared snapshot is a second old at most."""
    return jsonify(_figures(_session(uid)))


def _session(uid: str) -> ClassSession:
    """The session, for those who take attendance in the whole class or teach in it.

    :raises Forbidden: for a group's leader and for trainees
    """
    facts = here()
    session = fetch(facts.db, facts.viewer, ClassSession, uid)
    if not whole_class(facts.viewer, "attendance", session.class_id) and not may(facts.db, facts.viewer, "teach", session):
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
    return session


def _figures(session: ClassSession) -> dict[str, object]:
    """All that the wall shows, as plain data."""
    facts = here()
    board = facts.installed.snapshots.of(facts.db, session, facts.now)
    return {"clock": f"{local(board.at, session.training_class.zone):%H:%M:%S}", "total": _counts(board.total),
            "groups": [{"name": g.name, **_counts(g)} for g in board.groups]}


def _counts(tally: Tally) -> dict[str, int]:
    return {"expected": tally.expected, "present": tally.present, "leave": tally.leave, "missing": tally.missing, "review": tally.review}
