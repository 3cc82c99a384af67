"""A worked example that calculates with the course's figures says so where this place has set others."""
from __future__ import annotations

from dataclasses import replace

import pytest

from lms.core.courses.facts import Amount
from lms.core.courses.render import RenderedModule, render_module

SHIPPED = Amount("cap", {"zh": "慰问总额上限", "en": "Cap on gifts"}, "50", "%", 2019)
HERE = replace(SHIPPED, value="40", year=2026, local=True, source="区总工会〔2026〕3号")


class Course:
    facts: dict[str, object] = {}
    amounts = {"cap": SHIPPED}


def page(example: str, *, local: dict[str, Amount], rule: str = "上限是 [=cap]。", locale: str = "zh_CN") -> RenderedModule:
    class Module:
        body = f"## 规则是什么\n{rule}\n\n## 算一算\n{example}\n\n## 三个常见错误\n1. 忘了是 50%。\n"

    return render_module(Module, Course, locale, str, local)  # type: ignore[arg-type]


def test_the_note_stands_under_the_heading_and_names_both_figures() -> None:
    html = page("40×50%＝20（万元）。", local={"cap": HERE}).html
    note = html.index("这道例题按教材的数计算。慰问总额上限，例题用 50%，本地是 40%（2026 年，本地标准）。")
    assert html.index("算一算") < note < html.index("40×50%")
    assert "Cap on gifts: the example uses 50%, here it is 40%" in page("50% of 40", local={"cap": HERE}, locale="en").html


@pytest.mark.parametrize(("example", "local", "rule"), [
    ("40×50%＝20。", {}, "上限是 [=cap]。"),  # nothing is set here
    ("40×50%＝20。", {"cap": replace(HERE, value="50")}, "上限是 [=cap]。"),  # the same figure, confirmed by a document
    ("40×150＝6000。", {"cap": HERE}, "上限是 [=cap]。"),  # another figure that only ends alike
    ("40×50.5＝2020。", {"cap": HERE}, "上限是 [=cap]。"),
    ("40×50%＝20。", {"cap": HERE}, "这里不谈上限。")])  # the module is not about it
def test_there_is_none_where_the_example_holds_here_too(example: str, local: dict[str, Amount], rule: str) -> None:
    assert "例题" not in page(example, local=local, rule=rule).html


def test_a_module_without_an_example_stays_as_it_is() -> None:
    class Module:
        body = "## 规则是什么\n上限是 [=cap]。\n"

    assert "例题" not in render_module(Module, Course, "zh_CN", str, {"cap": HERE}).html  # type: ignore[arg-type]
