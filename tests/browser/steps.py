"""What people do in several of these tests."""
from __future__ import annotations

from browser.demonstration import Demonstration
from playwright.sync_api import BrowserContext, Page, expect


def log_in(context: BrowserContext, demo: Demonstration, role: str) -> Page:
    """The front page, of whoever has *role* in the demonstration."""
    page, account = context.new_page(), demo.accounts[role]
    page.goto(demo.at("/login"))
    page.get_by_label("手机号").fill(account["login"])
    page.get_by_label("密码").fill(account["password"])
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page).not_to_have_url(demo.at("/login"))
    return page


def activate(context: BrowserContext, demo: Demonstration, number: int) -> Page:
    """Somebody opens the activation link on the printed sheet, and says that it is theirs."""
    page = context.new_page()
    page.goto(demo.links[number])
    page.get_by_role("button", name="是我，登录").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def hall_screen(context: BrowserContext, demo: Demonstration) -> Page:
    """The screen page of the session that can be signed in to, as the instructor shows it to the hall."""
    page = log_in(context, demo, "instructor")
    page.goto(demo.facts["sign_in"]["screen"])
    return page


def typed_code(screen: Page) -> str:
    return screen.locator("#hall-typed").inner_text().strip()
