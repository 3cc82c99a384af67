"""A second factor for staff: the six digits of an authenticator app (TOTP), and recovery codes for a lost phone.

RFC 6238 with its defaults, which every app knows: SHA-1, six digits, thirty seconds. The secret is derived from the
installation's key and is in no table; so a copy of the database alone lets nobody in.
"""
from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.access.service import Viewer
from lms.core.audit.service import record
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.ids import digest, keyed, same, typeable
from lms.core.people.authority import refuse_beyond
from lms.core.people.models import LoginSession, Person, SecondFactor

STEP = 30  # seconds
_AROUND = (-1, 0, 1)  # steps: a phone's clock may be half a minute off
_RECOVERY, _RECOVERY_LENGTH = 8, 10


def code_at(secret: str, step: int) -> str:
    """The six digits of one time step (RFC 4226, 5.3).

    :param secret: base32
    :param step: ``seconds since 1970 // STEP``
    """
    mac = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = mac[-1] & 15
    return f"{(int.from_bytes(mac[start:start + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06}"


def step_of(now: datetime) -> int:
    return int(now.timestamp()) // STEP


def secret_of(key: bytes, person: Person, serial: int) -> str:
    """The secret (base32) that the person's app shares with us.

    :param key: the installation's for this purpose, ``Site.key("second-factor")``
    """
    return keyed(key, person.uid, serial, bits=160).upper()


def app_address(secret: str, person: Person, issuer: str) -> str:
    """What the QR code for the app says (Key URI Format)."""
    return f"otpauth://totp/{quote(f'{issuer}:{person.name}')}?secret={secret}&issuer={quote(issuer)}"


def factor_of(db: Session, person: Person) -> SecondFactor | None:
    """The person's second factor, if one is in use."""
    found = db.get(SecondFactor, person.id)
    return found if found is not None and found.confirmed_at is not None else None


def next_serial(db: Session, person: Person) -> int:
    """The serial of the secret that is offered to whoever has no second factor; reading it changes nothing."""
    return (db.scalar(select(SecondFactor.serial).where(SecondFactor.person_id == person.id)) or 0) + 1


def confirm(db: Session, person: Person, given: str, *, key: bytes, now: datetime) -> list[str]:
    """The app shows the right digits: from now on they are asked for.

    :return: recovery codes, to be shown once
    :raises Conflict: there is a second factor already
    :raises Invalid: the digits are wrong
    """
    if factor_of(db, person) is not None:
        raise Conflict("second_factor_on", N_("第二因素已经启用，没有更改。要换手机，请先停用再重新设置。"))
    serial = next_serial(db, person)
    step = _fitting_step(secret_of(key, person, serial), given, now, after=0)
    if step is None:
        raise wrong_code()
    codes = [typeable(_RECOVERY_LENGTH) for _ in range(_RECOVERY)]
    row = db.get(SecondFactor, person.id) or SecondFactor(person_id=person.id)
    row.serial, row.confirmed_at, row.last_step, row.recovery = serial, now, step, [digest(code) for code in codes]
    db.add(row)
    record(db, actor_id=person.id, action="person.second_factor_on", thing=person, now=now)
    return codes


def check(db: Session, person: Person, given: str, *, key: bytes, now: datetime) -> None:
    """Take the digits, or a recovery code, each once.

    :raises Invalid: they are wrong, or were used before
    """
    row = db.scalar(select(SecondFactor).where(SecondFactor.person_id == person.id).with_for_update().execution_options(populate_existing=True))
    if row is None or row.confirmed_at is None:
        raise wrong_code()
    step = _fitting_step(secret_of(key, person, row.serial), given, now, after=row.last_step)
    if step is not None:
        row.last_step = step
        return
    used = digest("".join(given.split()).replace("-", "").upper())
    if used not in row.recovery:
        raise wrong_code()
    row.recovery = [left for left in row.recovery if left != used]
    record(db, actor_id=person.id, action="login.recovery_code", thing=person, now=now, after={"left": len(row.recovery)})


def turn_off(db: Session, person: Person, *, by: Viewer | None, now: datetime) -> None:
    """The phone is lost, or the person does without. The secret is never used again.

    :param by: who does it; None is the command line
    :raises Forbidden: the person may do more than *by*
    """
    refuse_beyond(db, person, by)
    row = factor_of(db, person)
    if row is None:
        return
    row.confirmed_at, row.recovery = None, []
    record(db, actor_id=by.person_id if by else None, action="person.second_factor_off", thing=person, now=now)
    db.flush()


def pass_second(db: Session, login: LoginSession, *, until: datetime) -> None:
    """A login that waited for its second factor is one from now on."""
    login.pending, login.expires_at = False, until


def wrong_code() -> Invalid:
    return Invalid("second_factor_wrong", N_("验证码不对或已用过，没有登录。请看手机上现在的六位数字，手机时间要准；也可以用恢复码。"))


def _fitting_step(secret: str, given: str, now: datetime, *, after: int) -> int | None:
    """The step whose digits were given; a step is good for one login."""
    digits = "".join(given.split())
    fitting = [step for step in (step_of(now) + offset for offset in _AROUND) if step > after and same(digits, code_at(secret, step))]
    return fitting[0] if fitting else None
