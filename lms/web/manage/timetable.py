"""The timetable of a class as staff keep it: add, change, cancel and restore sessions."""
from __future__ import annotations

from decimal import Decimal
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import Session, selectinload
from werkzeug.wrappers import Response
from wtforms import BooleanField, DateField, Field, HiddenField, SelectField, StringField, TimeField
from wtforms.validators import InputRequired, Length, Optional, StopValidation

from lms.core.access.service import fetch, fetch_by
from lms.core.attendance.status import STATUSES
from lms.core.classes.access import fetch_staffed
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.rule_values import shown_rules
from lms.core.classes.rules import RULE, Rule, rules_of
from lms.core.classes.session_rules import OWN_RULES
from lms.core.classes.timetable import (
    SESSION_KINDS,
    SessionValues,
    add_session,
    cancel_session,
    change_session,
    restore_session,
    session_columns,
)
from lms.core.classes.timetable_template import DAYS, add_three_days
from lms.core.errors import Invalid
from lms.core.i18n import N_, translate
from lms.core.reports.rule_effects import effects
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.identity import login_required
from lms.web.manage.class_nav import session_page
from lms.web.manage.classes import blamed, may_manage, seen_version
from lms.web.manage.rules import MOST_NAMED, kept_fields
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_timetable", __name__)


def _hours(form: Form, field: Any) -> None:
    """At most two decimals, from 0 to 24."""
    try:
        hundredths = Decimal(field.data.strip()) * 100
        usable = 0 <= hundredths <= 2400 and hundredths == hundredths.to_integral_value()
    except ArithmeticError:
        usable = False
    if not usable:
        raise StopValidation(N_("学时是 0 到 24 的数，最多两位小数。"))


class SessionForm(Form):
    title = StringField(N_("课次名称"), [InputRequired(N_("请填写课次的名称。")), Length(max=200)])
    kind = SelectField(N_("类型"), choices=options(SESSION_KINDS))
    day = DateField(N_("日期"), [InputRequired(N_("请选择日期。"))])
    starts = TimeField(N_("开始"), [InputRequired(N_("请填写开始时间，如 08:30。"))])
    ends = TimeField(N_("结束"), [InputRequired(N_("请填写结束时间，如 11:30。"))])
    place = StringField(N_("地点"), [Optional(), Length(max=200)])
    lecturer = StringField(N_("讲师"), [Optional(), Length(max=120)])
    credit_hours = StringField(N_("学时"), [InputRequired(N_("请填写学时，不计学时填 0。")), _hours])
    counts = BooleanField(N_("记考勤"))
    sign_out = BooleanField(N_("离开时也要签退"))
    version = HiddenField()

    def values(self) -> SessionValues:
        """What ``add_session`` and ``change_session`` take."""
        return {"rules": {name: self[name].data for name in OWN_RULES}, "title": self.title.data, "kind": self.kind.data, "day": self.day.data, "starts": self.starts.data,
                "ends": self.ends.data, "place": self.place.data or "", "lecturer": self.lecturer.data or "",
                "credit_hours": int(Decimal(self.credit_hours.data.strip()) * 100), "counts": self.counts.data,
                "sign_out": self.sign_out.data}


def _own_field(rule: Rule) -> Field:
    """A rule of the session's own; left empty, the class's holds."""
    if rule.choices:
        return SelectField(rule.meaning, [Optional()], choices=options({"": N_("与班级规则相同"), **rule.choices}))
    return StringField(rule.meaning, [Optional(), Length(max=10)])


for _name in OWN_RULES:
    setattr(SessionForm, _name, _own_field(RULE[_name]))


@pages.get("/manage/classes/<uid>/timetable")
@login_required
def show(uid: str) -> str:
    training_class = fetch_staffed(here().db, here().viewer, uid, selectinload(TrainingClass.sessions))
    sessions = training_class.sessions
    length = (training_class.ends_on - training_class.starts_on).days + 1
    return render_template(
        "lms/manage/timetable/show.html", training_class=training_class, kinds=SESSION_KINDS,
        days=[(day, list(held)) for day, held in groupby(sessions, key=lambda session: session.day)],
        total=sum(session.credit_hours for session in sessions if not session.cancelled),
        can_manage=may_manage(training_class), can_lay_template=length >= DAYS, session_page=session_page(training_class))


@pages.post("/manage/classes/<uid>/timetable/template")
@login_required
def lay_template(uid: str) -> Response:
    with writing() as db:
        made = add_three_days(db, training_class=fetch(db, here().viewer, TrainingClass, uid, "manage"),
                              by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("已排入 {count} 个课次，请逐条核对时间、地点和讲师。"), count=len(made)), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.get("/manage/classes/<uid>/timetable/new")
