"""Pages of an exam around the answering: pause and code, marking, re-sits, corrections, practice, the book of mistakes."""
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from exam_room import Room, right_answer, wrong_answer
from sqlalchemy import select
from written_room import hand_in_written, with_short_answers, written_paper

from lms.core.clock import SettableClock
from lms.core.learning.exam_door import door_code
from lms.core.people.models import Person
from lms.core.quizzes.models import Attempt, Correction, Paper
from lms.core.quizzes.plans import Cell
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


def of(room: Room, paper: Paper) -> str:
    return f"/manage/classes/{room.training_class.uid}/papers/{paper.uid}"


def the(room: Room, model: Any, *conditions: Any) -> Any:
    with room.site.database.reading() as db:
        return db.scalars(select(model).where(*conditions).order_by(model.id.desc())).first()


def test_pause_and_end_from_the_room(room: Room, admin: Browser, log_in: LogIn) -> None:
    paper, person = room.paper(), room.person("王芳")
    attempt, phone = room.start(paper, person), log_in(person)
    assert admin.post(f"{of(room, paper)}/room/pause", {"reason": ""}).status_code == 422
    assert admin.post(f"{of(room, paper)}/room/pause", {"reason": "消防演练"}).status_code == 303
    assert "已暂停" in text(admin.get(f"{of(room, paper)}/room"))
    covered = text(phone.get(f"/attempts/{attempt.uid}"))
    assert "考试已暂停" in covered and "单选第" not in covered and "fieldset" not in covered
    room.clock.move(minutes=2)
    refused = phone.post(f"/attempts/{attempt.uid}/answers", json={"answers": [{"sequence": 1, "item": 1, "given": "1"}]})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (409, "attempt_paused")
    assert admin.post(f"{of(room, paper)}/room/resume").status_code == 303
    assert "fieldset" in text(phone.get(f"/attempts/{attempt.uid}"))
    admin.post(f"{of(room, paper)}/room/finish", {"reason": "提前结束"})
    assert room.fresh(attempt).closed_by == "staff"
    page = text(admin.get("/manage/audit"))
    assert all(word in page for word in ("暂停考试", "继续考试", "结束考试"))


def test_the_room_shows_who_left_the_page_and_changed_devices_without_a_verdict(room: Room, admin: Browser, log_in: LogIn) -> None:
    paper, person = room.paper(), room.person("换手机的")
    phone, other = log_in(person), log_in(person)
    phone.post(f"/papers/{paper.uid}/start")
    attempt = the(room, Attempt)
    for device, away in ((phone, 2), (other, 1)):
        device.post(f"/attempts/{attempt.uid}/answers", json={"answers": [], "away": away})
    page = text(admin.get(f"{of(room, paper)}/room?state=flagged"))
    assert "换手机的" in page and "离开页面 3 次" in page and "用过 2 台设备" in page
    assert not re.search("作弊|违规", page)
    assert phone.post(f"/attempts/{attempt.uid}/answers", json={"answers": [], "away": "x"}).status_code == 200


def test_the_code_on_the_projector_opens_the_paper(room: Room, admin: Browser, log_in: LogIn) -> None:
    paper, phone = room.paper(door="code"), log_in(room.person())
    shown = text(admin.get(f"{of(room, paper)}/code"))
    code = door_code(room.site.key("exam"), paper, room.clock.now())
    assert code[:3] in shown and code[3:] in shown
    assert "大屏幕上的口令" in text(phone.get(f"/papers/{paper.uid}"))
    assert phone.post(f"/papers/{paper.uid}/start").status_code == 422
    assert phone.post(f"/papers/{paper.uid}/start", {"code": code.lower()}).status_code == 303
    guessing = log_in(room.person("猜的人"))
    answers = [guessing.post(f"/papers/{paper.uid}/start", {"code": "AAAAAA"}).status_code for _ in range(12)]
    assert answers[0] == 422 and answers[-1] == 429, "whoever guesses has to wait"


