"""Workbooks in the layouts that offices have; the faulty one comes back marked; all rows or chosen ones are saved."""
from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from certificate_desk import statements
from exam_room import Room
from openpyxl import Workbook, load_workbook
from question_samples import REGISTRY
from sqlalchemy import select

from lms.core.documents.xlsx_write import write_xlsx
from lms.core.quizzes.formats.table import read_question_table
from lms.core.quizzes.formats.table_cells import KIND_TITLES
from lms.core.quizzes.formats.table_headers import SYNONYMS
from lms.core.quizzes.formats.table_marked import write_marked
from lms.core.quizzes.formats.table_template import question_template
from lms.core.quizzes.imports import commit_import, keep_preview
from lms.core.quizzes.kinds import kinds_of
from lms.core.quizzes.models import Bank, Question, QuestionImport
from lms.core.quizzes.preview import QuestionPreview, preview_questions
from lms.core.quizzes.questions import content_now, review_question
from lms.core.quizzes.topics import below, ids_by_name, paths, with_topic


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def preview(room: Room, data: bytes) -> QuestionPreview:
    with room.site.database.reading() as db:
        return preview_questions(db, bank="sample", data=data, filename="题库.xlsx")


def good(shown: QuestionPreview) -> list[Any]:
    assert not [flaw.text("zh_CN") for row in shown.rows for flaw in row.reasons]
    return [row.content for row in shown.rows]


def test_all_options_in_one_cell(room: Room) -> None:
    rows = [["试题", "备选项", "正确选项", "试题解析", "分数"], ["谁审批？", "A.会计|B.主席|C.委员", "B", "见办法", "2分"],
            ["谁记账？", "会计\n主席", "会计", "", ""]]
    first, second = good(preview(room, workbook(题=rows)))
    assert [o["text"] for o in first.body["options"]] == ["会计", "主席", "委员"] and (first.key, first.mark) == ({"right": ["B"]}, 2000)
    assert second.key == {"right": ["A"]}


def test_a_sheet_for_each_kind(room: Room) -> None:
    data = workbook(单选题=[["题目", "A", "B", "答案"], ["单？", "甲", "乙", "A"]], 多选题=[["题目", "A", "B", "C", "答案"], ["多？", "甲", "乙", "丙", "AC"]],
                    判断题=[["题目", "答案"], ["对吗？", "×"]], 填空题=[["题目", "答案"], ["填____和____", "甲；乙"]], 说明=[["请按格式填写"]])
    shown = preview(room, data)
    assert [content.kind for content in good(shown)] == ["single", "multiple", "truefalse", "fill_in"]
    assert [(row.sheet, row.line) for row in shown.rows] == [("单选题", 2), ("多选题", 2), ("判断题", 2), ("填空题", 2)]
    assert good(shown)[3].key == {"blanks": [["甲"], ["乙"]]}


def test_a_case_with_its_parts_below_it(room: Room) -> None:
    rows = [["题型", "小题", "占比", "题干", "A", "B", "答案"], ["案例题", "", "", "老周的发票", "", "", ""],
            ["单选题", "1", "60%", "能报吗？", "能", "不能", "B"], ["简答题", "2", "40%", "为什么？", "", "", "没有审批"]]
    (case,) = good(preview(room, workbook(题=rows)))
    assert [(part["kind"], part["share"]) for part in case.body["parts"]] == [("single", 600), ("short_answer", 400)]
    rows[2][6] = "丙"
    faulty = preview(room, workbook(题=rows)).rows
    assert [(row.state, [flaw.part for flaw in row.reasons]) for row in faulty] == [("refused", ["1"])], "a part's fault is the case's"
    assert [flaw.data.get("row") for flaw in faulty[0].reasons] == [3]  # and its cell is marked in the part's own row
    assert [flaw.code for flaw in preview(room, workbook(题=[rows[0], rows[3]])).rows[0].reasons] == ["part_alone"]


def test_the_faulty_workbook_comes_back_with_its_cells_marked(room: Room) -> None:
    data = workbook(题=[["某区题库"], ["题干", "选项A", "选项B", "答案", "备注"], ["好的？", "甲", "乙", "A", "留着"], ["坏的？", "甲", "乙", "丁丁", "０1"]])
    shown = QuestionPreview.from_stored(preview(room, data).stored())
    faults = [(row.sheet, row.line, flaw.about, flaw.text("zh_CN")) for row in shown.rows for flaw in row.reasons]
    out = BytesIO()
    write_marked(shown.tables, faults, out)
    sheet = load_workbook(BytesIO(out.getvalue())).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["题干", "选项A", "选项B", "答案", "备注"], ["好的？", "甲", "乙", "A", "留着"], ["坏的？", "甲", "乙", "丁丁", "０1"]]
    marked = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert marked == {"D3": "答案“丁丁”看不懂，请写选项字母，例如 B 或 ACD。"} and sheet["D3"].fill.fgColor.rgb == "FFF8C9C4"
    sheet["D3"] = "B"
    mended = BytesIO()
    sheet.parent.save(mended)
    assert preview(room, mended.getvalue()).counts["new"] == 2


