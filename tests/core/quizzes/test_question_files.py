"""Questions from the files that offices really have: previewed, located, saved once."""
from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from exam_room import Room
from openpyxl import Workbook
from sqlalchemy import func, select

from lms.core.errors import Invalid, NotFound
from lms.core.quizzes.formats.table_cells import letters_in, mark_in, truth_in
from lms.core.quizzes.formats.table_headers import field_of
from lms.core.quizzes.models import Bank, Question
from lms.core.quizzes.preview import QuestionPreview, import_questions, preview_questions
from lms.core.quizzes.questions import content_now
from lms.core.shipped import shipped

HEADER = ["题号", "题型", "题干", "选项A", "选项B", "选项C", "选项D", "正确答案", "解析", "分值", "难度", "知识点"]
GOOD = ["1", "单选题", "谁负责？", "会计", "法定代表人", "委员", "代理公司", "B", "制度规定", "2", "易", "第一模块"]


def workbook(*rows: list[Any], header: list[str] | None = None) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(["某区总工会题库（第三版）"])
    for row in (header or HEADER, *rows):
        sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def preview(room: Room, data: bytes, name: str = "题库.xlsx", bank: str = "sample") -> QuestionPreview:
    with room.site.database.reading() as db:
        return preview_questions(db, bank=bank, data=data, filename=name)


def commit(room: Room, shown: QuestionPreview) -> dict[str, int]:
    kept = QuestionPreview.from_stored(shown.stored())  # as between two requests
    with room.site.database.writing() as db:
        return import_questions(db, preview=kept, by_id=None, now=room.clock.now())


def row(**changes: Any) -> list[Any]:
    values = dict(zip(HEADER, GOOD, strict=True)) | changes
    return [values[name] for name in HEADER]


def test_a_table_becomes_questions(room: Room) -> None:
    data = workbook(GOOD, row(题型="多选题", 题干="哪些对？", 正确答案="A、C，d", 分值="2.5分", 难度="困难"),
                    row(题型="判断题", 题干="对吗？", 选项A="", 选项B="", 选项C="", 选项D="", 正确答案="√"))
    shown = preview(room, data)
    assert [r.state for r in shown.rows] == ["new"] * 3 and [r.line for r in shown.rows] == [3, 4, 5]
    assert commit(room, shown)["new"] == 3
    with room.site.database.reading() as db:
        made = [content_now(q) for q in db.scalars(select(Question).where(Question.code.like("q-%")).order_by(Question.id))]
    assert [(c.kind, c.key["right"], c.mark, c.difficulty, c.topic) for c in made] == [
        ("single", ["B"], 2000, 1, "one"), ("multiple", ["A", "C", "D"], 2500, 3, "one"), ("truefalse", True, 2000, 1, "one")]


@pytest.mark.parametrize(("heading", "field"), [
    ("题目", "stem"), ("问题*", "stem"), ("试题（必填）", "stem"), ("题干内容", "stem"), ("答案", "answer"), ("参考答案", "answer"),
    ("A", "A"), ("选项 a", "A"), ("Ａ选项", "A"), ("选项1", "A"), ("备选答案D", "D"), ("答案解析", "explanation"), ("本题分值", "mark"),
    ("题目类型", "kind"), ("所属章节", "topic"), ("难易程度", "difficulty"), ("题目编号", "code"), ("题号", None), ("出题人", None)])
def test_headings_as_offices_write_them(heading: str, field: str | None) -> None:
    assert field_of(heading) == field


@pytest.mark.parametrize(("text", "letters"), [
    ("B", ["B"]), ("ｂ", ["B"]), ("ABD", ["A", "B", "D"]), ("d,a", ["A", "D"]), ("A、C", ["A", "C"]), ("选项B", ["B"]), ("A和B", ["A", "B"]),
    ("会计", ["A"]), ("AA", None), ("甲", None), ("", None), ("乙或丙", None)])
def test_answers_as_people_write_them(text: str, letters: list[str] | None) -> None:
    assert letters_in(text, {"A": "会计", "B": "出纳"}) == letters


@pytest.mark.parametrize(("text", "truth"), [("对", True), ("正确", True), ("√", True), ("T", True), ("TRUE", True), ("1", True),
                                             ("错误", False), ("×", False), ("X", False), ("否", False), ("也许", None)])
def test_true_and_false_as_people_write_them(text: str, truth: bool | None) -> None:
    assert truth_in(text) is truth


@pytest.mark.parametrize(("text", "mark"), [("2", 2000), ("2.5分", 2500), ("0", None), ("-1", None), ("两分", None), ("1e9", None),
                                            ("nan", None), ("0.0001", None)])
def test_marks_as_people_write_them(text: str, mark: int | None) -> None:
    assert mark_in(text) == mark


@pytest.mark.parametrize(("changes", "code"), [
    ({"题干": ""}, "stem_missing"), ({"正确答案": ""}, "answer_missing"), ({"正确答案": "E"}, "answer_unknown"),
    ({"正确答案": "看情况"}, "answer_unreadable"), ({"题型": "听写题"}, "kind_unknown"), ({"选项B": ""}, "option_gap"),
    ({"选项C": "会计"}, "option_twice"), ({"正确答案": "AB"}, "answer_single"),
    ({"题型": "多选题", "正确答案": "A"}, "answer_multiple"), ({"题型": "判断题", "正确答案": "大概"}, "answer_truefalse_text")])
