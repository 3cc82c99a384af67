"""Every kind of page, as each role sees it, is accessible, fits a phone and a desk, and obeys the CSP."""
from __future__ import annotations

import pytest
from browser.conftest import DESK, NewContext
from browser.demonstration import Demonstration
from browser.inspection import Inspector
from browser.steps import log_in

OF_EVERYBODY = ("/", "/courses", "/papers", "/me", "/timetable", "/leave", "/leave/new", "/notices", "/s", "/password")
# Filtered where three hundred rows would say the same as thirty; the preview and the board are seen whole.
OF_A_CLASS = ("", "/roster?q=周", "/timetable", "/attendance?q=周", "/reviews", "/export", "/sheets", "/reconciliation",
              "/attendance/import", "/attendance/notice?day=all", "/attendance/people?q=周", "/papers", "/certificates", "/walk-ins",
              "/substitutes")
OF_A_SESSION = ("", "/roll-call", "/roll-call/clashes", "/cards", "/walk-ins", "/spot-checks", "/head-count")
OF_THE_OFFICE = ("/settings", "/leave", "/groups", "/courses", "/roster/import", "/roster/new", "/timetable/new", "/papers/new",
                 "/certificates/issue", "/certificates/register", "/print/cards")
CLASS, BOARD = "/manage/classes/{of_class}", "/manage/sessions/{session}"


def roles_inspector(context: NewContext, demo: Demonstration, role: str) -> Inspector:
    device = context(**DESK)
    log_in(device, demo, role).close()
    return Inspector(device)


def visit_class(seen: Inspector, demo: Demonstration, paths: tuple[str, ...]) -> None:
    for path in paths:
        seen.visit(demo.at(f"/manage/classes/{demo.class_uid}{path}"))


def first_link(seen: Inspector, start: str) -> str:
    """The first thing that the open page leads to, under *start*; not the form for another one."""
    found = seen.page.eval_on_selector_all(f"main a[href^='{start}']", "links => links.map(l => l.getAttribute('href'))")
    return next(str(link) for link in found if not link.split("?")[0].endswith(("/new", "/import")))


def test_pages_for_those_who_are_not_logged_in(demo: Demonstration, context: NewContext) -> None:
    seen = Inspector(context(**DESK))
    for path in ("/login", "/v", "/s"):
        seen.visit(demo.at(path))
    seen.visit(demo.facts["certificates"][0]["verify"])
    seen.visit(demo.links[4])
    seen.follow()
    assert seen.problems == []


def test_pages_of_a_trainee(demo: Demonstration, context: NewContext) -> None:
    seen = roles_inspector(context, demo, "class_monitor")
    for path in OF_EVERYBODY:
        seen.visit(demo.at(path))
    seen.visit(demo.at("/courses"))
    for _ in ("a course", "a module"):
        seen.visit(demo.at(first_link(seen, "/courses/")))
    seen.visit(demo.at(f"/papers/{demo.quiz(0)}"))
    seen.page.get_by_role("button", name="开始作答").click()
    seen.page.locator("fieldset.question").wait_for()
    seen.look()
    attempt = seen.page.url.split("?")[0]
    for page in ("?all=1", "/check"):
        seen.visit(attempt + page)
    seen.page.get_by_role("button", name="交卷").click()
    seen.look()  # with the question whether one is sure
    seen.page.locator("dialog").get_by_role("button", name="交卷").click()
    seen.page.locator(".score").wait_for()
    seen.look()
    seen.follow()
    assert seen.problems == []


@pytest.mark.parametrize(("role", "paths"), [
    ("group_leader", ("/", "/manage", CLASS, f"{CLASS}/attendance", f"{BOARD}/roll-call", f"{BOARD}/head-count")),
    ("instructor", ("/", "/manage", CLASS, f"{CLASS}/timetable", f"{CLASS}/papers", f"{BOARD}/screen")),
    ("unit_hr", ("/", "/manage", "/manage/unit"))])
def test_pages_of_those_who_help_out(role: str, paths: tuple[str, ...], demo: Demonstration, context: NewContext) -> None:
    seen = roles_inspector(context, demo, role)
    for path in paths:
        seen.visit(demo.at(path.format(of_class=demo.class_uid, session=demo.session_uid)))
    seen.follow()
    assert seen.problems == []


def test_pages_of_a_class_teacher(demo: Demonstration, context: NewContext) -> None:
    seen = roles_inspector(context, demo, "class_teacher")
    seen.visit(demo.at("/manage"))
    visit_class(seen, demo, OF_A_CLASS)
    session = f"/manage/sessions/{demo.session_uid}"
    for path in OF_A_SESSION:
        seen.visit(demo.at(f"{session}{path}"))
    seen.visit(demo.at(first_link(seen, f"{session}/head-count/")))
    seen.visit(demo.at(session))
    seen.visit(demo.at(first_link(seen, f"{session}/people/")))
    seen.follow()
    assert seen.problems == []


def test_pages_of_a_training_officer(demo: Demonstration, context: NewContext) -> None:
    seen = roles_inspector(context, demo, "training_officer")
    visit_class(seen, demo, OF_THE_OFFICE)
    for start in ("roster", "timetable"):
        seen.visit(demo.at(f"/manage/classes/{demo.class_uid}/{start}"))
        seen.visit(demo.at(first_link(seen, f"/manage/classes/{demo.class_uid}/{start}/")))
    papers = f"/manage/classes/{demo.class_uid}/papers/{demo.quiz(0)}"
    for path in (papers, f"{papers}/settings", f"{papers}/room", f"{papers}/results", "/manage/courses", "/manage/banks"):
        seen.visit(demo.at(path))
    bank = first_link(seen, "/manage/banks/")
    for path in (bank, f"{bank}/questions/new", f"{bank}/import"):
        seen.visit(demo.at(path))
    seen.follow()
    assert seen.problems == []


def test_the_preview_of_a_roster(demo: Demonstration, context: NewContext) -> None:
    seen = roles_inspector(context, demo, "training_officer")
    seen.page.goto(demo.at(f"/manage/classes/{demo.class_uid}/roster/import"))
    seen.page.locator("input[type=file]").set_input_files(demo.folder / "demo-roster.csv")
    seen.page.get_by_role("button", name="上传并预览").click()
    seen.page.wait_for_url("**/roster/imports/*")
    seen.look()
    seen.follow()
    assert seen.problems == []


def test_pages_of_an_administrator(demo: Demonstration, context: NewContext) -> None:
    seen = roles_inspector(context, demo, "administrator")
    person = f"/manage/people/{demo.accounts['trainee']['person']}"
    for path in ("/", "/manage", "/manage/classes/new", "/manage/people", "/manage/people/new", person, f"{person}/roles",
                 f"{person}/edit", "/manage/audit"):
        seen.visit(demo.at(path))
    seen.follow()
    assert seen.problems == []


def test_a_bad_page_would_be_noticed(demo: Demonstration, context: NewContext) -> None:
    seen = Inspector(context(**DESK))
    seen.page.goto(demo.at("/login"))
    with seen.page.expect_console_message():
        seen.page.evaluate("""() => { const wide = document.createElement('img');
            wide.style.minWidth = '2000px'; wide.src = 'https://example.invalid/x'; document.querySelector('main').append(wide) }""")
    seen.look()
    told = "\n".join(seen.problems)
    assert "px too wide" in told and "image-alt" in told and "Content Security Policy" in told
