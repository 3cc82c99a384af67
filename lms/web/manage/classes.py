"""Training classes: the list, a new one, the overview with what comes next, the settings with every rule."""
from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, joinedload, selectinload
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, HiddenField, IntegerField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.core.access.service import allowed, fetch, require
from lms.core.certificates.register import sealed
from lms.core.classes.access import fetch_staffed, staffed
from lms.core.classes.closing import blockers
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.overview import coming_sessions, figures, next_steps
from lms.core.classes.rules import RULES, SECTIONS, rules_of
from lms.core.classes.service import (
    STATES,
    ClassValues,
    close_class,
    make_class,
    publish,
    update_class,
    withdraw_to_draft,
)
from lms.core.classes.timetable import SESSION_KINDS
from lms.core.classes.timetable_template import add_three_days
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.i18n import N_, explain, translate
from lms.core.leave.deciding import still_undecided
from lms.core.people.units import unit_named
from lms.web.context import here
from lms.web.errors import wants_json
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.manage.class_nav import session_page
from lms.web.manage.may import may_in_class
from lms.web.manage.rules_form import RulesForm, rule_hints, rules_form
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_classes", __name__)
_PER_PAGE = 50
_MOVES = {"publish": (publish, N_("已发布，学员现在能看到课程表。")),
          "draft": (withdraw_to_draft, N_("已撤回，学员暂时看不到这个培训班。")),
          "close": (close_class, N_("培训班已结束，记录都保留。"))}


class ClassForm(Form):
    title = StringField(N_("培训班名称"), [InputRequired(N_("请填写培训班的名称。")), Length(max=200)])
    organiser = StringField(N_("主办单位"), [InputRequired(N_("请填写主办单位。")), Length(max=200)])
    starts_on = DateField(N_("开始日期"), [InputRequired(N_("请选择开始日期。"))])
    ends_on = DateField(N_("结束日期"), [InputRequired(N_("请选择结束日期。"))])
    place = StringField(N_("地点"), [Optional(), Length(max=200)])
    series = StringField(N_("所属系列"), [Optional(), Length(max=120)])
    intake = IntegerField(N_("期次"), [Optional(), NumberRange(1, 9999, N_("期次是 1 到 9999 的整数。"))])
    zone = StringField(N_("时区"), [InputRequired(N_("请填写时区。")), Length(max=60)])
    version = HiddenField()

    def values(self, db: Session) -> ClassValues:
        """What ``make_class`` and ``update_class`` take."""
        return {"title": self.title.data, "organiser_id": unit_named(db, self.organiser.data).id,
                "starts_on": self.starts_on.data, "ends_on": self.ends_on.data, "zone": self.zone.data.strip(),
                "place": self.place.data or "", "series": self.series.data or "", "intake": self.intake.data}


class NewClassForm(ClassForm):
    slug = StringField(N_("短名"), [Optional(), Length(max=60)])
    three_days = BooleanField(N_("套用三天课程表模板"))


