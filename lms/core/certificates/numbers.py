"""Certificate numbers: sequential by an editable pattern, gap-free because the counter moves in the issuing transaction."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.certificates.models import NumberSequence
from lms.core.classes.models import TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.clock import local


def take_serial(db: Session, scope: str) -> int:
    """The next serial of *scope*. Whoever takes one holds the counter until the transaction ends, so none is lost."""
    dialect = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    db.execute(dialect.insert(NumberSequence).values(scope=scope, last=0).on_conflict_do_nothing())
    db.execute(update(NumberSequence).where(NumberSequence.scope == scope).values(last=NumberSequence.last + 1))
    return db.scalars(select(NumberSequence.last).where(NumberSequence.scope == scope)).one()


def scope_of(training_class: TrainingClass, now: datetime) -> str:
    """What the class's serials count within: the class, or the local year."""
    if rules_of(training_class).serial_scope == "year":
        return f"year:{training_class.organiser_id}:{local(now, training_class.zone).year}"
    return f"class:{training_class.uid}"


def number_text(training_class: TrainingClass, serial: int, now: datetime) -> str:
    """The number as printed, e.g. 培结〔2026〕第001号 (hexagonal brackets as in official documents, GB/T 9704)."""
    pattern: str = rules_of(training_class).certificate_number
    return pattern.format(year=local(now, training_class.zone).year, serial=serial, intake=training_class.intake or "")
