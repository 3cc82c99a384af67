"""Choose a password of one's own: after a first one handed out by staff, or instead of an old one."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.errors import Conflict, Invalid, LmsError
from lms.core.i18n import N_
from lms.core.ids import keyed, same
from lms.core.people.login import Claim, waiting
from lms.core.people.logins import end_all_logins
from lms.core.people.models import Password, Person
from lms.core.people.passwords import known_hash, set_password
from lms.core.people.throttle import Limits, note_failure, seconds_to_wait

TICKET_SECONDS = 900  # to choose a password after logging in with a first one


def first_ticket(db: Session, person: Person, *, key: bytes, now: datetime) -> str:
    """A ticket with which the person who just gave a first password chooses their own; works once."""
    expires = int(now.timestamp()) + TICKET_SECONDS
    return f"{person.uid}.{expires}.{_ticket_mac(db, person, expires, key)}"


def redeem_first_ticket(db: Session, ticket: str, *, key: bytes, now: datetime) -> Person:
    """Who holds *ticket*.

    :raises Invalid: it is altered, too old, or the password has been changed since
    """
    uid, expires, mac = (ticket.split(".") + ["", "", ""])[:3]
    person = db.scalar(select(Person).where(Person.uid == uid, Person.state == "active"))
    fresh = expires.isdecimal() and len(expires) < 12 and int(expires) >= now.timestamp()
    if person is None or not fresh or not same(mac, _ticket_mac(db, person, int(expires), key)):
        raise Invalid("password_ticket_expired", N_("等待时间过长，密码没有更改。请用初始密码重新登录后再设置。"))
    return person


def claim_own(db: Session, person: Person, *, device: str, now: datetime) -> Claim:
    """What somebody who is logged in must prove before a change: the old password. ``known_hash`` None: there is none.

    :raises TooOften: it was wrong too often on this device
    """
    account = f"own:{person.uid}"
    seconds = seconds_to_wait(db, account=account, device=device, now=now)
    if seconds:
        raise waiting(seconds)
    return Claim(account, device, person.id, known_hash(db, person))


def count_wrong_old(db: Session, claim: Claim, person: Person, *, limits: Limits, now: datetime) -> LmsError:
    """Count a wrong old password. The refusal is returned, not raised: what was counted must be committed."""
    seconds = note_failure(db, account=claim.account, device=claim.device, limits=limits, now=now)
    error: LmsError = waiting(seconds) if seconds else Invalid("wrong_old_password", N_("现在的密码不正确，密码没有更改。"))
    record(db, actor_id=person.id, action="login.password_change", thing=person, now=now, outcome="refused",
           code=error.code)
    return error


def replace_password(db: Session, person: Person, *, proven_hash: str | None, new_hash: str, keep: str | None,
                     now: datetime) -> None:
    """The new password takes the old one's place; every login but the one at hand ends.

    :param proven_hash: of the password that was proven, None if there was none
    :param keep: the secret of the login at hand
    :raises Conflict: it was replaced meanwhile, by staff or on another device
    """
    row = db.get(Password, person.id, populate_existing=True)
    if (row.hash if row else None) != proven_hash:
        raise Conflict("password_changed_meanwhile", N_("密码刚刚已在别处更改，这次没有保存。请用最新的密码重新登录。"))
    set_password(db, person, new_hash, now=now)
    end_all_logins(db, person, now=now, but=keep)
    record(db, actor_id=person.id, action="login.password_change", thing=person, now=now)


def _ticket_mac(db: Session, person: Person, expires: int, key: bytes) -> str:
    row = db.get(Password, person.id)
    return keyed(key, "first-password", person.uid, expires, row.hash if row and row.must_change else "", bits=160)
