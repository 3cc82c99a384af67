"""On which devices an attempt was answered, and how often the page was left: for invigilators to see, never to accuse."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.quizzes.models import Attempt, AttemptDevice, Paper

MOST_LEFT = 9999


@dataclass(frozen=True)
class Signs:
    """What an invigilator may want to look at: *devices* that answered, and how often the page was *left* on them."""

    devices: int
    left: int


def note_device(db: Session, *, attempt: Attempt, device: str, away: int, now: datetime) -> None:
    """The attempt is answered on *device*; its page was left so many times there (*away*). The highest count stands.

    :param device: keyed digest of the browser
    """
    sqlite_here = db.get_bind().dialect.name == "sqlite"
    made = (sqlite if sqlite_here else postgresql).insert(AttemptDevice).values(
        attempt_id=attempt.id, device=device, away=min(max(away, 0), MOST_LEFT), first_at=now, last_at=now)
    larger = func.max if sqlite_here else func.greatest
    db.execute(made.on_conflict_do_update(index_elements=["attempt_id", "device"], set_={
        "away": larger(AttemptDevice.away, made.excluded.away), "last_at": now}))


def signs_of(db: Session, paper: Paper) -> dict[int, Signs]:
    """By attempt id. One statement."""
    d = AttemptDevice
    rows = db.execute(select(d.attempt_id, func.count(), func.sum(d.away)).join(Attempt, Attempt.id == d.attempt_id)
                      .where(Attempt.paper_id == paper.id).group_by(d.attempt_id))
    return {attempt_id: Signs(count, int(left)) for attempt_id, count, left in rows}
