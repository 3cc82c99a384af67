"""What came of the class: marks (成绩单), who completed it (结业名单), and letters for the employers (参训证明)."""
from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Select, select

from lms.core.attendance.record import PersonRecord
from lms.core.certificates.register import sealed
from lms.core.certificates.standing import Standing, standings
from lms.core.classes.models import Enrolment
from lms.core.classfile.facts import ClassFile
from lms.core.classfile.parts import columns, paper, titled
from lms.core.documents.document import Block, Document, Grid, Heading, NewPage, Text
from lms.core.documents.tables import Column, Sheet, Value
from lms.core.i18n import N_
from lms.core.quizzes.models import Paper
from lms.core.quizzes.results import PersonResult, class_results
from lms.core.reports.attendance import hours
from lms.core.reports.results import marks

COMPLETED = frozenset({"certified", "complete"})


def exam_papers(file: ClassFile) -> Sequence[Paper]:
    """The papers that people were given: exams first."""
    return file.db.scalars(select(Paper).where(Paper.class_id == file.training_class.id, Paper.state != "draft")
                           .order_by(Paper.kind, Paper.id)).all()


def results_of(file: ClassFile, papers: Sequence[Paper]) -> dict[int, list[PersonResult]]:
    """For each paper a row for each enrolment of the record."""
    return class_results(file.db, papers=papers, enrolments=file.enrolments, now=file.now, grace=file.grace)


def mark_sheet(file: ClassFile) -> Document:
    """成绩单: the best mark of each paper; a paper without a mark is empty, not 0."""
    papers = exam_papers(file)
    results = results_of(file, papers)
    heads = columns(file, ("number", N_("序号"), "number", 6), ("name", N_("姓名"), "text", 16), ("unit", N_("单位"), "text", 36),
                    ("group", N_("分组"), "text", 8))
    words = {True: file.word(N_("及格")), False: file.word(N_("不及格")), None: ""}
    for p in papers:
        heads += [Column(f"{p.uid}.mark", p.title, "number", 12), Column(f"{p.uid}.passed", file.word(N_("是否及格")), width=8)]
    rows: list[Sequence[Value]] = []
    for place, e in enumerate(file.enrolments):
        row: list[Value] = [e.number, e.name, e.unit_name, file.group_of(e)]
        for p in papers:
            result = results[p.id][place]
            row += [marks(result.best.mark) if result.best else None, words[result.passed]]
        rows.append(row)
    blocks: list[Block] = [Grid(Sheet(file.word(N_("成绩单")), heads, rows, frozen=2))]
    blocks += [Text(_figures(file, p, results[p.id]), "left") for p in papers]
    return paper(file, titled(file, N_("成绩单")), blocks, across=len(papers) > 1)


def _figures(file: ClassFile, paper: Paper, results: Sequence[PersonResult]) -> str:
    marked = [r for r in results if r.best is not None]
    return file.word(N_("{title}：应考 {people} 人，有成绩 {marked} 人，及格 {passed} 人。"), title=paper.title, people=len(results), marked=len(marked),
                     passed=sum(r.passed is True for r in results))


def everybody(file: ClassFile) -> list[Standing]:
    """The standing of all who are enrolled, in the order of their numbers."""
    people: Select[Any] = select(Enrolment).where(Enrolment.class_id == file.training_class.id, Enrolment.state == "enrolled").order_by(
        Enrolment.number, Enrolment.id)
    return standings(file.db, training_class=file.training_class, people=people, now=file.now)


def completion_list(file: ClassFile) -> Document:
    """结业名单: who completes the class, with hours as in the attendance table; below it who does not, and why."""
    people, records = everybody(file), {row.enrolment.id: row for row in file.record.people}
    done = [s for s in people if s.place in COMPLETED]
    rest = [s for s in people if s.place not in COMPLETED]
    heads = columns(file, ("number", N_("序号"), "number", 6), ("name", N_("姓名"), "text", 16), ("gender", N_("性别"), "text", 6),
                    ("unit", N_("单位"), "text", 32), ("position", N_("职务"), "text", 15), ("hours", N_("实得学时"), "number", 9),
                    ("certificate", N_("证书编号"), "text", 27))
    rows = [(n, s.enrolment.name, s.enrolment.gender, s.enrolment.unit_name, s.enrolment.position,
             hours(records[s.enrolment.id].totals.hours_earned), s.certificate.number if s.certificate else "") for n, s in enumerate(done, start=1)]
    blocks: list[Block] = [
        Grid(Sheet(file.word(N_("结业名单")), heads, rows, frozen=2)),
        Text(file.word(N_("在册 {people} 人，结业 {done} 人，未结业 {rest} 人。"), people=len(people), done=len(done), rest=len(rest)), "left")]
    if rest:
        why = columns(file, ("number", N_("序号"), "number", 6), ("name", N_("姓名"), "text", 16), ("unit", N_("单位"), "text", 36),
                      ("why", N_("原因"), "text", 50))
        blocks += [Heading(file.word(N_("未结业人员"))), Grid(Sheet(file.word(N_("未结业人员")), why, [
            (n, s.enrolment.name, s.enrolment.unit_name, s.verdict.sentence(file.locale)) for n, s in enumerate(rest, start=1)]))]
    return paper(file, titled(file, N_("结业名单")), [*blocks, *head_of_records(file)])


def head_of_records(file: ClassFile) -> list[Block]:
    """The head of the records of issuing, for the papers that close a class: on paper, nobody can make the chain anew."""
    line = sealed(file.db, locale=file.locale, zone=file.training_class.zone)
    return [Text(line, "left")] if line else []


def letters(file: ClassFile) -> Document:
    """参训证明: a letter for each unit about its own people, each on a page of its own."""
    rows = sorted(file.record.people, key=lambda r: (r.enrolment.unit_name, r.enrolment.number))
    blocks: list[Block] = []
    title = file.word(N_("参训证明"))
    for unit, members in groupby(rows, lambda r: r.enrolment.unit_name):
        blocks += [*([NewPage(title)] if blocks else []), *_letter(file, unit, list(members))]
    return paper(file, title, blocks, lines=[])


def _letter(file: ClassFile, unit: str, members: Sequence[PersonRecord]) -> list[Block]:
    heads = columns(file, ("name", N_("姓名"), "text", 18), ("position", N_("职务"), "text", 20), ("due", N_("应学学时"), "number", 9),
                    ("earned", N_("实得学时"), "number", 9), ("leave", N_("请假学时"), "number", 9), ("absent", N_("缺勤学时"), "number", 9))
    table = [(r.enrolment.name, r.enrolment.position, hours(r.totals.hours_due), hours(r.totals.hours_earned), hours(r.totals.hours_leave),
              hours(r.totals.hours_absent)) for r in members]
    return [
        Text(file.word(N_("{unit}："), unit=unit or file.word(N_("所在单位"))), "left", bold=True),
        Text(file.word(N_("你单位 {count} 名同志参加了由{organiser}举办的“{class_title}”（{span}），考勤情况如下："), count=len(members),
                       organiser=file.organiser, class_title=file.training_class.title, span=file.span)),
        Grid(Sheet(unit or file.word(N_("未填单位")), heads, table)),
        Text(file.word(N_("以上学时截至 {day}，以培训班考勤记录为准。特此证明。"), day=file.day(file.today))),
        Text(file.organiser, "right"), Text(file.day(file.today), "right")]


