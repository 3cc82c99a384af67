"""讲课费签收单: what is paid for lectures.

Fees go by the credit hours that were really taught, at most 4 in a half-day, and a lecturer who teaches several classes at
once is paid once (财政部等《中央和国家机关培训费管理办法》财行〔2016〕540号; places set their own, hence the rule
``fee_half_day``). Really taught is what stands on the timetable, and never more than the time would hold. Sums, accounts and signatures are written in by hand: they are nobody else's business here.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from lms.core.attendance.record import plain_hours
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classfile.facts import ClassFile
from lms.core.classfile.parts import columns, paper, titled
from lms.core.documents.document import Document, Grid, Text
from lms.core.documents.tables import Sheet, Value
from lms.core.i18n import N_
from lms.core.paperwork.sheets import half_day
from lms.core.people.names import name_key
from lms.core.reports.attendance import hours

TAUGHT = frozenset({"lecture", "discussion", "field_visit"})  # kinds for which lecturers are paid; speeches at ceremonies are not
_BETWEEN = re.compile(r"[、，,；;/]+")


@dataclass(frozen=True)
class Fee:
    """One lecturer in one half-day.

    :param taught: credit hours that were really taught, in 1/100
    :param paid: of these, what counts
    :param elsewhere: the same lecture is paid for in another class
    """

    lecturer: str
    day: date
    half: str
    sessions: tuple[ClassSession, ...]
    taught: int
    paid: int
    elsewhere: bool
    together: tuple[str, ...]

    @property
    def cut(self) -> bool:
        return self.paid < self.taught and not self.elsewhere


def lecturers(session: ClassSession) -> list[str]:
    """Who teaches a session: names as they stand on the timetable, separated as people separate them."""
    return [name for name in (part.strip() for part in _BETWEEN.split(session.lecturer)) if name]


def real_hours(session: ClassSession, unit_minutes: int) -> int:
    """The credit hours of a session in 1/100, or fewer where it is too short for them: 4 of 45 minutes do not fit into two hours.

    :param unit_minutes: minutes of one credit hour
    """
    minutes = (session.ends.hour - session.starts.hour) * 60 + session.ends.minute - session.starts.minute
    return min(session.credit_hours, minutes * 100 // unit_minutes)


def fees(file: ClassFile) -> list[Fee]:
    """What counts for each lecturer and half-day, in order of time. One statement."""
    limit, elsewhere = file.record.rules.fee_half_day, _paid_elsewhere(file)
    unit = file.record.rules.lesson_minutes
    found: dict[tuple[date, str, str], list[ClassSession]] = {}
    for session in file.held:
        if session.kind in TAUGHT and session.credit_hours:
            for name in lecturers(session):
                found.setdefault((session.day, half_day(session), name), []).append(session)
    made = []
    for (day, half, name), sessions in found.items():
        taught = sum(real_hours(s, unit) for s in sessions)
        once = [s for s in sessions if (s.id, name_key(name)) not in elsewhere]
        others = dict.fromkeys(other for s in sessions for other in lecturers(s) if other != name)
        made.append(Fee(name, day, half, tuple(sessions), taught, min(sum(real_hours(s, unit) for s in once), limit), len(once) < len(sessions),
                        tuple(others)))
    return made


def _paid_elsewhere(file: ClassFile) -> set[tuple[int, str]]:
    """(session, lecturer's name) that another class pays for: the same lecturer at the same time, and that class came first."""
    own = [s for s in file.held if s.kind in TAUGHT and s.lecturer]
    if not own:
        return set()
    mine, rows = file.training_class, file.db.execute(
        select(ClassSession, TrainingClass.starts_on).join(TrainingClass, TrainingClass.id == ClassSession.class_id)
        .where(ClassSession.class_id != file.training_class.id, ClassSession.cancelled.is_(False), ClassSession.kind.in_(TAUGHT),
               ClassSession.day.in_({s.day for s in own}), ClassSession.lecturer != "", TrainingClass.state != "draft")).all()
    return {(s.id, name_key(name)) for s in own for other, starts_on in rows
            if (starts_on, other.class_id) < (mine.starts_on, mine.id)
            and other.day == s.day and other.starts < s.ends and s.starts < other.ends
            for name in _both(lecturers(s), lecturers(other))}


def _both(one: Iterable[str], other: Iterable[str]) -> list[str]:
    keys = {name_key(name) for name in other}
    return [name for name in one if name_key(name) in keys]


def fee_receipt(file: ClassFile) -> Document:
    """讲课费签收单, with room to write and sign."""
    heads = columns(file, ("number", N_("序号"), "number", 6), ("lecturer", N_("授课人"), "text", 12), ("post", N_("单位及职称"), "text", 16),
                    ("day", N_("日期"), "date", 12), ("half", N_("时段"), "text", 7), ("title", N_("授课内容"), "text", 26),
                    ("hours", N_("计费学时"), "number", 8), ("rate", N_("标准（元/学时）"), "text", 10), ("sum", N_("应发（元）"), "text", 10),
                    ("tax", N_("代扣税（元）"), "text", 10), ("net", N_("实发（元）"), "text", 10), ("sign", N_("签名"), "text", 14),
                    ("note", N_("备注"), "text", 18))
    found = fees(file)
    rows: list[Sequence[Value]] = [
        (n, fee.lecturer, None, fee.day, file.word(fee.half), "\n".join(s.title for s in fee.sessions), hours(fee.paid), None, None, None, None,
         None, _remark(file, fee)) for n, fee in enumerate(found, start=1)]
    paid = sum(fee.paid for fee in found)
    return paper(file, titled(file, N_("讲课费签收单")), [
        Grid(Sheet(file.word(N_("讲课费签收单")), heads, rows), tall=True),
        Text(file.word(N_("合计 {hours} 学时。按实际授课学时计，每人每半天最多 {limit} 学时；同时为几个班授课的只计一次。"), hours=plain_hours(paid),
                       limit=plain_hours(file.record.rules.fee_half_day)), "left"),
        Text(file.word(N_("经办人：____________　　审核人：____________　　领导审批：____________　　日期：____________")), "left")], across=True)


def _remark(file: ClassFile, fee: Fee) -> str:
    said = []
    if fee.elsewhere:
        said.append(file.word(N_("与另一个班合班，在那个班计")))
    if fee.cut:
        said.append(file.word(N_("授课 {taught} 学时，按上限计"), taught=plain_hours(fee.taught)))
    if fee.together:
        said.append(file.word(N_("与{names}同讲，请核对分配"), names=list(fee.together)))
    return file.word(N_("；")).join(said)
