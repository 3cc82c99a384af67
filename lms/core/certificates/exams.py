"""The exams of a class as a condition of completion: passed, still open, or no longer to be passed."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.classes.completion import Part
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import ClassRules, rules_of
from lms.core.i18n import N_
from lms.core.quizzes.models import Attempt, Paper


@dataclass(frozen=True)
class Sitting:
    """One person at one exam or quiz, with all of the person's attempts.

    :param least: marks that the class asks for beyond the paper's own pass mark, in 1/1000 of the full mark
    """

    paper: Paper
    attempts: Sequence[Any]
    least: int = 0

    @property
    def best(self) -> Any | None:
        """The marked attempt with the highest share of its full mark, the earliest of equals; None without one."""
        return max((a for a in self.attempts if a.mark is not None), key=_share, default=None)

    @property
    def passed(self) -> bool:
        best = self.best
        return best is not None and bool(best.passed) and best.mark * 1000 >= self.least * best.full_mark

    @property
    def pass_mark(self) -> int:
        """In 1/1000, of what the best attempt was marked out of."""
        return max(self.paper.pass_mark, self.least) * (self.best.full_mark if self.best else 0) // 1000

    def lost(self, now: datetime) -> Literal["", "used", "over"]:
        """Why it cannot be passed any more: all attempts are used, or it is over; empty while something is open or unmarked."""
        if self.passed or any(a.mark is None for a in self.attempts):
            return ""
        if self.paper.attempts and len(self.attempts) >= self.paper.attempts:
            return "used"
        over = self.paper.state == "closed" or (self.paper.closes_at is not None and now >= self.paper.closes_at)
        return "over" if over else ""


def judge_exam(db: Session, training_class: TrainingClass, enrolments: Sequence[Enrolment],
               now: datetime) -> dict[int, tuple[Part, ...]]:
    """Every published exam of the class passed, and every quiz where the class asks for them, in the best of the attempts."""
    found = sittings(db, training_class, [e.person_id for e in enrolments])
    return {e.id: paper_parts(found[e.person_id], now) for e in enrolments} if found else {}


def required_kinds(rules: ClassRules) -> tuple[str, ...]:
    """The kinds of papers that must be passed, in the order of the checklist."""
    return ("quiz",) * rules.quizzes_required + ("exam",) * rules.exam_required


def sitting_of(paper: Paper, attempts: Sequence[Any], rules: ClassRules) -> Sitting:
    """What the class asks for at *paper*."""
    return Sitting(paper, attempts, rules.exam_mark if paper.kind == "exam" else 0)


def sittings(db: Session, training_class: TrainingClass, person_ids: Collection[int]) -> dict[int, list[Sitting]]:
    """What each person has at each exam and quiz that the class asks for; empty where it asks for none. One statement."""
    rules = rules_of(training_class)
    kinds = required_kinds(rules)
    if not kinds:
        return {}
    theirs = Attempt.paper_id == Paper.id
    if len(person_ids) <= 200:
        theirs = and_(theirs, Attempt.person_id.in_(person_ids))
    rows = db.execute(
        select(Paper, Attempt.person_id, Attempt.uid, Attempt.mark, Attempt.full_mark, Attempt.passed)
        .outerjoin(Attempt, theirs)
        .where(Paper.class_id == training_class.id, Paper.kind.in_(kinds), Paper.state != "draft")
        .order_by(Paper.id, Attempt.number)).all()
    exams = list(dict.fromkeys(row[0] for row in rows))
    by_seat: dict[tuple[int, int], list[Any]] = defaultdict(list)
    for row in rows:
        if row.person_id is not None:
            by_seat[row.person_id, row[0].id].append(row)
    return {person: [sitting_of(p, by_seat.get((person, p.id), ()), rules) for p in exams] for person in person_ids} if exams else {}


def paper_parts(results: Sequence[Sitting], now: datetime) -> tuple[Part, ...]:
    """The parts for one person: quizzes and exams apart."""
    by_kind = [[s for s in results if s.paper.kind == kind] for kind in ("quiz", "exam")]
    return tuple(_part(own, now) for own in by_kind if own)


def _part(results: Sequence[Sitting], now: datetime) -> Part:
    code, page = results[0].paper.kind, "lms.papers.index"
    title = N_("测验") if code == "quiz" else N_("考试")
    evidence = {s.paper.uid: None if s.best is None else {"attempt": s.best.uid, "mark": s.best.mark, "of": s.best.full_mark}
                for s in results}
    failed = next((s for s in results if not s.passed), None)
    if failed is None:
        last = results[-1]
        return Part(code, True, title, N_("“{title}”{mark} 分，及格"), _figure(last.best), {
            "title": last.paper.title, "mark": plain_marks(last.best.mark)}, evidence, endpoint=page)  # type: ignore[union-attr]
    final = any(s.lost(now) for s in results)
    if failed.best is None:
        return Part(code, False, title, N_("“{title}”还没有成绩"), "—", {"title": failed.paper.title}, evidence, final=final, endpoint=page)
    return Part(code, False, title, N_("“{title}”{mark} 分，及格线 {pass_mark} 分"), _figure(failed.best),
                {"title": failed.paper.title, "mark": plain_marks(failed.best.mark), "pass_mark": plain_marks(failed.pass_mark)},
                evidence, final=final, endpoint=page)


def _share(attempt: Any) -> Fraction:
    return Fraction(attempt.mark, attempt.full_mark) if attempt.full_mark else Fraction(0)


def _figure(attempt: Any) -> str:
    return f"{plain_marks(attempt.mark)} / {plain_marks(attempt.full_mark)}"


def plain_marks(thousandths: int) -> str:
    """Marks for a sentence: 85500 → 85.5."""
    return f"{thousandths / 1000:.3f}".rstrip("0").rstrip(".")