@login_required
def new(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "manage")
    form = SessionForm(data={"day": training_class.starts_on, "place": training_class.place, "counts": True,
                             "credit_hours": f"{Decimal(rules_of(training_class).half_day_hours) / 100:f}",
                             "sign_out": rules_of(training_class).sign_out_counts})
    return _form_page(training_class, form)


@pages.post("/manage/classes/<uid>/timetable/new")
@login_required
def add(uid: str) -> str | Response | tuple[str, int]:
    form = SessionForm.posted()
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "manage")
    if not form.validate():
        return _form_page(training_class, form), 422
    try:
        with writing() as db:
            made = add_session(db, training_class=fetch(db, here().viewer, TrainingClass, uid, "manage"),
                               by_id=here().viewer.person_id, now=here().now, **form.values())
    except Invalid as fault:
        return _form_page(training_class, blamed(form, fault)), 422
    flash(translate(here().locale, N_("已添加“{title}”。"), title=made.title), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.get("/manage/classes/<uid>/timetable/<session_uid>")
@login_required
def edit(uid: str, session_uid: str) -> str:
    session = _session(here().db, uid, session_uid)
    names = ("title", "kind", "day", "starts", "ends", "place", "lecturer", "counts", "sign_out", "version")
    form = SessionForm(data={**{name: getattr(session, name) for name in names},
                             "credit_hours": f"{Decimal(session.credit_hours) / 100:f}",
                             **{name: str(value) for name, value in (session.rules or {}).items()}})
    return _form_page(session.training_class, form, session)


@pages.post("/manage/classes/<uid>/timetable/<session_uid>")
@login_required
def change(uid: str, session_uid: str) -> str | Response | tuple[str, int]:
    form, session = SessionForm.posted(), _session(here().db, uid, session_uid)
    if not form.validate():
        return _form_page(session.training_class, form, session), 422
    try:
        if seen_version() == session.version and not request.form.get("confirmed"):
            page = _question(session, form)
            if page is not None:
                return page
        with writing() as db:
            change_session(db, session=_session(db, uid, session_uid), version=seen_version(),
                           by_id=here().viewer.person_id, now=here().now, **form.values())
    except Invalid as fault:
        return _form_page(session.training_class, blamed(form, fault), session), 422
    flash(translate(here().locale, N_("已保存，学员看到的是新的安排。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/classes/<uid>/timetable/<session_uid>/cancel")
@login_required
def cancel(uid: str, session_uid: str) -> Response:
    with writing() as db:
        session = _session(db, uid, session_uid)
        cancel_session(db, session=session, by_id=here().viewer.person_id, now=here().now,
                       reason=request.form.get("reason", "").strip()[:500])
        title = session.title
    flash(translate(here().locale, N_("“{title}”已取消，不再计入学时和考勤，可以恢复。"), title=title), "ok")
    return redirect(url_for(".show", uid=uid), 303)


@pages.post("/manage/classes/<uid>/timetable/<session_uid>/restore")
@login_required
def restore(uid: str, session_uid: str) -> Response:
    with writing() as db:
        restore_session(db, session=_session(db, uid, session_uid), by_id=here().viewer.person_id, now=here().now)
    flash(translate(here().locale, N_("课次已恢复。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def _question(session: ClassSession, form: SessionForm) -> str | None:
    """The page that asks whether to save what changes somebody's status or verdict; None where it changes nobody's."""
    facts, training_class = here(), session.training_class
    found = effects(facts.db, training_class=training_class, now=facts.now, session=session,
                    values=session_columns(form.values(), training_class))
    if not found.changed:
        return None
    place = url_for(".edit", uid=training_class.uid, session_uid=session.uid)
    return render_template("lms/manage/rules/effects.html", training_class=training_class, found=found, most=MOST_NAMED,
                           statuses=STATUSES, subject=session.title, action=place, back=place, kept=kept_fields())


def _session(db: Session, uid: str, session_uid: str) -> ClassSession:
    """A session of the class in the address, both to be managed by the viewer."""
    training_class = fetch(db, here().viewer, TrainingClass, uid, "manage")
    return fetch_by(db, here().viewer, ClassSession, (ClassSession.uid == session_uid)
                    & (ClassSession.class_id == training_class.id), "manage")


def _form_page(training_class: TrainingClass, form: SessionForm, session: ClassSession | None = None) -> str:
    rules = rules_of(training_class)
    return render_template("lms/manage/timetable/form.html", training_class=training_class, form=form, session=session,
                           own=[(RULE[name], shown_rules(rules)[name]) for name in OWN_RULES])