@pages.get("/manage")
@login_required
def index() -> str:
    """Every class in which the viewer works, the latest first."""
    if not here().viewer.staff:
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
    db, viewer, page = here().db, here().viewer, max(1, min(request.args.get("page", 1, int), 100_000))
    query = select(TrainingClass, func.count().over()).where(staffed(viewer))
    if text := request.args.get("q", "").strip():
        query = query.where(TrainingClass.title.contains(text, autoescape=True))
    rows = db.execute(query.order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())
                      .limit(_PER_PAGE).offset((page - 1) * _PER_PAGE)).all()
    counts = {row[0]: row[1] for row in db.execute(
        select(Enrolment.class_id, func.count(case((Enrolment.state == "enrolled", 1))))
        .where(Enrolment.class_id.in_([c.id for c, _ in rows]), allowed(viewer, Enrolment))
        .group_by(Enrolment.class_id))}
    total = rows[0][1] if rows else 0
    return render_template("lms/manage/classes/index.html", classes=[c for c, _ in rows], counts=counts, states=STATES,
                           total=total, page=page, pages=-(-total // _PER_PAGE), text=text,
                           can_make=viewer.everywhere("manage"))


@pages.get("/manage/classes/new")
@login_required
def new() -> str:
    require(here().viewer, "manage")
    return _new_page(NewClassForm(data={"zone": here().site.settings.zone, "three_days": True}))


@pages.post("/manage/classes/new")
@login_required
def make() -> str | Response | tuple[str, int]:
    require(here().viewer, "manage")
    form = NewClassForm.posted()
    if not form.validate():
        return _new_page(form), 422
    try:
        with writing() as db:
            made = make_class(db, slug=form.slug.data or "", by_id=here().viewer.person_id, now=here().now,
                              **form.values(db))
            if form.three_days.data:
                add_three_days(db, training_class=made, by_id=here().viewer.person_id, now=here().now)
    except Invalid as fault:
        return _new_page(blamed(form, fault)), 422
    flash(translate(here().locale, N_("“{title}”已建立，还是筹备状态，学员看不到。"), title=made.title), "ok")
    return redirect(url_for(".show", uid=made.uid), 303)


@pages.get("/manage/classes/<uid>")
@login_required
def show(uid: str) -> str:
    """The overview: figures, what is still to be done, the sessions that come next."""
    db, viewer = here().db, here().viewer
    training_class = fetch_staffed(db, viewer, uid, joinedload(TrainingClass.organiser),
                                   selectinload(TrainingClass.sessions))
    counts = figures(db, viewer=viewer, training_class=training_class, sessions=training_class.sessions)
    return render_template(
        "lms/manage/classes/show.html", training_class=training_class, counts=counts, states=STATES,
        kinds=SESSION_KINDS, steps=next_steps(training_class, counts), can_manage=may_manage(training_class),
        waiting=still_undecided(db, training_class, here().now) if may_in_class(viewer, "leave", training_class) else (),
        session_page=session_page(training_class), coming=coming_sessions(training_class.sessions, training_class.zone, here().now))


@pages.get("/manage/classes/<uid>/settings")
@login_required
def settings(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "manage")
    return settings_page(training_class)


@pages.post("/manage/classes/<uid>/settings")
@login_required
def save(uid: str) -> str | Response | tuple[str, int]:
    """Title, dates, place, organiser."""
    form = ClassForm.posted()
    if not form.validate():
        return settings_page(fetch(here().db, here().viewer, TrainingClass, uid, "manage"), form=form), 422
    try:
        with writing() as db:
            update_class(db, training_class=fetch(db, here().viewer, TrainingClass, uid, "manage"),
                         version=seen_version(), by_id=here().viewer.person_id, now=here().now, **form.values(db))
    except Invalid as fault:
        training_class = fetch(here().db, here().viewer, TrainingClass, uid, "manage")
        return settings_page(training_class, form=blamed(form, fault)), 422
    flash(translate(here().locale, N_("已保存。")), "ok")
    return redirect(url_for(".settings", uid=uid), 303)


@pages.get("/manage/classes/<uid>/closing")
@login_required
def closing(uid: str) -> str:
    """What is still open before the class can be closed, and the button."""
    return _closing_page(fetch(here().db, here().viewer, TrainingClass, uid, "manage"))


@pages.post("/manage/classes/<uid>/state")
@login_required
def set_state(uid: str) -> str | Response | tuple[str, int]:
    """Publish, take back, close."""
    move = _MOVES.get(request.form.get("to", ""))
    if move is None:
        raise Invalid("unknown_state", N_("没有这种状态，请从页面上的按钮操作。"))
    try:
        with writing() as db:
            move[0](db, training_class=fetch(db, here().viewer, TrainingClass, uid, "manage"),
                    by_id=here().viewer.person_id, now=here().now)
    except Conflict as refused:
        if refused.code != "class_still_open" or wants_json():
            raise
        return _closing_page(fetch(here().db, here().viewer, TrainingClass, uid, "manage"), refused), refused.status
    flash(translate(here().locale, move[1]), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def may_manage(training_class: TrainingClass) -> bool:
    """Whether the viewer may change the class; the services ask again."""
    viewer = here().viewer
    return viewer.everywhere("manage") or training_class.id in viewer.scopes("manage", "class")


def blamed(form: Any, fault: Invalid) -> Any:
    """*form* with *fault* at the field that it names."""
    field = form._fields.get(fault.data.get("field", ""))
    if field is None:
        raise fault
    field.errors = [*field.errors, explain(fault, here().locale)]
    return form


def seen_version() -> int:
    """The version that stood in the form; 0, which no row has, where it was taken away."""
    given = request.form.get("version", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else 0


def _closing_page(training_class: TrainingClass, refused: Conflict | None = None) -> str:
    return render_template("lms/manage/classes/closing.html", training_class=training_class, refused=refused,
                           blockers=blockers(here().db, training_class, here().now),
                           seal=sealed(here().db, locale=here().locale, zone=training_class.zone))


def _new_page(form: NewClassForm) -> str:
    return render_template("lms/manage/classes/new.html", form=form)


def settings_page(training_class: TrainingClass, *, form: ClassForm | None = None,
                   rules: RulesForm | None = None) -> str:
    live = rules_of(training_class)
    total = here().db.scalar(select(func.sum(ClassSession.credit_hours)).where(
        ClassSession.class_id == training_class.id, ClassSession.cancelled.is_(False))) or 0
    allowed_leave = live.leave_allowed(total)
    return render_template(
        "lms/manage/classes/settings.html", training_class=training_class, states=STATES,
        form=form or _filled(training_class),
        rules=rules or rules_form(live), declared=RULES, sections=SECTIONS, hints=rule_hints(), total=total,
        leave=None if allowed_leave is None else round(allowed_leave), half_day=live.half_day_hours)


def _filled(training_class: TrainingClass) -> ClassForm:
    names = ("title", "starts_on", "ends_on", "place", "series", "intake", "zone", "version")
    return ClassForm(data={**{name: getattr(training_class, name) for name in names},
                           "organiser": training_class.organiser.name})
