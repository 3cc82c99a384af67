"""The roster of a class: find people, add or correct one by a form, move them between groups, withdraw them."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, contains_eager
from werkzeug.wrappers import Response
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.core.access.service import fetch, fetch_by, visible
from lms.core.classes.access import fetch_staffed, whole_class
from lms.core.classes.enrolments import reinstate, withdraw
from lms.core.classes.groups import move_to_group
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.classes.roster import Roster, commit_roster, keep_preview, preview_rows
from lms.core.classes.roster_rows import MOST, Remark, make_row
from lms.core.i18n import N_, translate
from lms.core.people.models import Person
from lms.core.people.phones import mask_phone, unmasked
from lms.core.people.reveal import show_phone
from lms.core.people.strokes import stroke_key
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.identity import login_required
from lms.web.manage.classes import may_manage
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_roster", __name__)
_PER_PAGE = 100
_FILTERS = ("q", "group", "unit", "lacks", "state")
_ORDERS: dict[str, tuple[Any, ...]] = {
    "number": (Enrolment.number,), "name": (Person.pinyin,), "unit": (Enrolment.unit_name, Enrolment.number),
    "group": (Group.position, Enrolment.number)}


class SeatForm(Form):
    """One row of the roster."""

    name = StringField(N_("姓名"), [InputRequired(N_("请填写姓名。")), Length(max=MOST["name"])])
    phone = StringField(N_("手机号"), [Optional(), Length(max=40)])
    gender = SelectField(N_("性别"), choices=options({"": N_("未填"), "男": N_("男"), "女": N_("女")}))
    unit = StringField(N_("单位"), [Optional(), Length(max=MOST["unit"])])
    position = StringField(N_("职务"), [Optional(), Length(max=MOST["position"])])
    station = StringField(N_("所属服务站"), [Optional(), Length(max=MOST["station"])])
    group = SelectField(N_("分组"))
    number = IntegerField(N_("序号"), [Optional(), NumberRange(1, 999_999, N_("序号是正整数。"))])
    note = TextAreaField(N_("备注"), [Optional(), Length(max=MOST["note"])])

    def cells(self) -> dict[str, str]:
        """What was typed, as a file would have it."""
        return {name: "" if field.data is None else str(field.data) for name, field in self._fields.items()}

    def blame(self, remarks: list[Remark]) -> None:
        """Put what is wrong at its field."""
        for remark in remarks:
            field = self._fields.get(remark.about, self.name)
            field.errors = [*field.errors, remark.text(here().locale)]


@pages.get("/manage/classes/<uid>/roster")
@login_required
def show(uid: str) -> str:
    """The people of the class whom the viewer may see; filters, order and page stand in the address."""
    return _list_page(fetch_staffed(here().db, here().viewer, uid), "")


@pages.post("/manage/classes/<uid>/roster/phone")
@login_required
def phone(uid: str) -> str:
    """The same list again, with one number shown. A POST, because it leaves a mark; its answer is kept nowhere."""
    facts = here()
    training_class = fetch_staffed(facts.db, facts.viewer, uid)
    with writing() as db:
        seat = fetch_by(db, facts.viewer, Enrolment, (Enrolment.uid == request.form.get("show", "")) & (Enrolment.class_id == training_class.id), "attendance")
        show_phone(db, seat.person, by_id=me(), now=facts.now, class_id=training_class.id)
    return _list_page(training_class, seat.uid)


def _list_page(training_class: TrainingClass, shown: str) -> str:
    """*shown*: of whose seat the phone number was asked for, the others are masked."""
    page = max(1, min(request.args.get("page", 1, int), 100_000))
    people, total = _in_order(training_class, page)
    groups = _groups(training_class)
    return render_template(
        "lms/manage/roster/show.html", training_class=training_class, people=people, total=total,
        page=page, pages=-(-total // _PER_PAGE), filters=request.args, groups=groups,
        kept={name: request.args[name] for name in _FILTERS if request.args.get(name)},
        group_choices=[(group.uid, group.name) for group in groups],
        unit_choices=[(unit, unit) for unit in _units(training_class)], can_manage=may_manage(training_class),
        shown=shown, open_to_me=_open_to_me(training_class, people), mask_phone=mask_phone)


@pages.get("/manage/classes/<uid>/roster/new")
@login_required
def new(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "manage")
    return _form_page(training_class, _with_groups(training_class, SeatForm()))


@pages.post("/manage/classes/<uid>/roster/new")
@login_required
def add(uid: str) -> str | Response | tuple[str, int]:
    return _save(fetch(here().db, here().viewer, TrainingClass, uid, "manage"), None)


@pages.get("/manage/classes/<uid>/roster/<enrolment_uid>")
@login_required
def edit(uid: str, enrolment_uid: str) -> str:
    training_class, seat = _seat(here().db, uid, enrolment_uid)
    form = SeatForm(data={"name": seat.name, "phone": mask_phone(seat.person.phone), "gender": seat.gender,
                          "unit": seat.unit_name, "position": seat.position, "station": seat.station,
                          "group": seat.group.name if seat.group else "", "number": seat.number, "note": seat.note})
    return _form_page(training_class, _with_groups(training_class, form), seat)


@pages.post("/manage/classes/<uid>/roster/<enrolment_uid>")
@login_required
def change(uid: str, enrolment_uid: str) -> str | Response | tuple[str, int]:
    return _save(*_seat(here().db, uid, enrolment_uid))


@pages.post("/manage/classes/<uid>/roster/move")
@login_required
def move(uid: str) -> Response:
    """Put the ticked people into one group."""
    with writing() as db:
        training_class = fetch(db, here().viewer, TrainingClass, uid, "manage")
        seats = db.scalars(visible(here().viewer, Enrolment, "manage").where(
            Enrolment.class_id == training_class.id, Enrolment.uid.in_(request.form.getlist("seat")))).all()
        wanted = request.form.get("to", "")
        group = fetch_by(db, here().viewer, Group, (Group.uid == wanted) & (Group.class_id == training_class.id),
                         "manage") if wanted != "none" else None
        count = move_to_group(db, enrolments=seats, group=group, by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("已调整 {count} 人的分组。"), count=count) if seats
          else translate(here().locale, N_("没有勾选任何人，分组没有变。")), "ok" if seats else "warn")
    return redirect(url_for(".show", uid=uid, group=wanted if group else None), 303)


@pages.post("/manage/classes/<uid>/roster/<enrolment_uid>/withdraw")
@login_required
def withdraw_one(uid: str, enrolment_uid: str) -> Response:
    with writing() as db:
        _, seat = _seat(db, uid, enrolment_uid)
        withdraw(db, enrolment=seat, reason=request.form.get("reason", "")[:500], by_id=here().viewer.person_id,
                 now=here().now)
    flash(translate(here().locale, N_("{name} 已退班，原有记录保留，可以恢复。"), name=seat.name), "ok")
    return redirect(url_for(".edit", uid=uid, enrolment_uid=enrolment_uid), 303)


@pages.post("/manage/classes/<uid>/roster/<enrolment_uid>/reinstate")
@login_required
def reinstate_one(uid: str, enrolment_uid: str) -> Response:
    with writing() as db:
        _, seat = _seat(db, uid, enrolment_uid)
        reinstate(db, enrolment=seat, by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("{name} 已恢复学员资格。"), name=seat.name), "ok")
    return redirect(url_for(".edit", uid=uid, enrolment_uid=enrolment_uid), 303)


def _open_to_me(training_class: TrainingClass, people: list[Enrolment]) -> set[str]:
    """The seats whose phone numbers the viewer may ask for: those who take attendance may call whoever is missing."""
    viewer = here().viewer
    all_of_them, led = whole_class(viewer, "attendance", training_class.id), viewer.scopes("attendance", "group")
    return {seat.uid for seat in people if all_of_them or seat.group_id in led}


def _in_order(training_class: TrainingClass, page: int) -> tuple[list[Enrolment], int]:
    """One page of those that the address asks for, in the order that it asks for, and how many there are. At most two statements."""
    query, sort = _filtered(training_class), request.args.get("sort", "")
    whole = query.options(contains_eager(Enrolment.person), contains_eager(Enrolment.group))
    if sort.lstrip("-") == "strokes":  # no database knows it
        named = here().db.execute(query.with_only_columns(Enrolment.id, Enrolment.name)).all()
        ids = [row[0] for row in sorted(named, key=lambda row: (stroke_key(row[1]), row[0]), reverse=sort.startswith("-"))]
        wanted = ids[(page - 1) * _PER_PAGE:page * _PER_PAGE]
        found = {seat.id: seat for seat in here().db.scalars(whole.where(Enrolment.id.in_(wanted)))}
        return [found[seat_id] for seat_id in wanted], len(ids)
    order = _ORDERS.get(sort.lstrip("-"), _ORDERS["number"])
    rows = here().db.execute(whole.order_by(*(column.desc() if sort.startswith("-") else column for column in order), Enrolment.id)
                             .add_columns(func.count().over()).limit(_PER_PAGE).offset((page - 1) * _PER_PAGE)).all()
    return [row[0] for row in rows], rows[0][1] if rows else 0


def _filtered(training_class: TrainingClass) -> Select[Any]:
    """The enrolments that the address asks for, joined with person and group."""
    given = request.args
    query = (visible(here().viewer, Enrolment).join(Enrolment.person).outerjoin(Enrolment.group)
             .where(Enrolment.class_id == training_class.id,
                    Enrolment.state == ("withdrawn" if given.get("state") == "withdrawn" else "enrolled")))
    if given.get("group") == "none" or given.get("lacks") == "group":
        query = query.where(Enrolment.group_id.is_(None))
    elif group := given.get("group"):
        query = query.where(Group.uid == group)
    if unit := given.get("unit"):
        query = query.where(Enrolment.unit_name == unit)
    if given.get("lacks") == "phone":
        query = query.where(Person.phone.is_(None))
    if text := given.get("q", "").strip():
        query = query.where(or_(
            Enrolment.name.contains(text, autoescape=True), Enrolment.unit_name.contains(text, autoescape=True),
            Person.initials.startswith(text.casefold(), autoescape=True),
            Person.phone.endswith(text, autoescape=True) if text.isdigit() and len(text) >= 4 else Person.uid == text))
    return query


def _save(training_class: TrainingClass, seat: Enrolment | None) -> str | Response | tuple[str, int]:
    """A row typed into the form goes the way of a row of a file: cleaned, judged, saved, or asked about."""
    form = _with_groups(training_class, SeatForm.posted())
    if not form.validate():
        return _form_page(training_class, form, seat), 422
    cells = form.cells()
    row = make_row(1, {**cells, "phone": unmasked(cells["phone"], seat.person.phone if seat else None)}, meant=seat.person.uid if seat else None)
    if not row.faults:
        with writing() as db:
            kept = keep_preview(db, training_class=fetch(db, here().viewer, TrainingClass, training_class.uid, "manage"),
                                roster=Roster("", [row]), by_id=here().viewer.person_id, now=here().now)
            verdict = preview_rows(kept)[0].verdict
            if verdict.state == "refused":
                db.delete(kept)
            elif verdict.state != "doubtful":
                commit_roster(db, roster_import=kept, decisions={}, by_id=here().viewer.person_id, now=here().now)
        if verdict.state == "doubtful":
            return redirect(url_for("lms.manage_roster_import.preview", uid=training_class.uid, import_uid=kept.uid),
                            303)
        if verdict.state != "refused":
            flash(translate(here().locale, _SAID[verdict.state], name=row.values["name"]), "ok")
            return redirect(url_for(".show", uid=training_class.uid), 303)
        row.faults.extend(verdict.reasons)
    form.blame(row.faults)
    return _form_page(training_class, form, seat), 422


_SAID = {"new": N_("{name} 已加入名册。"), "changed": N_("{name} 的资料已更新。"), "same": N_("{name} 的资料没有变化。")}


def _seat(db: Session, uid: str, enrolment_uid: str) -> tuple[TrainingClass, Enrolment]:
    """A person of the class in the address, both to be managed by the viewer."""
    training_class = fetch(db, here().viewer, TrainingClass, uid, "manage")
    seat = fetch_by(db, here().viewer, Enrolment, (Enrolment.uid == enrolment_uid)
                    & (Enrolment.class_id == training_class.id), "manage")
    return training_class, seat


def _groups(training_class: TrainingClass) -> list[Group]:
    return list(here().db.scalars(visible(here().viewer, Group).where(Group.class_id == training_class.id)
                                  .order_by(Group.position, Group.id)))


def _units(training_class: TrainingClass) -> list[str]:
    seen = visible(here().viewer, Enrolment).where(Enrolment.class_id == training_class.id).subquery()
    return list(here().db.scalars(select(seen.c.unit_name).where(seen.c.unit_name != "").distinct()
                                  .order_by(seen.c.unit_name)))


def _with_groups(training_class: TrainingClass, form: SeatForm) -> SeatForm:
    form.group.choices = options([("", translate(here().locale, N_("未分组"))),
                                  *((group.name, group.name) for group in _groups(training_class))])
    return form


def _form_page(training_class: TrainingClass, form: SeatForm, seat: Enrolment | None = None) -> str:
    return render_template("lms/manage/roster/person.html", training_class=training_class, form=form, seat=seat)
