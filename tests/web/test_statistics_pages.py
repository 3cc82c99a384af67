"""The statistics of a paper on the staff's pages and in the workbook."""
from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from typing import Any

import pytest
import textbook
from certificate_desk import statements
from exam_room import Room, right_answer, wrong_answer
from marks_paper import sit_the_data_set
from openpyxl import load_workbook

from lms.core.clock import SettableClock
from lms.core.people.models import Person
from lms.core.quizzes.models import Paper
from lms.core.quizzes.plans import Cell
from lms.site import Site
from lms.testing import Browser

STAFF_STATEMENTS = 8
LogIn = Callable[[Person], Browser]
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def room(site: Site, clock: SettableClock) -> Room:
    return Room(site, clock)


@pytest.fixture
def admin(log_in: LogIn, person_with: Any) -> Browser:
    browser = log_in(person_with("administrator"))
    browser.get("/manage")
    return browser


def of(room: Room, paper: Paper) -> str:
    return f"/manage/classes/{room.training_class.uid}/papers/{paper.uid}/statistics"


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return unescape(str(answer.get_data(as_text=True)))


def plain(page: str) -> str:
    """Without tags, with one space where there was anything."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def of_paper(page: str, name: str) -> str:
    """What stands beside *name* in the table of the whole paper."""
    found = re.search(rf'<th scope="row">{re.escape(name)}(?:<p .*?</p>)?</th><td class="num nowrap">(.*?)</td>', page)
    assert found is not None, name
    return plain(found.group(1))


@sqlite
def test_the_page_the_file_and_the_data_set_agree(room: Room, admin: Browser) -> None:
    """40 people: a page with what a person reads, a workbook with every digit."""
    sat = sit_the_data_set(room, 40)
    matrix, (full, rows) = textbook.read_matrix()[:40], textbook.read_rows()
    expected = textbook.paper(matrix)
    with statements(room.site) as seen:
        page = text(admin.get(of(room, sat.paper)))
    assert len(seen) <= STAFF_STATEMENTS
    words = plain(page)
    assert "算进来的有 40 人" in words
    assert of_paper(page, "平均分") == f"{expected['mean']:.2f} 分" and of_paper(page, "偏度") == f"{expected['skewness']:.2f}"
    assert 'class="histogram" role="img"' in page and "0–9: " in page, "the picture has its text"
    assert page.count("各人这题得分都一样") == 4, "two questions have neither discrimination nor efficiency, and say why"
    assert "请核对" in words and "得分和总分反着走" in words and "第1组" in words and "第1单位" in words

    book = load_workbook(BytesIO(admin.post(f"{of(room, sat.paper)}.xlsx").get_data()))
    assert book.sheetnames == ["全卷", "各题", "选项", "成绩分布", "按组", "按单位"]
    paper = {row[0].value: row[1].value for row in book["全卷"].iter_rows(min_row=2)}
    assert paper["平均分"] == pytest.approx(expected["mean"], abs=1e-9) and paper["内部一致性系数（α）"] == pytest.approx(
        expected["consistency"], abs=1e-9)
    head = [cell.value for cell in next(book["各题"].iter_rows())]
    wanted = dict(zip(sat.codes, textbook.questions(matrix, full), strict=True))
    found = {row[0].value: dict(zip(head, (cell.value for cell in row), strict=True)) for row in book["各题"].iter_rows(min_row=2)}
    for code, one in wanted.items():
        got = [found[code][name] for name in ("得分率（难度）", "区分度", "区分效率", "应占比重", "实占比重")]
        assert got == [value if value is None else pytest.approx(value, abs=1e-9) for value in
                       (one[key] for key in ("facility", "discrimination", "efficiency", "intended", "effective"))], code
        assert bool(found[code]["没有数值的原因"]) is (None in one.values())
    assert sum(row[2].value for row in book["按单位"].iter_rows(min_row=2)) == 40
    assert sum(row[1].value for row in book["成绩分布"].iter_rows(min_row=2)) == 40
    assert len({row["group"] for row in rows[:40]}) == book["按组"].max_row - 1 == 6
    assert "导出统计" in text(admin.get("/manage/audit"))


@sqlite
def test_questions_stand_in_the_order_that_was_asked_for(room: Room, admin: Browser) -> None:
    sat = sit_the_data_set(room, 12)

    def codes(query: str) -> list[str]:
        return re.findall(r'class="code nowrap">(stat-\d+)<', text(admin.get(f"{of(room, sat.paper)}{query}")))

    usual = codes("")
    assert len(usual) == 30 and {"stat-09", "stat-12"} <= set(usual[-4:]), "what is not defined stands last"
    assert codes("?sort=code") == sat.codes and codes("?sort=-code") == sat.codes[::-1] and codes("?sort=nonsense") == usual
    assert set(codes("?sort=-discrimination")[-4:]) >= {"stat-09", "stat-12"}, "last in either direction"
    assert codes("?sort=facility")[0] == "stat-12" and codes("?sort=-facility")[0] == "stat-09"


@sqlite
def test_a_question_whose_key_is_wrong_is_told_in_plain_words(room: Room, admin: Browser, person_with: Any, log_in: LogIn) -> None:
    sat = sit_the_data_set(room, 45)
    page = text(admin.get(of(room, sat.paper)))
    link = re.search(rf'href="({of(room, sat.paper)}/[0-9a-f]+)">第5题<', page)
    assert link is not None
    with statements(room.site) as seen:
        page = text(admin.get(link.group(1)))
    assert len(seen) <= STAFF_STATEMENTS
    words = plain(page)
    assert re.search(r"区分度 -0\.\d\d ", words), "a negative value is shown"
    assert "区分不出掌握得好与不好的人，请先核对答案" in words and "去更正" in words
    assert "高分段里选“C”的有" in words and "实占比重 得分和总分反着走" in words
    assert 'class="pairs" role="img"' in page and re.search(r"A（正确）: 高分段 \d+ / \d+, 低分段 \d+ / \d+;", page)
    assert "第5题的选项A" in words
    assert admin.get(f"{of(room, sat.paper)}/{'0' * 32}").status_code == 404
    teacher = log_in(person_with("class_teacher", room.training_class))
    page = text(teacher.get(of(room, sat.paper)))
    assert "平均分" in page and "第5题" not in page, "keys and questions are for those who teach"
    assert teacher.get(link.group(1)).status_code == 403
    assert load_workbook(BytesIO(teacher.post(f"{of(room, sat.paper)}.xlsx").get_data())).sheetnames == ["全卷", "成绩分布", "按组", "按单位"]


def test_undefined_figures_are_blank_with_their_reason(room: Room, admin: Browser) -> None:
    paper = room.paper(Cell("sample", kind="truefalse", count=2, mark=10_000), drawn="once")
    words = plain(text(admin.get(of(room, paper))))
    assert "还没有人有成绩" in words and "标准差" not in words
    first = room.start(paper, room.person("王芳"))
    room.answer(first, {"sequence": 4_000_000, "item": 1, "given": right_answer(first, 1)})
    room.clock.move(minutes=1)
    room.submit(first)
    room.start(paper, room.person("还在答"))
    page = text(admin.get(of(room, paper)))
    words = plain(page)
    assert "算进来的有 1 人" in words and "没有交卷的 1 人也没有算进来" in words
    assert {of_paper(page, name) for name in ("标准差", "内部一致性系数（α）", "误差比", "标准误差")} == {"只有 1 人，至少要 2 人"}
    assert (of_paper(page, "偏度"), of_paper(page, "峰度"), of_paper(page, "平均分")) == ("不到 3 人", "不到 4 人", "10.00 分")
    assert "nan" not in words.lower() and "None" not in words


@sqlite
def test_the_statistics_are_complete_in_english(room: Room, admin: Browser) -> None:
    paper = room.paper(Cell("sample", kind="truefalse", count=2, mark=10_000), drawn="once")
    for number in range(4):
        attempt = room.start(paper, room.person(f"trainee {number}"))
        room.clock.move(minutes=1)
        room.answer(attempt, *({"sequence": item * 9_000_000, "item": item, "given": (right_answer if number % 2 else wrong_answer)(attempt, item)}
                               for item in (1, 2)))
        room.submit(attempt)
    admin.post("/language", {"locale": "en"})
    page = text(admin.get(of(room, paper)))
    words = plain(page)
    assert "4 people are counted" in words
    assert "Discrimination index" in words and "Kurtosis" in words and "9 s" in words
    link = re.search(rf'href="({of(room, paper)}/[0-9a-f]+)"', page)
    assert link is not None
    words = plain(text(admin.get(link.group(1))))
    assert "Upper third" in words and "True" in words and "Facility index" in words
