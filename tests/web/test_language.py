"""Whoever chooses English reads English: on every page, what is still Chinese is what people entered, never our words."""
from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from flask import Flask
from matrix.world import World, world  # noqa: F401  (fixture)
from routes import ROWS, ask, routes
from sqlalchemy import select

from lms.core.i18n import catalogue
from lms.core.models import Base
from lms.site import Site

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
# The site's name is a setting, the sign beside it is one character of it, a language calls itself what it does.
OURS_ANYWHERE = {"干部培训", "培", "中文", "简体中文"}
ROLES = ("anonymous", "trainee", "administrator", "group_leader")


class Page(HTMLParser):
    """Every text that a page shows or speaks, attributes too."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.language = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value for name, value in attrs if value and name not in ("href", "action", "src", "value")]
        self.language = dict(attrs).get("lang") or "" if tag == "html" else self.language

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


class Entered:
    """What lies in the database: names, titles, teaching content."""

    def __init__(self, site: Site) -> None:
        with site.database.engine.connect() as connection:
            values = [value for table in Base.metadata.sorted_tables for row in connection.execute(select(table)) for value in row]
        self.values = set(_strings(values))
        self.everything = "\n".join(repr(value) for value in values if value is not None)

    def lacks(self, text: str) -> bool:
        """Whether *text* has Chinese that nobody entered."""
        if text in catalogue("en")._catalog and text not in self.values:  # type: ignore[attr-defined]
            return bool(HAN.search(text))
        return any(run not in self.everything for run in HAN.findall(text) if run not in OURS_ANYWHERE)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def in_english(browser: Any) -> None:
    browser.client.set_cookie("lms_locale", "en")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_page_is_english_for_whoever_chose_it(app: Flask, site: Site, world: World) -> None:  # noqa: F811
    wrong, seen = [], 0
    entered = Entered(site)
    for role in ROLES:
        in_english(world.browsers[role])
        for method, rule in routes(app, "GET"):
            answer = ask(app, world, method, rule, role) if (method, rule.endpoint) in ROWS else None
            if answer is None or answer.mimetype != "text/html" or answer.status_code in (302, 303):
                continue
            page = Page(answer.get_data(as_text=True))
            seen += 1
            assert page.language == "en", rule.endpoint
            wrong += [f"{rule.endpoint} as {role}: {text.strip()}" for text in page.texts if entered.lacks(text.strip())]
    assert not wrong, "\n" + "\n".join(sorted(set(wrong)))
    assert seen > 60


def test_the_check_sees_what_it_forbids(site: Site, make_training: Any) -> None:
    make_training("class-a")
    entered = Entered(site)
    assert entered.lacks("签到") and entered.lacks("Saved 已保存更正")
    assert not entered.lacks("class-a培训班") and not entered.lacks("Sign in")


def test_the_button_changes_the_language_and_back(browser: Any) -> None:
    for locale, word, other in (("en", "Phone number", "手机号"), ("zh_CN", "手机号", "Phone number")):
        answer = browser.post("/language", {"locale": locale, "next": "/login"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/login")
        text = browser.get("/login").get_data(as_text=True)
        assert word in text and other not in text


@pytest.mark.parametrize(("locale", "said"), [("zh_CN", "最多 60 个字。"), ("en", "Field cannot be longer than 60 characters.")])
def test_the_form_library_speaks_the_readers_language(browser: Any, locale: str, said: str) -> None:
    browser.client.set_cookie("lms_locale", locale)
    browser.get("/login")
    answer = browser.post("/login", {"phone": "1" * 61, "password": "x"})
    assert answer.status_code == 422 and said in answer.get_data(as_text=True)
