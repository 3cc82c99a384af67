"""Staff build a paper, watch the room, give minutes and take results out; every figure equals the record."""
from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from exam_room import Room
from openpyxl import Workbook, load_workbook
from routes import statements
from sqlalchemy import select

from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.classes.models import TrainingClass
from lms.core.clock import SettableClock
from lms.core.people.models import Person
from lms.core.quizzes.banks import import_bank
from lms.core.quizzes.files import read_bank
from lms.core.quizzes.models import Attempt, Bank, Paper, Question, QuestionImport
from lms.core.quizzes.plans import Plan
from lms.core.shipped import shipped
from lms.site import Site
from lms.testing import Browser

LogIn = Callable[[Person], Browser]


@pytest.fixture
def room(site: Site, clock: SettableClock) -> Room:
    return Room(site, clock)


@pytest.fixture
def admin(log_in: LogIn, person_with: Any) -> Browser:
    browser = log_in(person_with("administrator"))
    browser.get("/manage")
    return browser


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return str(answer.get_data(as_text=True))


def papers(room: Room) -> str:
    return f"/manage/classes/{room.training_class.uid}/papers"


def the(room: Room, model: Any, *conditions: Any) -> Any:
    with room.site.database.reading() as db:
        return db.scalars(select(model).where(*conditions)).one()


VALUES = {"title": "结业考试", "kind": "exam", "minutes": "40", "attempts": "1", "pass_percent": "60", "shuffle": "y",
          "layout": "one", "partial": "none", "counting": "best", "drawn": "person", "door": "open", "show_marks": "after_submit",
          "show_own": "after_close", "review": "after_close", "show_why": "after_close"}


def test_from_nothing_to_a_published_paper(room: Room, admin: Browser) -> None:
    made = admin.post(f"{papers(room)}/new", {**VALUES, "opens_at": "2026-07-08T14:00", "closes_at": "2026-07-08T15:00"})
    assert made.status_code == 303
    page = made.headers["Location"]
    paper = the(room, Paper)
    assert paper.opens_at.isoformat() == "2026-07-08T06:00:00+00:00", "the class's wall clock is eight hours ahead"
    assert "试卷里还没有题目" in text(admin.get(page))
    assert admin.post(f"{page}/publish").status_code == 422
    admin.post(f"{page}/cells", {"source": "sample|one", "kind": "single", "count": "4", "mark": "2.5", "version": 1})
    question = the(room, Question, Question.code == "multiple-3")
    assert "多选第3题" in text(admin.get(f"{page}/pick?bank=sample&kind=multiple"))
    admin.post(f"{page}/pick", {"question": question.uid, "mark": "5", "version": 2})
    shown = text(admin.get(page))
    assert "5 题，满分 15 分" in shown and "可以发布" in shown and "多选第3题" in shown
    assert admin.post(f"{page}/publish").status_code == 303
    assert "已发布" in text(admin.get(page)) and the(room, Paper).state == "published"


def test_what_is_planned_can_be_taken_off_again(room: Room, admin: Browser) -> None:
    paper = room.paper(published=False)
    page = f"{papers(room)}/{paper.uid}"
    admin.post(f"{page}/remove", {"cell": "1", "version": 1})
    assert [cell.kind for cell in Plan.of(the(room, Paper).plan).draw] == ["single", "truefalse"]
    assert admin.post(f"{page}/remove", {"cell": "0", "version": 1}).status_code == 409, "somebody saved meanwhile"


@pytest.mark.parametrize("form", [{"source": "sample|", "count": "0", "mark": "2"}, {"source": "sample|", "count": "3", "mark": "两分"},
                                  {"source": "nowhere|", "count": "3", "mark": "2"}, {"source": "sample|", "kind": "x", "count": "1", "mark": "1"}])
def test_a_cell_that_makes_no_sense_is_refused(room: Room, admin: Browser, form: dict[str, str]) -> None:
    paper = room.paper(published=False)
    assert admin.post(f"{papers(room)}/{paper.uid}/cells", {**form, "version": 1}).status_code == 422
    assert len(Plan.of(the(room, Paper).plan).draw) == 3


def test_a_form_with_faults_names_them_at_their_fields(room: Room, admin: Browser) -> None:
    wrong = admin.post(f"{papers(room)}/new", {**VALUES, "title": "", "opens_at": "2026-07-08T14:00", "closes_at": "2026-07-08T13:00"})
    assert wrong.status_code == 422 and "请填写试卷的名称。" in wrong.get_data(as_text=True)
    early = admin.post(f"{papers(room)}/new", {**VALUES, "opens_at": "2026-07-08T14:00", "closes_at": "2026-07-08T13:00"})
    assert early.status_code == 422 and "结束时间要晚于开始时间。" in early.get_data(as_text=True)


