"""A unit's liaison names its people through the link: within the quota, until the deadline, as often as needed."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.audit.service import record
from lms.core.classes.roster_rows import MOST, is_odd_name, make_row
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid, NotFound, TooOften
from lms.core.i18n import N_
from lms.core.ids import digest
from lms.core.people.phones import mask_phone
from lms.core.people.throttle import Limits, note_failure, seconds_to_wait
from lms.core.registration.models import EnrolmentReply

FIELDS = ("name", "gender", "position", "phone", "note")
# A link may be forwarded and hammered; sixty changes are more than any liaison makes in a day.
_LIMITS = Limits(attempts=60, wait=60)


def reply_for(db: Session, token: str, *, lock: bool = False) -> EnrolmentReply:
    """Whose link it is, with class and unit.

    :raises NotFound: no live link; a class that is in preparation or over shows nothing either
    """
    query = select(EnrolmentReply).options(joinedload(EnrolmentReply.training_class), joinedload(EnrolmentReply.unit)).where(
        EnrolmentReply.token_digest == digest(token))
    reply = db.scalar(query.with_for_update(of=EnrolmentReply).execution_options(populate_existing=True) if lock else query)
    if reply is None or reply.training_class.state == "closed":
        raise NotFound("reply_unknown", N_("这个报名链接不完整、不正确或已经停用。请向培训班的工作人员要新的链接。"))
    return reply


def is_open(reply: EnrolmentReply, now: datetime) -> bool:
    return now < reply.closes_at


def shown_people(reply: EnrolmentReply) -> list[dict[str, str]]:
    """Whom the unit has named, for the form: phones are masked, for links get forwarded."""
    return [{**person, "phone": mask_phone(person["phone"])} for person in reply.people]


def send_reply(db: Session, *, token: str, people: Sequence[Mapping[str, str]], version: int, now: datetime) -> EnrolmentReply:
    """Put these people in place of those named before; empty lines are left out.

    :param people: cells by field as they were typed; a phone that is still masked is the one that is kept
    :param version: of the reply as the form showed it
    :raises NotFound: no live link
    :raises Conflict: the deadline is over, or somebody else has sent meanwhile
    :raises Invalid: more people than the quota, a name or phone that cannot be, somebody twice; ``data["line"]`` says where
    :raises TooOften: too many changes through this link
    """
    reply = reply_for(db, token, lock=True)
    account = f"reply:{reply.uid}"
    wait = seconds_to_wait(db, account=account, device="", now=now)
    if wait:
        raise TooOften("reply_too_often", N_("改得太频繁，请 {seconds} 秒后再试。刚才填的没有保存。"), seconds=wait)
    if not is_open(reply, now):
        raise Conflict("reply_closed", N_("报名已经截止，没有保存。如需调整，请联系培训班的工作人员。"))
    expect_version(reply, version)
    named = checked_people(reply, people)
    before = len(reply.people)
    reply.people, reply.replied_at = named, now
    note_failure(db, account=account, device="", limits=_LIMITS, now=now)
    record(db, actor_id=None, action="registration.reply", thing=reply, now=now, class_id=reply.class_id, before={"people": before},
           after={"people": len(named), "unit": reply.unit.name})
    return reply


def checked_people(reply: EnrolmentReply, people: Sequence[Mapping[str, str]]) -> list[dict[str, Any]]:
    """The filled lines, clean.

    :raises Invalid: as ``send_reply``
    """
    kept: dict[str, dict[str, str]] = {}  # two phones may look the same once they are masked
    for p in reply.people:
        if p["phone"]:
            kept.setdefault(mask_phone(p["phone"]), {})[p["name"]] = p["phone"]
    named: list[dict[str, Any]] = []
    for line, given in enumerate(people, start=1):
        cells = {field: str(given.get(field) or "")[:MOST.get(field, 60)] for field in FIELDS}
        phone = cells["phone"].strip()
        if not cells["name"].strip() and (not phone or phone in kept):  # an empty line, or somebody whose name was cleared
            continue
        if phone in kept:
            same = kept[phone]
            cells["phone"] = same.get(cells["name"].strip()) or (next(iter(same.values())) if len(same) == 1 else phone)
        row = make_row(line, cells)
        if row.faults:
            raise Invalid("reply_line", N_("第 {line} 位：{name}的资料有误，没有保存。请核对姓名和手机号（11 位数字）。"), line=line,
                          name=cells["name"].strip() or "—", field=row.faults[0].about)
        if is_odd_name(row.values["name"]):
            raise Invalid("reply_name", N_("第 {line} 位的姓名“{name}”不像一个人的姓名，没有保存。请一格只填一个人。"), line=line,
                          name=row.values["name"][:20], field="name")
        named.append({field: row.values.get(field) or "" for field in FIELDS})
    if len(named) > reply.quota:
        raise Invalid("reply_over_quota", N_("名额是 {quota} 人，填了 {named} 人，没有保存。请减到名额以内。"), quota=reply.quota, named=len(named))
    for key in ("phone", "name"):
        values = [p[key] for p in named if p[key] and (key == "phone" or not p["phone"])]
        twice = next((v for v in values if values.count(v) > 1), None)
        if twice:
            shown = mask_phone(twice) if key == "phone" else twice  # it may be one that the link shows masked
            raise Invalid("reply_twice", N_("“{value}”填了两次，没有保存。同名的请填写各自的手机号。"), value=shown)
    return named
