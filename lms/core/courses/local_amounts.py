"""Local standards (本地标准): a course ships an amount with its year, a place sets its own with the year and the document.

Every page of a course needs them, and they change seldom: they are kept in memory like the plans (``core.reports.plans``).
"""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.courses.facts import Amount
from lms.core.courses.models import Course, LocalAmount
from lms.core.courses.shelf import Volume
from lms.core.db import expect_version
from lms.core.errors import Invalid
from lms.core.i18n import N_

LONGEST = {"value": 40, "source": 200}
FIRST_YEAR, LAST_YEAR = 1949, 2100
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_RANGE = re.compile(r"[0-9]+(\.[0-9]+)?([-–—~][0-9]+(\.[0-9]+)?)?")  # noqa: RUF001


@dataclass(frozen=True)
class Standard:
    """What a place has set for an amount; all empty where the course's own holds."""

    value: str = ""
    year: int | None = None
    source: str = ""


class LocalAmounts:
    """The local standards that one installation has in memory."""

    def __init__(self) -> None:
        self._known: tuple[int, dict[int, dict[str, Standard]]] | None = None

    def of(self, db: Session, volume: Volume, stamp: int) -> dict[str, Amount]:
        """The amounts of a course as this place has set them, by id, no older than *stamp*; without those it left alone."""
        known = self._known
        if known is None or known[0] != stamp:
            known = self._known = stamp, _read(db)
        shipped = volume.register.amounts
        return {key: replace(shipped[key], local=True, **asdict(standard))
                for key, standard in known[1].get(volume.version.course_id, {}).items() if key in shipped}


def _read(db: Session) -> dict[int, dict[str, Standard]]:
    found: dict[int, dict[str, Standard]] = {}
    for row in db.execute(select(LocalAmount.course_id, LocalAmount.key, LocalAmount.value, LocalAmount.year, LocalAmount.source)
                          .where(LocalAmount.value != "")):
        found.setdefault(row.course_id, {})[row.key] = Standard(row.value, row.year, row.source)
    return found


def local_rows(db: Session, course_id: int) -> dict[str, LocalAmount]:
    """What has been set for a course, by the amount's id, for those who edit it."""
    return {row.key: row for row in db.scalars(
        select(LocalAmount).where(LocalAmount.course_id == course_id).order_by(LocalAmount.key))}


def read_standard(amount: Amount, *, value: str, year: str, source: str) -> Standard:
    """What people typed; nothing at all stands for the course's own.

    :raises Invalid: it cannot be shown to trainees like this; ``data["field"]`` names what is wrong
    """
    is_number = _NUMBER.fullmatch(amount.value)
    value = (_narrow(_plain(value)) if is_number else _plain(value)).removesuffix(amount.unit).rstrip()
    year, source = _narrow(_plain(year)), _plain(source)
    if not value:
        if year or source:
            raise Invalid("local_amount_no_value", N_("填了年份或来源文件，没有填数额。要用教材的数，请三项都留空。"), field="value")
        return Standard()
    if is_number and not _RANGE.fullmatch(value):
        raise Invalid("local_amount_number", N_("数额请写数字，例如 120、0.5 或 100—200，不写单位。"), field="value")
    for field, text in (("value", value), ("source", source)):
        if len(text) > LONGEST[field]:
            raise Invalid("local_amount_long", N_("最多写 {most} 个字，请缩短。"), field=field, most=LONGEST[field])
    if not (year.isascii() and year.isdigit() and len(year) == 4 and FIRST_YEAR <= int(year) <= LAST_YEAR):
        raise Invalid("local_amount_year", N_("请写这个数额是哪一年的，例如 {example}。"), field="year", example=2026)
    if len(source) < 2:
        raise Invalid("local_amount_no_source", N_("请写来源文件的名称和文号，学员要能查到。"), field="source")
    return Standard(value, int(year), source)


def set_local_amount(db: Session, *, course: Course, key: str, standard: Standard, seen: int, by_id: int | None, now: datetime) -> None:
    """Keep *standard* for the amount *key* of a course; what is so already stays untouched.

    :param seen: the version that the editor saw; 0 where nothing was set
    :raises Conflict: somebody saved meanwhile
    """
    # The course's row is the lock: of two who set the same amount for the first time, the second finds what the first set.
    db.execute(select(Course.id).where(Course.id == course.id).with_for_update())
    row = db.scalar(select(LocalAmount).where(LocalAmount.course_id == course.id, LocalAmount.key == key))
    before = Standard(row.value, row.year, row.source) if row else Standard()
    if before == standard:
        return
    if row is None:
        row = LocalAmount(course_id=course.id, key=key, version=0)
    expect_version(row, seen)
    row.value, row.year, row.source = standard.value, standard.year, standard.source
    row.updated_by_id, row.updated_at = by_id, now
    db.add(row)
    record(db, actor_id=by_id, action="course.local_amount", thing=course, now=now,
           before={"amount": key, **asdict(before)}, after={"amount": key, **asdict(standard)})


def unused(rows: Mapping[str, LocalAmount], shipped: Mapping[str, Amount]) -> list[LocalAmount]:
    """What was set for amounts that the course no longer has: kept, in case a later version brings them back."""
    return [row for key, row in rows.items() if row.value and key not in shipped]


def _plain(text: str) -> str:
    """*text* on one line, without signs that nobody sees."""
    return " ".join("".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs")).split())


def _narrow(text: str) -> str:
    """*text* with the wide digits and signs of a Chinese keyboard as narrow ones."""
    return unicodedata.normalize("NFKC", text)
