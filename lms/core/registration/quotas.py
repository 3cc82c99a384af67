"""Quotas (名额): how many people each unit may send and until when, pasted as a list, and the links for the liaisons."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.audit.service import record
from lms.core.classes.models import TrainingClass
from lms.core.documents.tables import Book, Column, Sheet
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_, translate
from lms.core.ids import digest, keyed, new_uid
from lms.core.people.models import Unit
from lms.core.people.names import clean_name, name_key
from lms.core.people.units import units_by_key
from lms.core.registration.models import EnrolmentReply

MOST_PEOPLE, MOST_UNITS = 200, 2_000
_LINE = re.compile(r"(.+?)[\s,;:，；：、]*(\d{1,4})\s*(?:人|名)?")


@dataclass(frozen=True)
class Quota:
    unit: str
    people: int


def read_quotas(text: str) -> list[Quota]:
    """Units and numbers as they are typed or pasted from a spreadsheet, one unit a line: ``城关镇总工会  3``.

    :raises Invalid: a line without name or number, a number out of range, or a unit that stands twice
    """
    found: dict[str, Quota] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        plain = unicodedata.normalize("NFKC", line).strip()
        if not plain:
            continue
        match = _LINE.fullmatch(plain)
        name = clean_name(match[1]) if match else ""
        if match is None or not name or len(name) > 200 or name.isdigit():
            raise Invalid("quota_line", N_("第 {line} 行看不懂：“{text}”。每行写一个单位和人数，例如“城关镇总工会 3”。没有保存。"),
                          line=number, text=plain[:40])
        if not 1 <= int(match[2]) <= MOST_PEOPLE:
            raise Invalid("quota_number", N_("第 {line} 行的名额应在 1 到 {most} 之间。没有保存。"), line=number, most=MOST_PEOPLE)
        if name_key(name) in found:
            raise Invalid("quota_twice", N_("“{unit}”写了两次。没有保存。"), unit=name)
        found[name_key(name)] = Quota(name, int(match[2]))
    if not found:
        raise Invalid("quota_empty", N_("还没有写单位和名额。没有保存。"))
    if len(found) > MOST_UNITS:
        raise Invalid("quota_many", N_("一次最多 {most} 个单位。没有保存。"), most=MOST_UNITS)
    return list(found.values())


def set_quotas(db: Session, *, training_class: TrainingClass, quotas: Sequence[Quota], closes_at: datetime, key: bytes, by_id: int | None,
               now: datetime) -> tuple[int, int]:
    """Give units their quota; units that have one get the new number and deadline and keep their link.

    :param key: ``site.key("reply")``
    :return: how many are new, how many changed
    :raises Invalid: the deadline is over already
    :raises Conflict: a unit has named more people than its new quota
    """
    if closes_at <= now:
        raise Invalid("reply_deadline", N_("截止时间已经过去，请改一个以后的时间。没有保存。"), field="closes")
    units = _units(db, quotas)
    known = {r.unit_id: r for r in replies_of(db, training_class)}
    new, changed, before = 0, 0, {}
    for quota in quotas:
        unit = units[name_key(quota.unit)]
        reply = known.get(unit.id)
        if reply is None:
            known[unit.id] = made = _new(training_class, unit, quota, closes_at, key, now)  # a merged unit may stand there by both names
            db.add(made)
            new += 1
        elif (reply.quota, reply.closes_at) != (quota.people, closes_at):
            if len(reply.people) > quota.people:
                raise Conflict("quota_below", N_("“{unit}”已经报了 {named} 人，名额不能改成 {quota}。没有保存。请先请对方减人。"),
                               unit=unit.name, named=len(reply.people), quota=quota.people)
            before[reply.uid] = [reply.quota, reply.closes_at.isoformat()]
            reply.quota, reply.closes_at = quota.people, closes_at
            reply.version += 1
            changed += 1
    db.flush()
    record(db, actor_id=by_id, action="registration.quotas", thing=training_class, now=now, class_id=training_class.id, before=before,
           after={"units": len(quotas), "total": sum(q.people for q in quotas), "closes_at": closes_at.isoformat()})
    return new, changed


def replies_of(db: Session, training_class: TrainingClass) -> Sequence[EnrolmentReply]:
    """All replies of a class with their units, in the order in which the quotas were written. One statement."""
    return db.scalars(select(EnrolmentReply).options(joinedload(EnrolmentReply.unit)).where(
        EnrolmentReply.class_id == training_class.id).order_by(EnrolmentReply.id)).all()


def reply_token(reply: EnrolmentReply, key: bytes) -> str:
    """The secret in the liaison's link: 160 bits, the same each time it is asked for."""
    return keyed(key, "reply", reply.uid, reply.serial)


def renew_link(db: Session, *, reply: EnrolmentReply, key: bytes, by_id: int | None, now: datetime) -> None:
    """A new link; the old one stops working at once."""
    reply.serial += 1
    reply.version += 1
    reply.token_digest = digest(reply_token(reply, key))
    record(db, actor_id=by_id, action="registration.renew", thing=reply, now=now, class_id=reply.class_id, after={"unit": reply.unit.name})


def links_book(replies: Sequence[EnrolmentReply], links: Sequence[str], *, locale: str, zone: str) -> Book:
    """The links as a workbook, to be sent to the liaisons."""
    columns = [Column("unit", translate(locale, N_("单位")), width=36), Column("quota", translate(locale, N_("名额")), "number"),
               Column("closes", translate(locale, N_("截止时间")), "instant"), Column("link", translate(locale, N_("报名链接")), width=70)]
    rows = [(r.unit.name, r.quota, r.closes_at, link) for r, link in zip(replies, links, strict=True)]
    return Book([Sheet(translate(locale, N_("报名链接")), columns, rows)], zone=zone, locale=locale)


def _units(db: Session, quotas: Sequence[Quota]) -> dict[str, Unit]:
    """The units by the key of their name; those that are new are made."""
    keys = [name_key(q.unit) for q in quotas]
    units = {key: unit for part in range(0, len(keys), 500) for key, unit in units_by_key(db, keys[part:part + 500]).items()}
    made = [Unit(name=q.unit, name_key=name_key(q.unit)) for q in quotas if name_key(q.unit) not in units]
    db.add_all(made)
    db.flush()
    return {**units, **{u.name_key: u for u in made}}


def _new(training_class: TrainingClass, unit: Unit, quota: Quota, closes_at: datetime, key: bytes, now: datetime) -> EnrolmentReply:
    reply = EnrolmentReply(uid=new_uid(), class_id=training_class.id, unit_id=unit.id, quota=quota.people, closes_at=closes_at, serial=1,
                           token_digest="", people=[], created_at=now)
    reply.token_digest = digest(reply_token(reply, key))
    return reply
