"""Every paper of a class says what the attendance table says, as PDF, as Word file and as workbook."""
from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import docx
import openpyxl
import pytest
from certificate_desk import Desk, statements
from pypdf import PdfReader

from lms.core.attendance.record import plain_hours
from lms.core.attendance.status import STATUSES
from lms.core.certificates.chain import CHAIN
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classfile.catalogue import PAPERS, write_paper
from lms.core.classfile.facts import ClassFile
from lms.core.classfile.lists import groups, roster, timetable
from lms.core.classfile.outcomes import completion_list, letters
from lms.core.classfile.state import paper_states
from lms.core.classfile.summary import figures, session_counts, summary
from lms.core.documents.document import Chart, Document, Text
from lms.core.reports.attendance import Sums, matrix_sheet, summary_sheet
from lms.core.reports.notice import notice_days
from lms.core.seals.sealing import head_of, printed_head, seal_all
from lms.core.surveys.answering import answer
from lms.core.surveys.models import Survey
from lms.core.surveys.questions import Question
from lms.core.surveys.service import make_survey, open_survey
from lms.site import Site

OpenFile = Callable[..., Any]
LONGEST = "欧阳阿卜杜热合曼·买买提吐尔逊𠮷㛃䶮赟"


def said(document: Document) -> str:
    return "\n".join(block.text for block in document.blocks if isinstance(block, Text))


def table(file: ClassFile) -> list[dict[str, Any]]:
    """The attendance table as it is exported."""
    sheet = matrix_sheet(file.record, file.group_names, file.locale)
    return [dict(zip((c.key for c in sheet.columns), row, strict=True)) for row in sheet.rows]


def rows_of(document: Document, place: int = 0) -> list[dict[str, Any]]:
    grid = document.grids[place]
    return [dict(zip((c.key for c in grid.sheet.columns), row, strict=True)) for row in grid.rows]


def test_lists_hold_everybody_of_the_attendance_table_and_nobody_else(desk: Desk, open_file: OpenFile) -> None:
    with open_file(desk) as file:
        people = [(row["number"], row["name"], row["unit"]) for row in table(file)]
        for document in (roster(file), groups(file)):
            assert sorted((r["number"], r["name"], r["unit"]) for r in rows_of(document)) == sorted(people)
            assert f"共 {len(people)} 人" in said(document)
        assert sum(s.credit_hours for s in file.record.sessions) == 2400 and "6 个课次，24 学时" in said(timetable(file))


def test_letters_give_the_hours_of_the_table(desk: Desk, open_file: OpenFile) -> None:
    with open_file(desk) as file:
        wanted = {r["name"]: (r["hours_due"], r["hours_earned"], r["hours_leave"]) for r in table(file)}
        document = letters(file)
        found = {r["name"]: (r["due"], r["earned"], r["leave"]) for n in range(len(document.grids)) for r in rows_of(document, n)}
    assert found == wanted and len(document.grids) == 5


def test_the_completion_list_divides_the_roster_and_gives_the_hours_of_the_table(desk: Desk, open_file: OpenFile) -> None:
    desk.issue()
    with open_file(desk) as file:
        document = completion_list(file)
        earned = {r["name"]: r["hours_earned"] for r in table(file)}
        done, rest = rows_of(document), rows_of(document, 1)
    assert {r["name"] for r in done} | {r["name"] for r in rest} == set(earned) and len(done) + len(rest) == len(earned)
    assert all(r["hours"] == earned[r["name"]] for r in done) and rest[0]["why"].startswith("未结业")
    assert [r["certificate"] for r in done] == [c.number for c in desk.certificates()]
    assert f"在册 8 人，结业 {len(done)} 人，未结业 {len(rest)} 人" in said(document)


def test_the_papers_that_close_a_class_carry_the_head_of_the_records(desk: Desk, site: Site, open_file: OpenFile) -> None:
    with open_file(desk) as file:
        assert not any("链首" in said(build(file)) for build in (completion_list, summary))  # nothing is sealed yet
    desk.issue()
    seal_all(site)
    with open_file(desk) as file:
        head = head_of(file.db, CHAIN)
        assert head is not None
        assert all(f"链首 {printed_head(head.hash)}" in said(build(file)) for build in (completion_list, summary))


def test_the_summary_counts_as_table_notice_and_group_totals_do(desk: Desk, open_file: OpenFile) -> None:
    with open_file(desk) as file:
        found, document = figures(file), summary(file)
        *_, total = summary_sheet(file.record, Sums(lambda r: ""), file.locale, "x", "x").rows
        notices = [s for day in notice_days(file.record) for s in day.sessions]
        assert [(s.uid, n) for s, n in session_counts(file)] == [(s.session.uid, s.present) for s in notices]
        by_status = Counter(status.code for row in file.record.people for status in row.statuses)
        groups_chart = next(b for b in document.blocks if isinstance(b, Chart) and b.title == "各组出勤率")
        shares = {g: sum(r["hours_earned"] for r in table(file) if r["group"] == g) / sum(r["hours_due"] for r in table(file) if r["group"] == g)
                  for g in file.group_names.values()}
    assert (found.people, Decimal(found.due) / 100, Decimal(found.earned) / 100) == (total[1], total[13], total[14])
    assert found.statuses == by_status
    for code in ("present", "late", "personal_leave", "absent", "unexcused", "make_up_class"):
        assert f"{STATUSES[code]} {by_status[code]} 人次" in said(document), code
    assert f"实得 {plain_hours(found.earned)} 学时" in said(document)
    assert {bar.label: round(bar.value, 6) for bar in groups_chart.bars} == {g: round(float(s), 6) for g, s in shares.items()}


