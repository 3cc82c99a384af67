"""Faulty questions put right after they were asked: who would change is shown before anything is saved; old marks stay."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.ids import digest
from lms.core.quizzes.answers import answers_by_attempt
from lms.core.quizzes.frozen import Item, items_of, prepare
from lms.core.quizzes.grading import Graded, Ruling, grade_item, has_passed, live_marks, settle, total, write_marks
from lms.core.quizzes.kinds.pieces import needs_a_marker
from lms.core.quizzes.kinds.protocol import kind_of
from lms.core.quizzes.models import Attempt, Correction, Mark, Paper, Question, QuestionVersion

ACTIONS = {"accept": N_("原来的答案和新答案都算对"), "key": N_("只按新答案评分"), "give": N_("这题人人得满分"),
           "drop": N_("这题不计分，从满分里去掉")}
WITH_KEY = ("accept", "key")


@dataclass(frozen=True)
class Change:
    """What a correction does to one attempt: the question's mark, the whole mark and the verdict, before and after."""

    attempt_id: int
    person_id: int
    number: int
    item: tuple[int | None, int | None]
    mark: tuple[int | None, int | None]
    full_mark: tuple[int, int]
    passed: tuple[bool | None, bool | None]
    rows: tuple[Graded, ...]  # of the question, as they would stand

    @property
    def differs(self) -> bool:
        return self.mark[0] != self.mark[1] or self.full_mark[0] != self.full_mark[1]

    @property
    def turns(self) -> bool:
        """Whether the verdict becomes another."""
        return self.passed[0] != self.passed[1]


@dataclass(frozen=True)
class Effects:
    """What a correction would do.

    :param kept: attempts in which it cannot be applied because people marked the question there; they stay as they are
    """

    changes: tuple[Change, ...]
    kept: int

    @property
    def seal(self) -> str:
        """What somebody saw before confirming; another one means that something happened meanwhile."""
        return digest(repr([(c.attempt_id, c.item, c.mark, c.full_mark) for c in self.changes]))[:32]


def rulings_for(db: Session, attempt: Attempt, items: Sequence[Item]) -> dict[int, Ruling]:
    """How the items of an attempt are marked differently, by item number, after all corrections of each question in turn.

    One statement where nothing was corrected.
    """
    c = Correction
    rows = db.execute(select(c.action, c.version_id, QuestionVersion.id).join(
        QuestionVersion, QuestionVersion.question_id == c.question_id).where(
        c.paper_id == attempt.paper_id, QuestionVersion.id.in_({item.version_id for item in items})).order_by(c.id)).all()
    found: dict[int, Ruling] = {}
    numbers = {item.version_id: item for item in items}
    for action, version_id, asked in rows:
        item = numbers[asked]
        made = ruling(db, attempt, item, action, version_id, found.get(item.number))
        if made is not None:
            found[item.number] = made
    return found


def ruling(db: Session, attempt: Attempt, item: Item, action: str, version_id: int | None, before: Ruling | None = None) -> Ruling | None:
    """The ruling for one attempt; None where the item cannot be posed again as it was (its options are others now).

    :param before: what counted until then. An answer that is accepted counts besides it; a question that had been dropped
        counts again, as it did before that
    """
    if action not in WITH_KEY:
        return Ruling(action, before=before)
    version, asked = db.get_one(QuestionVersion, version_id), db.get_one(QuestionVersion, item.version_id)
    if kind_of(db.info["registry"], item.kind).check(asked.body, version.key):
        return None
    again = posed_again(db, attempt, item, version.key)
    if again is None:
        return None
    return Ruling(action, again, version.id, before.before if before is not None and before.action == "drop" else before)


def posed_again(db: Session, attempt: Attempt, item: Item, key: dict[str, Any]) -> dict[str, Any] | None:
    """*key* as this attempt would have frozen it: the seed gives the same order of options again."""
    paper = db.get_one(Paper, attempt.paper_id)
    items = prepare(db, paper, seed=attempt.frozen["seed"], keys={item.version_id: key}).frozen["items"]
    again = items[item.number - 1] if item.number <= len(items) else None
    return again["key"] if again is not None and again["shown"] == item.shown else None


def effects(db: Session, *, paper: Paper, question: Question, action: str) -> Effects:
    """What would happen to everybody who handed in. Writes nothing. A fixed number of statements.

    :raises Invalid: no such action, or the question's present key does not fit what was asked
    """
    if action not in ACTIONS:
        raise Invalid("correction_action", N_("没有这种处理办法，请从列表中选择。"), field="action")
    asked = set(db.scalars(select(QuestionVersion.id).where(QuestionVersion.question_id == question.id)))
    attempts = db.scalars(select(Attempt).where(Attempt.paper_id == paper.id, Attempt.submitted_at.is_not(None))
                          .order_by(Attempt.id)).all()
    answers = answers_by_attempt(db, [a.id for a in attempts])
    live, past = _live(db, paper), corrections_of(db, paper, question)
    changes, kept = [], 0
    for attempt in attempts:
        item = next((i for i in items_of(attempt.frozen) if i.version_id in asked), None)
        rows = live.get(attempt.id, [])
        if item is None or not rows:
            continue
        if action in WITH_KEY and needs_a_marker(db.info["registry"], kind=item.kind, shown=item.shown, key=item.key):
            kept += 1
            continue
        changes.append(_change(db, attempt, item, answers.get(attempt.id, {}).get(item.number, {}), rows, action, question, past))
    return Effects(tuple(c for c in changes if c is not None), kept)


