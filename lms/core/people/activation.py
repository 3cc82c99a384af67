"""Activation links: a first login without a password. A link works once; the phone it was opened on stays logged in.

The token is a keyed hash of person and serial, so that a lost sheet can be printed again, while the database keeps
only its digest. It carries 160 bits and needs no slow hash: three hundred people open theirs in one minute.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.core.errors import Conflict, NotFound
from lms.core.i18n import N_
from lms.core.ids import digest, keyed
from lms.core.people.models import ActivationLink, Person
from lms.core.people.throttle import note_success

# On flaky Wi-Fi the answer to the first tap gets lost; the same browser may tap again for so long.
SECOND_TAP = timedelta(minutes=15)
_BATCH = 500  # ids in one IN (…)


def activation_links(db: Session, people: Sequence[Person], *, key: bytes, lasts: timedelta,
                     now: datetime) -> dict[int, str]:
    """The tokens of *people* by person id: a live link is kept and lives longer, others get a new one.

    Printing twice therefore leaves the sheets that are already handed out alive. Two statements for five hundred.

    :param key: ``site.key("activation")``
    """
    tokens: dict[int, str] = {}
    for start in range(0, len(people), _BATCH):
        batch = people[start:start + _BATCH]
        last, live = _links_of(db, [person.id for person in batch], now)
        for person in batch:
            link = live.get(person.id)
            serial = link.serial if link else last.get(person.id, 0) + 1
            token = keyed(key, "activation", person.uid, serial)
            if link is not None and link.token_digest == digest(token):
                link.expires_at = max(link.expires_at, now + lasts)
            else:
                serial = last.get(person.id, 0) + 1
                token = keyed(key, "activation", person.uid, serial)
                db.add(ActivationLink(person_id=person.id, serial=serial, token_digest=digest(token), created_at=now,
                                      expires_at=now + lasts))
            tokens[person.id] = token
        db.flush()
    return tokens


def activation_link(db: Session, person: Person, *, key: bytes, lasts: timedelta, now: datetime) -> str:
    """The token of one person; see ``activation_links``."""
    return activation_links(db, [person], key=key, lasts=lasts, now=now)[person.id]


def revoke_links(db: Session, person: Person, *, now: datetime) -> None:
    """No link handed out so far works any more."""
    db.execute(update(ActivationLink).where(ActivationLink.person_id == person.id, ActivationLink.used_at.is_(None),
                                            ActivationLink.revoked_at.is_(None)).values(revoked_at=now))


def whose(db: Session, token: str, *, device: str = "", now: datetime) -> Person:
    """Who may log in with *token*, without using it up.

    :param device: the browser's random id; the one that used the link may do so again for a quarter of an hour
    :raises NotFound: there is no such link
    :raises Conflict: ``activation_used``, ``activation_revoked``, ``activation_expired`` or ``person_inactive``
    """
    link, person = _find(db, token)
    _refuse(link, person, device=device, now=now)
    return person


def redeem(db: Session, token: str, *, device: str, now: datetime) -> Person:
    """Use the link up and tell who may log in. Of two who try at the same moment one succeeds.

    :raises NotFound, Conflict: as ``whose``
    """
    link, person = _find(db, token)
    _refuse(link, person, device=device, now=now)
    if link.used_at is None:
        taken = db.execute(update(ActivationLink).where(ActivationLink.id == link.id, ActivationLink.used_at.is_(None))
                           .values(used_at=now, used_device=digest(device)).returning(ActivationLink.id)).first()
        if taken is None:
            raise _used()
    if person.phone is not None:
        note_success(db, account=person.phone, device=device, now=now)  # a known device, also for passwords
    return person


def owner(db: Session, token: str) -> Person:
    """Whose link it is, used up or not.

    :raises NotFound: there is no such link
    """
    return _find(db, token)[1]


def activated(db: Session, people: Iterable[int]) -> set[int]:
    """Ids of those among *people* who have used a link. One statement."""
    return set(db.scalars(select(ActivationLink.person_id).where(
        ActivationLink.person_id.in_(list(people)), ActivationLink.used_at.is_not(None)).distinct()))


def _links_of(db: Session, ids: list[int], now: datetime) -> tuple[dict[int, int], dict[int, ActivationLink]]:
    """The greatest serial of each person, and the link that still works."""
    rows = db.execute(select(ActivationLink.person_id, func.max(ActivationLink.serial))
                      .where(ActivationLink.person_id.in_(ids)).group_by(ActivationLink.person_id))
    live = db.scalars(select(ActivationLink).where(
        ActivationLink.person_id.in_(ids), ActivationLink.used_at.is_(None), ActivationLink.revoked_at.is_(None),
        ActivationLink.expires_at > now).order_by(ActivationLink.serial))
    return {row[0]: row[1] for row in rows}, {link.person_id: link for link in live}


def _find(db: Session, token: str) -> tuple[ActivationLink, Person]:
    row = db.execute(select(ActivationLink, Person).join(Person, Person.id == ActivationLink.person_id)
                     .where(ActivationLink.token_digest == digest(token))
                     .execution_options(populate_existing=True)).first()
    if row is None:
        raise NotFound("activation_unknown", N_("这个激活链接不完整或不正确。请重新扫描纸上的二维码；"
                                                "仍不行，请找工作人员重新发放。"))
    return row[0], row[1]


def _refuse(link: ActivationLink, person: Person, *, device: str, now: datetime) -> None:
    if person.state != "active":
        raise Conflict("person_inactive", N_("这个账号已停用，不能登录。如有疑问请联系工作人员。"))
    if link.revoked_at is not None:
        raise Conflict("activation_revoked", N_("这个激活链接已作废，工作人员已另发新的。"
                                                "请用最新的那一个，或请工作人员重新发放。"))
    if link.used_at is not None:
        again = bool(device) and link.used_device == digest(device) and now - link.used_at <= SECOND_TAP
        if not again:
            raise _used()
    elif link.expires_at <= now:
        raise Conflict("activation_expired", N_("这个激活链接已过有效期。请工作人员重新发放，几秒钟就好。"))


def _used() -> Conflict:
    return Conflict("activation_used", N_("这个激活链接已经用过，每个链接只能用一次。"
                                          "如果您换了手机，或先前不是您本人用的，请马上找工作人员重新发放。"))
