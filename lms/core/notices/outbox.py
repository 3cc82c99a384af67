"""The outbox: put a message in with the change it tells of; it leaves after the commit, and is tried again where it does not.

A message is claimed before it is sent, with the time of its next try: two senders never hold it at once, and a process
that is killed while sending leaves it for that next try. It carries its uid, by which a receiver can tell a second copy.
"""
from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.clock import Clock
from lms.core.db import Database
from lms.core.notices.models import OutboxMessage

log = logging.getLogger(__name__)
MOST_TRIES = 8  # the last one about four hours after the first
_FIRST_WAIT = timedelta(minutes=2)  # doubles with each try
_AT_ONCE = 20  # messages a minute


@dataclass(frozen=True)
class Channel:
    """A way out. *title* is a message id.

    :param ready: whether the settings say where to send to
    :param send: sends (settings, message), or raises: any exception is a try that failed
    """

    title: str
    ready: Callable[[Any], bool]
    send: Callable[[Any, OutboxMessage], None]


class Place(Protocol):
    """What this needs of an installation."""

    database: Database
    clock: Clock
    settings: Any
    registry: Any


def post(db: Session, settings: Any, *, subject: str, body: str, now: datetime, key: str | None = None) -> int:
    """Put a message into the outbox for every channel that is set up. Nothing leaves a demonstration.

    :param key: where a message with this key was posted before, it is not posted again
    :return: on how many channels
    """
    if settings.demo:
        return 0
    ready = [name for name, channel in db.info["registry"].all("notice_channel") if channel.ready(settings)]
    insert: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    for name in ready:
        db.execute(insert(OutboxMessage).values(
            channel=name, subject=subject[:200], body=body[:2000], next_at=now, created_at=now,
            key=f"{name}:{key}"[:120] if key else None).on_conflict_do_nothing())
    return len(ready)


def send_waiting(place: Place) -> int:
    """Each minute: send what is due; how many left. One that fails waits twice as long each time and keeps no other back."""
    if place.settings.demo:
        return 0
    sent = 0
    for _ in range(_AT_ONCE):
        message = _claim(place)
        if message is None:
            break
        sent += _send(place, message)
    return sent


def _claim(place: Place) -> OutboxMessage | None:
    now = place.clock.now()
    with place.database.reading() as db:
        if db.scalar(select(OutboxMessage.id).where(OutboxMessage.state == "waiting", OutboxMessage.next_at <= now).limit(1)) is None:
            return None
    with place.database.writing() as db:
        message = db.scalars(select(OutboxMessage).where(OutboxMessage.state == "waiting", OutboxMessage.next_at <= now)
                             .order_by(OutboxMessage.id).limit(1).with_for_update(skip_locked=True)).first()
        if message is not None:
            message.tries += 1
            message.next_at = now + _FIRST_WAIT * 2 ** (message.tries - 1)
        return message


def _send(place: Place, message: OutboxMessage) -> bool:
    channel: Channel | None = place.registry.get("notice_channel", message.channel)
    try:
        if channel is None:
            raise LookupError(f"no channel {message.channel}")
        channel.send(place.settings, message)
    except Exception as error:  # whatever a mail server or a robot answers: it is tried again
        log.warning("message %s did not leave by %s (try %d): %s", message.uid, message.channel, message.tries, type(error).__name__)
        values: dict[str, Any] = {"error": f"{type(error).__name__}: {error}"[:300], "state": "failed" if message.tries >= MOST_TRIES else "waiting"}
    else:
        values = {"error": "", "state": "sent", "sent_at": place.clock.now()}
    with place.database.writing() as db:
        db.execute(update(OutboxMessage).where(OutboxMessage.id == message.id).values(**values))
    return bool(values["state"] == "sent")
