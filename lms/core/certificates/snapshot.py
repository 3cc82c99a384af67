"""What a certificate says, frozen when its number is reserved: a later change of name, unit or class does not reach it."""
from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.record import plain_hours
from lms.core.certificates.seal_image import seal_in_use
from lms.core.certificates.wording import fill
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import WORDING_FIELDS, rules_of
from lms.core.clock import local, years_later

DAY = "{year}年{month}月{day}日"
OUTSTANDING = "优秀"  # the result of an outstanding trainee
_PRINTED_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


def class_snapshot(db: Session, training_class: TrainingClass, now: datetime, sample: bool) -> dict[str, Any]:
    """What is printed on every certificate of the class, as it stands now."""
    rules = rules_of(training_class)
    day = local(now, training_class.zone).date()
    half, whole = plain_hours(rules.half_day_hours), plain_hours(rules.day_hours)
    return {"class_title": _full_title(training_class), "starts": chinese_date(training_class.starts_on),
            "ends": chinese_date(training_class.ends_on), "hours": plain_hours(_hours(db, training_class)),
            "organiser": training_class.organiser.name, "title": rules.certificate_title, "result": "合格",
            "notes": [f"学时折算：半天 {half} 学时，全天 {whole} 学时。", *_term(expiry(training_class, now))], "date": chinese_date(day), "date_iso": day.isoformat(),
            "sample": sample, "class_uid": training_class.uid, "seal": seal_in_use(db, training_class.id)}


def snapshot(frozen: dict[str, Any], training_class: TrainingClass, enrolment: Enrolment, number: str) -> dict[str, Any]:
    """All that will be printed for one person; a later change of name, unit or class does not reach it."""
    everything = {**frozen, "name": enrolment.name, "gender": enrolment.gender, "unit": enrolment.unit_name,
                  "position": enrolment.position, "number": number}
    words = {name: everything[name] for name in WORDING_FIELDS}
    return {**everything, "wording": fill(rules_of(training_class).certificate_wording, words)}


def praising(frozen: dict[str, Any]) -> dict[str, Any]:
    """What is printed for an outstanding trainee."""
    return {**frozen, "result": OUTSTANDING, "notes": [*frozen["notes"], "被评为本班优秀学员。"]}


def replacing(frozen: dict[str, Any], old_number: str) -> dict[str, Any]:
    """What is printed on a certificate that replaces another one: the same, and which."""
    return {**frozen, "notes": [*frozen["notes"], f"补发：本证书替换编号为{old_number}的证书，原证书不再有效。"]}


def expiry(training_class: TrainingClass, now: datetime) -> date | None:
    """The last day on which a certificate of today is valid, by the class's rules; None: for ever."""
    years = rules_of(training_class).certificate_years
    return years_later(local(now, training_class.zone).date(), years) if years else None


def _term(expires: date | None) -> list[str]:
    return [] if expires is None else [f"有效期至{chinese_date(expires)}。"]


def _full_title(training_class: TrainingClass) -> str:
    """The title with the intake (期次), unless it says so itself."""
    intake = f"第{training_class.intake}期"
    return training_class.title if not training_class.intake or intake in training_class.title else f"{training_class.title}（{intake}）"


def _hours(db: Session, training_class: TrainingClass) -> int:
    """The class's credit hours, in 1/100: what "完成规定的学时" means."""
    return sum(db.scalars(select(ClassSession.credit_hours).where(
        ClassSession.class_id == training_class.id, ClassSession.counts, ~ClassSession.cancelled)))


def chinese_date(day: date) -> str:
    """A date as a certificate prints it."""
    return DAY.format(year=day.year, month=day.month, day=day.day)


def short_days(text: str) -> str:
    """*text* with every printed date as eight digits."""
    return _PRINTED_DAY.sub(lambda m: f"{m[1]}{int(m[2]):02}{int(m[3]):02}", text)
