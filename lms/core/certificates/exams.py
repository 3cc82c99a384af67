"""The exams of a class as a condition of completion: passed, still open, or no longer to be passed."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.core.classes.completion import Part
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import ClassRules, rules_of
from lms.core.i18n import N_
from lms.core.quizzes.counting import counting
from lms.core.quizzes.models import Attempt, Paper
from lms.core.quizzes.takers import may_take


@dataclass(frozen=True)
class Sitting:
    """One person at one exam or quiz, with all of the person's attempts.

    :param least: marks that the class asks for beyond the paper's own pass mark, in 1/1000 of the full mark
    :param resits: the same person at the re-sits (补考) of this exam, which make up for it
    :param hidden: whoever asks may not know of the marks yet
    """

    paper: Paper
    attempts: Sequence[Any]
    least: int = 0
    resits: tuple[Sitting, ...] = ()
    hidden: bool = False

    @property
    def best(self) -> Any | None:
        """The attempt that counts: of the exam as its paper says, or of a re-sit that was passed; None without a mark."""
        if self.hidden:
            return None
        own = counting(self.attempts, self.paper.counting)
        made_up = [found for found in (resit.best for resit in self.resits) if found is not None]
        known = [*([own] if own is not None else []), *made_up]
        return next((found for found in known if self._enough(found)), known[0] if known else None)

    @property
    def passed(self) -> bool:
        return self.best is not None and self._enough(self.best)

    def _enough(self, attempt: Any) -> bool:
        return bool(attempt.passed) and attempt.mark * 1000 >= self.least * attempt.full_mark

    @property
    def pass_mark(self) -> int:
        """In 1/1000, of what the best attempt was marked out of."""
        return max(self.paper.pass_mark, self.least) * (self.best.full_mark if self.best else 0) // 1000

    @property
    def handed_in(self) -> bool:
        return any(a.submitted_at is not None for a in self.attempts) or any(resit.handed_in for resit in self.resits)

    def lost(self, now: datetime) -> Literal["", "used", "over"]:
        """Why it cannot be passed any more: all attempts are used, or it is over; empty while something is open or unmarked."""
        if self.passed or self.hidden or any(a.mark is None for a in self.attempts):
            return ""
        if any(not resit.lost(now) for resit in self.resits):
            return ""
        if self.paper.attempts and len(self.attempts) >= self.paper.attempts:
            return "used"
        over = self.paper.state == "closed" or (self.paper.closes_at is not None and now >= self.paper.closes_at)
        return "over" if over else ""


def sittings_of(papers: Iterable[Paper], attempts: Mapping[int, Sequence[Any]], rules: ClassRules, *, person_id: int,
                group_id: int | None, hidden: Collection[int] = ()) -> list[Sitting]:
    """What one person has at each paper that is asked of them: those that are for others are not.

    :param attempts: the person's, by paper id
    :param hidden: ids of papers whose marks may not be known yet
    """
    mine = [Sitting(p, attempts.get(p.id) or (), rules.exam_mark if p.kind == "exam" else 0, (), p.id in hidden) for p in papers
            if may_take(p, person_id=person_id, group_id=group_id)]
    resits = [s for s in mine if s.paper.resit_of_id is not None]
    return [replace(s, resits=tuple(r for r in resits if r.paper.resit_of_id == s.paper.id)) for s in mine
            if s.paper.resit_of_id is None]


def judge_exam(db: Session, training_class: TrainingClass, enrolments: Sequence[Enrolment],
               now: datetime) -> dict[int, tuple[Part, ...]]:
    """Every published exam of the class passed, and every quiz where the class asks for them, in the attempt that counts or
    in a re-sit."""
    found = sittings(db, training_class, [e.person_id for e in enrolments])
    return {e.id: paper_parts(found[e.person_id], now) for e in enrolments if found.get(e.person_id)}


def required_kinds(rules: ClassRules) -> tuple[str, ...]:
    """The kinds of papers that must be passed, in the order of the checklist."""
    return ("quiz",) * rules.quizzes_required + ("exam",) * rules.exam_required


def sittings(db: Session, training_class: TrainingClass, person_ids: Collection[int]) -> dict[int, list[Sitting]]:
    """What each person has at each exam and quiz that the class asks for; empty where it asks for none. One statement, two
    where a paper is for some groups only."""
    rules = rules_of(training_class)
    kinds = required_kinds(rules)
    if not kinds:
        return {}
    a, theirs = Attempt, Attempt.paper_id == Paper.id
    if len(person_ids) <= 200:
        theirs = and_(theirs, a.person_id.in_(person_ids))
    rows = db.execute(
        select(Paper, a.person_id, a.uid, a.number, a.submitted_at, a.mark, a.full_mark, a.passed).outerjoin(a, theirs)
        .where(Paper.class_id == training_class.id, Paper.kind.in_(kinds), Paper.state != "draft")
        .order_by(Paper.id, a.number)).all()
    exams = list(dict.fromkeys(row[0] for row in rows))
    by_seat: dict[int, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        if row.person_id is not None:
            by_seat[row.person_id][row[0].id].append(row)
    groups = _groups(db, training_class, exams)
    return {person: sittings_of(exams, by_seat.get(person, {}), rules, person_id=person, group_id=groups.get(person))
            for person in person_ids} if exams else {}


def _groups(db: Session, training_class: TrainingClass, exams: Sequence[Paper]) -> dict[int, int | None]:
    """The group of each person, asked for only where a paper is for some groups."""
    if not any("groups" in paper.takers for paper in exams):
        return {}
    return dict(db.execute(select(Enrolment.person_id, Enrolment.group_id).where(Enrolment.class_id == training_class.id)).all())


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
        return Part(code, False, title, _no_mark(failed), "—", {"title": failed.paper.title}, evidence, final=final, endpoint=page)
    return Part(code, False, title, N_("“{title}”{mark} 分，及格线 {pass_mark} 分"), _figure(failed.best),
                {"title": failed.paper.title, "mark": plain_marks(failed.best.mark), "pass_mark": plain_marks(failed.pass_mark)},
                evidence, final=final, endpoint=page)


def _no_mark(sitting: Sitting) -> str:
    """Why there is no mark, a message id."""
    if not sitting.handed_in:
        return N_("“{title}”还没有成绩")
    return N_("“{title}”已交卷，成绩还没有公布") if sitting.hidden else N_("“{title}”已交卷，待阅卷")


def _figure(attempt: Any) -> str:
    return f"{plain_marks(attempt.mark)} / {plain_marks(attempt.full_mark)}"


def plain_marks(thousandths: int) -> str:
    """Marks for a sentence: 85500 → 85.5."""
    return f"{thousandths / 1000:.3f}".rstrip("0").rstrip(".")
