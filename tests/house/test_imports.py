"""Imports go down a level, never up, never sideways between features; docs/architecture.md says why."""
from __future__ import annotations

from source import Source, all_sources, module_names, sources

LEVELS = (
    ("db", "clock", "ids", "errors", "i18n", "settings", "shipped", "registry", "events", "seals", "signing", "cores", "bulk"),
    ("files", "access", "audit", "documents"),
    ("people", "jobs"),
    ("classes", "notices"),
    ("courses", "quizzes", "attendance", "registration"),
    ("material",),
    ("learning", "certificates", "leave", "paperwork", "assignments", "surveys", "announcements",
     "discussion", "search"),
    ("reports", "hours", "backup"),
    ("classfile", "privacy"),
)
LEVEL = {feature: level for level, features in enumerate(LEVELS) for feature in features}
# Every table in one place, for migrations and tests: it stands above the levels, and no feature may import it.
ALL_TABLES = "lms.core.models"
WEB_LIBRARIES = ("flask", "werkzeug", "wtforms", "flask_login", "flask_wtf", "waitress")
# What stands above core: each may import those before it, core all, and nobody those after it.
STOREYS = (("lms.core", "lms.fonts"), ("lms.plugins", "lms.queue", "lms.migrations", "lms.logs"), ("lms.site", "lms.content", "lms.worker"),
           ("lms.web", "lms.server"), ("lms.demo",), ("lms.commands", "lms.cli", "lms.testing", "lms.locale"))
# What may be imported inside a function: module -> (what, why). A cycle is no reason.
INSIDE_FUNCTIONS = {
    "lms": (("importlib", "<computed>"), "importing the package does nothing else; its two names load when asked for"),
    "lms.plugins": (("<computed>",), "features are listed by name, lower levels first, and loaded by one loop"),
    "lms.cli": (("<computed>",), "a call loads the command it names and not the others, so that each starts at once"),
    "lms.core.documents.docx_write": (("docx", "docx.oxml", "docx.oxml.ns", "docx.shared"), "lxml behind it takes 15 MB, and most requests write no document"),
    "lms.core.people.pinyin": (("pypinyin",), "its tables take 57 MB, which a server that only reads names never needs"),
}


def feature(module: str) -> str:
    return module.split(".")[2]


def of_core(module: str) -> bool:
    return module.startswith("lms.core.")


def test_every_feature_of_core_has_a_level() -> None:
    found = {feature(s.name) for s in sources("lms.core") if of_core(s.name) and s.name != ALL_TABLES}
    assert found == set(LEVEL), f"without a level, or a level without a feature: {sorted(found ^ set(LEVEL))}"


def test_core_imports_go_down_only_and_never_sideways() -> None:
    wrong = []
    for source in sources("lms.core"):
        if not of_core(source.name) or source.name == ALL_TABLES:
            continue
        own = feature(source.name)
        for imported in source.imports():
            if not of_core(imported.target) or imported.target == ALL_TABLES:
                continue
            other = feature(imported.target)
            if other != own and not (LEVEL[other] < LEVEL[own] or LEVEL[own] == LEVEL[other] == 0):
                wrong.append(f"{source.where}:{imported.line}: {own} (level {LEVEL[own]}) imports {imported.target} "
                             f"(level {LEVEL[other]})")
    assert not wrong, "\n".join(wrong)


def test_level_0_has_no_cycle() -> None:
    """Its modules may use each other, in an order that exists."""
    needs: dict[str, set[str]] = {name: set() for name in LEVELS[0]}
    for source in sources("lms.core"):
        if of_core(source.name) and feature(source.name) in needs:
            needs[feature(source.name)] |= {feature(i.target) for i in source.imports() if of_core(i.target)}
    done: set[str] = set()
    while ready := {n for n, below in needs.items() if n not in done and below - {n} <= done}:
        done |= ready
    assert done == set(LEVELS[0]), f"they import each other in a circle: {sorted(set(LEVELS[0]) - done)}"


def test_core_knows_nothing_outside_core() -> None:
    wrong = [f"{s.where}:{i.line}: imports {i.target}" for s in sources("lms.core") for i in s.imports()
             if i.target.split(".")[0] in WEB_LIBRARIES
             or i.target.split(".")[0] == "lms" and i.target != "lms.core" and not of_core(i.target)]
    assert not wrong, "\n".join(wrong)


def test_only_what_stands_above_core_may_import_the_list_of_all_tables() -> None:
    wrong = [f"{s.where}:{i.line}" for s in sources("lms.core") for i in s.imports()
             if i.target == ALL_TABLES and s.name != ALL_TABLES]
    assert not wrong, "\n".join(wrong)


def test_storeys_above_core_import_downward_only() -> None:
    wrong = []
    for source in all_sources():
        own = storey(source.name)
        for imported in source.imports():
            if imported.target in module_names() and imported.target != "lms" and storey(imported.target) > own:
                wrong.append(f"{source.where}:{imported.line}: imports {imported.target}, which stands above it")
    assert not wrong, "\n".join(wrong)


def storey(module: str) -> int:
    """How high *module* stands; the package itself only hands out names of the web, so it counts as highest."""
    for height, names in enumerate(STOREYS):
        if any(module == name or module.startswith(name + ".") for name in names):
            return height
    assert module == "lms", f"{module} has no storey in tests/house/test_imports.py"
    return len(STOREYS)


def test_the_ready_application_needs_only_the_extension() -> None:
    app = next(s for s in all_sources() if s.name == "lms.web.app")
    assert {i.target for i in app.imports() if i.target.startswith("lms")} == {"lms.web.ext"}


def test_no_import_hides_in_a_function() -> None:
    wrong = [f"{where}: {target}" for name, target, where in _inside_functions()
             if target not in INSIDE_FUNCTIONS.get(name, ((), ""))[0]]
    assert not wrong, "\n".join(wrong)


def test_the_exceptions_are_still_needed() -> None:
    used = {(name, target) for name, target, _ in _inside_functions()}
    assert {(name, target) for name, (targets, _) in INSIDE_FUNCTIONS.items() for target in targets} <= used


def _inside_functions() -> list[tuple[str, str, str]]:
    return [(s.name, i.target, f"{s.where}:{i.line}") for s in all_sources() for i in s.imports() if i.inside_function]


def test_the_walk_sees_what_it_forbids(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """The checks above rest on this reading of a file."""
    file = tmp_path / "x.py"
    file.write_text("from lms.core.people.models import Person\nfrom ..people import models\n"
                    "def f():\n    import flask\n    from importlib import import_module\n    import_module('lms.web')\n")
    seen = [(i.target, i.inside_function) for i in Source(file, "lms.core.files.x").imports()]
    assert seen == [("lms.core.people.models", False), ("lms.core.people.models", False), ("flask", True),
                    ("importlib", True), ("lms.web", True)]
