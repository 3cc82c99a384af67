"""The journal of an attempt: every answer as it was given, one row a change, never overwritten."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.i18n import N_
from lms.core.quizzes.answers import given_since, with_flag
from lms.core.quizzes.closing import is_over
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.kinds.protocol import Answer, kind_of, not_an_answer
from lms.core.quizzes.models import Attempt, JournalEntry, Paper
from lms.core.registry import Registry

MOST_AT_ONCE = 1000
LARGEST_SEQUENCE = 2 ** 53 - 1  # what a browser counts exactly
CHECKED = "checked"  # in a practice: the answer whose rightness was shown; it stands
_MOST_VALUES, _LONGEST_VALUE = 100, 4000  # a case has eight parts of up to twelve values


@dataclass(frozen=True)
class Entry:
    """One change: the answer to an item, checked against what was asked. *sequence* orders the changes of an attempt."""

    sequence: int
    item: int
    answer: Answer


def read_entries(registry: Registry, attempt: Attempt, given: Any) -> list[Entry]:
    """What a browser sent, checked: ``[{"sequence": 7, "item": 2, "given": ["1", "3"], "flag": false}]``.

    :raises Invalid: it is no such list, a sequence or item is out of range, or an answer does not fit its question
    """
    if not isinstance(given, list) or len(given) > MOST_AT_ONCE:
        raise _malformed()
    items = {item.number: item for item in items_of(attempt.frozen)}
    entries = []
    for one in given:
        if not isinstance(one, dict) or not (_whole(one.get("sequence")) and _whole(one.get("item"))):
            raise _malformed()
        if not 1 <= one["sequence"] <= LARGEST_SEQUENCE or one["item"] not in items:
            raise _malformed()
        item = items[one["item"]]
        answer = kind_of(registry, item.kind).read_answer(item.shown, values_of(one.get("given")))
        entries.append(Entry(one["sequence"], item.number, with_flag(answer, one.get("flag") is True)))
    return entries


def values_of(given: Any) -> list[str]:
    """What was given, as the texts that a form would send.

    :raises Invalid: neither text nor a list of texts, or far too much of it
    """
    if given is None:
        return []
    values = given if isinstance(given, list) else [given]
    if len(values) > _MOST_VALUES or not all(isinstance(value, str) and len(value) <= _LONGEST_VALUE for value in values):
        raise not_an_answer()
    return values


@dataclass(frozen=True)
class Saved:
    """What became of a batch.

    :param last: the highest sequence of the batch; 0 for an empty one
    :param newest: the highest sequence that the sender knows of from now on
    :param newer: items whose answer was given elsewhere since: what the sender has on its page does not count
    """

    last: int
    newest: int
    newer: Sequence[int] = ()


def answer(db: Session, *, attempt: Attempt, entries: Sequence[Entry], now: datetime, grace: timedelta,
           known: int | None = None) -> Saved:
    """Write changes down; they are durable when the transaction is.

    A sequence that is there already is left alone, so the same batch may come twice. The highest sequence of an item
    counts; an older one that arrives late is history, and whoever sent it is told what counts.

    :param known: the newest sequence that the sender knows of; None: it does not ask what others gave
    :raises Conflict: the attempt is over; nothing of this batch was kept
    """
    paper_kind = require_open(db, attempt=attempt, now=now, grace=grace, lock=True)
    if paper_kind == "practice":
        entries = _unchecked(db, attempt, entries)
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    rows = [{"attempt_id": attempt.id, "sequence": e.sequence, "item": e.item, "answer": e.answer, "received_at": now}
            for e in entries]
    if rows:
        db.execute(dialect.insert(JournalEntry.__table__).on_conflict_do_nothing(
            index_elements=["attempt_id", "sequence"]), rows)
    return told(db, attempt=attempt, entries=entries, known=known)


def told(db: Session, *, attempt: Attempt, entries: Sequence[Entry] = (), known: int | None) -> Saved:
    """What the sender of *entries* has to know: its last sequence, and what others gave meanwhile. At most one statement."""
    last = max((entry.sequence for entry in entries), default=0)
    if known is None:
        return Saved(last, last)
    own = {entry.sequence for entry in entries}
    found = given_since(db, attempt.id, known, {entry.item for entry in entries})
    newest = max((given.sequence for given in found.values()), default=known)
    return Saved(last, max(newest, known), tuple(sorted(item for item, given in found.items() if given.sequence not in own)))


def require_open(db: Session, *, attempt: Attempt, now: datetime, grace: timedelta, lock: bool = False) -> str:
    """Go on only if the attempt, as it stands in this transaction, can still be answered; gives the paper's kind.

    :param lock: keep it from being handed in until the transaction ends
    :raises Conflict: it was handed in, its time is over, or the room has been paused for longer than *grace*
    """
    query = (select(Attempt.submitted_at, Attempt.deadline_at, Attempt.closed_by, Paper.state, Paper.paused_at, Paper.kind)
             .join(Paper, Paper.id == Attempt.paper_id).where(Attempt.id == attempt.id))
    row = db.execute(query.with_for_update(of=Attempt) if lock else query).one()
    if row.submitted_at is not None and row.closed_by == "person":
        raise Conflict("attempt_submitted", N_("这份答卷已经交了，之后的修改没有保存。"))
    if row.submitted_at is not None or is_over(row, row, now=now, grace=grace):
        raise Conflict("attempt_over", N_("作答时间已到，刚才的修改没有保存；到时以前保存的答案都有效。"))
    if row.paused_at is not None and now > row.paused_at + grace:
        raise Conflict("attempt_paused", N_("考试已暂停，刚才的修改还没有保存。时间也停了，请等监考人员继续考试后再答。"))
    return str(row.kind)


def _unchecked(db: Session, attempt: Attempt, entries: Sequence[Entry]) -> list[Entry]:
    """Without answers to what was checked already: whoever has seen what is right changes nothing any more."""
    found = given_since(db, attempt.id, LARGEST_SEQUENCE, {entry.item for entry in entries})
    return [entry for entry in entries if entry.item not in found or not found[entry.item].answer.get(CHECKED)]


def next_sequence(db: Session, attempt: Attempt, now: datetime) -> int:
    """A sequence after all that are there, for an answer that comes as a form: microseconds since the start."""
    last = db.scalar(select(JournalEntry.sequence).where(JournalEntry.attempt_id == attempt.id)
                     .order_by(JournalEntry.sequence.desc()).limit(1)) or 0
    return max(last + 1, elapsed(attempt, now) * 1000)


def elapsed(attempt: Attempt, now: datetime) -> int:
    """Milliseconds since the attempt began, at least 1: where a browser's sequences carry on from."""
    return max(1, int((now - attempt.started_at).total_seconds() * 1000))


def require_items(attempt: Attempt, numbers: Iterable[int]) -> None:
    """:raises NotFound: the attempt has no such item"""
    count = len(attempt.frozen["items"])
    if any(not 1 <= number <= count for number in numbers):
        raise NotFound("no_such_item", N_("这份试卷没有这道题。请从题号中选择。"))


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _malformed() -> Invalid:
    return Invalid("answers_malformed", N_("收到的答案格式不对，没有保存。请刷新页面后继续作答；已保存的答案都在。"))
