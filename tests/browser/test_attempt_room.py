"""The page of an attempt and the people around it: an input method, a keyboard alone, an invigilator who stops the room."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from browser.exam_phone import Phone, begin, given, journal, newest
from exam_room import Room, case_with_blanks
from playwright.sync_api import CDPSession, Page, expect
from written_room import with_short_answers

from lms.core.quizzes.plans import Cell

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
NewPhone = Callable[..., Phone]
# The part of the page that shows where the keyboard is; a choice is shown by the line that it stands in.
_FOCUS = """() => {
  const at = document.activeElement;
  const shown = [at, at.closest(".option"), at.closest(".choice"), at.nextElementSibling].find((one) => one
    && getComputedStyle(one).outlineStyle !== "none" && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
  if (!shown) return `no outline: ${at.outerHTML.slice(0, 120)}`;
  const box = shown.getBoundingClientRect();
  const [x, y] = [box.left + Math.min(box.width / 2, 60), box.top + Math.min(box.height / 2, 20)];
  const top = document.elementFromPoint(x, y);
  if (!top || !(shown.contains(top) || top.contains(shown))) return `covered: ${at.outerHTML.slice(0, 120)}`;
  return box.left >= 0 && box.right <= innerWidth ? "" : `cut off: ${at.outerHTML.slice(0, 120)}`;
}"""


def compose(ime: CDPSession, *steps: str) -> None:
    """What an input method shows under the cursor, key by key."""
    for text in steps:
        ime.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})


@pytest.mark.parametrize("kind, field", [("short_answer", "textarea"), ("case", '[name="a-1.2"] >> nth=0')])
def test_words_of_an_input_method_are_saved_whole_and_once(room: Room, phone: NewPhone, kind: str, field: str) -> None:
    with_short_answers(room)
    case_with_blanks(room)
    trainee = phone(room.person())
    trainee.page.clock.install()
    begin(room, trainee, room.paper(Cell("sample", kind=kind, count=1, mark=10_000)))
    ime = trainee.context.new_cdp_session(trainee.page)
    trainee.page.focus(field)
    compose(ime, "j", "ji", "jin", "jing", "jing'fei")
    trainee.page.clock.run_for(5_000)
    assert trainee.page.input_value(field) == "jing'fei" and journal(room) == []
    ime.send("Input.insertText", {"text": "经费"})
    trainee.page.clock.run_for(2_000)
    expect(trainee.page.locator("#quiz-saved")).to_have_attribute("data-state", "saved")
    whole = "经费" if kind == "short_answer" else {"2": {"given": ["经费", ""]}}
    assert journal(room) == [whole]

    compose(ime, "s", "sh", "shou'zhi")  # the next word: what stood before is not saved again, nor its letters
    trainee.page.clock.run_for(5_000)
    assert journal(room) == [whole]
    ime.send("Input.insertText", {"text": "收支"})
    trainee.page.clock.run_for(2_000)
    expect(trainee.page.locator("#quiz-saved")).to_have_attribute("data-state", "saved")
    assert len(journal(room)) == 2 and "经费收支" in str(journal(room)[1])


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)
    assert page.evaluate(_FOCUS) == ""


def tab_to(page: Page, wanted: str) -> None:
    """Tab until *wanted* has the focus; on the way it is always to be seen where one is."""
    for _ in range(60):
        press(page, "Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"the keyboard never reaches {wanted}")


def test_a_whole_attempt_by_keyboard_alone(room: Room, phone: NewPhone) -> None:
    with_short_answers(room)
    trainee = phone(room.person())
    page = trainee.page
    paper = room.paper(Cell("sample", kind="single", count=1, mark=10_000), Cell("sample", kind="multiple", count=1, mark=10_000),
                       Cell("sample", kind="short_answer", count=1, mark=10_000))
    page.goto(f"{trainee.address}/papers/{paper.uid}")
    tab_to(page, "button.btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_url("**/attempts/**")
    page.wait_for_load_state("networkidle")
    attempt = newest(room)

    tab_to(page, "[name=a-1]")
    for key in ("Space", "ArrowDown", "ArrowDown"):
        press(page, key)
    trainee.wait("saved")
    tab_to(page, "#go-on")
    press(page, "Enter")
    tab_to(page, "[name=a-2]")
    press(page, "Space")
    press(page, "Tab")
    press(page, "Space")
    tab_to(page, "[name=flag-2]")
    press(page, "Space")
    tab_to(page, "#go-on")
    press(page, "Enter")
    tab_to(page, "textarea")
    page.keyboard.type("经费支出")
    tab_to(page, "#go-on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/check")
    assert list(given(room, attempt)) == [1, 2, 3] and len(given(room, attempt)[2]) == 2 and given(room, attempt)[1] == "3"
    tab_to(page, "button[form=hand-in]")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.value") == "no", "nothing is handed in by pressing Enter once too often"
    press(page, "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/result")
    assert room.fresh(attempt).closed_by == "person"


def test_pause_and_end_reach_the_page(room: Room, phone: NewPhone, person_with: Any) -> None:
    trainee, desk = phone(room.person()), phone(person_with("administrator"), width=1366, height=768)
    trainee.page.clock.install()
    paper = room.paper()
    attempt = begin(room, trainee, paper)
    watch = f"{desk.address}/manage/classes/{room.training_class.uid}/papers/{paper.uid}/room"

    def stop_the_room(button: str, reason: str) -> None:
        desk.page.goto(watch)
        desk.page.fill("#why", reason)
        desk.page.click(f"#stop button:has-text('{button}')")
        if desk.page.query_selector("dialog[open]"):
            desk.page.click("dialog button[value=yes]")
        expect(desk.page.locator(".flash, .notice").first).to_be_visible()

    stop_the_room("全场暂停", "消防演练")
    room.clock.move(minutes=1)  # longer than the grace of what was on its way
    trainee.page.click("fieldset.question .option >> nth=0")
    expect(trainee.page.get_by_role("heading", name="考试已暂停")).to_be_visible()
    assert trainee.page.query_selector("fieldset.question") is None and given(room, attempt) == {}
    room.clock.move(minutes=9)
    stop_the_room("继续考试", "")
    trainee.page.get_by_role("link", name="看看继续了没有").click()
    trainee.wait("saved")
    assert "30 分钟" in trainee.page.inner_text("#quiz-timer"), "nobody lost a minute"
    assert list(given(room, attempt)) == [1], "what was answered when the room stood still was kept on the phone"

    stop_the_room("结束考试，统一收卷", "停电")
    trainee.page.clock.run_for(70_000)  # does nothing: the page asks by itself once a minute
    expect(trainee.page.get_by_text("统一收卷")).to_be_visible()
    assert room.fresh(attempt).closed_by == "staff"
