"""What people decide about completion: an approval, or who is outstanding (优秀学员). Events, never overwritten; the last one holds."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.certificates.completion import Verdict
from lms.core.certificates.models import CompletionEvent
from lms.core.classes.completion import Part
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_


class Decision(Protocol):
    """What a verdict says of a decision; a ``CompletionEvent`` or its columns."""

    @property
    def id(self) -> int: ...
    @property
    def given(self) -> bool: ...
    @property
    def by_id(self) -> int: ...
    @property
    def at(self) -> datetime: ...


KINDS = {"approval": N_("审批"), "outstanding": N_("优秀学员")}


def latest(db: Session, class_id: int) -> dict[tuple[int, str], CompletionEvent]:
    """The decision that holds, by enrolment and kind. One statement."""
    rows = db.scalars(select(CompletionEvent).where(CompletionEvent.class_id == class_id).order_by(CompletionEvent.id))
    return {(row.enrolment_id, row.kind): row for row in rows}


def decide(db: Session, *, training_class: TrainingClass, kind: str, chosen: Iterable[str], among: Sequence[Enrolment], seen: int,
           by_id: int, now: datetime) -> int:
    """Put on record who of *among* is approved, or outstanding, and who not; only what changes is an event. How many did.

    :param chosen: uids of those who are
    :param seen: id of the last decision that the page showed
    :raises Invalid: the class's rules do not ask for it, or too many are chosen
    :raises Conflict: somebody decided meanwhile
    """
    rules = rules_of(training_class)
    if not (kind == "approval" and rules.approval_required or kind == "outstanding" and rules.outstanding == "choice"):
        raise Invalid("nothing_to_decide", N_("按本班规则不需要作这项决定，没有保存。"))
    held = latest(db, training_class.id)
    if max((event.id for event in held.values()), default=0) != seen:
        raise Conflict("decided_meanwhile", N_("在您勾选期间，别人已保存了新的决定；您的勾选没有保存。请刷新页面核对后再存。"))
    wanted = set(chosen)
    if kind == "outstanding":
        _require_few(len(wanted), len(among), rules.outstanding_most)
    changed = [e for e in among if (e.uid in wanted) != _given(held, e.id, kind)]
    for enrolment in changed:
        db.add(CompletionEvent(class_id=training_class.id, enrolment_id=enrolment.id, kind=kind, given=enrolment.uid in wanted, by_id=by_id, at=now))
    if changed:
        record(db, actor_id=by_id, action="certificate.decide", thing=training_class, now=now, class_id=training_class.id,
               after={"kind": kind, "given": sum(e.uid in wanted for e in changed), "taken": sum(e.uid not in wanted for e in changed)})
    return len(changed)


def judge_approval(db: Session, training_class: TrainingClass, enrolments: Sequence[Enrolment], now: datetime) -> dict[int, tuple[Part, ...]]:
    """Somebody of the class's staff approves each person, where the class asks for it."""
    if not rules_of(training_class).approval_required:
        return {}
    held = latest(db, training_class.id)
    return {e.id: (approval_part(held.get((e.id, "approval"))),) for e in enrolments}


def outstanding(db: Session, training_class: TrainingClass, judged: Mapping[int, Verdict]) -> set[int]:
    """Ids of the enrolments that are outstanding by the class's rule, among those judged: they complete, and have the
    marks or were chosen. Exact: 89.99 is not 90."""
    rules = rules_of(training_class)
    complete = {key for key, verdict in judged.items() if verdict.met}
    if rules.outstanding == "choice":
        held = latest(db, training_class.id)
        return {key for key in complete if _given(held, key, "outstanding")}
    if rules.outstanding == "score":
        return {key for key in complete if _has_the_marks(judged[key], rules.outstanding_mark)}
    return set()


def _has_the_marks(verdict: Verdict, least: int) -> bool:
    """Every exam of the evidence at *least*, in 1/1000 of its full mark; without an exam nobody has."""
    results: list[Any] = [one for part in verdict.parts if part.code == "exam" for one in part.evidence.values()]
    return bool(results) and all(one and one["mark"] * 1000 >= least * one["of"] for one in results)


def approval_part(event: Decision | None) -> Part:
    """The part of the verdict that says whether somebody is approved.

    :param event: the decision that holds; None while there is none
    """
    given = event is not None and event.given
    evidence = {} if event is None else {"event": event.id, "by": event.by_id, "at": event.at.isoformat(), "given": event.given}
    return Part("approval", given, N_("审批"), N_("已审批通过") if given else N_("还没有审批通过"), "✓" if given else "—", {}, evidence)


def _given(held: Mapping[tuple[int, str], CompletionEvent], enrolment_id: int, kind: str) -> bool:
    event = held.get((enrolment_id, kind))
    return event is not None and event.given


def _require_few(count: int, people: int, most: int) -> None:
    if count * 1000 > most * people:
        raise Invalid("too_many_outstanding", N_("勾选了 {count} 人，超过本班规则的上限 {most} 人（{people} 人的 {share}%），没有保存。"), count=count,
                      most=most * people // 1000, people=people, share=f"{most / 10:g}")
