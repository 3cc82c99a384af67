"""Head-count on a field visit: a list of names to tap, on a phone that may have no network for hours."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import allowed, fetch, fetch_by, visible
from lms.core.attendance.head_count import DIRECTIONS, Counted, State, count, group_state, release, state
from lms.core.attendance.in_session import InSession, people_in_session
from lms.core.attendance.models import Departure, Vehicle, VehicleSeat
from lms.core.attendance.taps import Tap, read_taps
from lms.core.attendance.write import part_uid
from lms.core.classes.access import whole_class
from lms.core.classes.models import ClassSession, Enrolment, Group
from lms.core.errors import Conflict, Forbidden, LmsError
from lms.core.i18n import N_, explain, translate
from lms.core.ids import new_uid
from lms.core.people.models import Person
from lms.web.context import here
from lms.web.errors import log_refusal, wants_json
from lms.web.identity import login_required
from lms.web.pages import STATIC
from lms.web.posted import me, posted_uid
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_head_count", __name__)
_WORKER = (STATIC / "js" / "head-count-worker.js").read_text("utf-8")


@dataclass(frozen=True)
class Sheet:
    """One list to count: a vehicle's, or a group's."""

    session: ClassSession
    vehicle: Vehicle | None
    group: Group | None
    people: list[InSession]  # everybody whom the viewer may count
    rides: dict[int, int | None]
    state: State


@pages.get("/manage/sessions/<uid>/head-count")
@login_required
def show(uid: str) -> str:
    """All vehicles, on the way there and back; and whoever rides in none."""
    db, viewer = here().db, here().viewer
    session = fetch(db, viewer, ClassSession, uid, "attendance")
    people, rides = _people(db, session)
    vehicles = db.scalars(visible(viewer, Vehicle, "attendance").where(Vehicle.class_id == session.class_id)
                          .order_by(Vehicle.position, Vehicle.id)).all()
    groups = db.scalars(visible(viewer, Group, "attendance").where(Group.class_id == session.class_id)
                        .order_by(Group.position, Group.id)).all()
    states = {(v.id, d): state(people, rides, vehicle_id=v.id, direction=d) for v in vehicles for d in DIRECTIONS}
    return render_template("lms/manage/head_count/index.html", session=session, training_class=session.training_class,
                           vehicles=vehicles, groups=groups, states=states, directions=DIRECTIONS, left=_left(db, session),
                           walking=[p for p in people if rides[p.enrolment.id] is None and not p.status.on_leave],
                           arranges=whole_class(viewer, "attendance", session.class_id))


@pages.get("/manage/sessions/<uid>/head-count/worker.js")
@login_required
def worker(uid: str) -> Response:
    """Keeps the pages below this address on a phone without network. Its address is what limits it to them."""
    fetch(here().db, here().viewer, ClassSession, uid, "attendance")
    return Response(_WORKER, mimetype="text/javascript", headers={"Cache-Control": "no-cache"})


@pages.get("/manage/sessions/<uid>/head-count/vehicles/<vehicle_uid>")
@login_required
def vehicle(uid: str, vehicle_uid: str) -> str:
    return _page(_vehicle_sheet(here().db, uid, vehicle_uid))


@pages.post("/manage/sessions/<uid>/head-count/vehicles/<vehicle_uid>")
@login_required
def count_vehicle(uid: str, vehicle_uid: str) -> Response | Redirect:
    taps = _read()
    with writing() as db:
        sheet = _vehicle_sheet(db, uid, vehicle_uid)
        return _answer(sheet, _count(db, sheet, taps))


@pages.get("/manage/sessions/<uid>/head-count/groups/<group_uid>")
@login_required
def group(uid: str, group_uid: str) -> str:
    return _page(_group_sheet(here().db, uid, group_uid))


@pages.post("/manage/sessions/<uid>/head-count/groups/<group_uid>")
@login_required
def count_group(uid: str, group_uid: str) -> Response | Redirect:
    taps = _read()
    with writing() as db:
        sheet = _group_sheet(db, uid, group_uid)
        return _answer(sheet, _count(db, sheet, taps))


@pages.post("/manage/sessions/<uid>/head-count/vehicles/<vehicle_uid>/release")
@login_required
def leave(uid: str, vehicle_uid: str) -> Redirect | tuple[str, int]:
    """A vehicle that may not leave yet is shown with the names of whom it waits for, and the place for a reason."""
    try:
        with writing() as db:
            sheet = _vehicle_sheet(db, uid, vehicle_uid)
            assert sheet.vehicle is not None
            _require_everybody(db, sheet.vehicle)
            made = release(db, session=sheet.session, vehicle=sheet.vehicle, direction=_direction(), found=sheet.state,
                           reason=request.form.get("reason", ""), uid=posted_uid(), by_id=me(), now=here().now)
    except Conflict as refused:
        if refused.code != "head_count_mismatch" or wants_json():
            raise
        log_refusal(refused)
        return _page(_vehicle_sheet(here().db, uid, vehicle_uid), refused), refused.status
    flash(translate(here().locale, N_("“{name}”可以发车：清点 {counted} 人，应有 {expected} 人。"), name=sheet.vehicle.name,
                    counted=made.counted, expected=made.expected), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def _read() -> tuple[list[Tap], Any] | None:
    """The batch that a script sent, read before the transaction; None for the plain form."""
    return read_taps(request.get_json(silent=True)) if request.is_json else None


def _count(db: Session, sheet: Sheet, given: tuple[list[Tap], Any] | None) -> Counted:
    taps, sent_at = given if given is not None else (_ticked(sheet), None)
    listed = {line.person.enrolment.uid: sheet.rides[line.person.enrolment.id] for line in sheet.state.lines}
    return count(db, session=sheet.session, vehicle=sheet.vehicle, taps=taps, listed=listed, sent_at=sent_at, by_id=me(), now=here().now,
                 people={p.enrolment.uid: p.enrolment for p in sheet.people})


def _ticked(sheet: Sheet) -> list[Tap]:
    """What the boxes of the plain form change: the same form sent again changes nothing."""
    seen, ticked, uid = set(request.form.getlist("person")), set(filter(None, request.form.getlist("aboard"))), posted_uid()
    taps = [Tap(part_uid(uid, person), person, "undo", here().now, of=line.aboard.uid) for line in sheet.state.lines
            if (person := line.person.enrolment.uid) in seen - ticked and line.aboard is not None]
    there = {line.person.enrolment.uid for line in sheet.state.lines if line.aboard is not None}
    return taps + [Tap(part_uid(uid, person), person, _direction(), here().now, extra=True) for person in sorted(ticked - there)]


def _answer(sheet: Sheet, counted: Counted) -> Response | Redirect:
    """For the script, what it may forget; for the form, the page with a sentence."""
    locale = here().locale
    refused = {uid: explain(refusal, locale) for uid, refusal in counted.refused.items()}
    if request.is_json:
        return jsonify(kept=sorted(counted.kept), refused=refused)
    for text in dict.fromkeys(refused.values()):
        flash(text, "bad")
    flash(translate(locale, N_("清点已保存，改动 {n} 人。"), n=counted.new), "ok")
    return redirect(url_for(f".{'vehicle' if sheet.vehicle else 'group'}", uid=sheet.session.uid, direction=_direction(),
                            **({"vehicle_uid": sheet.vehicle.uid} if sheet.vehicle else {"group_uid": sheet.group.uid})), 303)  # type: ignore[union-attr]


def _page(sheet: Sheet, refused: LmsError | None = None) -> str:
    on_list = {line.person.enrolment.id for line in sheet.state.lines}
    return render_template("lms/manage/head_count/list.html", sheet=sheet, session=sheet.session, direction=_direction(),
                           training_class=sheet.session.training_class, directions=DIRECTIONS, uid=new_uid(), refused=refused,
                           others=[p for p in sheet.people if p.enrolment.id not in on_list] if sheet.vehicle else [],
                           left=_left(here().db, sheet.session).get((sheet.vehicle.id, _direction())) if sheet.vehicle else None)


def _vehicle_sheet(db: Session, uid: str, vehicle_uid: str) -> Sheet:
    session = fetch(db, here().viewer, ClassSession, uid, "attendance")
    found = fetch_by(db, here().viewer, Vehicle, (Vehicle.uid == vehicle_uid) & (Vehicle.class_id == session.class_id), "attendance")
    people, rides = _people(db, session)
    return Sheet(session, found, None, people, rides, state(people, rides, vehicle_id=found.id, direction=_direction()))


def _group_sheet(db: Session, uid: str, group_uid: str) -> Sheet:
    session = fetch(db, here().viewer, ClassSession, uid, "attendance")
    found = fetch_by(db, here().viewer, Group, (Group.uid == group_uid) & (Group.class_id == session.class_id), "attendance")
    people, rides = _people(db, session)
    return Sheet(session, None, found, people, rides,
                 group_state([p for p in people if p.enrolment.group_id == found.id], direction=_direction()))


def _people(db: Session, session: ClassSession) -> tuple[list[InSession], dict[int, int | None]]:
    """Everybody of the class whom the viewer may count, and in which vehicle each rides. Two statements."""
    rows: Any = db.execute(visible(here().viewer, Enrolment, "attendance").outerjoin(
        VehicleSeat, VehicleSeat.enrolment_id == Enrolment.id).where(
        Enrolment.class_id == session.class_id, Enrolment.state == "enrolled").order_by(Enrolment.number)
        .add_columns(VehicleSeat.vehicle_id)).all()
    people = people_in_session(db, session=session, training_class=session.training_class, enrolments=[r[0] for r in rows],
                               now=here().now)
    return people, {enrolment.id: vehicle_id for enrolment, vehicle_id in rows}


def _left(db: Session, session: ClassSession) -> dict[tuple[int, str], Any]:
    """The last departure of each vehicle in each direction, with the name of who let it go."""
    rows = db.execute(select(Departure, Person.name).join(Person, Person.id == Departure.by_id)
                      .where(Departure.session_id == session.id).order_by(Departure.id))
    return {(departure.vehicle_id, departure.direction): (departure, name) for departure, name in rows}


def _require_everybody(db: Session, vehicle: Vehicle) -> None:
    """:raises Forbidden: people ride in it whom the viewer has not in their charge"""
    theirs = select(VehicleSeat.id).join(Enrolment, Enrolment.id == VehicleSeat.enrolment_id).where(
        VehicleSeat.vehicle_id == vehicle.id, Enrolment.state == "enrolled", ~allowed(here().viewer, Enrolment, "attendance"))
    if db.scalar(theirs.limit(1)) is not None:
        raise Forbidden("vehicle_not_yours", N_("“{name}”上还有别组的人，请由班长、班主任或工作人员确认发车。"), name=vehicle.name)


def _direction() -> str:
    return "out" if request.values.get("direction") == "out" else "in"
