"""The rules of a class: what they do in its timetable, and a change of them that shows whom it changes before it is saved."""
from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from lms.core.access.service import fetch
from lms.core.attendance.limits import in_timetable
from lms.core.attendance.status import STATUSES
from lms.core.classes.access import fetch_staffed
from lms.core.classes.models import TrainingClass
from lms.core.classes.rule_values import change_rules, parse_rules
from lms.core.classes.rules import CONSEQUENCES, RULE, ClassRules, rules_of, stored_rules
from lms.core.errors import Invalid
from lms.core.i18n import N_, translate
from lms.core.reports.rule_effects import effects
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classes import may_manage, seen_version, settings_page
from lms.web.manage.rules_form import RulesForm, shown_to
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_rules", __name__)
MOST_NAMED = 100  # people whom the page names; beyond that it counts


@pages.get("/manage/classes/<uid>/rules")
@login_required
def show(uid: str) -> str:
    """The rules in force, laid over the timetable: before publishing, and at any time after."""
    training_class = fetch_staffed(here().db, here().viewer, uid, selectinload(TrainingClass.sessions))
    rules = rules_of(training_class)
    return render_template("lms/manage/rules/show.html", training_class=training_class, rules=rules, declared=RULE,
                           laid=in_timetable(training_class.sessions, rules, training_class.zone), consequences=CONSEQUENCES,
                           can_manage=may_manage(training_class))


@pages.post("/manage/classes/<uid>/rules")
@login_required
def save(uid: str) -> str | Response | tuple[str, int]:
    """Save the rules; where that changes somebody's status or verdict, only after it was shown and confirmed."""
    form = RulesForm.posted()
    form.validate()  # what is empty is said by the rules themselves, at the same fields
    facts = here()
    training_class = fetch(facts.db, facts.viewer, TrainingClass, uid, "manage")
    rules, faults = parse_rules(form.values, rules_of(training_class))
    if not faults and seen_version() == training_class.version and not request.form.get("confirmed"):
        page = _question(training_class, rules)
        if page is not None:
            return page
    try:
        with writing() as db:
            change_rules(db, training_class=fetch(db, facts.viewer, TrainingClass, uid, "manage"), values=form.values,
                         version=seen_version(), by_id=facts.viewer.person_id, now=facts.now)
    except Invalid as fault:
        form.blame(fault.data.get("faults", {}))
        return settings_page(fetch(facts.db, facts.viewer, TrainingClass, uid, "manage"), rules=form), 422
    flash(translate(facts.locale, N_("班级规则已保存，考勤和结业按新规则计算。")), "ok")
    return redirect(url_for("lms.manage_classes.settings", uid=uid) + "#rules", 303)


def _question(training_class: TrainingClass, rules: ClassRules) -> str | None:
    """The page that asks whether to save; None where nobody would change."""
    facts, before = here(), rules_of(training_class)
    found = effects(facts.db, training_class=training_class, now=facts.now, rules=stored_rules(rules))
    if not found.changed:
        return None
    return render_template(
        "lms/manage/rules/effects.html", training_class=training_class, found=found, most=MOST_NAMED, statuses=STATUSES,
        named=[(rule, shown_to(facts.locale, rule, getattr(before, name)), shown_to(facts.locale, rule, getattr(rules, name)))
               for name, rule in RULE.items() if getattr(rules, name) != getattr(before, name)],
        laid=in_timetable(training_class.sessions, rules, training_class.zone), rules=rules, consequences=CONSEQUENCES,
        action=url_for("lms.manage_rules.save", uid=training_class.uid),
        back=url_for("lms.manage_classes.settings", uid=training_class.uid) + "#rules", kept=kept_fields())


def kept_fields() -> list[tuple[str, str]]:
    """The form as it was sent, to be sent once more."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in ("csrf_token", "confirmed")]
