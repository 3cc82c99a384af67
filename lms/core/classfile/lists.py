"""Who and when: the roster (学员名册), the timetable (课程表), groups and vehicles (分组与乘车表)."""
from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lms.core.attendance.record import plain_hours
from lms.core.classes.models import ClassSession, Enrolment
from lms.core.classes.timetable import SESSION_KINDS
from lms.core.classfile.facts import ClassFile
from lms.core.classfile.parts import columns, paper, titled
from lms.core.documents.document import Block, Document, Grid, Heading, Text
from lms.core.documents.tables import Sheet, Value
from lms.core.i18n import N_
from lms.core.paperwork.sheets import half_day
from lms.core.people.phones import mask_phone
from lms.core.reports.attendance import hours

WEEKDAYS = (N_("周一"), N_("周二"), N_("周三"), N_("周四"), N_("周五"), N_("周六"), N_("周日"))


def roster(file: ClassFile) -> Document:
    """学员名册, under headings that the import of a roster reads again."""
    heads = columns(file, ("number", N_("序号"), "number", 6), ("name", N_("姓名"), "text", 14), ("gender", N_("性别"), "text", 6),
                    ("unit", N_("单位"), "text", 34), ("position", N_("职务"), "text", 16), ("phone", N_("手机号"), "text", 14),
                    ("group", N_("分组"), "text", 8), ("note", N_("备注"), "text", 14))
    rows = [(e.number, e.name, e.gender, e.unit_name, e.position, _phone(file, e), file.group_of(e), e.note) for e in file.enrolments]
    units = len({e.unit_name for e in file.enrolments if e.unit_name})
    return paper(file, titled(file, N_("学员名册")), [
        Grid(Sheet(file.word(N_("学员名册")), heads, rows, frozen=2)),
        Text(file.word(N_("共 {people} 人，来自 {units} 个单位，分 {groups} 个组。"), people=len(rows), units=units, groups=len(file.groups)), "left")],
        across=True)


def timetable(file: ClassFile) -> Document:
    """课程表, a row for each session that was not called off."""
    heads = columns(file, ("day", N_("日期"), "date", 12), ("half", N_("时段"), "text", 10), ("starts", N_("开始"), "time", 8),
                    ("ends", N_("结束"), "time", 8), ("title", N_("内容"), "text", 36), ("kind", N_("类型"), "text", 11),
                    ("lecturer", N_("授课人"), "text", 14), ("place", N_("地点"), "text", 20), ("hours", N_("学时"), "number", 7))
    rows = [(s.day, f"{file.word(WEEKDAYS[s.day.weekday()])} {file.word(half_day(s))}", s.starts, s.ends, s.title,
             file.word(SESSION_KINDS[s.kind]), s.lecturer, s.place, hours(s.credit_hours)) for s in file.held]
    total = sum(s.credit_hours for s in file.held)
    return paper(file, titled(file, N_("课程表")), [
        Grid(Sheet(file.word(N_("课程表")), heads, rows)),
        Text(file.word(N_("共 {sessions} 个课次，{hours} 学时。"), sessions=len(rows), hours=plain_hours(total)), "left")], across=True)


def groups(file: ClassFile) -> Document:
    """分组与乘车表: everybody by group, with the vehicle; then the vehicles with who rides in them."""
    heads = columns(file, ("number", N_("序号"), "number", 6), ("name", N_("姓名"), "text", 16), ("unit", N_("单位"), "text", 38),
                    ("position", N_("职务"), "text", 16), ("group", N_("分组"), "text", 10), ("vehicle", N_("车辆"), "text", 12))
    place = {g.id: n for n, g in enumerate(file.groups)}
    people = sorted(file.enrolments, key=lambda e: (place.get(e.group_id or 0, len(place)), e.number, e.id))
    rows = [(e.number, e.name, e.unit_name, e.position, file.group_of(e), file.rides.get(e.id, "")) for e in people]
    blocks: list[Block] = [Grid(Sheet(file.word(N_("分组名单")), heads, rows, frozen=2)),
                           Text(_sizes(file, Counter(file.group_of(e) for e in people), N_("未分组")), "left")]
    if file.vehicles:
        counted = Counter(file.rides.get(e.id, "") for e in people)
        boards = columns(file, ("vehicle", N_("车辆"), "text", 16), ("seats", N_("座位"), "number", 8), ("people", N_("乘车人数"), "number", 10),
                         ("note", N_("备注"), "text", 40))
        riders: list[Sequence[Value]] = [(v.name, v.seats, counted[v.name], "") for v in file.vehicles]
        blocks += [Heading(file.word(N_("乘车安排"))), Grid(Sheet(file.word(N_("车辆")), boards, riders)),
                   Text(file.word(N_("已安排 {seated} 人，未安排 {left} 人。"), seated=len(people) - counted[""], left=counted[""]), "left")]
    return paper(file, titled(file, N_("分组与乘车表")), blocks)


def half_days(sessions: Sequence[ClassSession]) -> dict[tuple[object, str], list[ClassSession]]:
    """Sessions by day and part of the day (a message id)."""
    found: dict[tuple[object, str], list[ClassSession]] = {}
    for session in sessions:
        found.setdefault((session.day, half_day(session)), []).append(session)
    return found


def _sizes(file: ClassFile, counted: Counter[str], none: str) -> str:
    parts = [file.word(N_("{name} {count} 人"), name=name or file.word(none), count=count) for name, count in counted.items()]
    return file.word(N_("共 {people} 人：{parts}。"), people=sum(counted.values()), parts=parts)


def _phone(file: ClassFile, enrolment: Enrolment) -> str:
    phone = enrolment.person.phone
    return phone or "" if file.phones else mask_phone(phone) if phone else ""
