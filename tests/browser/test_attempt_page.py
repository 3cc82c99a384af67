"""The page's script in a real browser: saved at each change, kept on the phone while there is no network, handed in at the end."""
from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from browser.exam_phone import Phone, begin, given, journal
from exam_room import Room, case_with_blanks, right_answer

from lms.core.people.models import Person
from lms.core.quizzes.answers import answers_of
from lms.core.quizzes.models import Attempt
from lms.core.quizzes.plans import Cell

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
LONG = bool(os.environ.get("LMS_TEST_LONG"))
NewPhone = Callable[[Person], Phone]


def test_each_change_is_saved_and_the_next_question_needs_no_page(room: Room, phone: NewPhone) -> None:
    trainee = phone(room.person())
    attempt = begin(room, trainee, room.paper())
    for number in range(1, 7):
        for value in right_answer(attempt, number) if number < 5 else [right_answer(attempt, number)]:
            trainee.choose(value)
        trainee.wait("saved")
        if number < 6:
            trainee.page.click("#go-on")
            assert f"第 {number + 1} 题，共 6 题" in trainee.page.inner_text("#quiz-place")
    assert trainee.page.inner_text("#go-on") == "检查并交卷"
    trainee.page.click("#go-on")
    trainee.page.wait_for_url("**/check")
    trainee.page.click(".actions button:has-text('交卷')")
    trainee.page.click("dialog button[value=yes]")
    trainee.page.wait_for_url("**/result")
    assert "60" in trainee.page.inner_text(".score") and room.fresh(attempt).mark == 60_000


def test_without_network_nothing_is_lost_and_the_page_says_so(room: Room, phone: NewPhone) -> None:
    trainee = phone(room.person())
    attempt = begin(room, trainee, room.paper())
    trainee.context.set_offline(True)
    chosen = []
    for _ in range(3):
        chosen.append(trainee.page.get_attribute("fieldset.question .option >> nth=1 >> input", "value"))
        trainee.page.click("fieldset.question .option >> nth=1")
        trainee.wait("waiting")
        trainee.page.click("#go-on")
    assert "没有网络，已存在本机" in trainee.page.inner_text("#quiz-saved")
    assert given(room, attempt) == {}
    trainee.context.set_offline(False)
    trainee.wait("saved")
    assert list(given(room, attempt)) == [1, 2, 3]


def test_a_tab_that_was_killed_offline_sends_its_answers_later(room: Room, phone: NewPhone) -> None:
    trainee = phone(room.person())
    attempt = begin(room, trainee, room.paper())
    trainee.context.set_offline(True)
    trainee.page.click("fieldset.question .option >> nth=2")
    trainee.wait("waiting")
    trainee.page.close()
    trainee.context.set_offline(False)
    trainee.page = trainee.open()
    trainee.page.goto(f"{trainee.address}/attempts/{attempt.uid}?q=1")
    trainee.page.wait_for_function("document.querySelectorAll('fieldset.question .options input:checked').length === 1")
    trainee.wait("saved")
    assert list(given(room, attempt)) == [1]


def answer_elsewhere_meanwhile(room: Room, first: Phone, second: Phone, attempt: Attempt) -> None:
    """*first* answers without a network; the same question is answered on *second* before it comes back."""
    first.context.set_offline(True)
    first.choose("1")
    first.wait("waiting")
    room.clock.move(seconds=90)
    second.page.goto(f"{second.address}/attempts/{attempt.uid}?q=1")
    second.choose("2")
    second.wait("saved")
    first.context.set_offline(False)


def test_what_an_old_tab_sends_late_does_not_overwrite_what_was_answered_since(room: Room, phone: NewPhone) -> None:
    person = room.person()
    first, second = phone(person), phone(person)
    paper = room.paper(Cell("sample", kind="single", count=1, mark=1000))
    attempt = begin(room, first, paper)
    answer_elsewhere_meanwhile(room, first, second, attempt)
    first.wait("saved")
    assert journal(room) == ["1", "2"]
    assert given(room, attempt) == {1: "2"}


def test_at_the_end_of_the_time_the_page_hands_in_by_itself(room: Room, phone: NewPhone) -> None:
    trainee = phone(room.person())
    attempt = begin(room, trainee, room.paper())
    room.clock.move(minutes=29, seconds=57)
    trainee.page.goto(f"{trainee.address}/attempts/{attempt.uid}?q=1")
    assert "秒" in trainee.page.inner_text("#quiz-timer")
    trainee.choose(right_answer(attempt, 1)[0])
    room.clock.move(seconds=5)
    trainee.page.wait_for_url("**/result", timeout=20_000)
    assert (room.fresh(attempt).closed_by, room.fresh(attempt).mark) == ("person", 10_000)


