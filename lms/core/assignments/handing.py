"""A trainee writes, keeps the draft, adds files, and hands in. What was handed in never changes again."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from lms.core.assignments.models import Assignment, HandIn, Submission
from lms.core.assignments.service import MOST_CHARS, open_for
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.db import expect_version
from lms.core.errors import Conflict, Forbidden, Invalid, NotFound
from lms.core.files.models import FileReference
from lms.core.files.photos import clean_photo
from lms.core.files.service import Stored, keep, store_bytes, store_upload
from lms.core.files.storage import Storage
from lms.core.i18n import N_
from lms.core.ids import new_uid

STATES = {"draft": N_("还没有交"), "handed_in": N_("已交，等待批阅"), "returned": N_("请修改后再交"),
          "accepted": N_("合格"), "failed": N_("不合格")}
OPEN = ("draft", "handed_in", "returned")  # a trainee may still change what stands there
PHOTOS = (".jpg", ".jpeg", ".png", ".webp")
ACCEPTED = (*PHOTOS, ".pdf", ".docx", ".doc", ".txt")
LARGEST = 20  # MB


@dataclass(frozen=True)
class Attached:
    """A file whose bytes lie in the store already."""

    stored: Stored
    name: str


def take_file(storage: Storage, stream: BinaryIO, *, name: str) -> Attached:
    """Take an upload; a photo is drawn anew, without place and phone. Do this before the transaction.

    :raises TooLarge: more bytes or pixels than needed
    :raises Invalid: of another kind, empty, cut off, or not what its name says
    """
    ending = "." + name.rsplit(".", 1)[-1].lower()
    if ending not in ACCEPTED:
        raise Invalid("submission_kind", N_("“{name}”不能交：只收照片、PDF、Word 和文本文件，这次没有保存。请换一个文件。"), name=name[-80:])
    if ending in PHOTOS:
        photo = clean_photo(stream.read(LARGEST * 1024 * 1024 + 1), name)
        return Attached(store_bytes(storage, photo, "image/jpeg"), name.rsplit(".", 1)[0][-190:] + ".jpg")
    return Attached(store_upload(storage, stream, name=name, limit=LARGEST * 1024 * 1024), name[-200:])


def work_on(db: Session, *, assignment: Assignment, person_id: int, now: datetime) -> Submission:
    """The person's work, held until the commit; begun if there is none yet.

    :raises Forbidden: the person is not enrolled in the class
    :raises Conflict: the assignment is closed, or the class is over
    """
    training_class = db.get_one(TrainingClass, assignment.class_id)
    if db.scalar(select(Enrolment.id).where(Enrolment.class_id == assignment.class_id, Enrolment.person_id == person_id,
                                            Enrolment.state == "enrolled")) is None:
        raise Forbidden("assignment_not_enrolled", N_("您不在这个培训班的名册里，不能交作业。请联系工作人员。"))
    if assignment.state != "published" or training_class.state == "closed":
        raise Conflict("assignment_closed", N_("这份作业已经截止，没有保存。写好的内容请先复制出来，再联系讲师。"))
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    db.execute(dialect.insert(Submission).values(uid=new_uid(), assignment_id=assignment.id, person_id=person_id, text="", files=[],
                                                 state="draft", saved_at=now, late=False, version=1).on_conflict_do_nothing())
    return db.scalars(select(Submission).where(Submission.assignment_id == assignment.id, Submission.person_id == person_id)
                      .with_for_update()).one()


def save_draft(db: Session, *, submission: Submission, text: str, version: int, now: datetime, added: Sequence[Attached] = (),
               dropped: Sequence[str] = ()) -> None:
    """Keep what has been written so far. The same text and files again change nothing.

    :param version: of the draft as the page showed it
    :param dropped: uids of files to take out
    :raises Conflict: the work is marked already, or was saved elsewhere meanwhile
    :raises Invalid: too long, or too many files
    """
    if submission.state not in OPEN:
        raise Conflict("submission_marked", N_("这份作业已经批阅，不能再改，没有保存。"))
    text = text.replace("\r\n", "\n")
    files = [uid for uid in submission.files if uid not in dropped]
    if text == submission.text and not added and files == submission.files:
        return
    if len(text) > MOST_CHARS:
        raise Invalid("submission_long", N_("最多 {most} 个字，现在有 {count} 个，没有保存。"), most=MOST_CHARS, count=len(text))
    most = submission.assignment.most_files
    if added and len(files) + len(added) > most:
        raise Invalid("submission_files", N_("最多附 {most} 个文件，没有保存。请先移走几个。"), most=most)
    expect_version(submission, version)
    submission.text, submission.files = text, [*files, *(_attach(db, submission, item, now) for item in added)]
    submission.saved_at = now


def hand_in(db: Session, *, submission: Submission, now: datetime) -> HandIn:
    """Hand in what the draft holds. Handing in the same once more is one.

    :raises Conflict: it is marked, or the deadline has passed and late is not accepted
    :raises Invalid: too short, or nothing at all
    """
    assignment, last = submission.assignment, submission.hand_ins[-1] if submission.hand_ins else None
    if last is not None and submission.state == "handed_in" and (last.text, last.files) == (submission.text, submission.files):
        return last
    if submission.state not in OPEN:
        raise Conflict("submission_marked", N_("这份作业已经批阅，不能再改，没有保存。"))
    if not open_for(assignment, now) and submission.state != "returned":
        raise Conflict("assignment_over", N_("已过截止时间，本作业不收迟交，没有交上。写的内容保留在草稿里，请联系讲师。"))
    written = len("".join(submission.text.split()))
    if written < assignment.least_chars:
        raise Invalid("submission_short", N_("至少写 {least} 个字，现在有 {count} 个，还没有交上。草稿已保存。"),
                      least=assignment.least_chars, count=written)
    if not written and not submission.files:
        raise Invalid("submission_empty", N_("还没有写内容，也没有附文件，没有交上。"))
    late = assignment.due_at is not None and now > assignment.due_at
    made = HandIn(submission_id=submission.id, number=len(submission.hand_ins) + 1, text=submission.text, files=list(submission.files),
                  at=now, late=late)
    submission.hand_ins.append(made)
    submission.handed_in_at, submission.late, submission.state = now, late, "handed_in"
    submission.version += 1
    db.flush()
    return made


def own_work(db: Session, *, assignment_id: int, person_id: int) -> Submission | None:
    """What the person has at an assignment, with every hand-in. One statement."""
    return db.scalars(select(Submission).options(joinedload(Submission.hand_ins)).where(
        Submission.assignment_id == assignment_id, Submission.person_id == person_id)).unique().one_or_none()


def files_of(db: Session, submission: Submission | None) -> dict[str, FileReference]:
    """All that was ever attached to it, by uid."""
    if submission is None:
        return {}
    return {r.uid: r for r in db.scalars(select(FileReference).options(joinedload(FileReference.file)).where(
        FileReference.owner_type == "Submission", FileReference.owner_uid == submission.uid))}


def file_of(db: Session, submission: Submission, uid: str) -> FileReference:
    """:raises NotFound: it is no file of this work"""
    found = files_of(db, submission).get(uid)
    if found is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def _attach(db: Session, submission: Submission, item: Attached, now: datetime) -> str:
    reference = FileReference(file_id=keep(db, item.stored, now=now).id, owner_type="Submission", owner_uid=submission.uid, name=item.name,
                              created_by_id=submission.person_id, created_at=now)
    db.add(reference)
    db.flush()
    return reference.uid