def test_settings_keep_what_they_show(room: Room, admin: Browser) -> None:
    paper = room.paper(published=False, pass_mark=800, layout="all")
    page = f"{papers(room)}/{paper.uid}/settings"
    shown = text(admin.get(page))
    assert 'value="80"' in shown and re.search(r'name="layout"[^>]*value="all"[^>]*checked|checked[^>]*value="all"', shown)
    assert admin.post(page, {**VALUES, "title": "改名", "version": 1}).status_code == 303
    assert (the(room, Paper).title, the(room, Paper).pass_mark) == ("改名", 600)
    assert admin.post(page, {**VALUES, "title": "又改名", "version": 1}).status_code == 409


def test_the_room_shows_everybody_and_gives_minutes(room: Room, admin: Browser) -> None:
    paper = room.paper()
    page = f"{papers(room)}/{paper.uid}/room"
    working, done = room.start(paper, room.person("正在答的人")), room.start(paper, room.person("交了卷的人"))
    room.person("没来的人")
    room.answer_all(working, (1, 2, 3))
    room.submit(done)
    shown = text(admin.get(page))
    assert all(name in shown for name in ("正在答的人", "交了卷的人", "没来的人", "6 / 6", "未开始", "作答中", "已交卷"))
    only = text(admin.get(f"{page}?state=not_started"))
    assert "没来的人" in only and "正在答的人" not in only
    assert admin.post(f"{page}/time", {"minutes": "10", "reason": ""}).status_code == 422
    assert admin.post(f"{page}/time", {"minutes": "10", "reason": "停电十分钟"}).status_code == 303
    assert (room.fresh(working).deadline_at - working.deadline_at).seconds == 600
    with room.site.database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "paper.add_time")).one()
        detail = db.get_one(AuditDetail, entry.id)
        assert detail.reason == "停电十分钟" and detail.after is not None and detail.after["people"] == 1


def test_one_person_gets_more_minutes_from_their_own_page(room: Room, admin: Browser) -> None:
    paper = room.paper()
    attempt = room.start(paper, room.person("手机没电的人"))
    page = f"{papers(room)}/{paper.uid}/attempts/{attempt.uid}"
    assert "手机没电的人" in text(admin.get(page)) and "解析-" in text(admin.get(page))
    assert admin.post(f"{page}/time", {"minutes": "15", "reason": "手机没电"}).status_code == 303
    assert (room.fresh(attempt).deadline_at - attempt.deadline_at).seconds == 900


def test_closing_collects_and_marks_at_once(room: Room, admin: Browser) -> None:
    paper = room.paper()
    attempts = [room.start(paper, room.person(f"学员{n}")) for n in range(25)]  # more than one transaction closes
    room.answer_all(attempts[3], range(1, 7))
    admin.post(f"{papers(room)}/{paper.uid}/room/finish", {"reason": "时间到"})
    with room.site.database.reading() as db:
        assert sorted(db.scalars(select(Attempt.mark))) == [0] * 24 + [60_000]
    shown = text(admin.get(f"{papers(room)}/{paper.uid}/results"))
    assert "统一收卷" in shown and "及格" in shown


def test_results_on_screen_and_in_the_file(room: Room, admin: Browser) -> None:
    paper = room.paper()
    for name, right in (("得满分", range(1, 7)), ("得零分", ())):
        attempt = room.start(paper, room.person(name))
        room.answer_all(attempt, right)
        room.submit(attempt)
    page = text(admin.get(f"{papers(room)}/{paper.uid}/results"))
    assert "得满分" in page and "成绩分布" in page and "各题得分率" in page
    answer = admin.post(f"{papers(room)}/results.xlsx?paper={paper.uid}")
    sheet = load_workbook(BytesIO(answer.get_data()))["成绩表"]
    assert [(row[1].value, row[5].value, row[6].value) for row in sheet.iter_rows(min_row=2)] == [
        ("得满分", 60, "及格"), ("得零分", 0, "不及格")]
    assert the(room, AuditEntry, AuditEntry.action == "results.export").outcome == "done"


def test_a_class_teacher_watches_but_sees_no_key_and_changes_nothing(room: Room, log_in: LogIn, person_with: Any) -> None:
    paper = room.paper()
    attempt = room.start(paper, room.person())
    teacher = log_in(person_with("class_teacher", room.training_class))
    assert ">试卷<" in text(teacher.get(papers(room)))
    assert "全场加时" not in text(teacher.get(f"{papers(room)}/{paper.uid}/room"))
    assert "解析-" not in text(teacher.get(f"{papers(room)}/{paper.uid}/attempts/{attempt.uid}"))
    assert "单选第" not in text(teacher.get(f"{papers(room)}/{paper.uid}/results"))
    assert teacher.post(f"{papers(room)}/{paper.uid}/room/finish", {"reason": "时间到"}).status_code == 403


