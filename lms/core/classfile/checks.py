"""The checks of a reimbursement bundle: a session without a sheet, 5 credit hours in a half-day, counts that differ, …

Each check reads the evidence and asks the database nothing, but the last, which asks what else is open in the class.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta

from lms.core.attendance.record import plain_hours
from lms.core.classes.models import ClassSession
from lms.core.classes.timetable import instants
from lms.core.classfile.fees import TAUGHT, fees, real_hours
from lms.core.classfile.findings import CONTRADICTION, MISSING, NOTE, Evidence, Finding
from lms.core.classfile.lists import half_days
from lms.core.i18n import N_
from lms.core.paperwork.matrix_keys import session_label
from lms.core.people.names import name_key

Check = Callable[[Evidence], Iterator[Finding]]


def basics(e: Evidence) -> Iterator[Finding]:
    """Without these there is nothing to reimburse."""
    file = e.file
    if not file.enrolments:
        yield Finding("no_people", MISSING, N_("名册是空的"))
    if not file.held:
        yield Finding("no_sessions", MISSING, N_("课程表是空的"))
    if not file.place:
        yield Finding("no_place", MISSING, N_("培训班没有写地点"))
    days = {s.day for s in file.held}
    day = file.training_class.starts_on
    while file.held and day <= file.training_class.ends_on:
        if day not in days:
            yield Finding("day_without_session", CONTRADICTION, N_("{day} 在培训班的起止日期之内，课程表上没有课"), {"day": day.isoformat()})
        day += timedelta(days=1)
    open_ones = [s for s in file.held if instants(s, file.training_class.zone)[1] > file.now]
    if open_ones:
        yield Finding("not_over", NOTE, N_("还有 {count} 个课次没有上完，现在的数字会变"), {"count": len(open_ones)})


def sheets(e: Evidence) -> Iterator[Finding]:
    """Each session in which attendance is taken has its sheet, signed, returned and photographed, with everybody on it."""
    people = {x.id for x in e.file.enrolments}
    for s in _counted(e):
        found, about = e.sheets.get(s.id), {"session": session_label(s)}
        if found is None or not found.sheets:
            yield Finding("no_sheet", MISSING, N_("“{session}”没有签到表"), about)
            continue
        if left := len(found.sheets - found.keyed):
            yield Finding("sheet_not_keyed", MISSING, N_("“{session}”有 {count} 页签到表没有收回录入"), {**about, "count": left})
        if left := len(found.keyed - found.pictured):
            yield Finding("sheet_without_picture", MISSING, N_("“{session}”有 {count} 页签到表没有照片，请附原件"), {**about, "count": left})
        if left := len(people - found.rows):
            yield Finding("not_on_sheet", CONTRADICTION, N_("“{session}”的签到表上少 {count} 人，名册上有而表上没有"), {**about, "count": left})


def counts(e: Evidence) -> Iterator[Finding]:
    """Signatures on paper against the attendance table."""
    record = e.file.record
    for place, s in enumerate(record.sessions):
        found = e.sheets.get(s.id)
        if found is None or not found.keyed:
            continue
        if s.cancelled:
            if found.signed:
                yield Finding("cancelled_but_signed", CONTRADICTION, N_("“{session}”已取消，签到表上却有 {signed} 人签名"),
                              {"session": session_label(s), "signed": len(found.signed)})
            continue
        there = {row.enrolment.id for row in record.people if row.statuses[place].attended and row.enrolment.id in found.on_keyed}
        signed = found.signed & {x.id for x in e.file.enrolments}
        if there != signed:
            yield Finding("counts_differ", CONTRADICTION, N_("“{session}”签到表上签名 {signed} 人，考勤表上实到 {there} 人，不是同一些人"),
                          {"session": session_label(s), "signed": len(signed), "there": len(there)})
        if left := e.unexplained.get(s.id, 0):
            yield Finding("unexplained", CONTRADICTION, N_("“{session}”签到表与扫码有 {count} 处不一致没有说明"), {"session": session_label(s), "count": left})


def timetable(e: Evidence) -> Iterator[Finding]:
    """Credit hours within a half-day and a day, and what a lecture fee rests on."""
    file, rules = e.file, e.file.record.rules
    for (day, half), sessions in half_days(file.held).items():
        total = sum(s.credit_hours for s in sessions)
        if total > rules.half_day_hours:
            yield Finding("half_day_over", CONTRADICTION, N_("{day} {half}排了 {hours} 学时，半天最多 {limit} 学时"),
                          {"day": str(day), "half": file.word(half), "hours": plain_hours(total), "limit": plain_hours(rules.half_day_hours)})
    for day, total in sorted(Counter({s.day: 0 for s in file.held}).items()):
        total = sum(s.credit_hours for s in file.held if s.day == day)
        if total > rules.day_hours:
            yield Finding("day_over", CONTRADICTION, N_("{day} 一天排了 {hours} 学时，一天最多 {limit} 学时"),
                          {"day": day.isoformat(), "hours": plain_hours(total), "limit": plain_hours(rules.day_hours)})
    for s in file.held:
        if s.kind in TAUGHT and s.credit_hours and real_hours(s, rules.lesson_minutes) < s.credit_hours:
            yield Finding("too_short", CONTRADICTION, N_("“{session}”写了 {hours} 学时，时间只放得下 {real} 学时"),
                          {"session": session_label(s), "hours": plain_hours(s.credit_hours), "real": plain_hours(real_hours(s, rules.lesson_minutes))})


def lecturers(e: Evidence) -> Iterator[Finding]:
    """Who is paid, and for what."""
    file = e.file
    for s in file.held:
        if s.kind == "lecture" and s.credit_hours and not s.lecturer:
            yield Finding("no_lecturer", MISSING, N_("“{session}”没有写授课人"), {"session": session_label(s)})
    for fee in fees(file):
        about = {"lecturer": fee.lecturer, "day": fee.day.isoformat(), "half": file.word(fee.half)}
        if fee.cut:
            yield Finding("fee_cut", CONTRADICTION, N_("{lecturer} {day} {half}授课 {taught} 学时，超过讲课费的上限，只计 {paid} 学时"),
                          {**about, "taught": plain_hours(fee.taught), "paid": plain_hours(fee.paid)})
        if fee.elsewhere:
            yield Finding("fee_elsewhere", NOTE, N_("{lecturer} {day} {half}同时为另一个班授课，讲课费在那个班计"), about)


def roster(e: Evidence) -> Iterator[Finding]:
    """People who stand twice, and without what a roster needs."""
    twice = Counter((name_key(x.name), name_key(x.unit_name)) for x in e.file.enrolments)
    for x in {(name_key(x.name), name_key(x.unit_name)): x for x in e.file.enrolments}.values():
        if (count := twice[name_key(x.name), name_key(x.unit_name)]) > 1:
            yield Finding("listed_twice", CONTRADICTION, N_("{unit} {name} 在名册里有 {count} 行，可能重复计费"),
                          {"unit": x.unit_name, "name": x.name, "count": count})
    if left := sum(not x.unit_name for x in e.file.enrolments):
        yield Finding("no_unit", MISSING, N_("名册里有 {count} 人没有写单位"), {"count": left})
    absent = [row.enrolment.name for row in e.file.record.people if row.totals.hours_due and not row.totals.hours_earned]
    if absent and all(instants(s, e.file.training_class.zone)[1] <= e.file.now for s in e.file.held):
        yield Finding("never_came", CONTRADICTION, N_("名册里有 {count} 人一次也没有到：{names}。实际参训人数要减去他们"),
                      {"count": len(absent), "names": absent[:20]})


def certificates(e: Evidence) -> Iterator[Finding]:
    """Certificates against the completion list."""
    wrong = [s.enrolment.name for s in e.people if s.certificate is not None and s.certificate.state == "valid" and not s.verdict.met]
    if wrong:
        yield Finding("certified_not_complete", CONTRADICTION, N_("{count} 人有证书，按现在的记录却没有达到结业条件：{names}"),
                      {"count": len(wrong), "names": wrong[:20]})
    enrolled = {s.enrolment.id for s in e.people}
    gone = [line.certificate for line in e.register if line.certificate and line.state == "valid" and line.certificate.enrolment_id not in enrolled]
    if gone:
        yield Finding("certified_not_enrolled", CONTRADICTION, N_("{count} 份有效证书的持有人已不在名册里：{names}"),
                      {"count": len(gone), "names": [c.snapshot["name"] for c in gone[:20]]})
    if any(s.certificate for s in e.people) and (left := sum(s.place == "complete" for s in e.people)):
        yield Finding("complete_not_certified", MISSING, N_("{count} 人达到结业条件，还没有发证"), {"count": left})
    if left := sum(line.state == "missing" for line in e.register):
        yield Finding("number_missing", CONTRADICTION, N_("证书登记册有 {count} 个缺号"), {"count": left})


def vehicles(e: Evidence) -> Iterator[Finding]:
    """A field visit has seats for everybody."""
    file = e.file
    if not any(s.kind == "field_visit" for s in file.held) or not file.vehicles:
        return
    if left := sum(x.id not in file.rides for x in file.enrolments):
        yield Finding("not_seated", MISSING, N_("乘车表上少 {count} 人"), {"count": left})


def still_open(e: Evidence) -> Iterator[Finding]:
    """What would keep the class from being closed. Sheets and scans are told session by session above."""
    file = e.file
    for name, check in file.db.info["registry"].all("closing_check"):
        if name == "sheets_unreconciled":
            continue
        for blocker in check(file.db, file.training_class, file.now):
            yield Finding(blocker.code, CONTRADICTION, blocker.sentence, dict(blocker.data))


CHECKS: tuple[Check, ...] = (basics, sheets, counts, timetable, lecturers, roster, certificates, vehicles, still_open)


def findings(e: Evidence) -> list[Finding]:
    """All of them: what is missing first, then contradictions, then notes."""
    found = [finding for check in CHECKS for finding in check(e)]
    order = (MISSING, CONTRADICTION, NOTE)
    return sorted(found, key=lambda f: order.index(f.kind))


def _counted(e: Evidence) -> list[ClassSession]:
    return [s for s in e.file.record.sessions if not s.cancelled]
