"""Whatever people read can be translated: Chinese stands inside ``_()`` in templates and inside ``N_()`` in the web layer."""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from jinja2 import Environment, nodes
from source import ROOT, Source, sources

HAN = re.compile(r"[\u3400-\u9fff\u3001-\u3002\uff01-\uff5e\U00020000-\U0003ffff]")
# Not words but signs, hidden from those who hear the page; each with the file in which it stands.
SIGNS = {"lms/frame/header.html": {"培"}, "lms/layout_hall.html": {"培"}, "lms/layout_bare.html": {"培"}}
# What a language calls itself is the same in every language.
OWN_NAMES = {"简体中文", "中文"}
# How a date is written is a rule of the language, not a sentence: lms/web/formats.py has one for each.
DATE_SIGNS = {"lms.web.formats": {"年", "月", "日", "日 "}}
TEMPLATES = sorted((ROOT / "templates" / "lms").rglob("*.html"))


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda f: str(f.relative_to(ROOT / "templates")))
def test_chinese_in_templates_stands_inside_gettext(file: Path) -> None:
    name = str(file.relative_to(ROOT / "templates"))
    assert not list(bare(file.read_text("utf-8"), SIGNS.get(name, set())))


def bare(text: str, signs: set[str] = frozenset()) -> Iterator[str]:  # type: ignore[assignment]
    """Chinese in a template that no translator will ever see."""
    tree = Environment().parse(text)
    translated = {id(call.args[0]) for call in tree.find_all(nodes.Call)
                  if isinstance(call.node, nodes.Name) and call.node.name in ("_", "N_") and call.args}
    for const in tree.find_all(nodes.Const):
        if (isinstance(const.value, str) and HAN.search(const.value) and id(const) not in translated
                and const.value not in OWN_NAMES):
            yield f"line {const.lineno}: {const.value!r}"
    for data in tree.find_all(nodes.TemplateData):
        for found in re.findall(r"[^\s<>]*" + HAN.pattern + r"[^\s<>]*", re.sub(r"<!--.*?-->", "", data.data, flags=re.S)):
            if found not in signs and found not in OWN_NAMES:
                yield f"line {data.lineno}: {found}"


def test_the_check_sees_what_it_forbids() -> None:
    assert list(bare("<p>请登录</p>")) == ["line 1: 请登录"]
    assert list(bare("{{ head('请登录') }}")) == ["line 1: '请登录'"]
    assert list(bare("<p title='签到'>{{ _('请登录') }}</p>")) == ["line 1: title='签到'"]
    assert not list(bare("{{ head(_('请登录，{n}', n=3)) }}{# 说明 #}"))


def test_no_message_is_put_together_from_pieces() -> None:
    """``_('共' ~ n)`` would look up a sentence that no catalogue has."""
    wrong = []
    for file in TEMPLATES:
        for call in Environment().parse(file.read_text("utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_" and call.args and isinstance(
                    call.args[0], nodes.Concat | nodes.Add | nodes.Mod):
                wrong.append(f"{file.name}:{call.lineno}")
    assert not wrong, wrong


def test_chinese_in_the_web_layer_is_marked() -> None:
    wrong = [f"{s.where}:{line}: {text}" for s in sources("lms.web") for line, text in unmarked(s)]
    assert not wrong, "\n".join(wrong)


# Chinese in core that is no sentence: what files are read by, and what a class or a certificate begins with.
DATA = {
    "lms.core.certificates.snapshot": "a certificate is in Chinese whoever looks at it",
    "lms.core.classes.roster_headers": "headings by which a roster's columns are known",
    "lms.core.classes.roster_rows": "how people write 男 and 女",
    "lms.core.classes.roster_save": "numerals in the names of groups",
    "lms.core.classes.rule_values": "a full-width stroke that people type",
    "lms.core.classes.rules": "the wording of a certificate, which the class edits",
    "lms.core.classes.timetable_template": "titles of sessions, which the class edits",
    "lms.core.classfile.fees": "marks by which people separate two names", "lms.core.documents.docx_write": "names of fonts",
    "lms.core.registration.quotas": "how people write a list of units and numbers",
    "lms.core.courses.marks": "how authors cite", "lms.core.courses.section_rules": "how a line ends",
    "lms.core.courses.sections": "headings that a module must have", "lms.core.courses.text_rules": "words a module must have",
    "lms.core.courses.words": "what a Chinese character is", "lms.core.documents.csv_read": "a separator",
    "lms.core.errors": "the list in a log line", "lms.core.people.names": "dots within names",
    "lms.core.people.phones": "signs within numbers", "lms.core.people.pinyin": "readings of surnames",
    "lms.core.learning.facts_used": "the wording of docs/facts-used.md",
    "lms.core.hours.import_read": "headings and kinds as offices write them",
    "lms.core.paperwork.import_times": "days and times as people write them",
    "lms.core.paperwork.import_words": "headings and statuses as offices write them",
    "lms.core.paperwork.keying": "marks between numbers as people type them",
    "lms.core.quizzes.formats.entry": "marks between answers and tags as people type them",
    "lms.core.quizzes.formats.gift": "the colon between an option and the remark on it",
    "lms.core.quizzes.formats.moodle": "the colon between an option and the remark on it",
    "lms.core.quizzes.formats.pasted": "how people write questions in running text",
    "lms.core.quizzes.formats.table_write": "headings and answers as they are read again",
    "lms.core.documents.docx_read": "the numbers that Word counts in Chinese",
    "lms.core.quizzes.formats.table_template": "headings, kinds and answers as they are read again",
    "lms.core.quizzes.picture_marks": "the bar between options in one cell",
    "lms.core.quizzes.formats.topics": "the slash that a topic's name may have",
    "lms.core.quizzes.formats.table_cells": "how people write kinds and answers",
    "lms.core.quizzes.formats.table_headers": "headings by which a question table's columns are known",
    "lms.core.quizzes.question_files": "phrases that an option must not have", "lms.core.settings": "the site's default name",
}


def test_chinese_in_core_is_marked_or_data() -> None:
    found = {s.name: list(unmarked(s)) for s in sources("lms.core")}
    wrong = [f"{name}:{line}: {text}" for name, texts in found.items() if name not in DATA for line, text in texts]
    assert not wrong, "\n".join(wrong)
    assert set(DATA) <= {name for name, texts in found.items() if texts}, "no longer data"


def test_scripts_bring_no_words_of_their_own() -> None:
    """They read them from the page, which has them in the reader's language."""
    wrong = [f"{file.name}:{number}" for file in (ROOT / "lms" / "web" / "static" / "js").rglob("*.js")
             for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1) if HAN.search(line.split("//")[0])]
    assert not wrong, wrong


def unmarked(source: Source) -> Iterator[tuple[int, str]]:
    """Chinese constants outside ``N_()``, docstrings aside; a stored value may be the very word that is marked for it."""
    marked = {id(arg) for call in ast.walk(source.tree) if isinstance(call, ast.Call)
              and isinstance(call.func, ast.Name) and call.func.id == "N_" for arg in call.args}
    described = {id(node.body[0].value) for node in ast.walk(source.tree)
                 if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body
                 and isinstance(node.body[0], ast.Expr)}
    constants = [node for node in ast.walk(source.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    known = {node.value for node in constants if id(node) in marked} | DATE_SIGNS.get(source.name, set())
    for node in constants:
        if HAN.search(str(node.value)) and id(node) not in described and node.value not in known:
            yield node.lineno, str(node.value)
