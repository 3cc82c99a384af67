"""Staff bring questions in and out, write every kind by form, review them, and see where they are used."""
from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from exam_room import Room
from openpyxl import load_workbook
from sqlalchemy import func, select

from lms.core.audit.models import AuditEntry
from lms.core.clock import SettableClock
from lms.core.people.models import Person
from lms.core.quizzes.models import Question, QuestionImport
from lms.core.quizzes.plans import Cell
from lms.core.quizzes.questions import content_now
from lms.site import Site
from lms.testing import Browser

LogIn = Callable[[Person], Browser]
FORMS: dict[str, dict[str, Any]] = {
    "fill_in": {"stem": "工会经费____，会费____。", "answer": "2%|百分之二\n0.5±0"},
    "matching": {"stem": "配对", "answer": "北京 → 京\n上海 -> 沪\n→ 粤"}, "ordering": {"stem": "步骤", "answer": "申请\n审批"},
    "short_answer": {"stem": "谈谈", "answer": "先审批", "rubric": "依据 2 分"},
    "multiple": {"stem": "哪些？", "option-A": "甲", "option-B": "乙", "option-C": "丙", "right": ["A", "B"], "weight-A": "60", "weight-B": "40",
                 "weight-C": "-20"},
    "case": {"stem": "材料", "part": ["1", "2"], "part-1-kind": "truefalse", "part-1-stem": "对吗？", "part-1-right": "true",
             "part-2-kind": "fill_in", "part-2-stem": "填____", "part-2-answer": "甲", "part-1-share": "40", "part-2-share": ""}}


@pytest.fixture
def room(site: Site, clock: SettableClock) -> Room:
    return Room(site, clock)


@pytest.fixture
def admin(log_in: LogIn, person_with: Any) -> Browser:
    browser = log_in(person_with("administrator"))
    browser.get("/manage")
    return browser


@pytest.fixture
def bank(room: Room) -> str:
    return f"/manage/banks/{room.bank.uid}"


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.status_code
    return str(answer.get_data(as_text=True))


def the(room: Room, stem: str) -> Question:
    with room.site.database.reading() as db:
        return next(question for question in db.scalars(select(Question)) if content_now(question).stem == stem)


@pytest.mark.parametrize("kind", list(FORMS))
def test_every_kind_is_written_previewed_and_edited_by_form(room: Room, admin: Browser, bank: str, kind: str) -> None:
    form = {"kind": kind, "difficulty": "2", "topic": "经费/收缴", "tags": "预算、决算", "source": "工会法第四十三条", **FORMS[kind]}
    assert "学员看到的样子" in text(admin.post(f"{bank}/questions/new", {**form, "preview": "1"}))
    assert admin.post(f"{bank}/questions/new", {**form, "draft": "1"}).status_code == 303
    question = the(room, FORMS[kind]["stem"])
    page = text(admin.get(f"{bank}/questions/{question.uid}"))
    assert "经费/收缴" in page and "预算、决算" in page and "工会法第四十三条" in page and question.state == "draft"
    assert "没有改动" in text(admin.post(f"{bank}/questions/{question.uid}", {**form, "version": "1"}, follow_redirects=True)), \
        "the form holds all that the question has"


def test_parts_of_a_case_are_added_without_script(admin: Browser, bank: str) -> None:
    first = text(admin.post(f"{bank}/questions/new", {"kind": "case", "stem": "材料", "add-part": "single"}))
    assert 'name="part-1-option-A"' in first and "题目 " not in first
    again = {"kind": "case", "stem": "材料", "part": "1", "part-1-kind": "single", "part-1-stem": "", "add-part": "matching"}
    second = text(admin.post(f"{bank}/questions/new", again))
    assert 'name="part-1-option-A"' in second and 'name="part-2-answer"' in second, "an empty part stays while others are added"
    faulty = {"kind": "case", "stem": "材料", "part": "1", "part-1-kind": "fill_in", "part-1-stem": "填____", "part-1-answer": ""}
    assert "小题 1：有 0 个空" in text(admin.post(f"{bank}/questions/new", faulty), 422)


def test_a_question_that_is_there_already_is_pointed_out(room: Room, admin: Browser, bank: str) -> None:
    page = text(admin.post(f"{bank}/questions/new", {"kind": "truefalse", "stem": "判断第 3 题！", "right": "true", "difficulty": "1", "preview": "1"}))
    assert "题干与 truefalse-3 相同" in page


def test_a_review_says_who_and_a_day_that_passed_is_refused(room: Room, admin: Browser, bank: str) -> None:
    question = the(room, "单选第1题")
    address = f"{bank}/questions/{question.uid}"
    assert admin.post(f"{address}/review", {"review_by": "2020-01-01"}).status_code == 422
    assert admin.post(f"{address}/review", {"review_by": "明天"}).status_code == 422
    assert "测试administrator 复核" in text(admin.post(f"{address}/review", {"review_by": "2026-07-10"}, follow_redirects=True))
    room.clock.move(days=10)
    assert "单选第1题" in text(admin.get(f"{bank}?state=due")) and "单选第2题" not in text(admin.get(f"{bank}?state=due"))


