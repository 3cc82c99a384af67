"""The timetable (课程表): sessions in local date and time, with the zone on the class."""
from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.classes.session_rules import parse_own_rules
from lms.core.clock import local_instant
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_

SESSION_KINDS = {
    "lecture": N_("专题授课"),
    "field_visit": N_("现场教学"),
    "discussion": N_("分组研讨"),
    "exam": N_("考试"),
    "opening_ceremony": N_("开班式"),
    "closing_ceremony": N_("结业式"),
}


class SessionValues(TypedDict):
    """What a session is made of.

    ``kind`` is one of ``SESSION_KINDS``, ``day``, ``starts`` and ``ends`` are local, ``credit_hours`` is in 1/100,
    ``counts`` says that attendance is taken and ``sign_out`` that leaving is signed too. ``rules`` are its own, by name
    and as people type them (``classes.session_rules``); an empty one is the class's.
    """

    title: str
    kind: str
    day: date
    starts: time
    ends: time
    place: NotRequired[str]
    lecturer: NotRequired[str]
    credit_hours: NotRequired[int]
    counts: NotRequired[bool]
    sign_out: NotRequired[bool]
    rules: NotRequired[Mapping[str, Any]]


def instants(session: ClassSession, zone: str) -> tuple[datetime, datetime]:
    """When *session* starts and ends, as UTC instants.

    :param zone: the IANA name of the class's zone
    """
    return local_instant(session.day, session.starts, zone), local_instant(session.day, session.ends, zone)


def add_session(db: Session, *, training_class: TrainingClass, by_id: int | None, now: datetime,
                **values: Unpack[SessionValues]) -> ClassSession:
    """Put a session on the timetable.

    :raises Invalid: it has no title, ends before it starts, lies outside the class's dates or overlaps another one
    """
    session = ClassSession(class_id=training_class.id, **session_columns(values, training_class))
    session.title = session.title.strip()
    _check(db, training_class, session)
    db.add(session)
    db.flush()
    record(db, actor_id=by_id, action="session.add", thing=session, now=now, after=_facts(session),
           class_id=training_class.id)
    return session


def change_session(db: Session, *, session: ClassSession, version: int, by_id: int | None, now: datetime,
                   **values: Unpack[SessionValues]) -> ClassSession:
    """Change what stands on the timetable; attendance already recorded stays and is judged by the new times.

    :param version: the version that the editor saw
    :raises Conflict: somebody saved meanwhile
    :raises Invalid: as for ``add_session``
    """
    expect_version(session, version)
    before = _facts(session)
    for name, value in session_columns(values, session.training_class).items():
        setattr(session, name, value)
    with db.no_autoflush:
        _check(db, session.training_class, session)
    record(db, actor_id=by_id, action="session.change", thing=session, now=now, before=before, after=_facts(session),
           class_id=session.class_id)
    _tell(db, session, by_id, now)
    return session


def _tell(db: Session, session: ClassSession, by_id: int | None, now: datetime) -> None:
    """Hours that were entered follow what is on the timetable."""
    db.flush()
    db.info["events"].send(db, "attendance.changed", class_id=session.class_id, by_id=by_id, now=now, person_ids=set(db.scalars(
        select(Enrolment.person_id).where(Enrolment.class_id == session.class_id, Enrolment.state == "enrolled"))))


def session_columns(values: SessionValues, training_class: TrainingClass) -> dict[str, Any]:
    """*values* as the row stores them.

    :raises Invalid: a rule of its own cannot be
    """
    stored: dict[str, Any] = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
    if "rules" in stored:
        stored["rules"] = parse_own_rules(stored["rules"], rules_of(training_class))
    return stored


def cancel_session(db: Session, *, session: ClassSession, by_id: int | None, now: datetime, reason: str = "") -> None:
    """Take *session* off: it stays visible as cancelled and counts no hours. Cancelling twice is cancelling once."""
    if session.cancelled:
        return
    session.cancelled = True
    session.version += 1
    record(db, actor_id=by_id, action="session.cancel", thing=session, now=now, before=_facts(session), reason=reason,
           class_id=session.class_id)
    _tell(db, session, by_id, now)


def restore_session(db: Session, *, session: ClassSession, by_id: int | None, now: datetime) -> None:
    """Put a cancelled session back.

    :raises Conflict: another session has taken its time
    """
    if not session.cancelled:
        return
    session.cancelled = False
    session.version += 1
    with db.no_autoflush:
        other = _overlapping(db, session)
    if other is not None:
        raise Conflict("time_taken", N_("{day} {starts}–{ends} 已排了“{title}”，不能恢复。请先调整其中一个的时间。"),
                       **_words(other))
    record(db, actor_id=by_id, action="session.restore", thing=session, now=now, class_id=session.class_id)
    _tell(db, session, by_id, now)


def _check(db: Session, training_class: TrainingClass, session: ClassSession) -> None:
    if not session.title:
        raise Invalid("session_title", N_("请填写课次的名称。"), field="title")
    if session.kind not in SESSION_KINDS:
        raise Invalid("session_kind", N_("没有这种课次类型，请从列表中选择。"), field="kind")
    if session.ends <= session.starts:
        raise Invalid("session_ends_early", N_("结束时间 {ends} 要晚于开始时间 {starts}。"), field="ends",
                      starts=f"{session.starts:%H:%M}", ends=f"{session.ends:%H:%M}")
    if not training_class.starts_on <= session.day <= training_class.ends_on:
        raise Invalid("session_outside", N_("日期 {day} 不在培训班的起止日期（{starts_on} 至 {ends_on}）之内。"),
                      field="day", day=session.day.isoformat(), starts_on=training_class.starts_on.isoformat(),
                      ends_on=training_class.ends_on.isoformat())
    if not 0 <= (session.credit_hours or 0) <= 2400:
        raise Invalid("session_hours", N_("学时要在 0 到 24 之间。"), field="credit_hours")
    other = _overlapping(db, session)
    if other is not None and not session.cancelled:
        raise Invalid("session_overlaps", N_("与“{title}”（{day} {starts}–{ends}）的时间重叠，请改时间。"),
                      field="starts", **_words(other))


def _overlapping(db: Session, session: ClassSession) -> ClassSession | None:
    query = select(ClassSession).where(
        ClassSession.class_id == session.class_id, ClassSession.day == session.day, ClassSession.cancelled.is_(False),
        ClassSession.starts < session.ends, ClassSession.ends > session.starts)
    if session.id is not None:
        query = query.where(ClassSession.id != session.id)
    return db.scalars(query.order_by(ClassSession.starts).limit(1)).first()


def _words(session: ClassSession) -> dict[str, str]:
    return {"title": session.title, "day": session.day.isoformat(), "starts": f"{session.starts:%H:%M}",
            "ends": f"{session.ends:%H:%M}"}


def _facts(session: ClassSession) -> dict[str, Any]:
    return {**_words(session), "kind": session.kind, "place": session.place or "", "lecturer": session.lecturer or "",
            "credit_hours": session.credit_hours or 0, "counts": session.counts is not False,
            "sign_out": bool(session.sign_out), "rules": dict(session.rules or {})}
