"""Cards: a printed code that tells staff who somebody is. It logs nobody in.

The code is the person's uid and a keyed hash of it with the card's serial: no row is stored, a lost card dies with the
next serial.
"""
from __future__ import annotations

import unicodedata

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import Conflict, NotFound
from lms.core.i18n import N_
from lms.core.ids import keyed, same
from lms.core.people.models import Person

_BITS = 80
_UID = 32  # characters
_LONGEST = 120


def card_code(person: Person, *, key: bytes) -> str:
    """What stands on the card of *person*, behind ``/c/``.

    :param key: ``site.key("card")``
    """
    return person.uid + _mac(person.uid, person.card_serial, key)


def card_holder(db: Session, code: str, *, key: bytes) -> Person:
    """Whose card it is. One statement.

    :raises NotFound: no card of this installation
    :raises Conflict: ``card_replaced``: the person has a newer one, or is no longer active
    """
    code = code.strip().lower()
    person = db.scalar(select(Person).where(Person.uid == code[:_UID]))
    if person is None or not code.isascii():
        raise _unknown()
    if not same(code[_UID:], _mac(person.uid, person.card_serial, key)):
        older = any(same(code[_UID:], _mac(person.uid, serial, key)) for serial in range(1, person.card_serial))
        if older:
            raise Conflict("card_replaced", N_("这张卡已挂失，请用新卡；没有新卡请找工作人员。"))
        raise _unknown()
    if person.state != "active":
        raise Conflict("person_inactive", N_("这个账号已停用。如有疑问请联系工作人员。"))
    return person


def scanned_code(text: str) -> str:
    """The code in what a barcode gun typed: the card's whole address, or the code alone.

    A gun types as a keyboard does: an input method may widen its letters, Caps Lock turn their case.
    """
    typed = unicodedata.normalize("NFKC", text).strip().lower()
    return typed.rsplit("/c/", 1)[-1].split("?")[0].strip("/ ")[:_LONGEST]


def _mac(uid: str, serial: int, key: bytes) -> str:
    return keyed(key, "card", uid, serial, bits=_BITS)


def _unknown() -> NotFound:
    return NotFound("card_unknown", N_("这不是本系统发出的卡，或没有扫完整。请重新扫描。"))
