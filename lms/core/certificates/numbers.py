"""Certificate numbers: sequential by an editable pattern, gap-free because the counter moves in the issuing transaction."""
from __future__ import annotations

import unicodedata
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.certificates.models import NumberSequence
from lms.core.certificates.wording import fill
from lms.core.classes.models import TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.clock import local

# Phones type one kind of bracket, official documents print another (GB/T 9704: hexagonal).
_BRACKETS = {**dict.fromkeys(map(ord, "[{<〔【〖〈《「『"), "("), **dict.fromkeys(map(ord, "]}>〕】〗〉》」』"), ")")}


def hold_scope(db: Session, scope: str) -> None:
    """From here to the end of the transaction nobody else takes serials of *scope*; whoever tries waits."""
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    db.execute(dialect.insert(NumberSequence).values(scope=scope, last=0).on_conflict_do_nothing())
    db.execute(select(NumberSequence.last).where(NumberSequence.scope == scope).with_for_update())


def take_serials(db: Session, scope: str, count: int) -> range:
    """The next *count* serials of *scope*, which ``hold_scope`` holds. A rollback gives them back, so none is lost."""
    db.execute(update(NumberSequence).where(NumberSequence.scope == scope).values(last=NumberSequence.last + count))
    last = db.scalars(select(NumberSequence.last).where(NumberSequence.scope == scope)).one()
    return range(last - count + 1, last + 1)


def scope_of(training_class: TrainingClass, now: datetime) -> str:
    """What the class's serials count within: the class, or the local year."""
    if rules_of(training_class).serial_scope == "year":
        return f"year:{training_class.organiser_id}:{local(now, training_class.zone).year}"
    return f"class:{training_class.uid}"


def number_text(training_class: TrainingClass, serial: int, now: datetime) -> str:
    """The number as printed, e.g. 培结〔2026〕第001号 (hexagonal brackets as in official documents, GB/T 9704).

    :raises Invalid: the class's pattern cannot be used
    """
    return fill(rules_of(training_class).certificate_number, {
        "year": local(now, training_class.zone).year, "serial": serial, "intake": training_class.intake or ""})


def next_number(db: Session, training_class: TrainingClass, now: datetime) -> str:
    """The number that the next certificate of the class would get, if nobody issues one before.

    :raises Invalid: the class's pattern cannot be used
    """
    last = db.scalar(select(NumberSequence.last).where(NumberSequence.scope == scope_of(training_class, now)))
    return number_text(training_class, (last or 0) + 1, now)


def number_key(text: str) -> str:
    """What numbers are found by: brackets of any kind, full or half width, without spaces."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_BRACKETS).casefold().split())
