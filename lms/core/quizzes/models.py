"""Question banks, papers, attempts and their journal."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core.classes.models import TrainingClass
from lms.core.db import Base, Json, Planned, PublicRow, Row, Versioned
from lms.core.files.models import StoredFile


class Bank(PublicRow, Base):
    """A question bank (题库)."""

    __tablename__ = "lms_bank"

    slug: Mapped[str] = mapped_column(String(60), unique=True)
    titles: Mapped[dict[str, str]]
    topics: Mapped[list[Any]] = mapped_column(Json, default=list)
    course_slug: Mapped[str] = mapped_column(String(60), default="")
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]


class Question(PublicRow, Versioned, Base):
    """A question (题目); its text lives in versions, every edit makes one."""

    __tablename__ = "lms_question"
    __table_args__ = (UniqueConstraint("bank_id", "code"),)

    bank_id: Mapped[int] = mapped_column(ForeignKey("lms_bank.id"))
    code: Mapped[str] = mapped_column(String(60))  # the id in the bank's file, stable for ever
    kind: Mapped[str] = mapped_column(String(30))
    topic: Mapped[str] = mapped_column(String(60), default="")
    difficulty: Mapped[int] = mapped_column(default=2)  # 1 easy, 2 middle, 3 hard
    mark: Mapped[int] = mapped_column(default=0)  # 分值 in 1/1000 that a paper proposes; 0 = none of its own
    state: Mapped[str] = mapped_column(String(12), default="reviewed")  # draft | reviewed | retired
    stem_key: Mapped[str] = mapped_column(String(64), index=True)  # digest of the normalised stem
    tags: Mapped[str] = mapped_column(String(1000), default="", server_default="")  # |one|two| of the current version
    # No foreign key: the version points back here, and SQLite cannot add the second half of a circle later.
    current_version_id: Mapped[int | None]

    bank: Mapped[Bank] = relationship()
    current: Mapped[QuestionVersion | None] = relationship(
        primaryjoin="foreign(Question.current_version_id) == QuestionVersion.id", viewonly=True)


class QuestionVersion(Row, Base):
    """A question as it stood: ``body`` is what is asked, ``key`` what is right."""

    __tablename__ = "lms_question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("lms_question.id"))
    number: Mapped[int]
    body: Mapped[dict[str, Any]]  # {"stem": …, "options": [{"id": "A", "text": …}]}
    key: Mapped[dict[str, Any]]  # {"right": ["B"]} or {"right": true}
    explanation: Mapped[str] = mapped_column(String(4000), default="")
    source: Mapped[dict[str, Any]] = mapped_column(default=dict)  # {"facts": ["FR-101"], "text": "工会法第43条", "tags": ["预算"]}
    origin: Mapped[str] = mapped_column(String(12), default="local")  # file | local: an import never overwrites local
    content_hash: Mapped[str] = mapped_column(String(64), default="")  # quizzes.content.QuestionContent.hash
    author: Mapped[str] = mapped_column(String(120), default="")
    reviewer: Mapped[str] = mapped_column(String(120), default="", server_default="")
    review_by: Mapped[date | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]


class Paper(PublicRow, Versioned, Planned, Base):
    """An exam paper (试卷) or quiz of a class, for a module or for a session."""

    __tablename__ = "lms_paper"

    class_id: Mapped[int] = mapped_column(ForeignKey("lms_training_class.id"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("lms_class_session.id"))
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(12), default="quiz")  # quiz | exam | practice
    resit_of_id: Mapped[int | None]  # 补考: the exam that it makes up for; no foreign key, SQLite cannot add one later
    course_slug: Mapped[str] = mapped_column(String(60), default="")
    module_slug: Mapped[str] = mapped_column(String(60), default="")
    plan: Mapped[dict[str, Any]]  # quizzes.plans.Plan
    drawn: Mapped[str] = mapped_column(String(12), default="person")  # for each person anew | once for all
    full_mark: Mapped[int] = mapped_column(default=0)  # 1/1000; what the marks must add up to, 0 = whatever they do
    minutes: Mapped[int] = mapped_column(default=0)  # time limit; 0 = none
    pass_mark: Mapped[int] = mapped_column(default=600)  # 1/1000 of the full mark
    attempts: Mapped[int] = mapped_column(default=1)  # 0 = as many as one likes
    counting: Mapped[str] = mapped_column(String(12), default="best")  # which attempt counts: best | last | first
    takers: Mapped[dict[str, Any]] = mapped_column(default=dict)  # quizzes.takers: {} = everybody in the class
    door: Mapped[str] = mapped_column(String(12), default="open")  # open | signed_in | code, see learning.exam_door
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    shuffle: Mapped[bool] = mapped_column(default=True)
    layout: Mapped[str] = mapped_column(String(12), default="one")  # one question at a time | all on a page
    partial: Mapped[str] = mapped_column(String(12), default="none")  # none | half | weights: see kinds.Policy
    # When one sees one's mark, one's own answers, the right answers and why: never | after_submit | after_close.
    show_marks: Mapped[str] = mapped_column(String(12), default="after_submit")
    show_own: Mapped[str] = mapped_column(String(12), default="after_close")
    review: Mapped[str] = mapped_column(String(12), default="after_close")
    show_why: Mapped[str] = mapped_column(String(12), default="after_close")
    state: Mapped[str] = mapped_column(String(12), default="draft")  # draft | published | closed
    paused_at: Mapped[datetime | None]  # the room stands still since then
    created_at: Mapped[datetime]

    training_class: Mapped[TrainingClass] = relationship()


class Attempt(PublicRow, Base):
    """One sitting of one person: a frozen JSON of what was set, with the key, and when it ends."""

    __tablename__ = "lms_attempt"
    __table_args__ = (UniqueConstraint("paper_id", "person_id", "number"),)

    paper_id: Mapped[int] = mapped_column(ForeignKey("lms_paper.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), index=True)
    number: Mapped[int]
    frozen: Mapped[dict[str, Any]]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(12), default="")  # person | deadline | staff
    mark: Mapped[int | None]  # 1/1000; None until submitted and marked, never 0 instead
    waiting: Mapped[int] = mapped_column(default=0)  # answers that wait for somebody to mark them (待阅卷)
    full_mark: Mapped[int] = mapped_column(default=0)
    passed: Mapped[bool | None]

    paper: Mapped[Paper] = relationship()


class JournalEntry(Row, Base):
    """An answer as it was given. The highest client sequence of an item counts; older ones stay as history.

    Sequences are microseconds since the attempt's start by the server's clock, carried on by the client; so answers of
    two devices stand in the order in which they were given.
    """

    __tablename__ = "lms_journal_entry"
    __table_args__ = (UniqueConstraint("attempt_id", "sequence"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("lms_attempt.id"))
    sequence: Mapped[int] = mapped_column(BigInteger)
    item: Mapped[int]  # position in the frozen paper, from 1
    answer: Mapped[dict[str, Any]]  # {"given": …, "flag": true}
    received_at: Mapped[datetime]


class AttemptDevice(Row, Base):
    """A device on which an attempt was answered: whoever changed phones, or left the page, is shown, not accused."""

    __tablename__ = "lms_attempt_device"
    __table_args__ = (UniqueConstraint("attempt_id", "device"),)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("lms_attempt.id"))
    device: Mapped[str] = mapped_column(String(40))  # keyed digest of the browser
    away: Mapped[int] = mapped_column(default=0)  # how often the page went into the background
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class Mark(Row, Base):
    """The mark of one item, with who or what gave it and by which version of the question."""

    __tablename__ = "lms_mark"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("lms_attempt.id"))
    item: Mapped[int]  # position in the frozen paper, from 1
    part: Mapped[str] = mapped_column(String(8), default="")  # of a case; empty: the item as a whole
    mark: Mapped[int | None]  # 1/1000; None: waits for somebody to mark it
    full_mark: Mapped[int]
    question_version_id: Mapped[int] = mapped_column(ForeignKey("lms_question_version.id"))
    grader_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))  # None: graded by rule
    comment: Mapped[str] = mapped_column(String(2000), default="")
    replaced_at: Mapped[datetime | None]  # a regrade replaces, never overwrites
    created_at: Mapped[datetime]


class Correction(PublicRow, Base):
    """A faulty question of a paper set right after it was asked: dropped, given to all, or marked by another version's key."""

    __tablename__ = "lms_correction"

    paper_id: Mapped[int] = mapped_column(ForeignKey("lms_paper.id"), index=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("lms_question.id"))
    action: Mapped[str] = mapped_column(String(12))  # drop | give | accept | key, see quizzes.corrections
    version_id: Mapped[int | None] = mapped_column(ForeignKey("lms_question_version.id"))  # whose key counts (too)
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]


