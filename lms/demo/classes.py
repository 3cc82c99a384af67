"""The demonstration's classes: one that is on today, one of last month that is over."""
from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.attendance.check_in import sign_in_window
from lms.core.attendance.corrections import open_sign_in
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.roster import Roster, commit_roster, keep_preview
from lms.core.classes.rule_values import change_rules
from lms.core.classes.rules import rules_of
from lms.core.classes.service import make_class, publish
from lms.core.classes.timetable import add_session, instants
from lms.core.classes.timetable_template import DAYS, three_days
from lms.core.clock import local
from lms.core.courses.library import assign_course
from lms.core.courses.models import Course
from lms.core.people.units import unit_named
from lms.demo.fiction import DISTRICT, ORGANISER

SERIES = "工会干部培训班（演示）"
PLACE = f"{DISTRICT}工会干部学校 报告厅"
NUMBER_PATTERN = "样例培〔{year}〕第{serial:03}号"  # nobody's number mark
_TODAY_IS_DAY = 2  # a day of history behind it, the exam before it
# Lecturer and place of a kind of session; the names are invented like everything here.
_LECTURERS = {"专题授课：新时代工会工作": "沈砚秋", "专题授课：竭诚服务职工": "何听澜", "业务课：工会财务制度": "方知行",
              "业务课：工会经费使用管理": "方知行"}
_FIELD_VISIT = f"{DISTRICT}听梧街道总工会第一服务站"
_ROOMS = "第一至第九研讨室"
_TUTORING = "晚间答疑"


def class_on(db: Session, today: date) -> TrainingClass | None:
    """The demonstration's class that is on *today*."""
    return db.scalars(select(TrainingClass).where(
        TrainingClass.series == SERIES, TrainingClass.starts_on <= today, TrainingClass.ends_on >= today,
        TrainingClass.state == "published").order_by(TrainingClass.id.desc()).limit(1)).first()


def earlier_classes(db: Session, today: date) -> list[TrainingClass]:
    """Those that are over, the latest first."""
    return list(db.scalars(select(TrainingClass).where(TrainingClass.series == SERIES, TrainingClass.ends_on < today)
                           .order_by(TrainingClass.ends_on.desc())))


def make_present_class(db: Session, *, today: date, zone: str, by_id: int, now: datetime) -> TrainingClass:
    """A three-day class of which *today* is the second day, with timetable and courses; still a draft."""
    return _make(db, starts_on=today - timedelta(days=_TODAY_IS_DAY - 1), zone=zone, by_id=by_id, now=now, rules={})


def make_past_class(db: Session, *, today: date, zone: str, by_id: int, now: datetime) -> TrainingClass:
    """A class of last month, without courses: attendance and the exam complete it."""
    return _make(db, starts_on=today - timedelta(days=32), zone=zone, by_id=by_id, now=now, rules={"courses_required": ""})


def _make(db: Session, *, starts_on: date, zone: str, by_id: int, now: datetime, rules: dict[str, str]) -> TrainingClass:
    intake = (db.scalar(select(func.max(TrainingClass.intake)).where(TrainingClass.series == SERIES)) or 0) + 1
    made = make_class(
        db, slug=f"demo-{intake}", title=f"{DISTRICT}工会干部培训班（第{intake}期）", series=SERIES, intake=intake, place=PLACE,
        organiser_id=unit_named(db, ORGANISER, "区总工会").id, starts_on=starts_on,
        ends_on=starts_on + timedelta(days=DAYS - 1), zone=zone, by_id=by_id, now=now)
    change_rules(db, training_class=made, values={**rules, "certificate_number": NUMBER_PATTERN}, version=made.version,
                 by_id=by_id, now=now)
    for values in three_days(made):
        values["lecturer"] = _LECTURERS.get(values["title"], "")
        values["place"] = {"field_visit": _FIELD_VISIT, "discussion": _ROOMS}.get(values["kind"], PLACE)
        add_session(db, training_class=made, by_id=by_id, now=now, **values)
    add_session(db, training_class=made, title=_TUTORING, kind="discussion", day=starts_on + timedelta(days=_TODAY_IS_DAY - 1),
                starts=time(19, 0), ends=time(20, 30), place=_ROOMS, credit_hours=0, by_id=by_id, now=now)
    db.refresh(made)
    publish(db, training_class=made, by_id=by_id, now=now)
    return made


def give_courses(db: Session, training_class: TrainingClass, *, by_id: int, now: datetime) -> None:
    """Every course that there is, as required."""
    for position, course in enumerate(db.scalars(select(Course).order_by(Course.slug))):
        assign_course(db, class_id=training_class.id, course=course, position=position, by_id=by_id, now=now)


def enrol(db: Session, training_class: TrainingClass, rosters: list[Roster], *, by_id: int, now: datetime) -> None:
    """Put everybody of *rosters* into the class, by the import that an office would use."""
    for roster in rosters:
        preview = keep_preview(db, training_class=training_class, roster=roster, by_id=by_id, now=now)
        commit_roster(db, roster_import=preview, decisions={}, by_id=by_id, now=now)


def enrolled(db: Session, training_class: TrainingClass) -> list[Enrolment]:
    """Everybody in the class, in the roster's order."""
    return list(db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id, Enrolment.state == "enrolled")
                           .order_by(Enrolment.number)))


def keep_sign_in_open(db: Session, training_class: TrainingClass, *, by_id: int, now: datetime) -> ClassSession:
    """A session of today to which one can sign in right now, in time if there is any: one that has just begun or is about
    to, else the next one, opened by hand, else, when the day's work is over, one more that begins now."""
    here = local(now, training_class.zone)
    today = [s for s in training_class.sessions if s.day == here.date() and not s.cancelled and s.counts]
    rules = rules_of(training_class)
    late: ClassSession | None = None
    for session in today:
        opens, closes = sign_in_window(session, rules, training_class.zone)
        start, _ = instants(session, training_class.zone)
        if opens <= now < closes:
            if now <= start + timedelta(minutes=rules.late_after):
                return session
            late = session
        elif start > now:
            open_sign_in(db, session=session, by_id=by_id, now=now)
            return session
    return late or _evening(db, training_class, here, by_id, now)


def _evening(db: Session, training_class: TrainingClass, here: datetime, by_id: int, now: datetime) -> ClassSession:
    begins = here.replace(second=0, microsecond=0)
    midnight = begins.replace(hour=23, minute=59, second=59)
    return add_session(db, training_class=training_class, title=_TUTORING, kind="discussion", day=here.date(),
                       starts=begins.time(), ends=min(begins + timedelta(minutes=90), midnight).time(), place=_ROOMS,
                       credit_hours=0, by_id=by_id, now=now)
