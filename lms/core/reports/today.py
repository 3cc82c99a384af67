"""What a trainee sees of their class: the timetable with its states, courses, papers, what completion still needs.

Three statements, whatever the size of the class; with the login that makes the four that a trainee's page may cost. What
is the same for everybody comes from memory (``plans``).
"""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import Session

from lms.core.announcements.models import Announcement
from lms.core.assignments.completion import assignments_part
from lms.core.assignments.models import Assignment
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import EVENT_COLUMNS, Attended, judge_of, totals
from lms.core.attendance.status import Status
from lms.core.certificates.completion import Verdict, attendance_parts, in_order
from lms.core.certificates.decisions import approval_part
from lms.core.certificates.exams import Sitting, paper_parts, required_kinds, sittings_of
from lms.core.certificates.margin import Alarm, alarms
from lms.core.certificates.models import Certificate
from lms.core.classes.completion import Part
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import ClassRules
from lms.core.clock import local
from lms.core.courses.models import Course
from lms.core.courses.shelf import Volume
from lms.core.learning.completion import courses_part
from lms.core.quizzes.counting import counting
from lms.core.quizzes.models import Attempt, Paper
from lms.core.quizzes.review import marks_shown
from lms.core.quizzes.takers import may_take
from lms.core.reports.plans import ClassPlan, PlannedCourse
from lms.core.reports.studied import Approved, Studied, studied
from lms.core.surveys.completion import survey_part
from lms.core.surveys.models import Survey

_JUDGED_HERE = ("attendance", "courses", "exam", "assignment", "survey", "approval")
# Few and small: this statement stands behind every page of a trainee.
_CERTIFICATE_COLUMNS = (
    Certificate.uid.label("certificate_uid"), Certificate.number, Certificate.state.label("certificate_state"),
    Certificate.reserved_at, Certificate.issued_at, Certificate.state_at, Certificate.state_reason,
    Certificate.snapshot["class_title"].as_string().label("class_title"))


@dataclass(frozen=True)
class Enrolled:
    """The person in the class, as far as this page needs it."""

    id: int
    person_id: int
    name: str
    unit_name: str
    group_id: int | None


@dataclass(frozen=True)
class Meeting:
    """A session with the person's state in it."""

    session: ClassSession
    start: datetime
    end: datetime
    status: Status
    events: tuple[Any, ...] = ()  # all that is on record, voided ones too, in the order they arrived


@dataclass(frozen=True)
class CourseProgress:
    """A course with how far the person is."""

    course: Course
    volume: Volume
    required: bool
    done: int
    next_slug: str | None
    last_at: datetime | None
    needed: int = 0  # modules that may not be left out
    done_needed: int = 0


@dataclass(frozen=True)
class PaperState:
    """A paper with the person's attempts at it, in order.

    :param marks: whether the person may see the marks yet
    """

    paper: Paper
    attempts: tuple[Any, ...]
    marks: bool = True

    @property
    def counting(self) -> Any:
        """The attempt that counts, as far as its mark may be seen; None without one."""
        return counting(self.attempts, self.paper.counting) if self.marks else None


@dataclass(frozen=True)
class Asked:
    """An assignment with the state of the person's work; empty where nothing is begun."""

    assignment: Assignment
    state: str


@dataclass(frozen=True)
class Overview:
    """Everything on the trainee's front page."""

    training_class: TrainingClass
    enrolment: Enrolled
    day: date
    meetings: tuple[Meeting, ...]
    courses: tuple[CourseProgress, ...]
    papers: tuple[PaperState, ...]
    verdict: Verdict
    alarms: tuple[Alarm, ...] = ()
    certificates: tuple[Any, ...] = ()  # of every class the person was ever in, the latest first
    assignments: tuple[Asked, ...] = ()
    surveys: tuple[tuple[Survey, bool], ...] = ()  # and whether the person has answered
    announcements: tuple[tuple[Announcement, bool], ...] = ()  # and whether the person has confirmed it
    unread: int = 0  # notices of their own

    def on(self, day: date) -> list[Meeting]:
        return [m for m in self.meetings if m.session.day == day]

    def current(self, now: datetime) -> Meeting | None:
        """The session that is on, or the next one today."""
        rest = [m for m in self.on(self.day) if m.end > now and not m.session.cancelled]
        return rest[0] if rest else None


# Put together once: building such a statement takes longer than running it. Columns, not entities, and past the ORM: these
# rows are many and only read.
_ENROLMENT = (Enrolment.id.label("enrolment_id"), Enrolment.class_id.label("enrolled_in"), Enrolment.state,
              Enrolment.name, Enrolment.unit_name, Enrolment.group_id, Enrolment.person_id.label("enrolled_person"))
