"""What staff does in ten seconds when a phone, a card or a password is lost: the old one dies at once."""
from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.core.access.service import Viewer
from lms.core.audit.service import record
from lms.core.errors import Conflict
from lms.core.i18n import N_
from lms.core.people.activation import activation_link, revoke_links
from lms.core.people.authority import refuse_beyond
from lms.core.people.logins import end_all_logins
from lms.core.people.models import Person
from lms.core.people.passwords import set_password
from lms.core.people.throttle import forgive


def give_link(db: Session, person: Person, *, key: bytes, lasts: timedelta, by: Viewer, now: datetime) -> str:
    """A link for somebody who has none at hand: the one that was printed, or a new one. Logins go on.

    :return: the token
    :raises Forbidden, Conflict: as ``reset_phone``
    """
    _check(db, person, by)
    token = activation_link(db, person, key=key, lasts=lasts, now=now)
    record(db, actor_id=by.person_id, action="person.give_link", thing=person, now=now)
    return token


def reset_phone(db: Session, person: Person, *, key: bytes, lasts: timedelta, by: Viewer | None, now: datetime) -> str:
    """The phone is lost or new: end every login, make older links void, give a new link.

    :param by: who does it; None is the command line
    :return: the token of the new activation link
    :raises Forbidden: the person may do more than *by*
    :raises Conflict: the person is deactivated
    """
    _check(db, person, by)
    end_all_logins(db, person, now=now)
    revoke_links(db, person, now=now)
    token = activation_link(db, person, key=key, lasts=lasts, now=now)
    _helped(db, person, "person.reset_phone", by, now)
    return token


def reset_card(db: Session, person: Person, *, by: Viewer | None, now: datetime) -> None:
    """The card is lost: its code stops working, the next print has a new one.

    :raises Forbidden, Conflict: as ``reset_phone``
    """
    _check(db, person, by)
    person.card_serial += 1
    _helped(db, person, "person.reset_card", by, now)


def reset_password(db: Session, person: Person, *, first_hash: str, by: Viewer | None, now: datetime) -> None:
    """The password is forgotten: a first password takes its place, which must be changed; every login ends.

    :param first_hash: of ``passwords.first_password()``, hashed before the write
    :raises Forbidden: as ``reset_phone``
    :raises Conflict: deactivated, or there is no phone number to log in with
    """
    _check(db, person, by)
    if person.phone is None:
        raise Conflict("no_phone", N_("“{name}”没有登记手机号，不能用密码登录。请改发激活链接，或先补上手机号。"),
                       name=person.name)
    set_password(db, person, first_hash, must_change=True, now=now)
    end_all_logins(db, person, now=now)
    _helped(db, person, "person.reset_password", by, now)


def end_logins(db: Session, person: Person, *, by: Viewer, now: datetime) -> None:
    """Log *person* out on every device.

    :raises Forbidden: the person may do more than *by*
    """
    refuse_beyond(db, person, by)
    end_all_logins(db, person, now=now)
    record(db, actor_id=by.person_id, action="person.end_logins", thing=person, now=now)


def deactivate(db: Session, person: Person, *, by: Viewer, now: datetime) -> None:
    """Shut an account: logins end at once, links are void; records stay.

    :raises Forbidden: the person may do more than *by*
    :raises Conflict: nobody shuts out themselves
    """
    _check(db, person, by)
    if person.id == by.person_id:
        raise Conflict("own_account", N_("不能停用自己的账号，请由另一位管理员操作。"))
    person.state = "deactivated"
    end_all_logins(db, person, now=now)
    revoke_links(db, person, now=now)
    record(db, actor_id=by.person_id, action="person.deactivate", thing=person, now=now, before={"state": "active"},
           after={"state": "deactivated"})


def reactivate(db: Session, person: Person, *, by: Viewer, now: datetime) -> None:
    """Open a deactivated account again; old logins stay ended.

    :raises Forbidden: the person may do more than *by*
    :raises Conflict: the account is not deactivated
    """
    refuse_beyond(db, person, by)
    if person.state != "deactivated":
        raise Conflict("not_deactivated", N_("“{name}”的账号没有停用。"), name=person.name)
    person.state = "active"
    record(db, actor_id=by.person_id, action="person.reactivate", thing=person, now=now,
           before={"state": "deactivated"}, after={"state": "active"})


def _check(db: Session, person: Person, by: Viewer | None) -> None:
    refuse_beyond(db, person, by)
    if person.state != "active":
        raise Conflict("person_inactive", N_("“{name}”的账号已停用，没有更改。请先恢复账号。"), name=person.name)


def _helped(db: Session, person: Person, action: str, by: Viewer | None, now: datetime) -> None:
    if person.phone is not None:
        forgive(db, person.phone)
    record(db, actor_id=by.person_id if by else None, action=action, thing=person, now=now)
    db.flush()
