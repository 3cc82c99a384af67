"""The code on the hall's screen and the ticket that a phone gets for it: keyed hashes, no database rows.

A code belongs to a session, a direction and a time step. It is judged at its first request, before anybody logs in; the
phone then holds a signed ticket for some minutes while its owner finds out who they are. Both survive a restart,
because nothing but the installation's key makes them.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.ids import keyed, new_secret, same

Direction = Literal["in", "out"]
Method = Literal["hall", "typed"]
DIRECTIONS: tuple[Direction, ...] = ("in", "out")
TYPED_LENGTH = 6  # of 30 letters and digits: one guess in 729 million while a code lives
_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Scan:
    """What a hall code says once it has been judged, and whether it was scanned or typed."""

    session_uid: str
    direction: Direction
    seen_at: datetime
    method: Method = "hall"


@dataclass(frozen=True)
class Ticket:
    """A judged scan, held by one browser.

    :param nonce: unique; a ticket redeems once
    :param device: keyed digest of the browser that scanned
    :param waits_until: when sign-in opens, for a code that was seen before; else ``seen_at``
    """

    session_uid: str
    direction: Direction
    seen_at: datetime
    nonce: str
    device: str
    method: Method = "hall"
    waits_until: datetime | None = None

    @property
    def ready_at(self) -> datetime:
        """From when on it may be redeemed, and its time runs."""
        return max(self.seen_at, self.waits_until or self.seen_at)


def step_of(now: datetime, step_seconds: int) -> int:
    """The number of the time step in which *now* lies."""
    return int(now.timestamp()) // step_seconds


def seconds_left(now: datetime, step_seconds: int) -> float:
    """How long the code of *now* will stay on the screen."""
    return step_seconds - now.timestamp() % step_seconds


def hall_code(key: bytes, session_uid: str, direction: Direction, step: int) -> str:
    """The code of one step, in letters that are easy to type; its first ``TYPED_LENGTH`` are shown for typing."""
    raw = int.from_bytes(keyed(key, "hall", session_uid, direction, step, bits=160).encode(), "big")
    letters = ""
    for _ in range(16):
        raw, digit = divmod(raw, len(_LETTERS))
        letters += _LETTERS[digit]
    return letters


def scan_text(key: bytes, session_uid: str, direction: Direction, now: datetime, step_seconds: int) -> str:
    """What the QR says after ``/s/``: session, direction and the code of this step."""
    return f"{session_uid}-{direction}-{hall_code(key, session_uid, direction, step_of(now, step_seconds))}"


def judge_scan(key: bytes, text: str, now: datetime, step_seconds: int) -> Scan:
    """Judge what a phone scanned: right if it is the code of this step or of the one just gone.

    :raises Invalid: altered, of another installation, or no code at all
    :raises Conflict: it was right once, and has expired
    """
    parts = text.split("-")
    if len(parts) != 3 or parts[1] not in DIRECTIONS:
        raise _not_a_code()
    session_uid, direction, given = parts
    step = step_of(now, step_seconds)
    for back in (0, 1):
        if same(given, hall_code(key, session_uid, direction, step - back)):  # type: ignore[arg-type]
            return Scan(session_uid, direction, now)  # type: ignore[arg-type]
    # A day back is far enough to tell "expired" from "made up", and bounded whatever is sent.
    for back in range(2, min(86_400 // step_seconds, 720)):
        if same(given, hall_code(key, session_uid, direction, step - back)):  # type: ignore[arg-type]
            raise Conflict("code_expired", N_("这个签到码已经过期，没有签到。请重新扫描大屏幕上现在的二维码。"))
    raise _not_a_code()


def judge_typed(key: bytes, typed: str, sessions: list[str], now: datetime, step_seconds: int) -> Scan:
    """Judge a typed code against the sessions that are open now.

    :param sessions: uids of the sessions whose sign-in is open
    :raises Invalid: it is the code of none of them
    """
    given = typed.upper().replace(" ", "").replace("-", "")
    step = step_of(now, step_seconds)
    if len(given) == TYPED_LENGTH:
        for uid in sessions:
            for direction in DIRECTIONS:
                for back in (0, 1):
                    if same(given, hall_code(key, uid, direction, step - back)[:TYPED_LENGTH]):
                        return Scan(uid, direction, now, "typed")
    raise Invalid("wrong_code", N_("签到码不对或已更换，没有签到。请看大屏幕上现在的 {length} 位签到码再输入一次。"), length=TYPED_LENGTH)


def _not_a_code() -> Invalid:
    return Invalid("wrong_code", N_("这不是本系统现在的签到码，没有签到。请扫描大屏幕上的二维码，或输入屏幕上的 {length} 位签到码。"),
                   length=TYPED_LENGTH)


def give_ticket(key: bytes, scan: Scan, device: str, waits_until: datetime | None = None) -> str:
    """The signed ticket for a judged scan, safe in a URL."""
    fields = (scan.session_uid, scan.direction, _milliseconds(scan.seen_at), _milliseconds(waits_until or scan.seen_at),
              new_secret(96).replace(".", "_"), device, scan.method)
    return ".".join((*fields, keyed(key, "ticket", *fields, bits=128)))


def read_ticket(key: bytes, text: str, now: datetime, lasts: timedelta) -> Ticket:
    """Open a ticket.

    :raises Invalid: altered, cut, or of another installation
    :raises Conflict: older than *lasts*, or ready for longer
    """
    fields = text.split(".")
    if len(fields) != 8 or not same(fields[7], keyed(key, "ticket", *fields[:7], bits=128)):
        raise Invalid("wrong_ticket", N_("这张签到凭据无效，没有签到。请重新扫描大屏幕上的二维码。"))
    uid, direction, seen, waits, nonce, device, method, _ = fields
    ticket = Ticket(uid, direction, _instant(seen), nonce, device, method, _instant(waits))  # type: ignore[arg-type]
    if now - ticket.ready_at > lasts:
        raise Conflict("ticket_expired", N_("扫码后超过 {minutes} 分钟没有完成签到，凭据已失效，没有签到。请重新扫描大屏幕上的二维码。"),
                       minutes=int(lasts.total_seconds() // 60))
    return ticket


def _milliseconds(instant: datetime) -> str:
    return f"{int(instant.timestamp() * 1000):x}"


def _instant(milliseconds: str) -> datetime:
    return datetime.fromtimestamp(int(milliseconds, 16) / 1000, UTC)