def test_things_of_another_class_are_not_found_under_this_one(room: Room, admin: Browser, make_training: Any) -> None:
    other = make_training("class-b").training_class
    paper = room.paper()
    attempt = room.start(paper, room.person())
    for path in ("", "/settings", "/room", "/results", f"/attempts/{attempt.uid}", "/pick"):
        assert admin.get(f"/manage/classes/{other.uid}/papers/{paper.uid}{path}").status_code == 404
    assert admin.post(f"/manage/classes/{other.uid}/papers/{paper.uid}/room/finish", {"reason": "时间到"}).status_code == 404
    second = room.paper()
    assert admin.get(f"{papers(room)}/{second.uid}/attempts/{attempt.uid}").status_code == 404


def test_a_staff_page_takes_eight_statements_whatever_the_size(room: Room, admin: Browser) -> None:
    paper = room.paper()
    for number in range(30):
        attempt = room.start(paper, room.person(f"学员{number}"))
        room.answer_all(attempt, (1,))
        if number % 2:
            room.submit(attempt)
    draft = room.paper(published=False)
    bank = room.bank.uid
    for path in (papers(room), f"{papers(room)}/{draft.uid}", f"{papers(room)}/{draft.uid}/pick", f"{papers(room)}/{paper.uid}/room",
                 f"{papers(room)}/{paper.uid}/results", f"{papers(room)}/{paper.uid}/attempts/{attempt.uid}",
                 f"{papers(room)}/{paper.uid}/settings", "/manage/banks", f"/manage/banks/{bank}?kind=single&q=题"):
        with statements(room.site) as seen:
            assert admin.get(path).status_code == 200
        assert len(seen) <= 8, (path, len(seen), seen)


def test_a_quiz_for_every_module(site: Site, admin: Browser, make_training: Any) -> None:
    from matrix.world import _content

    training = make_training("class-a")
    bank, _ = read_bank(shipped("quizzes") / "finance-rules.yaml")
    assert bank is not None
    with site.database.writing() as db:
        import_bank(db, bank, now=site.clock.now())
    _content(site, training, "finance-rules")
    address = f"/manage/classes/{training.training_class.uid}/papers"
    for _ in range(2):
        assert admin.post(f"{address}/module-quizzes").status_code == 303
    with site.database.reading() as db:
        made = db.scalars(select(Paper).where(Paper.class_id == db.scalars(
            select(TrainingClass.id).where(TrainingClass.uid == training.training_class.uid)).one())).all()
    assert sorted(p.module_slug for p in made) == sorted(t.id for t in bank.topics)
    assert {(p.state, p.kind, p.attempts) for p in made} == {("published", "quiz", 0)}


SINGLE = {"kind": "single", "stem": "谁审批？", "option-A": "主席", "option-B": "集体研究", "option-D": "会计", "right": "D", "difficulty": "2",
          "mark": "2.5", "topic": "新知识点", "explanation": "制度规定"}


def test_a_question_by_form(room: Room, admin: Browser) -> None:
    page = f"/manage/banks/{room.bank.uid}/questions/new"
    assert "多选题" in text(admin.get(f"{page}?kind=multiple"))
    shown = admin.post(page, {**SINGLE, "preview": "1"})
    assert "学员看到的样子" in text(shown) and not_saved(room)
    assert admin.post(page, SINGLE).status_code == 303
    question = the(room, Question, Question.code == "q-0001")
    with room.site.database.reading() as db:
        version = db.get_one(Question, question.id).current
        assert version is not None
        assert version.body["options"] == [{"id": "A", "text": "主席"}, {"id": "B", "text": "集体研究"}, {"id": "C", "text": "会计"}]
        assert (version.key, question.mark) == ({"right": ["C"]}, 2500)
        assert db.get_one(Bank, room.bank.id).topics[-1]["title"] == {"zh": "新知识点"}
    address = f"/manage/banks/{room.bank.uid}/questions/{question.uid}"
    edited = admin.post(address, {**SINGLE, "right": "A", "version": 1})
    assert edited.status_code == 303 and "第 2 版" in text(admin.get(address))
    assert admin.post(address, {**SINGLE, "right": "B", "version": 1}).status_code == 409
    admin.post(f"{address}/state", {"state": "retired"})
    assert "这道题已停用" in text(admin.get(address))


def not_saved(room: Room) -> bool:
    with room.site.database.reading() as db:
        return db.scalar(select(Question.id).where(Question.code.like("q-%"))) is None


