"""Passwords: argon2id, hashed outside the write lock and only as many at a time as there are cores."""
from __future__ import annotations

import os
import threading
import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type
from sqlalchemy.orm import Session

from lms.core.cores import every_core
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.ids import new_secret, typeable
from lms.core.people.common_passwords import is_common
from lms.core.people.models import Password, Person

# OWASP Password Storage Cheat Sheet, argon2id: 46 MiB, one pass, one lane.
_hasher = PasswordHasher(time_cost=1, memory_cost=46 * 1024, parallelism=1, type=Type.ID)
_room = threading.BoundedSemaphore(os.cpu_count() or 1)
LONGEST = 128
# A first password that nobody used dies by itself (ASVS 5.0, 6.4.1).
FIRST_PASSWORD_LASTS = timedelta(days=14)


def hash_password(text: str) -> str:
    """The argon2id hash of *text*. Slow by design (0.1 s): call it before the write begins."""
    with _room, every_core():
        return _hasher.hash(_normal(text))


def check_password(text: str, hashed: str | None) -> bool:
    """Whether *text* is the password behind *hashed*. As slow where there is none, so that time tells nothing."""
    with _room, every_core():
        try:
            right = _hasher.verify(hashed or _nobodys(), _normal(text)[:LONGEST * 4])
        except (VerificationError, InvalidHashError):
            return False
    return right and hashed is not None


def is_outdated(hashed: str) -> bool:
    """Whether *hashed* was made at another cost than today's; then it is made again at the next login."""
    return _hasher.check_needs_rehash(hashed)


def first_password() -> str:
    """A random password to hand out, easy to read aloud and to type on a phone: 49 bits."""
    return typeable(10).lower()


def check_new_password(text: str, *, person: Person, minimum: int) -> None:
    """Go on only if *text* may become the password of *person*.

    :param minimum: the fewest characters (setting ``password_length``)
    :raises Invalid: too short, too long, one of the commonest, or made of the person's own phone number or name
    """
    text = _normal(text)
    if len(text) < minimum:
        raise Invalid("password_short", N_("密码至少要有 {minimum} 位。"), minimum=minimum)
    if len(text) > LONGEST:
        raise Invalid("password_long", N_("密码最多 {most} 位。"), most=LONGEST)
    if _is_own(text.casefold(), person):
        raise Invalid("password_own", N_("密码里不要用自己的手机号或姓名，别人容易猜到。请换一个。"))
    if is_common(text):
        raise Invalid("password_common", N_("这个密码太常见，容易被猜到。请换一个，例如几个不相干的词连在一起。"))


def known_hash(db: Session, person: Person) -> str | None:
    """The hash of the password of *person*, None if there is none yet."""
    row = db.get(Password, person.id)
    return row.hash if row else None


def set_password(db: Session, person: Person, new_hash: str, *, must_change: bool = False, now: datetime) -> None:
    """Replace the password of *person*; the old one dies with the commit."""
    row = db.get(Password, person.id)
    if row is None:
        row = Password(person_id=person.id)
        db.add(row)
    row.hash, row.must_change, row.changed_at = new_hash, must_change, now
    db.flush()


def _is_own(text: str, person: Person) -> bool:
    """The own phone number, or the own name with next to nothing beside it."""
    phone = person.phone or ""
    if phone and (phone[-8:] in text or text in phone):
        return True
    rest = text
    for own in (person.name_key, person.pinyin.replace(" ", ""), phone[-6:], phone[-4:]):
        rest = rest.replace(own, "") if own else rest
    return rest != text and (len(rest) < 4 or is_common(rest))


def _normal(text: str) -> str:
    # A phone's keyboard may send full-width digits for the same password (NIST SP 800-63B, 5.1.1.2).
    return unicodedata.normalize("NFKC", text)


@lru_cache(maxsize=1)
def _nobodys() -> str:
    return _hasher.hash(new_secret())
