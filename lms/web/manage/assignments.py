"""Assignments of a class at the desk: made, published, read, marked, returned, and who has not handed in yet."""
from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, request, url_for
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response as Redirect
from wtforms import BooleanField, DateTimeLocalField, HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from lms.core.access.service import allowed, fetch
from lms.core.assignments import service
from lms.core.assignments.handing import STATES as WORK_STATES
from lms.core.assignments.marking import rows
from lms.core.assignments.models import Assignment, Submission
from lms.core.assignments.service import MOST_CHARS, MOST_FILES, NEEDS, STATES, AssignmentValues
from lms.core.audit.service import record as audit
from lms.core.classes.models import TrainingClass
from lms.core.errors import Forbidden, Invalid, NotFound
from lms.core.i18n import N_, translate
from lms.core.reports.assignments import assignment_book
from lms.web.assignments import BADGES
from lms.web.context import here
from lms.web.forms import Form, options
from lms.web.identity import login_required
from lms.web.local_times import instant_of, wall_of
from lms.web.manage.classes import blamed, seen_version
from lms.web.manage.exports import file_answer
from lms.web.manage.papers import class_for_staff, may_here
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_assignments", __name__)
_WORDS = {"published": N_("已发布，学员现在能看到。"), "closed": N_("已截止，学员不能再交。"), "draft": N_("已撤回，学员看不到。")}


class AssignmentForm(Form):
    title = StringField(N_("名称"), [InputRequired(N_("请填写作业的名称。")), Length(max=120)], default="")
    prompt = TextAreaField(N_("要求"), [Optional(), Length(max=service.LONGEST_PROMPT)])
    due_at = DateTimeLocalField(N_("截止时间"), [Optional()])
    late_ok = BooleanField(N_("过了截止时间还可以交，注明迟交"), default=True)
    least_chars = IntegerField(N_("最少字数"), [InputRequired(N_("请填写字数，不限就写 0。")), NumberRange(0, MOST_CHARS)], default=800)
    most_files = IntegerField(N_("最多附几个文件"), [InputRequired(N_("请填写个数，不收就写 0。")), NumberRange(0, MOST_FILES)], default=5)
    required = BooleanField(N_("计入结业条件"), default=True)
    needs = RadioField(N_("怎样算完成"), choices=options(NEEDS), default="handed_in")
    version = HiddenField()

    def values(self, zone: str) -> AssignmentValues:
        return {"title": self.title.data.strip(), "prompt": (self.prompt.data or "").replace("\r\n", "\n").strip(),
                "due_at": instant_of(self.due_at.data, zone), "late_ok": self.late_ok.data, "least_chars": self.least_chars.data,
                "most_files": self.most_files.data, "required": self.required.data, "needs": self.needs.data}


@pages.get("/manage/classes/<uid>/assignments")
@login_required
def index(uid: str) -> str:
    training_class = class_for_staff(uid)
    found = here().db.scalars(select(Assignment).where(Assignment.class_id == training_class.id).order_by(Assignment.id)).all()
    counts: dict[int, dict[str, int]] = {}
    for assignment_id, state, n in here().db.execute(
            select(Submission.assignment_id, Submission.state, func.count()).where(
                Submission.assignment_id.in_([a.id for a in found])).group_by(Submission.assignment_id, Submission.state)):
        counts.setdefault(assignment_id, {})[state] = n
    return render_template("lms/manage/assignments/index.html", training_class=training_class, assignments=found, counts=counts,
                           states=STATES, can_teach=may_here("teach", training_class.id))


@pages.get("/manage/classes/<uid>/assignments/new")
@login_required
def new(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "teach")
    form = AssignmentForm(data={"title": translate(here().locale, N_("心得体会")), "late_ok": True, "required": True,
                                "least_chars": 800, "most_files": 5, "needs": "handed_in"})
    return _form_page(training_class, form)


@pages.post("/manage/classes/<uid>/assignments/new")
@login_required
def make(uid: str) -> Redirect | tuple[str, int]:
    training_class, form = fetch(here().db, here().viewer, TrainingClass, uid, "teach"), AssignmentForm.posted()
    if not form.validate():
        return _form_page(training_class, form), 422
    with writing() as db:
        made = service.make_assignment(db, training_class=fetch(db, here().viewer, TrainingClass, uid, "teach"), by_id=me(),
                                       now=here().now, **form.values(training_class.zone))
        if request.form.get("act") == "publish":
            service.move_assignment(db, assignment=made, to="published", by_id=me(), now=here().now)
    words = N_("已保存为草稿，学员看不到。") if made.state == "draft" else _WORDS[made.state]
    flash(translate(here().locale, words), "ok")
    return redirect(url_for(".show", uid=uid, assignment_uid=made.uid), 303)


