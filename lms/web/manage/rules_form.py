"""The form of a class's rules, made from their declaration: a new rule needs no new form."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wtforms import BooleanField, Field, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from lms.core.classes.rule_values import show_value, shown_rules
from lms.core.classes.rules import RULES, ClassRules, Rule
from lms.core.errors import LmsError
from lms.core.i18n import N_, enumerated, explain, translate
from lms.web.context import here
from lms.web.forms import Form, options

_SHORT = 60  # characters; a longer text gets several lines


class RulesForm(Form):
    """One field a rule, named like it."""

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, by rule name."""
        return {rule.name: self[rule.name].data for rule in RULES}

    def blame(self, faults: Mapping[str, LmsError]) -> None:
        """Put each fault at its field."""
        for name, fault in faults.items():
            self[name].errors = [explain(fault, here().locale)]


def _field(rule: Rule) -> Field:
    needed = [InputRequired(N_("这一项不能为空。"))]
    if rule.kind == "flag":
        return BooleanField(rule.meaning)
    if rule.kind == "choice":
        return RadioField(rule.meaning, needed, choices=options(rule.choices or {}))
    if rule.kind == "choices":
        return SelectMultipleField(rule.meaning, choices=options(rule.choices or {}),
                                   widget=ListWidget(prefix_label=False), option_widget=CheckboxInput())
    long = rule.kind == "text" and rule.most > 2 * _SHORT
    return (TextAreaField if long else StringField)(rule.meaning, needed)


for _rule in RULES:
    setattr(RulesForm, _rule.name, _field(_rule))


def rules_form(rules: ClassRules) -> RulesForm:
    """The form filled with the rules in force."""
    return RulesForm(data=shown_rules(rules))


def rule_hints() -> dict[str, str]:
    """Under each field: what it means in more words, and the default."""
    locale, hints = here().locale, {}
    for rule in RULES:
        default = translate(locale, N_("默认：{value}"), value=shown_to(locale, rule, rule.default))
        hints[rule.name] = f"{translate(locale, rule.hint)} {default}" if rule.hint else default
    return hints


def shown_to(locale: str, rule: Rule, value: Any) -> str:
    """A rule's value as a reader is told it."""
    if rule.kind == "flag":
        return translate(locale, N_("是") if value else N_("否"))
    if rule.choices:
        chosen = value if rule.kind == "choices" else (value,)
        return enumerated(locale, (translate(locale, rule.choices[one]) for one in chosen))
    unit = translate(locale, rule.unit) if rule.unit else ""
    return f"{show_value(rule, value)} {unit}".strip()
