"""Real browsers on a real server: one Chromium per module, one served demonstration for all."""
from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser.demonstration import Demonstration, served_demonstration
from browser.exam_phone import Phone
from exam_room import Room
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from waitress.server import create_server

from lms.core.clock import SettableClock
from lms.core.people.models import Person
from lms.site import Site

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 800}, "is_mobile": True, "has_touch": True, "device_scale_factor": 2}
DESK: dict[str, Any] = {"viewport": {"width": 1366, "height": 768}}
_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
          "--disable-component-update", "--disable-sync"]
_SLOW = 15_000  # milliseconds; other tests may run beside these
NewContext = Callable[..., BrowserContext]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with served_demonstration(tmp_path_factory.mktemp("browser")) as served:
        yield served


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is. Without one these tests are skipped, unless ``LMS_REQUIRE_CHROMIUM`` says that it must be there."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None and os.environ.get("LMS_REQUIRE_CHROMIUM"):
        raise RuntimeError(f"none of {', '.join(_NAMES)} is installed, and LMS_REQUIRE_CHROMIUM is set")
    if found is None:
        pytest.skip("no Chromium is installed")
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """Each start has a profile folder of its own. Not kept longer: while it runs, this thread can run no other event loop."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[NewContext]:
    """``context(**PHONE)``: somebody's device, forgotten after the test."""
    opened: list[BrowserContext] = []

    def new(**options: Any) -> BrowserContext:
        made = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        made.set_default_timeout(_SLOW)
        opened.append(made)
        return made

    yield new
    for made in opened:
        made.close()


@pytest.fixture
def room(site: Site, clock: SettableClock) -> Room:
    return Room(site, clock)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The test's own application, served."""
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    threading.Thread(target=server.run, daemon=True).start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()


@pytest.fixture
def phone(browser: Browser, address: str, log_in: Any) -> Iterator[Callable[..., Phone]]:
    """``phone(person)``: somebody's phone, logged in; a fault in a page's script fails the test."""
    made: list[Phone] = []

    def make(person: Person, **size: int) -> Phone:
        made.append(Phone(browser, address, log_in(person), **size))
        return made[-1]

    yield make
    for each in made:
        each.context.close()
        assert each.errors == []
