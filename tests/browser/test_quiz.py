"""A quiz on a phone: nothing that was answered is lost, whatever the network does."""
from __future__ import annotations

from browser.conftest import PHONE, NewContext
from browser.demonstration import Demonstration
from browser.steps import activate
from playwright.sync_api import Locator, Page, expect


def begin(page: Page, demo: Demonstration, quiz: int) -> None:
    page.goto(demo.at(f"/papers/{demo.quiz(quiz)}"))
    page.get_by_role("button", name="开始作答").tap()
    expect(page.locator("fieldset.question")).to_be_visible()


def options(page: Page, number: int) -> Locator:
    return page.locator(f"fieldset.question[data-item='{number}'] .option input")


def give(page: Page, number: int, option: int = 0) -> None:
    """Answer, as a thumb does: by the words beside the circle."""
    page.locator(f"fieldset.question[data-item='{number}'] .option").nth(option).tap()
    expect(options(page, number).nth(option)).to_be_checked()


def saved(page: Page) -> None:
    expect(page.locator("#quiz-saved")).to_have_attribute("data-state", "saved")
    expect(page.locator("#quiz-saved")).to_contain_text("已保存")


def go_on(page: Page, number: int) -> None:
    page.get_by_role("button", name="下一题").tap()
    expect(page.locator(f"fieldset.question[data-item='{number}']")).to_be_visible()


def test_answers_wait_on_the_phone_while_there_is_no_network(demo: Demonstration, context: NewContext) -> None:
    phone = context(**PHONE)
    page = activate(phone, demo, 1)
    begin(page, demo, 0)
    page.wait_for_load_state("networkidle")  # the other questions have come, so that none needs the network
    give(page, 1)
    saved(page)
    go_on(page, 2)
    phone.set_offline(True)
    give(page, 2)
    expect(page.locator("#quiz-saved")).to_contain_text("没有网络，已存在本机")
    go_on(page, 3)
    give(page, 3)
    phone.set_offline(False)
    saved(page)

    page.goto(page.url.split("?")[0] + "/check")
    expect(page.locator("#question-map .answered")).to_have_count(3)
    page.get_by_role("button", name="交卷").tap()
    page.locator("dialog").get_by_role("button", name="交卷").tap()
    expect(page.get_by_role("heading", name="成绩")).to_be_visible()
    expect(page.locator(".score")).to_be_visible()


def test_a_tab_closed_without_network_loses_no_answer(demo: Demonstration, context: NewContext) -> None:
    phone = context(**PHONE)
    page = activate(phone, demo, 2)
    begin(page, demo, 1)
    page.wait_for_load_state("networkidle")
    give(page, 1, 1)
    saved(page)
    go_on(page, 2)
    phone.set_offline(True)
    give(page, 2, 1)
    address = page.url.split("?")[0]
    page.close()
    phone.set_offline(False)

    again = phone.new_page()
    again.goto(address + "?q=2")
    expect(options(again, 2).nth(1)).to_be_checked()
    saved(again)
    again.goto(address + "?q=1")
    expect(options(again, 1).nth(1)).to_be_checked()
    # Another browser has nothing but what the server knows.
    elsewhere = context(**PHONE, storage_state={"cookies": phone.cookies(), "origins": []}).new_page()
    elsewhere.goto(address + "?q=2")
    expect(options(elsewhere, 2).nth(1)).to_be_checked()
