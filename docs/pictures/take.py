"""Takes the pictures of the guides anew, from the demonstration (all names are fictional): ``make pictures``."""
from __future__ import annotations

import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[1] / "tests")]

from browser.conftest import DESK, FLAGS, PHONE  # noqa: E402
from browser.demonstration import Demonstration, served_demonstration  # noqa: E402
from browser.steps import hall_screen, log_in, typed_code  # noqa: E402
from PIL import Image  # noqa: E402
from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402

COLOURS = 48  # of a page; with more a picture is only larger


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, served_demonstration(Path(folder)) as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for take in (of_a_trainee, of_an_instructor, of_the_office):
            take(browser, demo)
        browser.close()


def of_a_trainee(browser: Browser, demo: Demonstration) -> None:
    phone = log_in(context(browser, PHONE), demo, "trainee")
    keep(phone, "trainee-today")
    code = typed_code(hall_screen(context(browser, DESK), demo))
    phone.goto(demo.at("/s"))
    phone.locator("input[name=code]").fill(code)
    phone.locator("input[name=code]").press("Enter")
    phone.wait_for_load_state()
    keep(phone, "trainee-sign-in")
    visit(phone, demo, "/courses/finance-rules/legal-standing", "trainee-module")
    phone.goto(demo.at(f"/papers/{demo.quiz(0)}"))
    phone.get_by_role("button", name="开始作答").click()
    phone.locator("fieldset.question").wait_for()
    keep(phone, "trainee-quiz")
    visit(phone, demo, "/leave/new", "trainee-leave")
    visit(phone, demo, "/me", "trainee-record")


def of_an_instructor(browser: Browser, demo: Demonstration) -> None:
    keep(hall_screen(context(browser, DESK), demo), "instructor-screen")
    desk = log_in(context(browser, DESK), demo, "instructor")
    visit(desk, demo, "/manage/courses/finance-rules", "instructor-material")
    desk.goto(demo.at("/manage/banks"))
    desk.locator("main a[href^='/manage/banks/']:not([href$='/new'])").first.click()
    desk.wait_for_load_state()
    keep(desk, "instructor-bank")


def of_the_office(browser: Browser, demo: Demonstration) -> None:
    desk, training_class = log_in(context(browser, DESK), demo, "training_officer"), f"/manage/classes/{demo.class_uid}"
    desk.goto(demo.at(f"{training_class}/roster/import"))
    desk.locator("input[type=file]").set_input_files(demo.folder / "demo-roster.csv")
    desk.get_by_role("button", name="上传并预览").click()
    desk.wait_for_url("**/roster/imports/*")
    keep(desk, "office-import")
    for page, name in (("/day", "office-day"), ("/attendance", "office-attendance"), ("/certificates", "office-certificates"), ("/file", "office-papers")):
        visit(desk, demo, f"{training_class}{page}", name)


def context(browser: Browser, options: dict[str, Any]) -> Any:
    made = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **{**options, "device_scale_factor": 1.5})
    made.set_default_timeout(15_000)
    return made


def visit(page: Page, demo: Demonstration, path: str, name: str) -> None:
    page.goto(demo.at(path))
    keep(page, name)


def keep(page: Page, name: str) -> None:
    """What the window shows, as a small PNG."""
    page.wait_for_timeout(300)
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS)
    picture.save(HERE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