def test_a_correction_is_in_every_paper_at_once(desk: Desk, open_file: OpenFile) -> None:
    desk.mark(["present"] * 6, [desk.training.people[4]])
    with open_file(desk) as file:
        assert {r["name"]: r["earned"] for n in range(5) for r in rows_of(letters(file), n)}["class-a学员5"] == 24
        assert "缺勤" not in said(summary(file)).replace("缺勤学时", "")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_paper_is_written_in_each_of_its_kinds_and_says_the_same(desk: Desk, site: Site, open_file: OpenFile) -> None:
    with site.database.writing() as db:
        db.get_one(Enrolment, desk.training.enrolments[0].id).name = LONGEST
    with open_file(desk, sample=True) as file:
        for code, kind in PAPERS.items():
            document = kind.build(file)
            files = {ending: write_paper(document, ending, file=file) for ending in kind.endings}
            pdf = re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages))
            word = docx.Document(io.BytesIO(files["docx"]))
            written = [[cell.text for cell in row.cells] for t in word.tables for row in t.rows]
            assert word.paragraphs[0].text == document.title and re.sub(r"\s", "", document.title) in pdf, code
            assert len(written) == sum(1 + len(grid.rows) for grid in document.grids), code
            if "xlsx" in files:
                page = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).worksheets[0]
                cells = list(page.iter_rows(values_only=True))
                top = 1 + len(document.lines)
                assert cells[0][0] == document.title
                assert [str(c) for c in cells[top]] == written[0], code
                assert len(document.grids[0].rows) <= len(cells) - top - 1
            assert "样例" in pdf
            if code in ("roster", "groups", "letters", "marks"):
                assert LONGEST in pdf and any(LONGEST in row for row in written), code


def test_papers_are_whole_in_english(desk: Desk, open_file: OpenFile) -> None:
    with open_file(desk, "en") as file:
        for code, kind in PAPERS.items():
            document = kind.build(file)
            words = " ".join([document.title, *(b.text for b in document.blocks if isinstance(b, Text)),
                              *(c.title for g in document.grids for c in g.sheet.columns)])
            for known in (file.training_class.title, file.organiser, *file.group_names.values(), *(e.unit_name for e in file.enrolments)):
                words = words.replace(known, "")
            assert not re.search("[\u4e00-\u9fff]", words), f"{code}: {words}"


def test_reading_a_class_costs_the_same_whatever_its_size(desk: Desk, site: Site, open_file: OpenFile) -> None:
    with statements(site) as ran, open_file(desk):
        pass
    assert len(ran) <= 9
    with site.database.reading() as db, statements(site) as ran:
        paper_states(db, desk.training.training_class)
    assert len(ran) == 1


def test_an_empty_class_has_papers_too(site: Site, make_training: Any, open_file: OpenFile) -> None:
    made = Desk(site, make_training("empty", people=0))
    with open_file(made) as file:
        for code, kind in PAPERS.items():
            assert write_paper(kind.build(file), "docx", file=file), code
            assert write_paper(kind.build(file), "pdf", file=file), code


def test_phones_are_whole_only_for_who_manages_the_class(desk: Desk, open_file: OpenFile) -> None:
    with open_file(desk) as file:
        assert all("****" in r["phone"] for r in rows_of(roster(file)))
    with open_file(desk, phones=True) as file:
        assert not any("*" in r["phone"] for r in rows_of(roster(file)))


def test_satisfaction_says_what_the_survey_shows_and_no_more(desk: Desk, open_file: OpenFile, site: Site) -> None:
    made, now = desk.training, site.clock.now()
    questions = [Question("q1", "scale", "课程内容", ("满意", "一般", "不满意")), Question("q2", "choice", "下次想学", ("财务", "服务")), Question("q3", "text", "建议")]
    with site.database.writing() as db:
        survey = make_survey(db, training_class=db.get_one(TrainingClass, made.training_class.id), title="总体评价", questions=questions, least=3, by_id=None, now=now)
        open_survey(db, survey=survey, by_id=None, now=now)

    def answer_all(people: list[Any]) -> str:
        for n, person in enumerate(people):
            with site.database.writing() as db:
                answer(db, survey=db.get_one(Survey, survey.id), person_id=person.id, answers={"q1": n % 2, "q2": 0, "q3": f"=建议{person.id}"})
        with open_file(desk) as file:
            states.append(paper_states(file.db, file.training_class)["satisfaction"].kind)
            return str(PAPERS["satisfaction"].build(file).blocks)

    states: list[str] = []
    few = answer_all(made.people[:3])
    assert "收回 3 份" in few and "=建议" not in few and "满意率" not in few
    many = answer_all(made.people[3:7])
    assert "收回 7 份，以下是其中 3 份的结果" in many and many.count("=建议") == 3
    assert states == ["warn", "ok"]
    with open_file(desk) as file:
        document = PAPERS["satisfaction"].build(file)
        [row] = rows_of(document, 1)
        assert (row["answered"], row["average"], row["best"]) == (3, round(sum((3, 2, 3)) / 3, 2), 3) and row["content"] == 1
        assert [r["count"] for r in rows_of(document, 2)] == [3, 0]
        for ending in PAPERS["satisfaction"].endings:
            assert write_paper(document, ending, file=file)
        [*_, texts] = openpyxl.load_workbook(io.BytesIO(write_paper(document, "xlsx", file=file))).worksheets
        assert all(cell.data_type != "f" for line in texts.iter_rows() for cell in line)


def test_a_class_without_surveys_says_so(desk: Desk, open_file: OpenFile) -> None:
    with open_file(desk) as file:
        assert "没有进行满意度评价" in said(PAPERS["satisfaction"].build(file))
        assert paper_states(file.db, file.training_class)["satisfaction"].kind == "off"
