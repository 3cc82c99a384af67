"""Log in by phone number and password, in three steps: look up, prove (slow, outside the write), admit."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.audit.models import AuditEntry
from lms.core.audit.service import record
from lms.core.errors import Conflict, Invalid, LmsError, TooOften
from lms.core.i18n import N_
from lms.core.ids import digest
from lms.core.people.models import Password, Person
from lms.core.people.passwords import FIRST_PASSWORD_LASTS, check_password, hash_password, is_outdated
from lms.core.people.phones import clean_phone
from lms.core.people.throttle import Limits, note_failure, note_success, seconds_to_wait

UNKNOWN_PER_HOUR = 30  # wrong attempts at accounts that do not exist which the log keeps
_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Claim:
    """Somebody says that an account is theirs. The same for accounts that do not exist."""

    account: str
    device: str
    person_id: int | None
    known_hash: str | None


@dataclass(frozen=True)
class Proof:
    """Whether the password was right, and a new hash where the old one was made at another cost."""

    claim: Claim
    right: bool
    new_hash: str | None = None


@dataclass(frozen=True)
class Admitted:
    """Who may come in; with ``must_change`` only to choose a password of their own."""

    person: Person
    must_change: bool


def look_up(db: Session, *, account: str, device: str, now: datetime) -> Claim:
    """The account that *account* (a phone number as typed) names, existing or not.

    :param device: the browser's random id
    :raises TooOften: this device must wait; ``data["seconds"]`` says how long
    """
    account = _account(account)
    seconds = seconds_to_wait(db, account=account, device=device, now=now)
    if seconds:
        raise waiting(seconds)
    row = db.execute(select(Person.id, Password.hash).outerjoin(Password, Password.person_id == Person.id)
                     .where(Person.phone == account, Person.state == "active")).first()
    return Claim(account, device, row[0] if row else None, row[1] if row else None)


def prove(claim: Claim, password: str) -> Proof:
    """Compare the password. Slow, the same for unknown accounts; call it outside any transaction."""
    right = check_password(password, claim.known_hash)
    renew = right and claim.known_hash is not None and is_outdated(claim.known_hash)
    return Proof(claim, right, hash_password(password) if renew else None)


def admit(db: Session, proof: Proof, *, limits: Limits, now: datetime) -> Admitted | LmsError:
    """Let the person in, or count the wrong attempt.

    A refusal is returned, not raised: what was counted must be committed. The device's count is read again, so that
    guesses sent in parallel do not slip past it.
    """
    claim = proof.claim
    seconds = seconds_to_wait(db, account=claim.account, device=claim.device, now=now)
    if seconds:
        return waiting(seconds)
    person = db.get(Person, claim.person_id) if claim.person_id is not None else None
    row = db.get(Password, claim.person_id) if claim.person_id is not None else None
    if not proof.right or person is None or person.state != "active" or row is None or row.hash != claim.known_hash:
        return _wrong(db, claim, person, limits=limits, now=now)
    if row.must_change and now - row.changed_at > FIRST_PASSWORD_LASTS:
        return Conflict("first_password_expired", N_("初始密码超过 {days} 天没有使用，已失效。请找工作人员重新设置。"),
                        days=FIRST_PASSWORD_LASTS.days)
    if proof.new_hash is not None:
        row.hash = proof.new_hash
    note_success(db, account=claim.account, device=claim.device, now=now)
    return Admitted(person, row.must_change)


def _account(text: str) -> str:
    """The phone number, or what was typed instead of one: unknown accounts are counted like known ones."""
    try:
        return clean_phone(text) or ""
    except Invalid:
        return digest(text)


def _wrong(db: Session, claim: Claim, person: Person | None, *, limits: Limits, now: datetime) -> LmsError:
    wait = note_failure(db, account=claim.account, device=claim.device, limits=limits, now=now)
    if person is None:
        _note_unknown(db, "login_too_often" if wait else "wrong_password", now)
    else:
        record(db, actor_id=person.id, action="login.password", now=now, outcome="refused", thing=person,
               code="login_too_often" if wait else "wrong_password")
    if wait:
        return waiting(wait)
    return Invalid("wrong_password", N_("手机号或密码不正确，没有登录。请核对后再试；忘记密码请找工作人员重新设置。"))


def _note_unknown(db: Session, code: str, now: datetime) -> None:
    """A guess at an account that does not exist: where it came from, never what was typed, which may be a password.

    Such accounts can be made up without end, so that only some of each hour are written down.
    """
    lately = db.scalar(select(func.count(AuditEntry.id)).where(
        AuditEntry.at > now - _HOUR, AuditEntry.action == "login.password", AuditEntry.actor_id.is_(None))) or 0
    if lately < UNKNOWN_PER_HOUR:
        record(db, actor_id=None, action="login.password", now=now, outcome="refused", thing="", code=code)


def waiting(seconds: int) -> TooOften:
    """The refusal of a device that must wait."""
    return TooOften("login_too_often", N_("连续输错的次数较多，请 {seconds} 秒后再试。"
                                          "忘记密码请找工作人员重新设置，或领取激活链接。"), seconds=seconds)