def test_marking_by_question_on_the_page(room: Room, admin: Browser, log_in: LogIn) -> None:
    paper = written_paper(with_short_answers(room), drawn="once", show_own="after_submit", review="after_submit")
    attempt = hand_in_written(room, paper, "王芳")
    queue = text(admin.get(f"{of(room, paper)}/marking"))
    pile = re.search(r'href="([^"]+/marking/[0-9a-f]{32}[^"]*)"', queue)
    assert pile is not None and "王芳" not in queue
    page = text(admin.get(pile.group(1).replace("&amp;", "&")))
    assert "我认为应当集体研究。" in page and "要点-" in page and "王芳" not in page
    seal = re.search(rf'name="seal-{attempt.uid}" value="([^"]+)"', page)
    assert seal is not None
    form = {"part": "", "sheet": attempt.uid, f"seal-{attempt.uid}": seal.group(1), f"mark-{attempt.uid}": "两分", f"comment-{attempt.uid}": "写得好"}
    assert admin.post(pile.group(1), form).status_code == 422
    assert admin.post(pile.group(1), {**form, f"mark-{attempt.uid}": "16.5"}).status_code == 303
    assert room.fresh(attempt).mark == 36_500
    with room.site.database.reading() as db:
        person = db.get_one(Person, attempt.person_id)
    seen = text(log_in(person).get(f"/attempts/{attempt.uid}/result"))
    assert "36.5" in seen and "写得好" in seen and "16.5 / 20 分" in seen


def test_until_it_is_marked_the_trainee_reads_so(room: Room, log_in: LogIn) -> None:
    paper = written_paper(with_short_answers(room), drawn="once")
    attempt = hand_in_written(room, paper, "王芳")
    with room.site.database.reading() as db:
        phone = log_in(db.get_one(Person, attempt.person_id))
    for path in (f"/attempts/{attempt.uid}/result", "/papers", f"/papers/{paper.uid}"):
        page = text(phone.get(path))
        assert "待阅卷" in page and "参考答案" not in page


@pytest.mark.parametrize("moment", ["after_submit", "after_close"])
@pytest.mark.parametrize("name", ["show_marks", "show_own", "review", "show_why"])
def test_each_thing_is_released_at_its_own_moment(room: Room, log_in: LogIn, name: str, moment: str) -> None:
    policy: dict[str, Any] = {"show_marks": "after_close", "show_own": "after_close", "review": "after_close", "show_why": "after_close"}
    paper, person = room.paper(Cell("sample", kind="single", count=1, mark=10_000), **{**policy, name: moment}), room.person()
    attempt, phone = room.start(paper, person), log_in(person)
    room.answer(attempt, {"sequence": 1, "item": 1, "given": wrong_answer(attempt, 1)})
    phone.post(f"/attempts/{attempt.uid}/submit")
    page = text(phone.get(f"/attempts/{attempt.uid}/result"))
    there = {"show_marks": 'class="score"' in page, "show_own": "您的答案" in page, "review": "正确答案</span>" in page, "show_why": "解析-" in page}
    assert there == {one: one == name and moment == "after_submit" for one in policy}
    lists = text(phone.get("/papers")) + text(phone.get("/me")) + text(phone.get("/"))
    assert ("不及格" in lists or "0 分" in lists) is there["show_marks"]


def test_a_resit_from_the_results(room: Room, admin: Browser, log_in: LogIn) -> None:
    paper = room.paper()
    failed = room.person("没及格的")
    room.submit(room.start(paper, failed))
    page = text(admin.get(f"{of(room, paper)}/resit"))
    chosen = re.search(r'name="person" value="([0-9a-f]{32})"[^>]*checked', page)
    assert "没及格的" in page and chosen is not None
    assert admin.post(f"{of(room, paper)}/resit", {"title": "补考"}).status_code == 422
    made = admin.post(f"{of(room, paper)}/resit", {"title": "补考", "person": chosen.group(1)})
    assert made.status_code == 303 and "补考名单上的 1 人" in text(admin.get(made.headers["Location"]))
    again = the(room, Paper)
    assert admin.post(f"{of(room, again)}/publish").status_code == 303
    assert "补考" in text(log_in(failed).get("/papers"))
    assert "补考" not in text(log_in(room.person("别人")).get("/papers"))


