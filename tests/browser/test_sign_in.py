"""Signing in to a session: on a phone by touch, and with nothing but a keyboard."""
from __future__ import annotations

import re

from browser.conftest import DESK, PHONE, NewContext
from browser.demonstration import Demonstration
from browser.steps import activate, hall_screen, typed_code
from playwright.sync_api import Page, expect

_AT_ONCE = 3_000  # milliseconds: the hall sees that it has counted


def present(screen: Page) -> int:
    return int(screen.locator("#hall-present").inner_text())


def test_a_trainee_signs_in_on_a_phone_and_the_hall_sees_it(demo: Demonstration, context: NewContext) -> None:
    screen = hall_screen(context(**DESK), demo)
    phone = activate(context(**PHONE), demo, 0)
    phone.goto(demo.at("/"))
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    phone.goto(demo.at("/s"))
    phone.get_by_label("屏幕上的签到码").fill(typed_code(screen))
    phone.get_by_role("button", name="继续").tap()
    before = present(screen)
    phone.get_by_role("button", name="签到", exact=True).tap()
    expect(screen.locator("#hall-present")).to_have_text(str(before + 1), timeout=_AT_ONCE)
    expect(phone.get_by_role("heading", name="已签到")).to_be_visible()


def test_the_front_page_leads_to_where_the_code_is_typed(demo: Demonstration, context: NewContext) -> None:
    phone = activate(context(**PHONE), demo, 3)
    phone.goto(demo.at("/"))
    phone.locator("main").get_by_role("link", name=re.compile("签到码")).first.tap()
    expect(phone.get_by_label("屏幕上的签到码")).to_be_visible()


def test_everything_can_be_done_with_the_keyboard(demo: Demonstration, context: NewContext) -> None:
    screen, page = hall_screen(context(**DESK), demo), context(**DESK).new_page()
    account = demo.accounts["trainee"]
    page.goto(demo.at("/login"))
    tab_to(page, "input[name=phone]")
    page.keyboard.type(account["login"])
    tab_to(page, "input[name=password]")
    page.keyboard.type(account["password"])
    page.keyboard.press("Enter")
    expect(page).to_have_url(demo.at("/"))
    page.goto(demo.at("/s"))
    tab_to(page, "#code")
    page.keyboard.type(typed_code(screen))
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="签到", exact=True)).to_be_visible()
    tab_to(page, "main form button")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="已签到")).to_be_visible()


def tab_to(page: Page, selector: str, most: int = 30) -> None:
    """Press Tab until *selector* has the focus, and see that this shows."""
    for _ in range(most):
        if page.evaluate("s => Boolean(document.activeElement?.matches(s))", selector):
            assert page.evaluate("""() => { const look = getComputedStyle(document.activeElement);
                return look.outlineStyle !== 'none' || look.boxShadow !== 'none' }"""), f"no focus to be seen on {selector}"
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{most} times Tab do not lead to {selector}")