@pytest.mark.parametrize(("change", "words"), [
    ({"stem": ""}, "没有题干"), ({"right": ""}, "有且只有一个正确答案"), ({"option-B": ""}, "有且只有一个正确答案"),
    ({"option-B": "主席"}, "文字相同"), ({"mark": "很多"}, "分值看不懂"), ({"difficulty": "9"}, "难度只能是")])
def test_a_question_with_a_flaw_is_not_saved(room: Room, admin: Browser, change: dict[str, str], words: str) -> None:
    form = {**SINGLE, "right": "B", **change}
    answer = admin.post(f"/manage/banks/{room.bank.uid}/questions/new", form)
    assert answer.status_code == 422 and words in answer.get_data(as_text=True) and not_saved(room)


def test_a_true_false_question_by_form(room: Room, admin: Browser) -> None:
    form = {"kind": "truefalse", "stem": "工会可以为企业担保。", "right": "false", "difficulty": "1"}
    assert admin.post(f"/manage/banks/{room.bank.uid}/questions/new", form).status_code == 303
    with room.site.database.reading() as db:
        question = db.scalars(select(Question).where(Question.code == "q-0001")).one()
        assert question.current is not None and question.current.key == {"right": False}


def sheet(*rows: list[Any]) -> tuple[BytesIO, str]:
    book = Workbook()
    for row in (["题型", "题干", "选项A", "选项B", "答案"], *rows):
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    out.seek(0)
    return out, "题目.xlsx"


def test_an_import_is_looked_at_then_saved_once(room: Room, admin: Browser) -> None:
    address = f"/manage/banks/{room.bank.uid}/import"
    sent = admin.post(address, {"file": sheet(["单选", "新题一？", "甲", "乙", "B"], ["单选", "坏题？", "甲", "乙", "E"],
                                              ["判断", "新题二。", "", "", "对"], ["判断", "新题二", "", "", "对"])})
    page = sent.headers["Location"]
    shown = text(admin.get(page))
    assert "新增 2 题" in shown and "答案 E 不在选项里" in shown and "题干与第 4 行相同" in shown and not_saved(room)
    assert admin.post(f"{page}/commit").status_code == 303
    assert admin.post(f"{page}/commit").status_code == 409
    with room.site.database.reading() as db:
        assert db.scalars(select(QuestionImport.preview)).one() == {}
    assert "新题一？" in text(admin.get(f"/manage/banks/{room.bank.uid}?q=新题一"))


def test_a_dropped_import_saves_nothing(room: Room, admin: Browser) -> None:
    sent = admin.post(f"/manage/banks/{room.bank.uid}/import", {"file": sheet(["单选", "新题？", "甲", "乙", "B"])})
    admin.post(f"{sent.headers['Location']}/drop")
    assert admin.post(f"{sent.headers['Location']}/commit").status_code == 409 and not_saved(room)


@pytest.mark.parametrize(("data", "name"), [(b"%PDF-1.7 x", "a.xlsx"), (b"", "a.xlsx"), (b"a,b\n1,2\n", "a.csv"), (b"x", "a.doc")])
def test_a_file_that_is_none_is_told_at_the_field(room: Room, admin: Browser, data: bytes, name: str) -> None:
    answer = admin.post(f"/manage/banks/{room.bank.uid}/import", {"file": (BytesIO(data), name)})
    assert answer.status_code in (413, 422) and 'id="file-error"' in answer.get_data(as_text=True)


def test_the_template_comes_back_as_an_import(room: Room, admin: Browser) -> None:
    def new_ones(data: bytes) -> int:
        sent = admin.post(f"/manage/banks/{room.bank.uid}/import", {"file": (BytesIO(data), "模板.xlsx")})
        found = re.search(r"新增 (\d+) 题", text(admin.get(sent.headers["Location"])))
        assert found is not None
        return int(found[1])

    template = admin.get(f"/manage/banks/{room.bank.uid}/import/template.xlsx").get_data()
    book = load_workbook(BytesIO(template))
    page, own = book.worksheets[0], {"题型": "单选题", "题干": "模板里的题？", "选项A": "甲", "选项B": "乙", "选项C": "丙", "答案": "C", "分值": "2"}
    row = page.max_row + 1
    for cell in page[1]:
        page.cell(row, cell.column, own.get(cell.value))
    out = BytesIO()
    book.save(out)
    assert new_ones(out.getvalue()) == new_ones(template) + 1 > 5  # beside an example of each kind


def test_a_bank_of_ones_own(room: Room, admin: Browser) -> None:
    assert admin.post("/manage/banks/new", {"title": "自建题库", "slug": "own", "course": ""}).status_code == 303
    taken = admin.post("/manage/banks/new", {"title": "自建题库", "slug": "own", "course": ""})
    assert taken.status_code == 422 and "已经用于另一个题库" in taken.get_data(as_text=True)
    assert "自建题库" in text(admin.get("/manage/banks"))
