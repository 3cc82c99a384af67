"""Rule values as people type and read them, and the one way to change the rules of a class."""
from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.models import TrainingClass
from lms.core.classes.rules import (
    NUMBER_FIELDS,
    RULE,
    RULES,
    WORDING_FIELDS,
    ClassRules,
    Rule,
    make_rules,
    rules_of,
    stored_rules,
)
from lms.core.db import expect_version
from lms.core.errors import Invalid
from lms.core.i18n import N_

_SCALES = {"hours": 100, "days": 100, "percent": 10}  # what is stored per unit that people type


def change_rules(db: Session, *, training_class: TrainingClass, values: Mapping[str, Any], version: int,
                 by_id: int | None, now: datetime, reason: str = "") -> ClassRules:
    """Change some rules of a class; what is not named stays.

    :param values: by name, as people type them (``"4.00"``, ``"1/7"``, ``"80"``) or as they are stored
    :param version: the version of the class that the editor saw
    :raises Invalid: some values cannot be; ``data["faults"]`` maps rule names to errors
    :raises Conflict: somebody saved meanwhile
    """
    rules, faults = parse_rules(values, rules_of(training_class))
    if faults:
        raise Invalid("rules_invalid", N_("有 {count} 条规则需要改正，尚未保存。"), count=len(faults), faults=faults)
    expect_version(training_class, version)
    before, after = dict(training_class.rules or {}), stored_rules(rules)
    training_class.rules = after
    record(db, actor_id=by_id, action="class.rules", thing=training_class, now=now, before=before, after=after,
           reason=reason, class_id=training_class.id)
    return rules


def parse_rules(values: Mapping[str, Any], current: ClassRules) -> tuple[ClassRules, dict[str, Invalid]]:
    """*current* with *values* laid over it, and what is wrong with them by rule name."""
    stored, faults = stored_rules(current), {}
    for name, value in values.items():
        if name not in RULE:
            faults[name] = Invalid("unknown_rule", N_("没有名为 {name} 的班级规则。"), name=name)
            continue
        try:
            stored[name] = parse_value(RULE[name], value)
        except Invalid as fault:
            faults[name] = fault
    rules = make_rules(stored)
    if rules.absent_after < rules.late_after:
        faults.setdefault("absent_after", Invalid(
            "absent_before_late", N_("算缺勤的分钟数不能少于算迟到的 {late} 分钟。"), late=rules.late_after))
    if rules.day_hours < rules.half_day_hours:
        faults.setdefault("day_hours", Invalid("day_below_half", N_("一天的学时不能少于半天的学时。")))
    return rules, faults


def parse_value(rule: Rule, value: Any) -> Any:
    """*value* as ``TrainingClass.rules`` stores it.

    :raises Invalid: it cannot be a value of this rule
    """
    if rule.kind == "flag":
        return value if isinstance(value, bool) else str(value).lower() in {"1", "true", "yes", "on", "y"}
    if rule.kind == "choices":
        return _parse_choices(rule, [value] if isinstance(value, str) else list(value))
    text = str(value).strip()
    if rule.kind == "choice":
        return _parse_choices(rule, [text])[0]
    if rule.kind == "text":
        return _parse_text(rule, text)
    if rule.kind == "fraction":
        return _parse_fraction(text)
    return _parse_number(rule, value)


def show_value(rule: Rule, value: Any) -> str:
    """A rule's value as people type it: 400 hundredths of an hour are ``4``, 800 thousandths are ``80``."""
    if rule.kind == "fraction":
        return f"{value.numerator}/{value.denominator}"
    if rule.kind in _SCALES:
        return f"{Decimal(value) / _SCALES[rule.kind]:f}"
    return str(value)


def shown_rules(rules: ClassRules) -> dict[str, Any]:
    """All rules as a form is filled with them."""
    return {rule.name: getattr(rules, rule.name) if rule.kind in ("flag", "choice", "choices", "text")
            else show_value(rule, getattr(rules, rule.name)) for rule in RULES}


def _parse_number(rule: Rule, value: Any) -> int:
    scale = _SCALES.get(rule.kind, 1)
    try:
        number = Decimal(str(value).strip()) * (1 if isinstance(value, int) else scale)
    except ArithmeticError:  # no number, or one beyond all measure
        raise Invalid("rule_number", N_("请填写数字，现在填的是“{value}”。"), value=str(value)[:40]) from None
    if not number.is_finite() or number != number.to_integral_value():
        raise Invalid("rule_precision", N_("请填写整数或不超过两位的小数，现在填的是“{value}”。"),
                      value=str(value)[:40])
    if not rule.least <= number <= rule.most:
        raise Invalid("rule_range", N_("请填写 {least} 到 {most} 之间的数。"), least=f"{Decimal(rule.least) / scale:f}",
                      most=f"{Decimal(rule.most) / scale:f}")
    return int(number)


def _parse_fraction(text: str) -> str:
    try:
        fraction = Fraction(text.replace(" ", "").replace("／", "/"))
    except (ValueError, ZeroDivisionError):
        raise Invalid("rule_fraction", N_("请写成分数，例如 1/7。现在填的是“{value}”。"), value=text[:40]) from None
    if not 0 <= fraction <= 1 or fraction.denominator > 1000:
        raise Invalid("rule_fraction_range", N_("这个比例要在 0 到 1 之间，例如 1/7。"))
    return f"{fraction.numerator}/{fraction.denominator}"


def _parse_choices(rule: Rule, values: list[Any]) -> list[str]:
    if any(value not in (rule.choices or {}) for value in values):
        raise Invalid("rule_choice", N_("请从给出的选项中选择。"))
    return [value for value in rule.choices or {} if value in values]


def _parse_text(rule: Rule, text: str) -> str:
    if not text:
        raise Invalid("rule_empty", N_("这一项不能为空。"))
    if len(text) > rule.most:
        raise Invalid("rule_long", N_("最多 {most} 个字，现在有 {count} 个。"), most=rule.most, count=len(text))
    if rule.name == "certificate_number":
        if "serial" not in _braces(text, NUMBER_FIELDS):
            raise Invalid("rule_serial", N_("编号格式里要有 {serial}，否则证书会重号。"), serial="{serial}")
    elif rule.name == "certificate_wording":
        _braces(text, WORDING_FIELDS)
    return text


def _braces(text: str, known: tuple[str, ...]) -> set[str]:
    """The names in braces; only plain known names pass, and ``:03`` for the number of digits of a serial."""
    try:
        parts = [(name, spec or "", conversion) for _, name, spec, conversion in string.Formatter().parse(text)
                 if name is not None]
    except ValueError:
        raise Invalid("rule_braces", N_("花括号没有成对，请检查。")) from None
    for name, spec, conversion in parts:
        digits = name == "serial" and spec.isdigit() and spec.isascii() and len(spec) <= 2
        if name not in known or conversion or (spec and not digits):
            raise Invalid("rule_unknown_brace", N_("不认识花括号里的“{name}”。可用的有：{known}。"),
                          name=name[:40] + (f":{spec[:10]}" if spec else ""), known=" ".join(known))
    return {name for name, _, _ in parts}
