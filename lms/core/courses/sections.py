"""The sections that every module has, in their order."""
from __future__ import annotations

GOALS, RULES, OVERVIEW, FIGURES, MISTAKES, CASES, SUMMARY = range(7)
SECTIONS = (
    ("学完能做到",), ("规则是什么",), ("一张表看清", "一图看清"), ("算一算",), ("三个常见错误",), ("案例",),
    ("记住这几条",))


def section_number(heading: str) -> int | None:
    """Which section a ``##`` heading opens; None for one of the author's own. “案例：小覃上班第一天” opens 案例."""
    return next((number for number, names in enumerate(SECTIONS) if heading.startswith(names)), None)
