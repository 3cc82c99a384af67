"""A class is told something; its people confirm that they have read it, and the desk sees who has not."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.announcements.models import Announcement, AnnouncementRead
from lms.core.audit.service import record
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.db import expect_version
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.i18n import N_

LONGEST_BODY = 5000


def announce(db: Session, *, training_class: TrainingClass, title: str, body: str, by_id: int | None, now: datetime) -> Announcement:
    """Tell the class now.

    :raises Invalid: no title or no text
    """
    title, body = _words(title, body)
    made = Announcement(class_id=training_class.id, title=title, body=body, created_by_id=by_id, created_at=now)
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="announcement.make", thing=made, now=now, class_id=made.class_id, after={"title": title})
    return made


def change_announcement(db: Session, *, announcement: Announcement, title: str, body: str, again: bool, version: int, by_id: int | None,
                        now: datetime) -> None:
    """Correct the words.

    :param again: it matters so much that everybody has to confirm anew
    :raises Conflict: it is withdrawn, or somebody saved meanwhile
    :raises Invalid: no title or no text
    """
    title, body = _words(title, body)
    if announcement.withdrawn_at is not None:
        raise Conflict("announcement_withdrawn", N_("这条通知已经撤回，没有保存。"))
    expect_version(announcement, version)
    before = {"title": announcement.title, "body": announcement.body}
    announcement.title, announcement.body, announcement.changed_at = title, body, now
    if again:
        for row in db.scalars(select(AnnouncementRead).where(AnnouncementRead.announcement_id == announcement.id)):
            db.delete(row)
    record(db, actor_id=by_id, action="announcement.change", thing=announcement, now=now, class_id=announcement.class_id, before=before,
           after={"title": title, "body": body, "again": again})


def withdraw_announcement(db: Session, *, announcement: Announcement, by_id: int | None, now: datetime) -> None:
    """Take it back: trainees no longer see it. Twice is once."""
    if announcement.withdrawn_at is not None:
        return
    announcement.withdrawn_at = now
    announcement.version += 1
    record(db, actor_id=by_id, action="announcement.withdraw", thing=announcement, now=now, class_id=announcement.class_id)


def confirm_read(db: Session, *, announcement: Announcement, person_id: int, now: datetime) -> None:
    """Somebody of the class has read it. Twice is once.

    :raises Forbidden: they are not enrolled
    """
    if db.scalar(select(Enrolment.id).where(Enrolment.class_id == announcement.class_id, Enrolment.person_id == person_id,
                                            Enrolment.state == "enrolled")) is None:
        raise Forbidden("announcement_not_enrolled", N_("您不在这个培训班的名册里，不用确认。"))
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    db.execute(dialect.insert(AnnouncementRead).values(announcement_id=announcement.id, person_id=person_id, at=now).on_conflict_do_nothing())


def announcements_of(db: Session, class_id: int) -> Sequence[tuple[Announcement, int]]:
    """All of a class with how many have confirmed, the latest first; those who left the class do not count. One statement."""
    seats = and_(Enrolment.person_id == AnnouncementRead.person_id, Enrolment.class_id == class_id, Enrolment.state == "enrolled")
    rows = db.execute(select(Announcement, func.count(Enrolment.id)).outerjoin(
        AnnouncementRead, AnnouncementRead.announcement_id == Announcement.id).outerjoin(Enrolment, seats)
        .where(Announcement.class_id == class_id).group_by(Announcement.id).order_by(Announcement.id.desc()))
    return [(row[0], row[1]) for row in rows]


def readers(db: Session, announcement: Announcement) -> Sequence[tuple[Enrolment, datetime | None]]:
    """Everybody of the class with when they confirmed, those who have not first. One statement."""
    rows = db.execute(select(Enrolment, AnnouncementRead.at).outerjoin(AnnouncementRead, and_(
        AnnouncementRead.announcement_id == announcement.id, AnnouncementRead.person_id == Enrolment.person_id))
        .where(Enrolment.class_id == announcement.class_id, Enrolment.state == "enrolled")
        .order_by(AnnouncementRead.at.is_not(None), Enrolment.number, Enrolment.id))
    return [(row[0], row[1]) for row in rows]


def _words(title: str, body: str) -> tuple[str, str]:
    title, body = title.strip(), body.replace("\r\n", "\n").strip()
    if not 1 <= len(title) <= 120:
        raise Invalid("announcement_title", N_("请填写通知的标题（120 个字以内），没有发出。"), field="title")
    if not 1 <= len(body) <= LONGEST_BODY:
        raise Invalid("announcement_body", N_("请填写通知的内容（{most} 个字以内），没有发出。"), field="body", most=LONGEST_BODY)
    return title, body
