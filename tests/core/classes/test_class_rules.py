from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.classes.models import TrainingClass
from lms.core.classes.rule_values import change_rules, parse_rules, show_value
from lms.core.classes.rules import RULE, RULES, ClassRules, make_rules, rules_of, stored_rules
from lms.core.errors import Conflict, Invalid
from lms.site import Site


def change(site: Site, training_class: TrainingClass, values: dict[str, Any], version: int = 1) -> ClassRules:
    with site.database.writing() as db:
        return change_rules(db, training_class=db.get_one(TrainingClass, training_class.id), values=values,
                            version=version, by_id=None, now=site.clock.now(), reason="按区里的规定")


def test_a_new_class_has_the_defaults_and_stores_nothing(training_class: TrainingClass) -> None:
    rules = rules_of(training_class)
    assert training_class.rules == {}
    assert (rules.opens_before, rules.closes_after, rules.late_after, rules.absent_after) == (30, 0, 10, 30)
    assert (rules.half_day_hours, rules.day_hours) == (400, 800)
    assert rules.certificate_number == "培结〔{year}〕第{serial:03}号"


def test_every_rule_has_a_meaning_and_a_default_that_passes_its_own_check() -> None:
    _, faults = parse_rules({rule.name: stored_rules_value(rule.name) for rule in RULES}, ClassRules())
    assert faults == {}
    assert all(rule.meaning for rule in RULES)


def stored_rules_value(name: str) -> Any:
    value = getattr(ClassRules(), name)
    return show_value(RULE[name], value) if isinstance(value, Fraction) else value


def test_only_what_differs_is_stored_and_going_back_to_the_default_stores_nothing(
        site: Site, training_class: TrainingClass) -> None:
    change(site, training_class, {"late_after": "15", "leave_fraction": "1/5", "half_day_hours": "3.5"})
    with site.database.reading() as db:
        kept = db.get_one(TrainingClass, training_class.id)
        assert kept.rules == {"late_after": 15, "leave_fraction": "1/5", "half_day_hours": 350}
        assert rules_of(kept).leave_fraction == Fraction(1, 5)
    change(site, training_class, {"late_after": "10", "leave_fraction": "1/7", "half_day_hours": "4.00"}, version=2)
    with site.database.reading() as db:
        assert db.get_one(TrainingClass, training_class.id).rules == {}


def test_one_seventh_of_24_hours_is_compared_as_a_fraction() -> None:
    assert ClassRules().leave_allowed(2400) == Fraction(2400, 7)
    assert ClassRules().leave_allowed(2400) < 400  # type: ignore[operator]
    assert make_rules({"leave_limit": "days"}).leave_allowed(2400) == 800
    assert make_rules({"leave_limit": "none"}).leave_allowed(2400) is None


@pytest.mark.parametrize(("name", "value", "code"), [
    ("late_after", "十分钟", "rule_number"),
    ("late_after", "-1", "rule_range"),
    ("late_after", "1.5", "rule_precision"),
    ("half_day_hours", "4.005", "rule_precision"),
    ("half_day_hours", "NaN", "rule_precision"),
    ("day_hours", "1e99999", "rule_range"),
    ("day_hours", "1e999999", "rule_number"),
    ("required_share", "101", "rule_range"),
    ("leave_fraction", "1/0", "rule_fraction"),
    ("leave_fraction", "8/7", "rule_fraction_range"),
    ("leave_limit", "weeks", "rule_choice"),
    ("leave_kinds", ["party"], "rule_choice"),
    ("certificate_number", "培结第1号", "rule_serial"),
    ("certificate_number", "第{serial", "rule_braces"),
    ("certificate_number", "{serial:{serial}}", "rule_unknown_brace"),
    ("certificate_wording", "{name.__class__}", "rule_unknown_brace"),
    ("certificate_wording", "{name!r}", "rule_unknown_brace"),
    ("certificate_wording", "{phone}", "rule_unknown_brace"),
    ("certificate_title", " ", "rule_empty"),
    ("certificate_title", "长" * 41, "rule_long"),
    ("absent_after", "5", "absent_before_late"),
    ("day_hours", "3", "day_below_half"),
    ("colour", "red", "unknown_rule"),
])
def test_a_value_that_cannot_be_is_refused_at_its_rule_and_nothing_is_saved(
        site: Site, training_class: TrainingClass, name: str, value: Any, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        change(site, training_class, {name: value, "opens_before": "45"})
    assert refused.value.data["faults"][name].code == code
    with site.database.reading() as db:
        assert db.get_one(TrainingClass, training_class.id).rules == {}


def test_the_second_of_two_editors_is_told(site: Site, training_class: TrainingClass) -> None:
    change(site, training_class, {"late_after": "15"})
    with pytest.raises(Conflict):
        change(site, training_class, {"late_after": "20"}, version=1)
    with site.database.reading() as db:
        assert rules_of(db.get_one(TrainingClass, training_class.id)).late_after == 15


def test_a_changed_rule_stands_in_the_log_with_before_and_after(site: Site, training_class: TrainingClass) -> None:
    change(site, training_class, {"late_after": "15"})
    with site.database.reading() as db:
        entry = db.scalars(select(AuditEntry).where(AuditEntry.action == "class.rules")).one()
        detail = db.get_one(AuditDetail, entry.id)
        assert (detail.before, detail.after, detail.reason) == ({}, {"late_after": 15}, "按区里的规定")


def test_rules_of_a_newer_program_are_not_silently_ignored() -> None:
    with pytest.raises(Invalid):
        make_rules({"face_scan": True})
    assert stored_rules(make_rules({"sign_out_counts": True})) == {"sign_out_counts": True}
