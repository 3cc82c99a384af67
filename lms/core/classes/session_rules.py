"""What one session does otherwise than its class: opens earlier, takes another time for late, takes no sign-out.

``ClassSession.rules`` keeps only what differs from the class, as the class keeps only what differs from the defaults.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from lms.core.classes.models import ClassSession
from lms.core.classes.rule_values import parse_value
from lms.core.classes.rules import RULE, ClassRules
from lms.core.errors import Invalid
from lms.core.i18n import N_

# The rules that a session may have of its own, in the order of its form.
OWN_RULES = ("scan_early", "opens_before", "closes_after", "late_after", "absent_after", "early_before", "early_means")


def rules_in(session: ClassSession, rules: ClassRules) -> ClassRules:
    """The rules in force in *session*: its own over those of its class."""
    return replace(rules, **session.rules) if session.rules else rules


def parse_own_rules(values: Mapping[str, Any], rules: ClassRules) -> dict[str, Any]:
    """What ``ClassSession.rules`` stores for *values* as people type them; an empty one is the class's.

    :raises Invalid: a value cannot be; ``data["field"]`` names it
    """
    own = {}
    for name, value in values.items():
        if name not in OWN_RULES:
            raise Invalid("not_a_session_rule", N_("课次不能有自己的“{name}”规则。"), name=name, field=name)
        if value is None or not str(value).strip():
            continue
        try:
            own[name] = parse_value(RULE[name], value)
        except Invalid as fault:
            fault.data["field"] = name
            raise
    in_force = replace(rules, **own)
    if in_force.absent_after < in_force.late_after:
        raise Invalid("session_absent_before_late", N_("这一课次算缺勤的分钟数（{absent}）不能少于算迟到的（{late}）。"),
                      field="absent_after", absent=in_force.absent_after, late=in_force.late_after)
    return own