def test_a_clean_workbook_keeps_no_copy(room: Room) -> None:
    assert preview(room, workbook(题=[["题干", "A", "B", "答案"], ["好的？", "甲", "乙", "A"]])).tables == []


def test_only_the_chosen_rows_are_saved_and_the_same_import_once(room: Room) -> None:
    shown = preview(room, workbook(题=[["题干", "A", "B", "答案"], ["要的？", "甲", "乙", "A"], ["不要的？", "甲", "乙", "A"], ["也要的？", "甲", "乙", "B"]]))
    with room.site.database.writing() as db:
        kept = keep_preview(db, bank=db.get_one(Bank, room.bank.id), preview=shown, by_id=None, now=room.clock.now())
    with room.site.database.writing() as db:
        counts = commit_import(db, question_import=db.get_one(QuestionImport, kept.id), by_id=None, now=room.clock.now(), leave={1})
        made = [content_now(question).stem for question in db.scalars(select(Question).where(Question.code.like("q-%")).order_by(Question.id))]
    assert counts["new"] == 2 and made == ["要的？", "也要的？"]


def test_topics_make_a_tree(room: Room) -> None:
    topics, leaf = with_topic([{"id": "one", "title": {"zh": "经费", "en": "Funds"}}], "经费/收缴/计提")
    assert paths(topics)[leaf] == "经费/收缴/计提" and with_topic(topics, "经费/收缴/计提") == (topics, leaf)
    assert ids_by_name(topics)["Funds"] == "one" and below(topics, "one") == {topic["id"] for topic in topics}
    circle = [{"id": "a", "title": {"zh": "甲"}, "parent": "b"}, {"id": "b", "title": {"zh": "乙"}, "parent": "a"}]
    assert paths(circle) == {"a": "乙/甲", "b": "甲/乙"}, "a spoilt row does not hang the page"


def test_a_review_names_who_and_until_when(room: Room) -> None:
    with room.site.database.writing() as db:
        question = db.scalars(select(Question).order_by(Question.id)).first()
        assert question is not None
        question.state = "draft"
        review_question(db, question=question, reviewer="沈听雨", review_by=room.clock.now().date(), by_id=None, now=room.clock.now())
        db.flush()
        db.expire_all()
        assert (question.state, content_now(question).reviewer, content_now(question).review_by) == (
            "reviewed", "沈听雨", room.clock.now().date())


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_the_template_has_every_column_and_a_question_of_each_kind_and_comes_in_clean(locale: str) -> None:
    out = BytesIO()
    write_xlsx(question_template(locale), out)
    read = read_question_table(out.getvalue(), "模板.xlsx")
    assert [flaw.text("zh_CN") for row in read.rows for flaw in (*row.reasons, *row.notices)] == [] and read.notes == []
    assert {row.content.kind for row in read.rows if row.content} == set(KIND_TITLES) and len(read.rows) == len(KIND_TITLES)
    assert {field for table in read.tables for field in table.places} >= set(SYNONYMS) - {"options"}
    assert not [flaw.code for row in read.rows if row.content
                for flaw in kinds_of(REGISTRY)[row.content.kind].check(row.content.body, row.content.key)]
    multiple, case = (next(row.content for row in read.rows if row.content and row.content.kind == kind) for kind in ("multiple", "case"))
    assert multiple.key["weights"] and [part["share"] for part in case.body["parts"]] == [600, 400]


def test_many_questions_take_no_more_statements_than_few(room: Room) -> None:
    def taken(first: int, count: int) -> int:
        rows = [[f"第{n}号题目：说得对。", "对", f"知识点{n % 3}"] for n in range(first, first + count)]
        with room.site.database.reading() as db:
            shown = preview_questions(db, bank="sample", data=workbook(题=[["题干", "答案", "知识点"], *rows]), filename="题库.xlsx")
        with room.site.database.writing() as db:
            kept = keep_preview(db, bank=db.get_one(Bank, room.bank.id), preview=shown, by_id=None, now=room.clock.now())
        with statements(room.site) as seen, room.site.database.writing() as db:
            counts = commit_import(db, question_import=db.get_one(QuestionImport, kept.id), by_id=None, now=room.clock.now())
        assert counts["new"] == count
        return len(seen)

    taken(0, 3)  # makes the topics
    assert taken(10, 900) == taken(5, 5)
    with room.site.database.reading() as db:
        assert not db.scalars(select(Question).where(Question.current_version_id.is_(None))).all()
        assert {content_now(q).stem for q in db.scalars(select(Question).where(Question.code.like("q-%")))} >= {"第10号题目：说得对。", "第909号题目：说得对。"}
