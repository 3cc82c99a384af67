"""Training classes: made, changed, published, closed."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any, NotRequired, TypedDict, Unpack
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.closing import require_nothing_open
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.slugs import free_slug
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import N_

STATES = {"draft": N_("筹备中"), "published": N_("已发布"), "closed": N_("已结束")}
LONGEST_DAYS = 366
YEARS = range(2000, 2101)  # what a typing error leaves behind lies outside


class ClassValues(TypedDict):
    """What a class is made of; ``zone`` is an IANA name, ``organiser_id`` a unit, ``intake`` the 期次."""

    title: str
    organiser_id: int
    starts_on: date
    ends_on: date
    zone: str
    place: NotRequired[str]
    series: NotRequired[str]
    intake: NotRequired[int | None]


def find_class(db: Session, slug: str) -> TrainingClass:
    """The class with this short name.

    :raises NotFound: there is none
    """
    found = db.scalar(select(TrainingClass).where(TrainingClass.slug == slug))
    if found is None:
        raise NotFound("no_such_class", N_("没有短名为 {slug} 的培训班。短名在培训班的“设置”页上。"), slug=slug)
    return found


def make_class(db: Session, *, slug: str = "", by_id: int | None, now: datetime,
               **values: Unpack[ClassValues]) -> TrainingClass:
    """A new class, as a draft that trainees do not see.

    :param slug: a short name for the command line and files; made from the title where empty
    :raises Invalid: no title, wrong dates, an unknown zone, or a short name that is taken or malformed
    """
    made = TrainingClass(**{**values, "title": values["title"].strip()}, year=values["starts_on"].year, created_at=now)
    _check(made)
    made.slug = free_slug(db, slug, title=made.title, year=made.year, intake=made.intake)
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="class.make", thing=made, now=now, after=_facts(made), class_id=made.id)
    return made


def update_class(db: Session, *, training_class: TrainingClass, version: int, by_id: int | None, now: datetime,
                 **values: Unpack[ClassValues]) -> TrainingClass:
    """Change title, dates, place and organiser. The short name stays: addresses and files rest on it.

    :param version: the version that the editor saw
    :raises Conflict: somebody saved meanwhile
    :raises Invalid: wrong dates, or sessions would lie outside them
    """
    expect_version(training_class, version)
    before = _facts(training_class)
    for name, value in values.items():
        setattr(training_class, name, value.strip() if isinstance(value, str) else value)
    training_class.year = training_class.starts_on.year
    with db.no_autoflush:
        _check(training_class)
        _check_sessions_inside(db, training_class)
    record(db, actor_id=by_id, action="class.update", thing=training_class, now=now, before=before,
           after=_facts(training_class), class_id=training_class.id)
    return training_class


def publish(db: Session, *, training_class: TrainingClass, by_id: int | None, now: datetime) -> None:
    """Show the class to its trainees. Publishing twice is publishing once.

    :raises Conflict: there is nothing on its timetable yet
    """
    if training_class.state == "published":
        return
    if not any(not session.cancelled for session in training_class.sessions):
        raise Conflict("nothing_to_publish", N_("课程表还是空的，不能发布。请先添加课次。"))
    _set_state(db, training_class, "published", by_id, now)


def withdraw_to_draft(db: Session, *, training_class: TrainingClass, by_id: int | None, now: datetime) -> None:
    """Take a class back into preparation: its trainees no longer see it."""
    _set_state(db, training_class, "draft", by_id, now)


def close_class(db: Session, *, training_class: TrainingClass, by_id: int | None, now: datetime) -> None:
    """Mark the class as over; everything stays readable. Closing twice is closing once.

    :raises Conflict: something is still open (``classes.closing``)
    """
    if training_class.state == "closed":
        return
    require_nothing_open(db, training_class, now)
    _set_state(db, training_class, "closed", by_id, now)


def _set_state(db: Session, training_class: TrainingClass, state: str, by_id: int | None, now: datetime) -> None:
    before = training_class.state
    if before == state:
        return
    training_class.state = state
    training_class.version += 1
    record(db, actor_id=by_id, action=f"class.{state}", thing=training_class, now=now, before={"state": before},
           after={"state": state}, class_id=training_class.id)
    db.info["events"].send(db, "class.state", training_class=training_class, state=state, by_id=by_id, now=now)


def _check(training_class: TrainingClass) -> None:
    if not training_class.title:
        raise Invalid("class_title", N_("请填写培训班的名称。"), field="title")
    for field in ("starts_on", "ends_on"):
        year = getattr(training_class, field).year
        if year not in YEARS:
            raise Invalid("class_year", N_("年份 {year} 不对，请检查日期。"), field=field, year=year)
    days = (training_class.ends_on - training_class.starts_on).days + 1
    if days < 1:
        raise Invalid("class_dates", N_("结束日期不能早于开始日期。"), field="ends_on")
    if days > LONGEST_DAYS:
        raise Invalid("class_too_long", N_("起止日期相隔 {days} 天，超过一年，请检查年份。"),
                      field="ends_on", days=days)
    try:
        ZoneInfo(training_class.zone)
    except (KeyError, ValueError, OSError):
        raise Invalid("class_zone", N_("没有名为 {zone} 的时区，例如北京时间是 Asia/Shanghai。"), field="zone",
                      zone=training_class.zone) from None


def _check_sessions_inside(db: Session, training_class: TrainingClass) -> None:
    outside = db.scalars(select(ClassSession).where(
        ClassSession.class_id == training_class.id, ClassSession.cancelled.is_(False),
        (ClassSession.day < training_class.starts_on) | (ClassSession.day > training_class.ends_on))).all()
    if outside:
        raise Invalid("sessions_outside", N_("有 {count} 个课次（如 {day} 的“{title}”）不在新的日期之内，尚未保存。"
                                             "请先在课程表里改这些课次的日期，或取消它们。"), field="ends_on",
                      count=len(outside), day=outside[0].day.isoformat(), title=outside[0].title)


def _facts(training_class: TrainingClass) -> dict[str, Any]:
    return {"title": training_class.title, "series": training_class.series or "", "intake": training_class.intake,
            "organiser_id": training_class.organiser_id, "starts_on": training_class.starts_on.isoformat(),
            "ends_on": training_class.ends_on.isoformat(), "zone": training_class.zone,
            "place": training_class.place or ""}