def test_an_old_version_is_opened_and_compared_with_the_present_one(room: Room, admin: Browser, bank: str) -> None:
    form = {"kind": "multiple", "difficulty": "2", "explanation": "原来的解析", **FORMS["multiple"]}
    admin.post(f"{bank}/questions/new", form)
    question = the(room, "哪些？")
    page = f"{bank}/questions/{question.uid}"
    admin.post(page, {**form, "version": "1", "right": ["A", "C"], "weight-B": "-20", "weight-C": "40", "option-B": "乙乙", "explanation": ""})
    assert f"{page}/versions/1" in text(admin.get(page)) and f"{page}/versions/2" in text(admin.get(page))
    old = " ".join(re.sub(r"<[^>]+>", " ", text(admin.get(f"{page}/versions/1"))).split())
    assert "测试administrator 保存" in old and "这是以前的版本" in old and "现在用的是第 2 版" in old
    for changed in ("选项 B 改过 乙 乙乙", "正确答案 改过 AB AC", "选项 B 的权重 改过 40% -20%", "解析 改过 原来的解析"):
        assert changed in old, changed
    assert "题干 哪些？ 哪些？ 选项 A 甲 甲" in old and "现在" not in text(admin.get(f"{page}/versions/2"))
    assert '<textarea' not in text(admin.get(f"{page}/versions/1")) and admin.get(f"{page}/versions/3").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", list(FORMS))
def test_a_version_of_every_kind_can_be_read(room: Room, admin: Browser, bank: str, kind: str) -> None:
    admin.post(f"{bank}/questions/new", {"kind": kind, "difficulty": "2", **FORMS[kind]})
    page = text(admin.get(f"{bank}/questions/{the(room, FORMS[kind]['stem']).uid}/versions/1"))
    assert "正确答案" in page and {"case": "填____", "short_answer": "依据 2 分"}.get(kind, "") in page


def test_where_a_question_is_used_is_shown(room: Room, admin: Browser, bank: str) -> None:
    address = f"{bank}/questions/{the(room, '单选第1题').uid}"
    assert "还没有试卷用到这道题" in text(admin.get(address))
    room.paper(Cell("sample", kind="single", count=2, mark=1000), title="结业考试")
    assert "结业考试" in text(admin.get(address)) and "可能抽到" in text(admin.get(address))


def test_pasted_text_is_shown_as_it_is_read_and_saved_by_choice(room: Room, admin: Browser, bank: str) -> None:
    pasted = "1. 甲题（ A ）\nA. 一\nB. 二\n2. 乙题\nA. 一\nB. 二\n答案：B\n3. 坏题\nA. 一\nB. 二\n"
    parsed = text(admin.post(f"{bank}/import/parse", {"text": pasted}))
    assert "读出 3 题，其中 1 题有问题" in parsed and "第 8 行" in parsed and "没有答案" in parsed and "<html" not in parsed
    assert "读出 3 题" in text(admin.post(f"{bank}/import", {"text": pasted, "parse": "1"})), "without script, by a button"
    shown = admin.post(f"{bank}/import", {"text": pasted}).headers["Location"]
    assert 'name="row" value="0" checked' in text(admin.get(shown))
    assert admin.post(f"{shown}/commit", {"offered": "0,1", "row": "1"}).status_code == 303
    with room.site.database.reading() as db:
        made = [content_now(question).stem for question in db.scalars(select(Question).where(Question.code.like("q-%")))]
    assert made == ["乙题"]


@pytest.mark.parametrize("form", [{"text": "题" * 400_001}, {}, {"text": ""}])
def test_too_much_text_or_none_is_refused(room: Room, admin: Browser, bank: str, form: dict[str, str]) -> None:
    assert admin.post(f"{bank}/import", form).status_code in (413, 422)
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(QuestionImport)) == 0


def test_a_faulty_table_comes_back_marked(admin: Browser, bank: str) -> None:
    table = "题干,A,B,答案\n好的？,甲,乙,A\n坏的？,甲,乙,丁\n".encode()
    shown = admin.post(f"{bank}/import", {"file": (BytesIO(table), "题库.csv")}).headers["Location"]
    assert "下载标出错误的表格" in text(admin.get(shown))
    answer = admin.get(f"{shown}/marked.xlsx")
    sheet = load_workbook(BytesIO(answer.get_data())).active
    assert sheet["D3"].comment.text.startswith("答案“丁”看不懂") and sheet["D2"].comment is None
    admin.post(f"{shown}/commit")
    assert admin.get(f"{shown}/marked.xlsx").status_code == 404


@pytest.mark.parametrize("ending", ["xlsx", "yaml", "gift", "xml"])
def test_a_bank_goes_out_logged_and_comes_back_the_same(room: Room, admin: Browser, bank: str, ending: str) -> None:
    answer = admin.post(f"{bank}/questions.{ending}")
    assert answer.status_code == 200 and f".{ending}" in answer.headers["Content-Disposition"]
    with room.site.database.reading() as db:
        assert db.scalar(select(func.count()).where(AuditEntry.action == "bank.export")) == 1
    shown = admin.post(f"{bank}/import", {"file": (BytesIO(answer.get_data()), f"题库.{ending}")}).headers["Location"]
    assert "没有要保存的内容" in text(admin.get(shown))
    assert admin.post(f"{bank}/questions.exe").status_code == 404


def test_a_bank_on_paper_has_its_key_only_if_asked(admin: Browser, bank: str) -> None:
    assert "解析-1" not in text(admin.get(f"{bank}/print")) and "解析-1" in text(admin.get(f"{bank}/print?key=1"))


def test_topics_and_tags_filter(room: Room, admin: Browser, bank: str) -> None:
    form = {"kind": "truefalse", "stem": "新的判断题", "right": "true", "difficulty": "1", "topic": "第一模块/小节", "tags": "预算"}
    assert admin.post(f"{bank}/questions/new", form).status_code == 303
    assert "新的判断题" in text(admin.get(f"{bank}?topic=one")), "a topic has what is below it"
    assert "新的判断题" in text(admin.get(f"{bank}?tag=预算")) and "新的判断题" not in text(admin.get(f"{bank}?tag=预"))
