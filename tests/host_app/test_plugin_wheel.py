"""A plugin is a wheel that was built elsewhere: installed beside us, it brings a question kind, a file format, an exporter."""
from __future__ import annotations

import ast
import importlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from test_plugin_documents import documented_names

from lms.core.errors import LmsError
from lms.core.quizzes.banks import make_bank
from lms.core.quizzes.models import Bank
from lms.core.quizzes.papers import make_paper, publish
from lms.core.quizzes.plans import Cell, Plan
from lms.core.quizzes.versions import add_questions
from lms.migrations.run import upgrade
from lms.site import Site
from lms.testing import KEY
from lms.web.ext import create_application

PLUGIN = Path(__file__).parent / "plugin"
FILE = "# 拨缴\n建立工会组织的单位按全部职工工资总额的＿＿向工会拨缴经费。= 2% | 百分之二\n没有答案的一行\n"


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("plugin") / "source"
    shutil.copytree(PLUGIN, copy, ignore=shutil.ignore_patterns("build", "*.egg-info", "__pycache__"))
    done = subprocess.run([sys.executable, "-m", "build", "--wheel", "--no-isolation"], cwd=copy, capture_output=True,
                          text=True, timeout=180)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return next((copy / "dist").glob("*.whl"))


@pytest.fixture(scope="session")
def packages(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of packages with nothing in it but the installed plugin."""
    folder = tmp_path_factory.mktemp("packages")
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder),
                    str(wheel)], check=True, timeout=180)
    return folder


@pytest.fixture(autouse=True)
def installed(packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the application starts, the plugin is there."""
    monkeypatch.syspath_prepend(str(packages))


@pytest.fixture
def paper(site: Site, make_training: Any) -> tuple[Any, Any]:
    """A class with a published paper of one fill-in question, read from the plugin's own kind of file."""
    training, now = make_training(), site.clock.now()
    read = site.registry.get("question_format", "fill")
    assert read is not None
    contents = {f"fill-{row.line}": row.content for row in read(FILE.encode(), "拨缴.fill").rows if row.content}
    with site.database.writing() as db:
        bank = make_bank(db, slug="fill-ins", title="填空题库", by_id=None, now=now)
        bank.topics = [{"id": "拨缴", "title": {"zh": "拨缴"}}]
        add_questions(db, bank_id=bank.id, contents=contents, origin="local", by_id=None, now=now)
    with site.database.writing() as db:
        assert db.get(Bank, bank.id)
        made = make_paper(db, training_class=training.training_class, plan=Plan(draw=(Cell("fill-ins", count=1, mark=10_000),)),
                          by_id=None, now=now, title="填空测验", attempts=0, review="after_submit")
        publish(db, paper=made, by_id=None, now=now)
    return training, made


def sit(browser: Any, paper: Any, given: str) -> str:
    """Begin, answer and hand in as a phone without script does; the address of the result."""
    begun = browser.post(f"/papers/{paper.uid}/start")
    page = browser.get(begun.location).get_data(as_text=True)
    assert 'name="a-1"' in page and "填词题" in page and "百分之二" not in page, "the browser is asked, and never told"
    assert browser.post(f"{begun.location}/answer", {"item": "1", "a-1": given}).status_code == 303
    return str(browser.post(f"{begun.location}/submit").location)


@pytest.mark.parametrize(("given", "mark"), [("百分之二", 10), (" ２％ ", 10), ("3%", 0), ("", 0)])
def test_its_questions_are_asked_answered_and_marked(paper: Any, log_in: Any, given: str, mark: int) -> None:
    training, made = paper
    browser = log_in(training.people[0])
    page = browser.get(sit(browser, made, given)).get_data(as_text=True)
    assert f'class="score">{mark} <small>/ 10<' in page and "2% / 百分之二" in page


def test_an_answer_that_is_none_is_refused_in_its_words(paper: Any, log_in: Any) -> None:
    training, made = paper
    browser = log_in(training.people[0])
    attempt = browser.post(f"/papers/{made.uid}/start").location
    refused = browser.post(f"{attempt}/answers", json={"answers": [{"sequence": 1, "item": 1, "given": "长" * 201}]})
    assert refused.status_code == 422 and refused.get_json()["error"]["code"] == "one_word_long"


def test_its_file_says_what_is_wrong_with_a_line(site: Site) -> None:
    read = site.registry.get("question_format", "fill")
    assert read is not None
    good, bad = read(FILE.encode(), "拨缴.fill").rows
    assert (good.line, good.content.key) == (2, {"right": ["2%", "百分之二"]})
    assert bad.reasons[0].text("zh_CN") == "没有等号和答案。请写成：题干 = 答案。"


def test_its_exporter_stands_on_the_page_and_writes_what_the_screen_shows(make_training: Any, log_in: Any,
                                                                       person_with: Any) -> None:
    training = make_training()
    browser, uid = log_in(person_with("administrator")), training.training_class.uid
    page = browser.get(f"/manage/classes/{uid}/export").get_data(as_text=True)
    assert "JSON 文件（.json）" in page and f"/manage/classes/{uid}/attendance.json" in page
    answer = browser.post(f"/manage/classes/{uid}/attendance.json")
    assert answer.mimetype == "application/json" and ".json" in answer.headers["Content-Disposition"]
    rows = json.loads(answer.get_data())["考勤表"]
    assert [row["姓名"] for row in rows] == [person.name for person in training.people]


def test_an_unknown_ending_names_those_that_there_are(make_training: Any, log_in: Any, person_with: Any) -> None:
    browser, uid = log_in(person_with("administrator")), make_training().training_class.uid
    answer = browser.post(f"/manage/classes/{uid}/attendance.docx")
    assert answer.status_code == 404 and ".xlsx、.csv、.json" in answer.get_data(as_text=True)


def test_it_imports_only_documented_names() -> None:
    allowed, wrong = documented_names(), []
    for file in sorted((PLUGIN / "lms_fill_in").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "lms":
                wrong += [f"{file.name}: {node.module}.{a.name}" for a in node.names if (node.module, a.name) not in allowed]
            elif isinstance(node, ast.Import):
                wrong += [f"{file.name}: {a.name}" for a in node.names if a.name.split(".")[0] == "lms"]
    assert not wrong, wrong


def another_plugin(folder: Path, code: str) -> str:
    """A second plugin, as installed: a module and what an installer writes beside it."""
    about = folder / "another_plugin-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: another-plugin\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[lms.plugins]\nanother = another_plugin:register\n")
    (folder / "another_plugin.py").write_text(code)
    importlib.invalidate_caches()
    return str(folder)


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """``start(code)``: an application that starts with a second plugin of that code."""

    def go(code: str) -> Flask:
        monkeypatch.syspath_prepend(another_plugin(tmp_path / "more", code))
        monkeypatch.delitem(sys.modules, "another_plugin", raising=False)
        return create_application({"data": str(tmp_path / "other"), "secret_key": KEY})

    return go


def test_a_name_used_twice_is_an_error_at_start(start: Any) -> None:
    """Two plugins that bring the same kind: which of them should mark the papers?"""
    with pytest.raises(LmsError) as refused:
        start("def register(registry):\n    registry.add('question_kind', 'one_word', object())\n")
    assert refused.value.code == "name_taken" and refused.value.data == {"slot": "question_kind", "name": "one_word"}


def test_our_own_names_are_taken_too(start: Any) -> None:
    with pytest.raises(LmsError) as refused:
        start("def register(registry):\n    registry.add('exporter', 'xlsx', object())\n")
    assert refused.value.code == "name_taken"


def test_a_slot_that_does_not_exist_is_an_error_and_not_silence(start: Any) -> None:
    with pytest.raises(LmsError) as refused:
        start("def register(registry):\n    registry.add('question_kinds', 'x', object())\n")
    assert refused.value.code == "unknown_slot"


def test_its_pages_are_protected_like_ours(start: Any) -> None:
    app = start("""
from flask import Blueprint
from lms.web.identity import login_required
pages = Blueprint("diary", __name__)
@pages.get("/diary")
@login_required
def show(): return "secret"
@pages.post("/diary")
def write(): return "written"
def register(registry): registry.add("page", "diary", pages)
""")
    upgrade(app.extensions["lms"].site.database.engine)
    client = app.test_client()
    answer = client.get("/diary")
    assert (answer.status_code, answer.location) == (302, "/login?next=/diary")
    assert "Content-Security-Policy" in answer.headers
    assert client.post("/diary").status_code == 403
    app.extensions["lms"].site.database.close()


def test_without_the_plugin_its_questions_are_not_lost(paper: Any, log_in: Any, clock: Any, database_url: str, tmp_path: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    """Taken away, the page says what is missing; what was asked and answered lies where it lay."""
    training, made = paper
    browser = log_in(training.people[0])
    result = sit(browser, made, "2%")
    monkeypatch.undo()  # the plugin is gone
    bare = create_application({"data": str(tmp_path / "data"), "database_url": database_url, "secret_key": KEY}, clock=clock)
    client = bare.test_client()
    with browser.client.session_transaction() as known, client.session_transaction() as cookie:
        cookie.update(known)
    answer = client.get(result)
    assert answer.status_code == 422 and "没有名为“one_word”的题型，可能缺少插件" in answer.get_data(as_text=True)
    assert client.get("/papers").status_code == 200
    assert 'class="score">10 <small>' in browser.get(result).get_data(as_text=True)
    bare.extensions["lms"].site.database.close()