class Relearned(Row, Base):
    """A question of one's book of mistakes (错题本) that was practised again, and how often it was right since."""

    __tablename__ = "lms_relearned"
    __table_args__ = (UniqueConstraint("person_id", "question_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    question_id: Mapped[int] = mapped_column(ForeignKey("lms_question.id"))
    right_since: Mapped[int] = mapped_column(default=0)  # in a row
    last_at: Mapped[datetime]


class QuestionPicture(Row, Base):
    """A picture in the questions of a bank; where it stands, their texts say, see ``quizzes.pictures``."""

    __tablename__ = "lms_question_picture"
    __table_args__ = (UniqueConstraint("bank_id", "file_id"),)

    bank_id: Mapped[int] = mapped_column(ForeignKey("lms_bank.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("lms_stored_file.id"), index=True)
    width: Mapped[int]
    height: Mapped[int]
    created_at: Mapped[datetime]

    file: Mapped[StoredFile] = relationship()


class QuestionImport(PublicRow, Base):
    """An import of questions that somebody looks at before it is saved: the rows as read, and what came of it."""

    __tablename__ = "lms_question_import"

    bank_id: Mapped[int] = mapped_column(ForeignKey("lms_bank.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    # quizzes.preview.QuestionPreview.stored(), some megabytes of it; read only where it is asked for, emptied once decided
    preview: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    state: Mapped[str] = mapped_column(String(12), default="previewed")  # previewed | committed | dropped
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]
    committed_at: Mapped[datetime | None]

    bank: Mapped[Bank] = relationship()


# One mark counts for an item or part, however many people mark it at once.
Index("ix_lms_mark_live", Mark.attempt_id, Mark.item, Mark.part, unique=True, sqlite_where=text("replaced_at IS NULL"),
      postgresql_where=text("replaced_at IS NULL"))
Index("ix_lms_mark_attempt", Mark.attempt_id, Mark.item)
Index("ix_lms_mark_waiting", Mark.question_version_id, sqlite_where=text("mark IS NULL AND replaced_at IS NULL"),
      postgresql_where=text("mark IS NULL AND replaced_at IS NULL"))
Index("ix_lms_attempt_running", Attempt.deadline_at, sqlite_where=text("submitted_at IS NULL"),
      postgresql_where=text("submitted_at IS NULL"))
