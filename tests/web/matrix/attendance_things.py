"""What stands for the things of attendance and leave in the matrix: roll-calls, spot checks, reviews, requests, walk-ins."""
from __future__ import annotations

from io import BytesIO
from typing import Any

from lms.core.access.service import load_viewer
from lms.core.attendance.models import AttendanceEvent, WalkIn
from lms.core.attendance.spot_checks import drawn
from lms.core.attendance.walk_ins import drop
from lms.core.classes.models import TrainingClass
from lms.core.ids import new_uid
from lms.core.leave.deciding import decide
from lms.core.leave.models import LeaveRequest

from .world import Things, World

Form = dict[str, Any]


def called(world: World, things: Things, role: str) -> Form:
    """The first group, with one of it missing."""
    first = [e for e in things.training.enrolments if e.group_id == things.training.groups[0].id]
    return {"uid": new_uid(), "person": [e.uid for e in first], "absent": first[1].uid}


def spotted(world: World, things: Things, role: str) -> Form:
    """The first of those drawn was not there."""
    return {"uid": new_uid(), f"found-{drawn(things.spot_check.seed, [(u, n) for u, n in things.spot_check.pool], 1)[0]}": "absent"}


def aboard(world: World, things: Things, role: str) -> Form:
    return {"uid": new_uid(), "person": [e.uid for e in things.training.enrolments[::2]], "aboard": things.enrolment.uid}


def review(world: World, things: Things, role: str) -> Form:
    """Somebody of the leader's group signed in without logging in, a moment ago."""
    session, now = things.session, world.site.clock.now()
    with world.site.database.writing() as db:
        doubtful = AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=things.training.people[4].id, kind="in",
                                   at=now, received_at=now, method="hall", flags=["name_and_digits"])
        db.add(doubtful)
        db.flush()
        return {"event": doubtful.uid, "verdict": "confirm", "reason": "本人在场"}


def attendance_list(world: World, things: Things, role: str) -> Form:
    name = things.training.enrolments[5].name
    return {"session": things.session.uid, "file": (BytesIO(f"姓名,状态\n{name},公假\n".encode()), "名单.csv")}


def settled_leave(world: World, things: Things, verdict: str = "approved") -> Form:
    """The request for leave as it is once the administrator has decided."""
    with world.site.database.writing() as db:
        asked = db.get_one(LeaveRequest, things.leave.id)
        if asked.state == "asked":
            decide(db, request=asked, training_class=db.get_one(TrainingClass, asked.class_id), verdict=verdict, note="同意",  # type: ignore[arg-type]
                   version=asked.version, by=load_viewer(db, world.people["administrator"].id), now=world.site.clock.now())
    return {}


def settled_walk_in(world: World, things: Things) -> Form:
    """Whoever came without standing on the roster was a guest."""
    with world.site.database.writing() as db:
        open_one = db.get_one(WalkIn, things.walk_in.id)
        if open_one.state == "open":
            drop(db, walk_in=open_one, reason="来宾", version=open_one.version, by_id=world.people["administrator"].id, now=world.site.clock.now())
    return {}


def leave_values(world: World, things: Things, role: str) -> Form:
    return {"kind": "sick_leave", "reason": "发烧", "session": things.training.sessions[2].uid, "uid": new_uid()}