def test_a_correction_shows_whom_it_changes_then_saves_it(room: Room, admin: Browser) -> None:
    paper = room.paper(Cell("sample", kind="single", count=1, mark=10_000), drawn="once")
    attempt = room.start(paper, room.person("答错的"))
    room.answer(attempt, {"sequence": 1, "item": 1, "given": wrong_answer(attempt, 1)})
    room.submit(attempt)
    link = re.search(r'href="([^"]+/questions/[0-9a-f]{32}/correct)"', text(admin.get(f"{of(room, paper)}/results")))
    assert link is not None
    looked = text(admin.get(f"{link.group(1)}?action=give"))
    assert "答错的" in looked and "改为及格" in looked and room.fresh(attempt).mark == 0
    seal = re.search(r'name="seal" value="([^"]+)"', looked)
    assert seal is not None
    assert admin.post(link.group(1), {"action": "give", "seal": seal.group(1), "reason": ""}).status_code == 422
    assert admin.post(link.group(1), {"action": "give", "seal": "x", "reason": "题干有误"}).status_code == 409
    assert admin.post(link.group(1), {"action": "give", "seal": seal.group(1), "reason": "题干有误"}).status_code == 303
    assert (room.fresh(attempt).mark, room.fresh(attempt).passed) == (10_000, True)
    assert the(room, Correction).reason == "题干有误" and "题干有误" in text(admin.get(link.group(1)))


def test_practice_tells_after_each_question_and_the_answer_stands(room: Room, log_in: LogIn) -> None:
    paper, person = room.paper(Cell("sample", kind="single", count=2, mark=1000), kind="practice", attempts=0, review="after_submit"), room.person()
    attempt, phone = room.start(paper, person), log_in(person)
    page = text(phone.get(f"/attempts/{attempt.uid}"))
    assert "看对错" in page and "解析-" not in page
    wrong, right = wrong_answer(attempt, 1)[0], right_answer(attempt, 1)[0]
    shown = phone.post(f"/attempts/{attempt.uid}/reveal", {"item": "1", "a-1": wrong})
    page = text(phone.get(shown.headers["Location"]))
    assert "没有全对" in page and "解析-" in page and "正确答案" in page
    phone.post(f"/attempts/{attempt.uid}/reveal", {"item": "1", "a-1": right})
    phone.post(f"/attempts/{attempt.uid}/answers", json={"answers": [{"sequence": 10 ** 12, "item": 1, "given": right}]})
    phone.post(f"/attempts/{attempt.uid}/reveal", {"item": "2", "a-2": right_answer(attempt, 2)[0]})
    assert "结束练习" in text(phone.get(f"/attempts/{attempt.uid}?q=2"))
    phone.post(f"/attempts/{attempt.uid}/submit")
    assert room.fresh(attempt).mark == 1000, "what was changed after having seen what is right does not count"


def test_an_exam_reveals_nothing_in_that_way(room: Room, log_in: LogIn) -> None:
    person = room.person()
    attempt, phone = room.start(room.paper(), person), log_in(person)
    answer = phone.post(f"/attempts/{attempt.uid}/reveal", {"item": "1", "a-1": "1"})
    assert answer.status_code == 404


def test_the_book_of_mistakes_holds_what_is_released_and_lets_one_try_again(room: Room, log_in: LogIn) -> None:
    person = room.person()
    phone = log_in(person)
    for review in ("after_close", "after_submit"):
        attempt = room.start(room.paper(Cell("sample", kind="single", count=1, mark=1000), review=review, title=review), person)
        room.answer(attempt, {"sequence": 1, "item": 1, "given": wrong_answer(attempt, 1)})
        room.submit(attempt)
    page = text(phone.get("/mistakes"))
    assert "after_submit · 错 1 次" in page and "after_close" not in page
    link = re.search(r'href="(/mistakes/[0-9a-f]{32})"', page)
    assert link is not None
    asked = text(phone.get(link.group(1)))
    assert "解析-" not in asked and 'name="a-1"' in asked
    assert "没有全对" in text(phone.post(link.group(1), {"a-1": wrong_answer(attempt, 1)[0]}))
    assert "答对了" in text(phone.post(link.group(1), {"a-1": right_answer(attempt, 1)[0]}))
    assert "重做对了" in text(phone.get("/mistakes"))
    assert phone.post(link.group(1), {"a-1": "99"}).status_code == 422
    assert log_in(room.person("别人")).get(link.group(1)).status_code == 404