def test_all_on_a_page_counts_and_saves(room: Room, phone: NewPhone) -> None:
    trainee = phone(room.person())
    attempt = begin(room, trainee, room.paper(layout="all"))
    for number in (1, 2):
        trainee.page.click(f"#q{number} .option >> nth=0")
    trainee.page.check("[name=flag-3]", force=True)
    trainee.wait("saved")
    assert "已答 2 题，共 6 题" in trainee.page.inner_text("#quiz-place")
    assert list(given(room, attempt)) == [1, 2, 3]


def test_a_network_that_comes_back_while_nothing_waits_stops_no_later_answer(room: Room, phone: NewPhone) -> None:
    trainee = phone(room.person())
    attempt = begin(room, trainee, room.paper())
    trainee.page.evaluate("dispatchEvent(new Event('online'))")
    trainee.choose(right_answer(attempt, 1)[0])
    trainee.wait("saved")
    assert list(given(room, attempt)) == [1]


def test_the_older_page_is_told_and_shows_what_counts(room: Room, phone: NewPhone) -> None:
    person = room.person()
    first, second = phone(person), phone(person)
    attempt = begin(room, first, room.paper(Cell("sample", kind="single", count=1, mark=1000)))
    answer_elsewhere_meanwhile(room, first, second, attempt)
    first.page.wait_for_selector("#quiz-told:has-text('第 1 题在另一个页面或另一台手机上有更新的答案')")
    assert first.page.is_checked("fieldset.question .options input[value='2']")
    first.choose("3")
    first.wait("saved")
    assert given(room, attempt) == {1: "3"}, "what is answered after having seen it is the newest"


def test_ninety_seconds_without_network_come_as_one_batch(room: Room, phone: NewPhone) -> None:
    """The page's own clock runs on (with ``LMS_TEST_LONG`` the wall's): it tries again and again, keeps one answer a
    question, and sends them together; what another device answered meanwhile, later, stays."""
    person = room.person()
    trainee, other = phone(person), phone(person)
    if not LONG:
        trainee.page.clock.install()
    attempt = begin(room, trainee, room.paper())
    tries: list[int] = []
    trainee.page.on("request", lambda request: tries.append(len(request.post_data_json["answers"])) if request.method == "POST" else None)
    trainee.context.set_offline(True)
    for number in range(1, 7):
        for option in (1, 0):  # changed his mind: only the last goes
            trainee.page.click(f"fieldset.question .option >> nth={option}")
        trainee.wait("waiting")
        (trainee.page.wait_for_timeout if LONG else trainee.page.clock.run_for)(15_000)
        room.clock.move(seconds=15)
        if number < 6:
            trainee.page.click("#go-on")
    assert "没有网络，已存在本机" in trainee.page.inner_text("#quiz-saved")
    assert given(room, attempt) == {} and len(tries) > 6, "it goes on trying by itself"
    other.page.goto(f"{other.address}/attempts/{attempt.uid}?q=1")
    other.page.click("fieldset.question .option >> nth=2")
    other.wait("saved")
    kept = given(room, attempt)[1]
    tries.clear()
    trainee.context.set_offline(False)
    trainee.wait("saved")
    assert tries == [6] and list(given(room, attempt)) == [1, 2, 3, 4, 5, 6]
    assert given(room, attempt)[1] == kept, "an older answer that comes late overwrites nothing"


def test_what_is_written_and_chosen_in_parts_is_saved_and_put_back(room: Room, phone: NewPhone) -> None:
    """By keyboard, on a phone: a case with a choice and two blanks, then the tab is killed without network."""
    case_with_blanks(room)
    trainee = phone(room.person())
    attempt = begin(room, trainee, room.paper(Cell("sample", kind="case", count=1, mark=10_000)))
    trainee.page.focus('[name="a-1.1"] >> nth=0')
    trainee.page.keyboard.press("Space")
    trainee.page.keyboard.press("Tab")
    trainee.page.keyboard.type("2%")
    trainee.page.keyboard.press("Tab")
    trainee.page.keyboard.type("=a|b")
    trainee.wait("saved")
    trainee.context.set_offline(True)
    trainee.page.keyboard.type("c")
    trainee.wait("waiting")
    trainee.page.close()
    trainee.context.set_offline(False)
    trainee.page = trainee.open()
    trainee.page.goto(f"{trainee.address}/attempts/{attempt.uid}?q=1")
    trainee.wait("saved")
    assert trainee.page.input_value('[name="a-1.2"] >> nth=1') == "=a|bc"
    assert trainee.page.evaluate("document.documentElement.scrollWidth") <= 360
    with room.site.database.reading() as db:
        assert answers_of(db, attempt.id) == {1: {"1": {"given": "true"}, "2": {"given": ["2%", "=a|bc"]}}}
