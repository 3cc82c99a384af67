"""The English catalogue is complete and plain; what libraries say in English has Chinese; nothing goes round the catalogue.

``make messages`` collects new words; see lms/locale/build.py.
"""
from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
import wtforms
from babel.messages.mofile import read_mo
from source import ROOT, Source, sources
from test_words import HAN, unmarked

from lms.core.classes import roster_headers
from lms.core.i18n import enumerated, translate
from lms.core.quizzes.formats import table_headers
from lms.locale import build

# What has to be typed as it is, in English too: sections and phrases of teaching files, columns of a roster.
AS_IT_IS = ("本地标准以……为准", "据……转述，以现行文件为准", "案例：…", "案例", "姓名", "分组")
ENGLISH = {str(m.id): str(m.string) for m in build.read("en") if m.id}
SCRIPTS = sorted((ROOT / "lms" / "web" / "static").rglob("*.js"))


def test_every_marked_message_is_in_the_catalogue_and_no_other() -> None:
    marked = build.marked()
    assert len(marked) > 1500
    assert not marked - set(ENGLISH), "run make messages, then translate"
    assert not set(ENGLISH) - marked, "run make messages: no longer used"


def test_every_message_has_english() -> None:
    assert not [message for message, english in ENGLISH.items() if not english]


def test_english_has_the_same_placeholders() -> None:
    assert not {m: e for m, e in ENGLISH.items() if placeholders(m) != placeholders(e)}


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"\{[^{}]*\}", text))


def test_braces_in_messages_are_names_only() -> None:
    """``{name}`` is filled from data; anything cleverer would break in one language only."""
    wrong = [m for m in ENGLISH for _, name, rule, conversion in Formatter().parse(m) if name is not None
             and (not name.isidentifier() or rule or conversion)]
    assert not wrong


def test_english_is_english() -> None:
    wrong = {}
    for message, english in ENGLISH.items():
        rest = english
        for words in AS_IT_IS:
            rest = rest.replace(words, "")
        if HAN.search(rest):
            wrong[message] = english
    assert not wrong
    assert all(any(words in english for english in ENGLISH.values()) for words in AS_IT_IS)


def test_the_tone_is_calm_in_both_languages() -> None:
    assert not [text for pair in ENGLISH.items() for text in pair if re.search(r"[!！]", text.replace("! tags", "").replace("![", ""))
                and "! 标签" not in text]


def test_sentences_stay_sentences() -> None:
    """A full stop in one language is a full stop in the other, so that sentences can follow each other."""
    assert not {m: e for m, e in ENGLISH.items() if m.endswith("。") and not e.endswith((".", "?"))}


def test_one_term_has_one_word() -> None:
    """The glossary's terms that are easily mixed up."""
    never = {"学员": r"\bstudents?\b", "讲师": r"\bteachers?\b", "签到": r"\b(check-?in|log ?in)\b", "登录": r"\bsign(ed)? ?in\b",
             "单选题": r"multiple", "学时": r"\b(lessons?|class hours?)\b", "培训班": r"\bcohorts?\b"}
    both = {"签到", "登录"}
    wrong = {m: e for m, e in ENGLISH.items() for term, word in never.items() if term in m and re.search(word, e, re.I)
             and not (term in both and all(t in m for t in both)) and not (term == "单选题" and "多选题" in m)
             and not (term == "讲师" and "班主任" in m)}
    assert not wrong


@pytest.mark.parametrize("locale", build.LANGUAGES)
def test_the_compiled_catalogue_says_what_the_readable_one_says(locale: str) -> None:
    with build.po_file(locale).with_suffix(".mo").open("rb") as file:
        compiled = {m.id: m.string for m in read_mo(file) if m.id}
    assert compiled == {m.id: m.string for m in build.read(locale) if m.id}, "run make messages"


