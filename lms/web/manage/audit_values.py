"""The values before and after an act, as people read them: the field's word, names instead of ids, hours instead of hundredths."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.core.attendance.status import METHODS, STATUSES
from lms.core.audit.models import AuditDetail
from lms.core.audit.words import FIELDS, HUNDREDTHS, UNTOLD
from lms.core.certificates.verify import STATES as CERTIFICATE_STATES
from lms.core.classes.roles import ROLE_NAMES, SCOPE_NAMES
from lms.core.classes.rules import LEAVE_KINDS, RULES
from lms.core.classes.service import STATES as CLASS_STATES
from lms.core.classes.timetable import SESSION_KINDS
from lms.core.i18n import N_, enumerated, translate
from lms.core.leave.asking import STATES as LEAVE_STATES
from lms.core.quizzes.corrections import ACTIONS as CORRECTIONS
from lms.core.quizzes.counting import COUNTINGS
from lms.core.quizzes.papers import DOORS, DRAWS, LAYOUTS, MOMENTS, PARTIALS
from lms.core.quizzes.papers import KINDS as PAPER_KINDS
from lms.core.quizzes.papers import STATES as PAPER_STATES
from lms.core.quizzes.questions import STATES as QUESTION_STATES
from lms.web.formats import Formats

_RULES = {rule.name: rule for rule in RULES}
_STATES: dict[str, Mapping[str, str]] = {
    "TrainingClass": CLASS_STATES, "Paper": PAPER_STATES, "Question": QUESTION_STATES, "LeaveRequest": LEAVE_STATES,
    "Certificate": CERTIFICATE_STATES, "Person": {"active": N_("正常"), "deactivated": N_("已停用")},
    "Enrolment": {"enrolled": N_("在班"), "withdrawn": N_("已退班")},
}
_KINDS: dict[str, Mapping[str, str]] = {"ClassSession": SESSION_KINDS, "Paper": PAPER_KINDS, "LeaveRequest": LEAVE_KINDS}
_CODES: dict[str, Mapping[str, str]] = {
    "status": STATUSES, "method": METHODS, "role": ROLE_NAMES, "scope": SCOPE_NAMES, "layout": LAYOUTS, "partial": PARTIALS,
    "review": MOMENTS, "show_marks": MOMENTS, "show_own": MOMENTS, "show_why": MOMENTS, "counting": COUNTINGS, "drawn": DRAWS,
    "door": DOORS, "how": CORRECTIONS,
}
_MOST = 5  # parts of a list that are named; of a longer one their number is told


@dataclass(frozen=True)
class Change:
    """One field, with what it was and what it is; None where that is not on record."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Reader:
    """Tells values in a language.

    :param names: of people, by id
    """

    locale: str
    formats: Formats
    names: Mapping[int, str]

    def changes(self, detail: AuditDetail, thing_type: str) -> list[Change]:
        """What differs, in the order in which it was recorded."""
        before, after = detail.before or {}, detail.after or {}
        return [Change(self._label(key), self._told(key, before[key], thing_type) if key in before else None,
                       self._told(key, after[key], thing_type) if key in after else None)
                for key in {**before, **after}
                if key not in UNTOLD and not (key in before and key in after and before[key] == after[key])]

    def _label(self, key: str) -> str:
        meaning = FIELDS.get(key) or (_RULES[key].meaning if key in _RULES else "")
        return translate(self.locale, meaning) if meaning else key

    def _told(self, key: str, value: Any, thing_type: str) -> str:
        if value is None or value in ("", [], {}):
            return "—"
        if isinstance(value, bool):
            return translate(self.locale, N_("是") if value else N_("否"))
        if isinstance(value, dict):
            return enumerated(self.locale, (f"{self._label(k)} {self._told(k, v, thing_type)}" for k, v in value.items()))
        if isinstance(value, list):
            return self._listed(key, value, thing_type)
        return self._one(key, value, thing_type)

    def _listed(self, key: str, values: list[Any], thing_type: str) -> str:
        plain = not any(isinstance(v, (dict, list)) or (isinstance(v, str) and len(v) >= 32) for v in values)
        if plain and len(values) <= _MOST:
            return enumerated(self.locale, (self._told(key, v, thing_type) for v in values))
        return translate(self.locale, N_("{n} 项"), n=len(values))

    def _one(self, key: str, value: Any, thing_type: str) -> str:
        if isinstance(value, int):
            if key in ("person_id", "people"):
                return self.names.get(value, str(value))
            if key in HUNDREDTHS:
                return self.formats.hours(value)
            return f"{value / 10:g}%" if key == "pass_mark" else self.formats.mark(value) if key == "full_mark" else str(value)
        words = {"state": _STATES, "kind": _KINDS}.get(key, {}).get(thing_type) or _CODES.get(key) \
            or (_RULES[key].choices if key in _RULES else None) or {}
        if value in words:
            return translate(self.locale, words[value])
        return self._instant(value) if key.endswith("_at") else str(value)

    def _instant(self, value: str) -> str:
        try:
            return self.formats.instant(datetime.fromisoformat(value))
        except ValueError:
            return value


def people_in(detail: AuditDetail | None) -> set[int]:
    """Ids of the people whose names a reader will want."""
    found: set[int] = set()
    for values in (detail.before, detail.after) if detail else ():
        for key in ("person_id", "people"):
            value = (values or {}).get(key)
            found.update(v for v in (value if isinstance(value, list) else [value]) if type(v) is int)
    return found
