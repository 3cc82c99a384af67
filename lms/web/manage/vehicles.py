"""Who rides in which vehicle on a class's field visits; arranged beforehand by whoever has the whole class."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from lms.core.access.service import fetch, fetch_by, visible
from lms.core.attendance.models import Vehicle, VehicleSeat
from lms.core.attendance.vehicles import add_vehicle, change_vehicle, remove_vehicle, seat
from lms.core.classes.access import whole_class
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.errors import Forbidden, Invalid
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classes import seen_version
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_vehicles", __name__)


@pages.get("/manage/classes/<uid>/vehicles")
@login_required
def show(uid: str) -> str:
    db, viewer = here().db, here().viewer
    training_class = _class(db, uid)
    vehicles = db.scalars(visible(viewer, Vehicle, "attendance").where(Vehicle.class_id == training_class.id)
                          .order_by(Vehicle.position, Vehicle.id)).all()
    groups = db.scalars(select(Group).where(Group.class_id == training_class.id).order_by(Group.position, Group.id)).all()
    rows: Any = db.execute(visible(viewer, Enrolment, "attendance").outerjoin(VehicleSeat, VehicleSeat.enrolment_id == Enrolment.id)
                           .where(Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
                           .order_by(Enrolment.number).add_columns(VehicleSeat.vehicle_id)).all()
    riding: dict[int | None, list[Enrolment]] = {}
    for enrolment, vehicle_id in rows:
        riding.setdefault(vehicle_id, []).append(enrolment)
    return render_template("lms/manage/vehicles.html", training_class=training_class, vehicles=vehicles, groups=groups,
                           group_names={g.id: g.name for g in groups}, riding=riding, people=[row[0] for row in rows])


@pages.post("/manage/classes/<uid>/vehicles")
@login_required
def add(uid: str) -> Response:
    with writing() as db:
        made = add_vehicle(db, training_class=_class(db, uid), name=request.form.get("name", ""), seats=request.form.get("seats", ""),
                           by_id=me(), now=here().now)
    return _back(uid, N_("已添加“{name}”。"), name=made.name)


@pages.post("/manage/classes/<uid>/vehicles/<vehicle_uid>")
@login_required
def change(uid: str, vehicle_uid: str) -> Response:
    with writing() as db:
        change_vehicle(db, vehicle=_vehicle(db, uid, vehicle_uid), version=seen_version(), name=request.form.get("name", ""),
                       seats=request.form.get("seats", ""), by_id=me(), now=here().now)
    return _back(uid, N_("车辆已修改。"))


@pages.post("/manage/classes/<uid>/vehicles/<vehicle_uid>/remove")
@login_required
def remove(uid: str, vehicle_uid: str) -> Response:
    with writing() as db:
        remove_vehicle(db, vehicle=_vehicle(db, uid, vehicle_uid), by_id=me(), now=here().now)
    return _back(uid, N_("车辆已删除，原来安排在车上的人现在没有车。"))


@pages.post("/manage/classes/<uid>/vehicles/seats")
@login_required
def assign(uid: str) -> Response:
    """A group in one go, or single people; to a vehicle, or to none."""
    with writing() as db:
        training_class = _class(db, uid)
        to = request.form.get("vehicle", "")
        vehicle = _vehicle(db, uid, to) if to else None
        query = visible(here().viewer, Enrolment, "attendance").where(
            Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
        if group := request.form.get("group", ""):
            query = query.where(Enrolment.group_id.in_(select(Group.id).where(Group.uid == group, Group.class_id == training_class.id)))
        else:
            query = query.where(Enrolment.uid.in_(request.form.getlist("person")))
        people = db.scalars(query).all()
        if not people:
            raise Invalid("vehicle_nobody", N_("没有选中本班的人，没有安排。请先选一个组，或勾选要安排的人。"))
        moved = seat(db, vehicle=vehicle, enrolments=people, by_id=me(), now=here().now)
    if vehicle is None:
        return _back(uid, N_("{count} 人已不在任何车上。"), count=moved)
    return _back(uid, N_("{count} 人已安排到“{name}”。"), count=moved, name=vehicle.name)


def _class(db: Session, uid: str) -> TrainingClass:
    """:raises Forbidden: the viewer has but a group of it"""
    training_class = fetch(db, here().viewer, TrainingClass, uid, "attendance")
    if not whole_class(here().viewer, "attendance", training_class.id):
        raise Forbidden("vehicles_whole_class", N_("乘车由班长、班主任或工作人员统一安排。您可以在“乘车清点”里清点本组的人。"))
    return training_class


def _vehicle(db: Session, uid: str, vehicle_uid: str) -> Vehicle:
    training_class = _class(db, uid)
    return fetch_by(db, here().viewer, Vehicle, (Vehicle.uid == vehicle_uid) & (Vehicle.class_id == training_class.id), "attendance")


def _back(uid: str, words: str, **data: object) -> Response:
    flash(translate(here().locale, words, **data), "ok")
    return redirect(url_for(".show", uid=uid), 303)