def test_a_row_that_cannot_be_used_says_why_and_the_others_come_in(room: Room, changes: dict[str, str], code: str) -> None:
    shown = preview(room, workbook(row(**changes), row(题干="另一题？")))
    assert [r.state for r in shown.rows] == ["refused", "new"]
    assert code in [flaw.code for flaw in shown.rows[0].reasons] and shown.rows[0].line == 3
    assert commit(room, shown)["new"] == 1


def test_a_kind_that_is_not_written_is_guessed_and_said(room: Room) -> None:
    data = workbook(["谁负责？", "甲", "乙", "AB"], ["是吗？", "", "", "对"], ["谁签字？", "甲", "乙", "A"],
                    header=["题目", "A", "B", "答案"])
    shown = preview(room, data)
    assert [r.content and r.content.kind for r in shown.rows] == ["multiple", "truefalse", "single"]
    assert [f.code for f in shown.rows[0].notices] == ["kind_guessed"]


def test_the_same_stem_is_one_question(room: Room) -> None:
    commit(room, preview(room, workbook(GOOD)))
    again = preview(room, workbook(GOOD, row(题干="谁 负责"), row(题干="新题？")))
    assert [r.state for r in again.rows] == ["same", "duplicate", "new"]
    edited = preview(room, workbook(row(正确答案="C")))
    assert [r.state for r in edited.rows] == ["changed"]
    commit(room, edited)
    with room.site.database.reading() as db:
        question = db.scalars(select(Question).where(Question.code == "q-0001")).one()
        assert question.current is not None and (question.current.number, question.current.key) == (2, {"right": ["C"]})


def test_the_same_file_committed_twice_doubles_nothing(room: Room) -> None:
    shown = preview(room, workbook(GOOD))
    assert [commit(room, shown)["new"], commit(room, shown)["new"]] == [1, 0]


def test_letters_before_the_options_are_taken_off(room: Room) -> None:
    shown = preview(room, workbook(row(选项A="A．会计", 选项B="B、法定代表人", 选项C="Ｃ. 委员", 选项D="D组的人")))
    assert shown.rows[0].content is not None
    assert [o["text"] for o in shown.rows[0].content.body["options"]] == ["会计", "法定代表人", "委员", "D组的人"]


def test_a_topic_that_the_bank_does_not_know_is_made(room: Room) -> None:
    commit(room, preview(room, workbook(row(知识点="新的章节"))))
    with room.site.database.reading() as db:
        bank = db.get_one(Bank, room.bank.id)
        assert [t["title"]["zh"] for t in bank.topics] == ["第一模块", "第二模块", "新的章节"]
        question = db.scalars(select(Question).where(Question.code == "q-0001")).one()
        assert question.topic == bank.topics[2]["id"]


def test_a_csv_works_like_a_workbook(room: Room) -> None:
    text = "题干,选项A,选项B,答案\n谁负责？,甲,乙,B\n"
    for data in (text.encode("utf-8-sig"), text.encode("gb18030")):
        assert [r.state for r in preview(room, data, "题.csv").rows] == ["new"]


@pytest.mark.parametrize(("data", "name", "code"), [
    (b"PK\x03\x04 broken", "a.xlsx", None), (b"%PDF-1.7", "a.xlsx", "not_a_spreadsheet"), (b"", "a.xlsx", "empty_file"),
    ("姓名,单位\n甲,乙\n".encode(), "a.csv", "header_not_found"), (b"x", "a.docx", "broken_docx"), (b"x", "a.exe", "question_format"), (b"\xff\xfe\x00", "a.yaml", "not_utf8")])
def test_what_is_no_question_file_is_refused(room: Room, data: bytes, name: str, code: str | None) -> None:
    with pytest.raises(Invalid) as refusal:
        preview(room, data, name)
    assert code is None or refusal.value.code == code


def test_a_bank_file_comes_in_whole_and_makes_its_bank(room: Room) -> None:
    data = (shipped("quizzes") / "finance-rules.yaml").read_bytes()
    shown = preview(room, data, "finance-rules.yaml", bank="finance-rules")
    count = len(shown.rows)
    assert {r.state for r in shown.rows} == {"new"} and commit(room, shown)["new"] == count
    assert {r.state for r in preview(room, data, "finance-rules.yaml", bank="finance-rules").rows} == {"same"}


def test_a_bank_file_with_a_fault_is_not_used_at_all(room: Room) -> None:
    text = (shipped("quizzes") / "finance-rules.yaml").read_text("utf-8").replace("answer: B", "answer: Z", 1)
    shown = preview(room, text.encode(), "finance-rules.yaml", bank="finance-rules")
    assert shown.blocked and shown.rows[0].line > 1
    with pytest.raises(Invalid, match="file_has_faults"):
        commit(room, shown)
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count(Bank.id))) == 1


def test_a_file_for_another_bank_is_refused(room: Room) -> None:
    data = (shipped("quizzes") / "finance-rules.yaml").read_bytes()
    with pytest.raises(Invalid, match="another_bank"):
        preview(room, data, "finance-rules.yaml")


def test_a_table_needs_a_bank_that_is_there(room: Room) -> None:
    with pytest.raises(NotFound, match="no_such_bank"):
        preview(room, workbook(GOOD), bank="nowhere")