def test_what_the_form_library_says_has_chinese() -> None:
    chinese = {str(m.id): str(m.string) for m in build.read("zh_CN") if m.id}
    said = set(library_messages(wtforms))
    assert "This field is required." in said
    assert not said - set(chinese)
    assert not {m: c for m, c in chinese.items() if not HAN.search(c) or set(re.findall(r"%\(\w+\)\w|%\w", m)) < set(
        re.findall(r"%\(\w+\)\w|%\w", c))}
    assert translate("zh_CN", "This field is required.") == "这一项必须填写。"


def library_messages(library: ModuleType) -> Iterator[str]:
    """What fields and validators of the form library may say; its own CSRF is not used."""
    folder = Path(str(library.__file__)).parent
    for file in (folder / "validators.py", *(folder / "fields").glob("*.py")):
        for call in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ("gettext", "ngettext"):
                yield from (a.value for a in call.args if isinstance(a, ast.Constant) and isinstance(a.value, str))


def test_english_templates_of_tables_can_be_imported_again() -> None:
    assert all(roster_headers.field_of(translate("en", title)) == field for field, title in roster_headers.FIELDS.items())
    titles = {"题干": "stem", "答案": "answer", "解析": "explanation", "分值": "mark", "题型": "kind", "难度": "difficulty",
              "知识点": "topic", "选项A": "A", "选项E": "E"}
    assert {title: table_headers.field_of(translate("en", title)) for title in titles} == titles


def test_a_list_is_enumerated_as_the_language_does_it() -> None:
    assert enumerated("zh_CN", ["甲", "乙"]) == "甲、乙" and enumerated("en", ["A", "B"]) == "A, B"
    assert translate("en", "可以写的有：{allowed}", allowed=["A", "B"]) == "Allowed: A, B"


def test_only_whole_sentences_are_marked() -> None:
    """``N_(f"…{n}")`` and ``N_("…" + name)`` are found by no collector."""
    wrong = [f"{s.where}:{call.lineno}" for s in sources("lms") for call in ast.walk(s.tree)
             if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "N_"
             and not (len(call.args) == 1 and isinstance(call.args[0], ast.Constant))]
    assert not wrong, wrong


def test_sentences_in_core_and_commands_are_marked() -> None:
    """Whatever ends like a Chinese sentence is one, and people read it. What certificates, the demonstration and the
    list of facts say in Chinese on purpose stands in files of its own."""
    spared = ("lms.demo", "lms.core.certificates.snapshot", "lms.core.classes.rules", "lms.core.learning.facts_used")
    wrong = [f"{s.where}:{line}: {text}" for s in sources("lms") if not s.name.startswith(spared)
             for line, text in unmarked(s) if re.search(r"[\u3400-\u9fff]{2}.*[。，；]", text)]
    assert not wrong, "\n".join(wrong)


def test_refusals_are_marked() -> None:
    wrong = [f"{s.where}:{line}" for s in sources("lms") for line in unmarked_refusals(s)]
    assert not wrong, wrong


REFUSALS = {"Invalid", "Forbidden", "NotFound", "Conflict", "TooLarge", "TooOften", "Unavailable", "Flaw", "Remark"}


def unmarked_refusals(source: Source) -> Iterator[int]:
    for call in ast.walk(source.tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in REFUSALS and len(call.args) > 1:
            message = call.args[1]
            if isinstance(message, ast.Constant | ast.JoinedStr):
                yield call.lineno


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda f: f.name)
def test_scripts_take_their_words_from_the_page(file: Path) -> None:
    code = re.sub(r"^\s*//.*$|/\*.*?\*/|(?<=[;{}\s])//[^'\"`\n]*$", "", file.read_text("utf-8"), flags=re.M | re.S)
    assert not HAN.search(code)


def test_the_checks_see_what_they_forbid() -> None:
    bad = Source(Path("x.py"), "x")
    bad.__dict__["text"] = 'raise Invalid("code", "没有保存。")\nraise Invalid("code", N_("没有找到。"))\nsay("请核对。")\n'
    assert list(unmarked_refusals(bad)) == [1]
    assert {text for _, text in unmarked(bad)} == {"没有保存。", "请核对。"}
    assert placeholders("共 {n} 条") != placeholders("{m} in all")