def corrections_of(db: Session, paper: Paper, question: Question) -> list[Correction]:
    """All that was corrected about the question in this paper, in order. One statement."""
    return list(db.scalars(select(Correction).where(Correction.paper_id == paper.id, Correction.question_id == question.id)
                           .order_by(Correction.id)))


def _live(db: Session, paper: Paper) -> dict[int, list[Graded]]:
    m = Mark
    found: dict[int, list[Graded]] = {}
    for row in db.execute(select(m.attempt_id, m.item, m.part, m.mark, m.full_mark, m.question_version_id)
                          .join(Attempt, Attempt.id == m.attempt_id)
                          .where(Attempt.paper_id == paper.id, m.replaced_at.is_(None))):
        found.setdefault(row[0], []).append(Graded(*row[1:]))
    return found


def _change(db: Session, attempt: Attempt, item: Item, answer: dict[str, Any], rows: Sequence[Graded], action: str,
            question: Question, past: Sequence[Correction]) -> Change | None:
    before: Ruling | None = None
    for one in past:
        before = ruling(db, attempt, item, one.action, one.version_id, before) or before
    made = ruling(db, attempt, item, action, question.current_version_id if action in WITH_KEY else None, before)
    if made is None:
        raise Conflict("options_differ", N_("题库里的新版本和考卷上的选项不一样，不能按它评分。请让选项与考卷上的相同，只改答案；或选别的处理办法。"))
    new = grade_item(db.info["registry"], item, answer, made)
    others, old = [row for row in rows if row.item != item.number], [row for row in rows if row.item == item.number]
    mark, full_mark, _ = total([*others, *new])
    passed = None if mark is None else has_passed(mark, full_mark, attempt.frozen["pass_mark"])
    return Change(attempt.id, attempt.person_id, attempt.number, (total(old)[0], total(new)[0]), (attempt.mark, mark),
                  (attempt.full_mark, full_mark), (attempt.passed, passed), tuple(new))


def correct(db: Session, *, paper: Paper, question: Question, action: str, reason: str, seal: str, by_id: int | None,
            now: datetime) -> Effects:
    """Save a correction: new rows of marks beside the old ones, which stay; mark and verdict of each attempt follow.

    :param seal: of the effects that somebody looked at
    :raises Invalid: no reason
    :raises Conflict: what would happen is no longer what they saw
    """
    if not reason.strip():
        raise Invalid("reason_missing", N_("请写明原因。"), field="reason")
    check_key(db, paper, question, action)
    found = effects(db, paper=paper, question=question, action=action)
    if found.seal != seal:
        raise Conflict("effects_changed", N_("看过影响以后又有变化（有人交卷、阅卷，或题目又改了），没有保存。请看新的影响再确认。"))
    version_id = question.current_version_id if action in WITH_KEY else None
    db.add(Correction(paper_id=paper.id, question_id=question.id, action=action, version_id=version_id, reason=reason.strip(),
                      by_id=by_id, created_at=now))
    for change in found.changes:
        _apply(db, change, now)
    record(db, actor_id=by_id, action="paper.correct", thing=paper, now=now, class_id=paper.class_id, reason=reason.strip(),
           after={"question": question.code, "how": action, "people": sum(c.differs for c in found.changes),
                  "verdicts": sum(c.turns for c in found.changes)})
    return found


def _apply(db: Session, change: Change, now: datetime) -> None:
    attempt = db.get_one(Attempt, change.attempt_id)
    db.execute(update(Mark).where(Mark.attempt_id == attempt.id, Mark.replaced_at.is_(None), Mark.item == change.rows[0].item)
               .values(replaced_at=now))
    write_marks(db, attempt, change.rows, grader_id=None, now=now)  # by rule; the correction says who made it
    settle(db, attempt, live_marks(db, attempt.id), now=now)


def check_key(db: Session, paper: Paper, question: Question, action: str) -> None:
    """:raises Invalid: the question's present version has a key that does not go with what was asked"""
    if action not in WITH_KEY:
        return
    version = question.current
    flaws = kind_of(db.info["registry"], question.kind).check(version.body, version.key) if version else []
    if flaws:
        raise Invalid(flaws[0].code, flaws[0].message, **flaws[0].data)