@pages.get("/manage/classes/<uid>/assignments/<assignment_uid>/settings")
@login_required
def settings(uid: str, assignment_uid: str) -> str:
    found = to_teach(here().db, uid, assignment_uid)
    data = {name: getattr(found, name) for name in ("title", "prompt", "late_ok", "least_chars", "most_files", "required", "needs", "version")}
    return _form_page(found.training_class, AssignmentForm(data={**data, "due_at": wall_of(found.due_at, found.training_class.zone)}), found)


@pages.post("/manage/classes/<uid>/assignments/<assignment_uid>/settings")
@login_required
def save(uid: str, assignment_uid: str) -> Redirect | tuple[str, int]:
    found, form = to_teach(here().db, uid, assignment_uid), AssignmentForm.posted()
    if not form.validate():
        return _form_page(found.training_class, form, found), 422
    try:
        with writing() as db:
            service.change_assignment(db, assignment=to_teach(db, uid, assignment_uid), version=seen_version(), by_id=me(),
                                      now=here().now, **form.values(found.training_class.zone))
    except Invalid as fault:
        return _form_page(found.training_class, blamed(form, fault), found), 422
    flash(translate(here().locale, N_("已保存。")), "ok")
    return redirect(url_for(".show", uid=uid, assignment_uid=assignment_uid), 303)


@pages.post("/manage/classes/<uid>/assignments/<assignment_uid>/<any(published, closed, draft):to>")
@login_required
def move(uid: str, assignment_uid: str, to: str) -> Redirect:
    with writing() as db:
        service.move_assignment(db, assignment=to_teach(db, uid, assignment_uid), to=to, by_id=me(), now=here().now)
    flash(translate(here().locale, _WORDS[to]), "ok")
    return redirect(url_for(".show", uid=uid, assignment_uid=assignment_uid), 303)


@pages.get("/manage/classes/<uid>/assignments/<assignment_uid>")
@login_required
def show(uid: str, assignment_uid: str) -> str:
    """Everybody with the state of their work; what waits to be read can be asked for alone."""
    found = for_staff(uid, assignment_uid)
    everybody, state = rows(here().db, found), request.args.get("state", "")
    shown = [row for row in everybody if not state or row.state == state]
    tally = {code: sum(row.state == code for row in everybody) for code in WORK_STATES}
    return render_template("lms/manage/assignments/show.html", training_class=found.training_class, assignment=found, rows=shown,
                           tally=tally, state=state, states=STATES, work_states=WORK_STATES, badges=BADGES, needs=NEEDS,
                           can_teach=may_here("teach", found.class_id), can_export=may_here("export", found.class_id))


@pages.post("/manage/classes/<uid>/assignments/<assignment_uid>/works.<ending>")
@login_required
def works_file(uid: str, assignment_uid: str, ending: str) -> Response:
    found = for_staff(uid, assignment_uid)
    if not may_here("export", found.class_id):
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
    answer = file_answer(assignment_book(here().db, found, zone=found.training_class.zone, locale=here().locale), ending,
                         f"{found.training_class.title}-{found.title}")
    with writing() as db:
        audit(db, actor_id=me(), action="assignment.export", thing=found, now=here().now, class_id=found.class_id)
    return answer


def to_teach(db: Session, uid: str, assignment_uid: str) -> Assignment:
    """The assignment of the address, for those who teach in its class."""
    return _of_class(fetch(db, here().viewer, Assignment, assignment_uid, "teach", joinedload(Assignment.training_class)), uid)


def for_staff(uid: str, assignment_uid: str) -> Assignment:
    """The assignment of the address, for those who teach or export in its class."""
    viewer = here().viewer
    found = here().db.scalar(select(Assignment).where(Assignment.uid == assignment_uid, or_(
        allowed(viewer, Assignment, "teach"), allowed(viewer, Assignment, "export"))).options(joinedload(Assignment.training_class)))
    return _of_class(found or fetch(here().db, viewer, Assignment, assignment_uid, "teach"), uid)


def _of_class(found: Assignment, uid: str) -> Assignment:
    if found.training_class.uid != uid:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def _form_page(training_class: TrainingClass, form: AssignmentForm, assignment: Assignment | None = None) -> str:
    return render_template("lms/manage/assignments/form.html", training_class=training_class, form=form, assignment=assignment)
