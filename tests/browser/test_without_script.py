"""Everything a trainee must do works in a browser that runs no script."""
from __future__ import annotations

import re

from browser.conftest import DESK, PHONE, NewContext
from browser.demonstration import Demonstration
from browser.steps import hall_screen, log_in, typed_code
from playwright.sync_api import expect


def test_a_trainee_logs_in_signs_in_answers_and_reads(demo: Demonstration, context: NewContext) -> None:
    screen = hall_screen(context(**DESK), demo)
    page = log_in(context(**PHONE, java_script_enabled=False), demo, "group_leader")

    page.goto(demo.at("/s"))
    page.get_by_label("屏幕上的签到码").fill(typed_code(screen))
    page.get_by_role("button", name="继续").tap()
    page.get_by_role("button", name="签到", exact=True).tap()
    expect(page.get_by_role("heading", name="已签到")).to_be_visible()

    page.goto(demo.at(f"/papers/{demo.quiz(2)}"))
    page.get_by_role("button", name="开始作答").tap()
    page.locator(".option").first.tap()
    page.get_by_role("button", name="保存并下一题").tap()
    expect(page.locator("#quiz-place")).to_contain_text("第 2 题")
    expect(page.locator("#question-map .answered")).to_have_count(1)

    page.goto(demo.at("/courses"))
    page.locator("main a[href^='/courses/']").first.tap()
    page.locator("main a[href^='/courses/']").first.tap()
    page.get_by_role("button", name=re.compile("我读完了")).tap()
    expect(page.get_by_text("这一节至少要读")).to_be_visible()  # the server heard the button, and counts the time itself
