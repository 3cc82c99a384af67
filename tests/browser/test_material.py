"""Material in a real browser: a film that comes in pieces and goes on where it stopped, a SCORM package whose two parts talk to us."""
from __future__ import annotations

import re
from pathlib import Path

from browser.conftest import DESK, PHONE, NewContext
from browser.demonstration import Demonstration
from browser.steps import log_in
from playwright.sync_api import Page, expect
from scorm_package import scorm

FILM = Path(__file__).parents[1] / "data" / "film.mp4"  # 30 s, made by ffmpeg from its own test picture
COURSE = "finance-rules"


def put_in(page: Page, demo: Demonstration, title: str, file: Path | dict) -> list[str]:  # type: ignore[type-arg]
    """An instructor uploads; the methods by which it went."""
    methods: list[str] = []
    page.on("request", lambda request: methods.append(request.method) if "/uploads" in request.url else None)
    page.goto(demo.at(f"/manage/courses/{COURSE}/material"))
    page.locator("input[type=file]").set_input_files(file)  # type: ignore[arg-type]
    page.locator("#title").fill(title)
    page.get_by_role("button", name="上传", exact=True).click()
    expect(page.get_by_text("学员现在就能看到")).to_be_visible()
    return methods


def wait_until(page: Page, what: str, seconds: float = 30) -> None:
    """Until *what* is true in the page. Playwright's own wait evaluates in the page, which our policy forbids."""
    for _ in range(int(seconds * 5)):
        if page.evaluate(what):
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")


def open_material(page: Page, demo: Demonstration, title: str) -> None:
    page.goto(demo.at(f"/courses/{COURSE}"))
    page.locator(f"main a[href^='/courses/{COURSE}/']").first.click()
    page.get_by_role("link", name=re.compile(title)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def played(page: Page) -> float:
    return float(page.evaluate("document.querySelector('video').currentTime"))


def test_a_film_comes_in_pieces_and_goes_on_where_it_stopped(demo: Demonstration, context: NewContext) -> None:
    methods = put_in(log_in(context(**DESK), demo, "training_officer"), demo, "测试影片", FILM)
    assert methods[0] == "POST" and "PATCH" in methods
    page = log_in(context(**PHONE), demo, "trainee")
    open_material(page, demo, "测试影片")
    page.evaluate("const v = document.querySelector('video'); v.muted = true; v.play()")
    wait_until(page, "document.querySelector('video').currentTime > 4")
    page.evaluate("document.querySelector('video').pause()")
    expect(page.locator(".player-said")).to_have_text("进度已保存")
    stopped = played(page)
    page.goto(demo.at("/"))
    open_material(page, demo, "测试影片")
    wait_until(page, f"Math.abs(document.querySelector('video').currentTime - {stopped}) < 1.5")
    expect(page.locator(".progress-figure")).not_to_have_text("0%")


def test_two_parts_of_a_package_report_from_their_sandbox(demo: Demonstration, context: NewContext) -> None:
    package = {"name": "互动.zip", "mimeType": "application/zip", "buffer": scorm(2)}
    put_in(log_in(context(**DESK), demo, "training_officer"), demo, "互动课件", package)
    page = log_in(context(**PHONE), demo, "trainee")
    open_material(page, demo, "互动课件")
    part = page.frame_locator("#package")
    expect(part.locator("#t")).to_have_text("true")
    inside = page.frame(url=re.compile("/packages/"))
    assert inside is not None
    for secret in ("document.cookie", "localStorage.length", "parent.document.title", "top.location.href"):
        assert inside.evaluate(f"() => {{ try {{ return String({secret}) }} catch (e) {{ return e.name }} }}") == "SecurityError", secret
    assert inside.evaluate("() => fetch('/me').then((r) => r.text()).catch(() => 'refused')") == "refused"
    part.locator("#half").click()
    expect(page.locator("#package-said")).to_have_text("进度已保存")
    page.reload()
    expect(part.locator("#t")).to_have_text("true p7")
    part.locator("#done").click()
    expect(page.locator(".progress-figure")).to_have_text("50%")
    page.get_by_role("link", name="第2部分").click()
    expect(part.locator("#t")).to_have_text("true")
    part.locator("#done").click()
    expect(page.locator(".progress-figure")).to_have_text("100%")