_OWN = (
    select(*_ENROLMENT, *EVENT_COLUMNS, *_CERTIFICATE_COLUMNS)
    .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
    .outerjoin(AttendanceEvent, and_(AttendanceEvent.class_id == Enrolment.class_id,
                                     AttendanceEvent.person_id == Enrolment.person_id))
    .outerjoin(Certificate, and_(Certificate.enrolment_id == Enrolment.id, Certificate.state != "reserved"))
    .where(Enrolment.person_id == bindparam("person"),
           or_(TrainingClass.ends_on >= bindparam("since"), Certificate.id.is_not(None))))
_CLASSES = (
    select(Enrolment.class_id.label("enrolled_in"), Enrolment.state)
    .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
    .where(Enrolment.person_id == bindparam("person"), TrainingClass.ends_on >= bindparam("since")))
_ATTEMPTS = (
    select(Attempt.uid, Attempt.person_id, Attempt.paper_id, Attempt.number, Attempt.started_at, Attempt.deadline_at,
           Attempt.submitted_at, Attempt.mark, Attempt.full_mark, Attempt.passed, Attempt.waiting)
    .join(Paper, Paper.id == Attempt.paper_id)
    .where(Attempt.person_id == bindparam("person"), Paper.class_id == bindparam("class_id"))
    .order_by(Attempt.paper_id, Attempt.number))

PlanOf = Callable[[int], ClassPlan]


def overview(db: Session, *, person_id: int, now: datetime, plan_of: PlanOf) -> Overview | None:
    """The overview of the person's present class: the one that is on, else the next, else the last. None without one.

    :param plan_of: gives the plan of a class by its id (``reports.plans``)
    """
    rows = db.connection().execute(_OWN, {"person": person_id, "since": _since(now)}).all()
    plan = _present(rows, now, plan_of)
    if plan is None:
        return None
    certificates = _certificates(rows)
    chosen = plan.training_class
    rows = [r for r in rows if r.enrolled_in == chosen.id]
    enrolment = Enrolled(rows[0].enrolment_id, rows[0].enrolled_person, rows[0].name, rows[0].unit_name,
                         rows[0].group_id)
    meetings, row = _meetings(plan, rows, now)
    done = studied(db, person_id)
    courses = _courses(plan, done)
    papers = _papers(db, plan, enrolment, now)
    exams = _exams(plan, enrolment, papers)
    asked = tuple(Asked(a, done.assignments.get(a.id, "")) for a in plan.assignments)
    surveys = tuple((survey, survey.id in done.surveys) for survey in plan.surveys)
    more = [*_work_parts(asked), *_survey_parts(surveys), *_approval_parts(plan, done.approvals.get(enrolment.id))]
    verdict = _verdict(db, plan, enrolment, meetings, row, courses, exams, more, now)
    return Overview(chosen, enrolment, local(now, chosen.zone).date(), meetings, courses, papers, verdict,
                    alarms([m.session for m in meetings if m.session.counts], row, plan.rules, exams, now), certificates, asked, surveys,
                    tuple((a, a.id in done.announcements) for a in plan.announcements), done.notices)


@dataclass(frozen=True)
class Timetabled:
    """The person in their present class: the timetable with its states."""

    training_class: TrainingClass
    rules: ClassRules
    meetings: tuple[Meeting, ...]

    @property
    def counted(self) -> list[Meeting]:
        return [m for m in self.meetings if m.session.counts]


def meetings_now(db: Session, *, person_id: int, now: datetime, plan_of: PlanOf) -> Timetabled | None:
    """The present class as ``overview`` chooses it, with its timetable only. One statement."""
    rows = db.execute(_OWN, {"person": person_id, "since": _since(now)}).all()
    plan = _present(rows, now, plan_of)
    if plan is None:
        return None
    own = [r for r in rows if r.enrolled_in == plan.training_class.id]
    return Timetabled(plan.training_class, plan.rules, _meetings(plan, own, now)[0])


def courses_now(db: Session, *, person_id: int, now: datetime,
                plan_of: PlanOf) -> tuple[TrainingClass, tuple[CourseProgress, ...]] | None:
    """The present class as ``overview`` chooses it, with its courses only. Two statements."""
    plan = _present(db.connection().execute(_CLASSES, {"person": person_id, "since": _since(now)}).all(), now, plan_of)
    return None if plan is None else (plan.training_class, _courses(plan, studied(db, person_id)))


def _since(now: datetime) -> date:
    """A class that ended before is not shown any more."""
    return (now - timedelta(days=400)).date()


def _present(rows: Sequence[Any], now: datetime, plan_of: PlanOf) -> ClassPlan | None:
    """The plan of the class among *rows* that counts as present."""
    since = _since(now)
    plans = [plan_of(class_id) for class_id in {r.enrolled_in for r in rows if r.state == "enrolled"}]
    shown = [p for p in plans if p.training_class.state != "draft" and p.training_class.ends_on >= since]
    return min(shown, key=lambda p: (*_distance(p.training_class, now), p.training_class.id), default=None)


