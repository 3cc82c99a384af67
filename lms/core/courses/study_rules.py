"""When a module of a course is complete, in which order, from when on, and which may be left out.

A class has rules of its own for a course; where it has none, those of the course stand, and where it has none either:
read every module to its end, in any order, from the start.
"""
from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lms.core.errors import Invalid
from lms.core.i18n import N_

ORDERS = {"free": N_("随意"), "forced": N_("按顺序，学完一个才开下一个")}
NEEDS = {"read": N_("读到末尾"), "watched": N_("看完视频或音频"), "quiz": N_("课后测验及格"), "scorm": N_("学完互动课件"), "hand": N_("由讲师确认")}
MOST_SECONDS = 4 * 3600


@dataclass(frozen=True)
class ModuleRule:
    """What one module asks for.

    :param needs: one of ``NEEDS``
    :param seconds: least time to read, 0: a tenth of the reading time
    :param share: 1/1000 of a video or audio that must be watched
    :param after: slugs of modules that must be complete first
    :param session: uid of the class session with whose beginning it opens; empty: at once
    :param opens_at: an instant from which on it is open, besides
    :param optional: it may be left out
    """

    needs: str = "read"
    seconds: int = 0
    share: int = 900
    after: tuple[str, ...] = ()
    session: str = ""
    opens_at: datetime | None = None
    optional: bool = False

    def data(self) -> dict[str, Any]:
        """What differs from the defaults, as plain JSON."""
        plain = {"needs": self.needs, "seconds": self.seconds, "share": self.share, "after": list(self.after), "session": self.session,
                 "opens_at": self.opens_at.isoformat() if self.opens_at else "", "optional": self.optional}
        usual = {"needs": "read", "seconds": 0, "share": 900, "after": [], "session": "", "opens_at": "", "optional": False}
        return {name: value for name, value in plain.items() if value != usual[name]}


USUAL = ModuleRule()


@dataclass(frozen=True)
class StudyRules:
    """The rules of a course as they stand."""

    order: str = "free"
    modules: Mapping[str, ModuleRule] = field(default_factory=dict)

    def of(self, slug: str) -> ModuleRule:
        return self.modules.get(slug, USUAL)

    def required(self, slugs: Collection[str]) -> list[str]:
        """Those of *slugs* that may not be left out."""
        return [slug for slug in slugs if not self.of(slug).optional]

    def first(self, slug: str, slugs: Sequence[str]) -> list[str]:
        """What must be complete before *slug*: what it names, and in a forced order every required module that stands before."""
        named = [s for s in self.of(slug).after if s in slugs and s != slug]
        before = self.required(slugs[:slugs.index(slug)]) if self.order == "forced" else []
        return list(dict.fromkeys([*before, *named]))

    def data(self) -> dict[str, Any]:
        modules = {slug: kept for slug, rule in self.modules.items() if (kept := rule.data())}
        return {**({"order": self.order} if self.order != "free" else {}), **({"modules": modules} if modules else {})}


def rules_from(*stored: Mapping[str, Any]) -> StudyRules:
    """The first of *stored* that says anything: a class's, then the course's."""
    data = next((d for d in stored if d), {})
    return StudyRules(data.get("order", "free"), {slug: _rule(given) for slug, given in data.get("modules", {}).items()})


def _rule(given: Mapping[str, Any]) -> ModuleRule:
    opens = given.get("opens_at")
    return ModuleRule(given.get("needs", "read"), given.get("seconds", 0), given.get("share", 900), tuple(given.get("after", ())),
                      given.get("session", ""), datetime.fromisoformat(opens) if opens else None, given.get("optional", False))


def check_rules(rules: StudyRules, slugs: Sequence[str], sessions: Collection[str]) -> None:
    """:raises Invalid: a value that cannot be, or modules that wait for each other; ``data["module"]`` says where"""
    if rules.order not in ORDERS:
        raise Invalid("study_order", N_("请从给出的选项中选择学习顺序，没有保存。"))
    for number, slug in enumerate(slugs, 1):
        rule = rules.of(slug)
        if rule.needs not in NEEDS or not 0 <= rule.seconds <= MOST_SECONDS or not 1 <= rule.share <= 1000:
            raise Invalid("study_rule", N_("第 {number} 个模块的完成条件不对，没有保存：时间 0 到 240 分钟，比例 1 到 100。"), number=number, module=slug)
        if rule.session and rule.session not in sessions:
            raise Invalid("study_session", N_("第 {number} 个模块对应的课次不在课程表里，没有保存。"), number=number, module=slug)
        if any(s not in slugs or s == slug for s in rule.after) or slug in _needed_by(slug, rules, slugs):
            raise Invalid("study_circle", N_("第 {number} 个模块的先修模块互相等待，谁也开不了，没有保存。"), number=number, module=slug)


def _needed_by(slug: str, rules: StudyRules, slugs: Sequence[str]) -> set[str]:
    """Everything that has to be complete before *slug*, however far back."""
    found: set[str] = set()
    waiting = rules.first(slug, slugs)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += rules.first(one, slugs)
    return found
