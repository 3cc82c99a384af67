"""A trainee's phone on the page of an attempt, and what the server has of it."""
from __future__ import annotations

from typing import Any

from exam_room import Room
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from sqlalchemy import select

from lms.core.quizzes.answers import answers_of
from lms.core.quizzes.models import Attempt, JournalEntry, Paper
from lms.testing import Browser

_SLOW = 15_000  # milliseconds; other tests may run beside these


class Phone:
    """A browser of its own, logged in."""

    def __init__(self, chromium: Chromium, address: str, client: Browser, *, width: int = 360, height: int = 800) -> None:
        self.context = chromium.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
        cookie = client.client.get_cookie("lms_session")
        assert cookie is not None
        self.context.add_cookies([{"name": "lms_session", "value": cookie.value, "url": address}])
        self.address, self.errors = address, list[str]()
        self.page = self.open()

    def open(self) -> Page:
        page = self.context.new_page()
        page.set_default_timeout(_SLOW)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        return page

    def choose(self, value: str) -> None:
        self.page.click(f'fieldset.question .options input[value="{value}"]')

    def wait(self, state: str) -> None:
        self.page.wait_for_selector(f"#quiz-saved[data-state={state}]")


def begin(room: Room, phone: Phone, paper: Paper) -> Attempt:
    phone.page.goto(f"{phone.address}/papers/{paper.uid}")
    phone.page.click("button:has-text('开始作答')")
    phone.page.wait_for_url("**/attempts/**")
    phone.page.wait_for_load_state("networkidle")  # the other questions have come, so that none needs the network
    return newest(room)


def newest(room: Room) -> Attempt:
    with room.site.database.reading() as db:
        return db.scalars(select(Attempt).order_by(Attempt.id.desc()).limit(1)).one()


def given(room: Room, attempt: Attempt) -> dict[int, Any]:
    """What counts as the answer to each question."""
    with room.site.database.reading() as db:
        return {item: answer.get("given") for item, answer in answers_of(db, attempt.id).items()}


def journal(room: Room) -> list[Any]:
    """Everything that was ever saved, in the order of giving."""
    with room.site.database.reading() as db:
        return [row.answer.get("given", row.answer) for row in db.scalars(select(JournalEntry).order_by(JournalEntry.sequence))]
