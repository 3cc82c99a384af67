"""How people did: a row a person for one paper or for all papers of a class, and figures over them."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any, Literal

from sqlalchemy import distinct, func, select
from sqlalchemy.orm import Session

from lms.core.classes.models import Enrolment
from lms.core.i18n import N_
from lms.core.quizzes.attempts import Past
from lms.core.quizzes.closing import is_over
from lms.core.quizzes.counting import counting
from lms.core.quizzes.models import Attempt, JournalEntry, Mark, Paper, Question, QuestionVersion

State = Literal["not_started", "working", "paused", "closing", "handed_in", "timed_out", "collected"]
STATES: dict[State, str] = {"not_started": N_("未开始"), "working": N_("作答中"), "paused": N_("已暂停"), "closing": N_("已到时，正在收卷"),
                            "handed_in": N_("已交卷"), "timed_out": N_("到时自动交卷"), "collected": N_("统一收卷")}
_CLOSED: dict[str, State] = {"person": "handed_in", "deadline": "timed_out", "staff": "collected"}


@dataclass(frozen=True)
class PersonResult:
    """One person at one paper.

    :param best: the attempt that counts, as the paper says (``counting``); None while that one has no mark
    :param last: the attempt begun last
    """

    enrolment: Enrolment
    attempts: tuple[Past, ...]
    best: Past | None
    last: Past | None
    state: State

    @property
    def passed(self) -> bool | None:
        """Whether the attempt that counts passed; None while there is none with a mark."""
        return None if self.best is None else self.best.passed


@dataclass(frozen=True)
class Progress:
    """How far a running attempt is: items that were answered, and when something was saved last."""

    answered: int
    saved_at: datetime | None


def paper_results(db: Session, *, paper: Paper, enrolments: Sequence[Enrolment], now: datetime,
                  grace: timedelta) -> list[PersonResult]:
    """A row for each enrolment, in their order. One statement."""
    return class_results(db, papers=[paper], enrolments=enrolments, now=now, grace=grace)[paper.id]


def class_results(db: Session, *, papers: Sequence[Paper], enrolments: Sequence[Enrolment], now: datetime,
                  grace: timedelta) -> dict[int, list[PersonResult]]:
    """For each paper a row for each enrolment. One statement, however many there are."""
    found: dict[tuple[int, int], list[Past]] = defaultdict(list)
    a = Attempt
    rows = db.execute(select(a.person_id, a.id, a.uid, a.paper_id, a.number, a.started_at, a.deadline_at, a.submitted_at,
                             a.closed_by, a.mark, a.full_mark, a.passed, a.waiting)
                      .where(a.paper_id.in_([paper.id for paper in papers])).order_by(a.number))
    for row in rows:
        found[row.paper_id, row.person_id].append(Past(
            row.id, row.uid, row.paper_id, row.number, row.started_at, row.deadline_at, row.submitted_at, row.closed_by,
            row.mark, row.full_mark, row.passed, row.waiting))
    return {paper.id: [_result(e, found.get((paper.id, e.person_id), []), paper, now, grace) for e in enrolments]
            for paper in papers}


def _result(enrolment: Enrolment, attempts: list[Past], paper: Paper, now: datetime, grace: timedelta) -> PersonResult:
    last = attempts[-1] if attempts else None
    return PersonResult(enrolment, tuple(attempts), counting(attempts, paper.counting), last, state_of(last, paper, now, grace))


def state_of(last: Past | None, paper: Paper, now: datetime, grace: timedelta) -> State:
    """How the person stands at this paper now."""
    if last is None:
        return "not_started"
    if last.submitted_at is not None:
        return _CLOSED.get(last.closed_by, "handed_in")
    if is_over(last, paper, now=now, grace=grace):
        return "closing"
    return "working" if paper.paused_at is None else "paused"


def progress_of(db: Session, paper: Paper) -> dict[int, Progress]:
    """How far each attempt at the paper is, by attempt id. One statement."""
    j = JournalEntry
    rows = db.execute(select(j.attempt_id, func.count(distinct(j.item)), func.max(j.received_at))
                      .join(Attempt, Attempt.id == j.attempt_id).where(Attempt.paper_id == paper.id).group_by(j.attempt_id))
    return {attempt_id: Progress(count, at) for attempt_id, count, at in rows}


IDLE_AFTER = 5  # minutes


def idle_minutes(rows: Sequence[PersonResult], progress: Mapping[int, Progress], now: datetime) -> dict[int, int]:
    """For how many minutes nothing came from those who are working, by attempt id, where it is ``IDLE_AFTER`` or more."""
    found = {}
    for row in rows:
        if row.last is not None and row.state == "working":
            how = progress.get(row.last.id)
            since = (how.saved_at if how else None) or row.last.started_at
            found[row.last.id] = int((now - since).total_seconds()) // 60
    return {attempt_id: minutes for attempt_id, minutes in found.items() if minutes >= IDLE_AFTER}


@dataclass(frozen=True)
class Bin:
    """How many people have a share of the full mark below *below* per cent, and not below the bin before."""

    label: str
    below: int
    people: int


@dataclass(frozen=True)
class Distribution:
    """Marks over a class: the spread, how many passed, and mean and ends in 1/1000."""

    bins: tuple[Bin, ...]
    marked: int
    passed: int
    mean: int | None
    highest: int | None
    lowest: int | None


# As gradebooks here are read: below 60, then each ten.
_BINS = (("0–59", 60), ("60–69", 70), ("70–79", 80), ("80–89", 90), ("90–100", 101))


def distribution(results: Sequence[PersonResult]) -> Distribution:
    """The spread of the best marks, in parts of 100. An attempt without a mark is no 0; it is left out."""
    best = [result.best for result in results if result.best is not None]
    shares = [Fraction(100 * (attempt.mark or 0), attempt.full_mark or 1) for attempt in best]
    lows = [0, *(below for _, below in _BINS)]
    bins = tuple(Bin(label, below, sum(low <= share < below for share in shares))
                 for (label, below), low in zip(_BINS, lows, strict=False))
    marks = [attempt.mark or 0 for attempt in best]
    return Distribution(bins, len(best), sum(bool(r.passed) for r in results), sum(marks) // len(marks) if marks else None,
                        max(marks, default=None), min(marks, default=None))


@dataclass(frozen=True)
class QuestionResult:
    """How a question did over all marked attempts; *right* is the share of the marks that were earned, in 1/1000."""

    uid: str
    code: str
    kind: str
    stem: str
    asked: int
    right: int


def question_results(db: Session, paper: Paper) -> list[QuestionResult]:
    """The questions of the paper, the hardest first. One statement."""
    right = func.sum(Mark.mark) * 1000 / func.sum(Mark.full_mark)
    q, v = Question, QuestionVersion
    rows = db.execute(
        select(q.uid, q.code, q.kind, func.max(v.id), func.count(distinct(Mark.attempt_id)), right)
        .select_from(Mark).join(Attempt, Attempt.id == Mark.attempt_id).join(v, v.id == Mark.question_version_id)
        .join(q, q.id == v.question_id).where(Attempt.paper_id == paper.id, Mark.replaced_at.is_(None), Mark.mark.is_not(None),
               Mark.full_mark > 0)
        .group_by(q.uid, q.code, q.kind).order_by(right, q.code)).all()
    bodies: dict[int, dict[str, Any]] = dict(db.execute(select(v.id, v.body).where(v.id.in_([row[3] for row in rows]))).all())
    return [QuestionResult(row[0], row[1], row[2], str(bodies[row[3]].get("stem", "")), row[4], int(row[5] or 0)) for row in rows]