def _certificates(rows: Sequence[Any]) -> tuple[Any, ...]:
    found = {r.certificate_uid: r for r in rows if r.certificate_uid is not None}
    return tuple(sorted(found.values(), key=lambda r: r.reserved_at, reverse=True))


def _distance(training_class: TrainingClass, now: datetime) -> tuple[int, int]:
    today = local(now, training_class.zone).date()
    if training_class.starts_on <= today <= training_class.ends_on:
        return 0, (today - training_class.starts_on).days
    if training_class.starts_on > today:
        return 1, (training_class.starts_on - today).days
    return 2, (today - training_class.ends_on).days


def _meetings(plan: ClassPlan, rows: Sequence[Any], now: datetime) -> tuple[tuple[Meeting, ...], Attended]:
    events: dict[int, dict[int, Any]] = {}  # by id: a second certificate would show each of them twice
    for r in rows:
        if r.id is not None:
            events.setdefault(r.session_id, {})[r.id] = r
    meetings = []
    for session, start, end in plan.sessions:
        mine = tuple(events.get(session.id, {}).values())
        status = judge_of(session, plan.rules, plan.training_class.zone, now).of(mine)
        meetings.append(Meeting(session, start, end, status, tuple(sorted(mine, key=lambda e: e.id))))
    counted = [m for m in meetings if m.session.counts]
    statuses = tuple(m.status for m in counted)
    return tuple(meetings), Attended(statuses, totals([m.session for m in counted], statuses))


def _courses(plan: ClassPlan, done: Studied) -> tuple[CourseProgress, ...]:
    return tuple(_course(planned, done.modules.get(planned.course.id, {})) for planned in plan.courses)


def _course(planned: PlannedCourse, progress: dict[str, Any]) -> CourseProgress:
    volume = planned.volume
    unread = [m.slug for m in volume.modules if m.slug not in progress or progress[m.slug].completed_at is None]
    begun = [slug for slug in unread if slug in progress]
    needed = planned.rules.required([m.slug for m in volume.modules])
    return CourseProgress(planned.course, volume, planned.required, len(volume.modules) - len(unread),
                          next(iter(begun or unread), None), max((p.last_at for p in progress.values()), default=None),
                          len(needed), sum(slug not in unread for slug in needed))


def _papers(db: Session, plan: ClassPlan, me: Enrolled, now: datetime) -> tuple[PaperState, ...]:
    attempts: dict[int, list[Any]] = {}
    for row in db.connection().execute(_ATTEMPTS, {"person": me.person_id, "class_id": plan.training_class.id}):
        attempts.setdefault(row.paper_id, []).append(row)
    return tuple(PaperState(paper, tuple(attempts.get(paper.id, ())), marks_shown(paper, now=now)) for paper in plan.papers
                 if may_take(paper, person_id=me.person_id, group_id=me.group_id))


def _exams(plan: ClassPlan, me: Enrolled, papers: Sequence[PaperState]) -> list[Sitting]:
    """What the person has at each paper that completion asks of them, as far as the marks may be seen."""
    asked = [p for p in papers if p.paper.kind in required_kinds(plan.rules)]
    return sittings_of([p.paper for p in asked], {p.paper.id: p.attempts for p in asked}, plan.rules, person_id=me.person_id,
                       group_id=me.group_id, hidden=[p.paper.id for p in asked if not p.marks])


def _verdict(db: Session, plan: ClassPlan, enrolment: Enrolled, meetings: tuple[Meeting, ...], row: Attended,
             courses: tuple[CourseProgress, ...], exams: Sequence[Sitting], more: list[Part], now: datetime) -> Verdict:
    rules = plan.rules
    parts = list(attendance_parts([m.session for m in meetings if m.session.counts], row, rules))
    required = [c for c in courses if c.required]
    if rules.courses_required and required:
        parts.append(courses_part(sum(c.needed for c in required), sum(c.done_needed for c in required)))
    parts.extend(paper_parts(exams, now))
    parts += more
    for code, judge in db.info["registry"].all("completion_part"):
        if code not in _JUDGED_HERE:  # a plugin's condition costs statements of its own
            seat = [db.get_one(Enrolment, enrolment.id)]
            parts.extend(judge(db, plan.training_class, seat, now).get(enrolment.id, ()))
    return Verdict(in_order(parts))


def _work_parts(asked: Sequence[Asked]) -> list[Part]:
    required = [a.assignment for a in asked if a.assignment.required]
    return [assignments_part(required, {a.assignment.id: a.state for a in asked})] if required else []


def _approval_parts(plan: ClassPlan, held: Approved | None) -> list[Part]:
    return [approval_part(held)] if plan.rules.approval_required else []


def _survey_parts(surveys: Sequence[tuple[Survey, bool]]) -> list[Part]:
    required = [survey for survey, _ in surveys if survey.required]
    return [survey_part(required, {survey.id for survey, done in surveys if done})] if required else []
