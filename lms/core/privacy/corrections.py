"""Somebody asks for a correction of what is kept about them; staff accepts it, which changes the field, or refuses with a reason."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from lms.core.access.service import Viewer, allowed, visible
from lms.core.audit.service import record
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.events import Events
from lms.core.i18n import N_, translate
from lms.core.notices.own import tell
from lms.core.people.merged import own_ids
from lms.core.people.models import Person
from lms.core.people.names import clean_name
from lms.core.people.phones import clean_phone
from lms.core.people.service import update_person
from lms.core.people.transfers import places_of, transfer
from lms.core.privacy.models import CorrectionRequest
from lms.core.registry import Registry

# What can be asked for; ``other`` is in words only, and staff corrects it where it stands.
FIELDS = {"name": N_("姓名"), "phone": N_("手机号"), "gender": N_("性别"), "unit": N_("单位"), "position": N_("职务"), "other": N_("其他")}
STATES = {"open": N_("等待处理"), "accepted": N_("已更正"), "refused": N_("没有更正"), "withdrawn": N_("已撤回")}
GENDERS = (N_("男"), N_("女"))
_MOST = {"name": 120, "unit": 200, "position": 120}


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "CorrectionRequest", _requests)


def ask(db: Session, *, person: Person, field: str, wanted: str, text: str, uid: str, now: datetime) -> CorrectionRequest:
    """Ask for *field* to become *wanted*. Sent twice, it is one request.

    :param uid: made by the page
    :raises Invalid: no such field or value, the value that it has, or nothing said
    :raises Conflict: the field has an open request
    """
    if (known := db.scalar(select(CorrectionRequest).where(CorrectionRequest.uid == uid, CorrectionRequest.person_id == person.id))) is not None:
        return known
    wanted, text = _checked(field, wanted), text.strip()[:500]
    if field == "other" and not text:
        raise Invalid("correction_empty", N_("请写明什么不对、应该是什么，还没有提交。"), field="text")
    if field != "other" and wanted == current(db, person)[field]:
        raise Invalid("correction_same", N_("现在登记的就是“{value}”，不用更正，没有提交。"), value=wanted, field="wanted")
    if db.scalar(select(CorrectionRequest.id).where(*_open(person.id), CorrectionRequest.field == field)) is not None:
        raise Conflict("correction_open", N_("这一项已有一份申请在等待处理，没有再提交。要改写的话，请先撤回。"))
    made = CorrectionRequest(uid=uid, person_id=person.id, field=field, wanted=wanted, text=text, asked_at=now)
    db.add(made)
    db.flush()
    record(db, actor_id=person.id, action="privacy.correction_ask", thing=made, now=now, after={"field": field, "wanted": wanted}, reason=text)
    return made


def withdraw(db: Session, request: CorrectionRequest, *, by_id: int, now: datetime) -> None:
    """:raises Conflict: it was answered meanwhile"""
    _end(db, request, "withdrawn", by_id=by_id, version=request.version, answer="", now=now)


def accept(db: Session, request: CorrectionRequest, *, version: int, answer: str, by: Viewer, today: date, now: datetime) -> None:
    """Change the field as anybody who corrects it would. What stands on rosters and certificates stays as it was.

    :param version: of the request as the page showed it
    :raises Conflict: answered or changed meanwhile, or the phone number is somebody else's
    :raises Invalid: the value is none any more
    :raises Forbidden: the person may do more than *by*
    """
    _end(db, request, "accepted", by_id=by.person_id, version=version, answer=answer, now=now)
    person = request.person
    if request.field in ("name", "phone", "gender"):
        values = {"name": person.name, "phone": person.phone, "gender": person.gender, request.field: request.wanted}
        update_person(db, person, version=person.version, name=values["name"] or "", phone=values["phone"], gender=values["gender"] or "",
                      pinyin=person.pinyin, by=by, now=now)
    elif request.field in ("unit", "position"):
        now_there = current(db, person)
        if request.field == "position" and not now_there["unit"]:
            raise Invalid("correction_no_unit", N_("“{name}”还没有登记单位，职务没有改。请先在“单位和重复记录”里登记单位。"), name=person.name)
        transfer(db, person, on=today, today=today, by=by, now=now, **{"unit": now_there["unit"], "position": now_there["position"], request.field: request.wanted})


def refuse(db: Session, request: CorrectionRequest, *, version: int, reason: str, by: Viewer, now: datetime) -> None:
    """:raises Invalid: no reason
    :raises Conflict: answered meanwhile"""
    if len(reason.strip()) < 2:
        raise Invalid("correction_reason", N_("请写明不更正的原因，本人会看到。还没有保存。"), field="answer")
    _end(db, request, "refused", by_id=by.person_id, version=version, answer=reason, now=now)


def own_requests(db: Session, person_id: int) -> Sequence[CorrectionRequest]:
    """Of one person, the latest first. One statement."""
    return db.scalars(select(CorrectionRequest).where(CorrectionRequest.person_id.in_(own_ids(person_id)))
                      .order_by(CorrectionRequest.id.desc()).limit(50)).all()


def own_request(db: Session, person_id: int, uid: str) -> CorrectionRequest | None:
    return db.scalar(select(CorrectionRequest).where(CorrectionRequest.uid == uid, CorrectionRequest.person_id.in_(own_ids(person_id))))


def requests_for(db: Session, viewer: Viewer, *, most: int = 100) -> Sequence[CorrectionRequest]:
    """Those of people whom the viewer manages: what is open, the oldest first, then what was answered lately. One statement."""
    return db.scalars(visible(viewer, CorrectionRequest, "manage").options(joinedload(CorrectionRequest.person)).where(CorrectionRequest.state != "withdrawn")
                      .order_by(CorrectionRequest.state != "open", CorrectionRequest.answered_at.desc(), CorrectionRequest.id).limit(most)).all()


def count_open(db: Session, viewer: Viewer) -> int:
    return db.scalar(select(func.count()).select_from(
        visible(viewer, CorrectionRequest, "manage").where(CorrectionRequest.state == "open").with_only_columns(CorrectionRequest.id).subquery())) or 0


def current(db: Session, person: Person) -> dict[str, str]:
    """What is kept now, by field. One statement."""
    place = next((place for place in places_of(db, person) if place.ends_on is None), None)
    return {"name": person.name, "phone": person.phone or "", "gender": person.gender, "unit": place.unit.name if place else "",
            "position": place.position if place else "", "other": ""}


def _checked(field: str, wanted: str) -> str:
    if field not in FIELDS:
        raise Invalid("correction_field", N_("请选择要更正哪一项，还没有提交。"), field="field")
    if field == "other":
        return ""
    cleaned = (clean_phone(wanted) or "") if field == "phone" else clean_name(wanted)
    if field == "gender":
        cleaned = next((g for g in GENDERS if cleaned.casefold() in (g, translate("en", g).casefold())), "")
    if not cleaned or len(cleaned) > _MOST.get(field, 200):
        raise Invalid("correction_value", N_("请写明“应该是什么”，还没有提交。性别写男或女，手机号是 11 位数字。"), field="wanted")
    return cleaned


def _end(db: Session, request: CorrectionRequest, state: str, *, by_id: int | None, version: int, answer: str, now: datetime) -> None:
    if request.state != "open":
        raise Conflict("correction_answered", N_("这份申请已经处理过了，没有改动。"))
    expect_version(request, version)
    request.state, request.answered_at, request.answered_by_id, request.answer = state, now, by_id, answer.strip()[:500]
    db.flush()
    record(db, actor_id=by_id, action=f"privacy.correction_{state}", thing=request, now=now, before={"state": "open"},
           after={"state": state, "field": request.field, "wanted": request.wanted}, reason=request.answer)
    if state != "withdrawn":
        tell(db, f"correction.{state}", person_id=request.person_id, cause=f"correction:{request.uid}", now=now)


def _open(person_id: int) -> tuple[ColumnElement[bool], ...]:
    return CorrectionRequest.person_id == person_id, CorrectionRequest.state == "open"


def _requests(viewer: Viewer, action: str) -> ColumnElement[bool]:
    of_people = CorrectionRequest.person_id.in_(select(Person.id).where(allowed(viewer, Person, action)))
    return or_(of_people, CorrectionRequest.person_id.in_(own_ids(viewer.person_id))) if action == "see" else of_people
