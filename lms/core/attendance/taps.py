"""Taps that a phone made, perhaps long before it could send them: read, and given the instant that counts."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from lms.core.attendance.check_in import CLOCK_TOLERANCE
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

ACTS = ("in", "out", "undo")
MOST = 500  # taps a batch
_UNTOUCHED = timedelta(seconds=30)  # such a difference may be the network's
_OLDEST = timedelta(hours=24)


@dataclass(frozen=True)
class Tap:
    """One tap. *person* is an enrolment's uid, *of* the tap that an ``undo`` takes back, *at* the phone's own time."""

    uid: str
    person: str
    act: str
    at: datetime
    of: str = ""
    extra: bool = False  # somebody whom the list did not have


def read_taps(raw: Any) -> tuple[list[Tap], datetime | None]:
    """The taps of a batch and when the phone sent it, by its own clock.

    :raises Invalid: it is no batch; nothing of it is read
    :raises TooLarge: more than ``MOST``
    """
    if not isinstance(raw, dict) or not isinstance(raw.get("taps"), list):
        raise Invalid("taps_unreadable", N_("清点记录无法识别，没有保存。请刷新页面后再试，未上传的记录还在这台手机上。"))
    if len(raw["taps"]) > MOST:
        raise TooLarge("taps_too_many", N_("一次最多上传 {most} 条清点记录，没有保存。请分几次上传。"), most=MOST)
    return [_tap(item) for item in raw["taps"]], _instant(raw["sent_at"]) if raw.get("sent_at") is not None else None


def counts_at(tap: Tap, sent_at: datetime | None, now: datetime) -> tuple[datetime, list[str]]:
    """The instant that counts, by the server's clock, and why it awaits a look, if it does.

    What the phone's clock is off by is known from when it says that it sends: its taps are moved by as much.
    """
    off = now - sent_at if sent_at is not None else timedelta(0)
    at = tap.at + off if abs(off) > _UNTOUCHED else tap.at
    doubtful = abs(off) > CLOCK_TOLERANCE
    if at > now + _UNTOUCHED or now - at > _OLDEST:
        return now, ["clock_off"]
    return min(at, now), ["clock_off"] if doubtful else []


def _tap(item: Any) -> Tap:
    if not isinstance(item, dict):
        raise _unreadable()
    uid, person, act, of = (item.get(name, "") for name in ("uid", "person", "act", "of"))
    for text in (uid, person, *([of] if of else [])):
        if not (isinstance(text, str) and len(text) == 32 and text.isascii() and text.isalnum()):
            raise _unreadable()
    if act not in ACTS or (act == "undo") != bool(of):
        raise _unreadable()
    return Tap(uid, person, act, _instant(item.get("at")), of, item.get("extra") is True)


def _instant(text: Any) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise ValueError
        return at.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        raise _unreadable() from None


def _unreadable() -> Invalid:
    return Invalid("taps_unreadable", N_("清点记录无法识别，没有保存。请刷新页面后再试，未上传的记录还在这台手机上。"))
