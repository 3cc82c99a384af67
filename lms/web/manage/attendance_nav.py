"""The ways within a class's attendance: one line a feature, in the order in which an office needs them."""
from __future__ import annotations

from flask import current_app, request, url_for

from lms.core.access.service import Viewer
from lms.core.classes.access import whole_class
from lms.core.classes.models import TrainingClass
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.manage.may import may_in_class

# Endpoint (its address takes the class's uid), label, what must be allowed in the class (one of them; with ":class" in the
# whole of it, not in a group only), and blueprints
# whose pages belong to it besides the endpoint's own. An endpoint that is not there yet is not shown.
ENTRIES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("lms.manage_attendance.matrix", N_("总表"), "attendance", ()),
    ("lms.manage_sheets.show", N_("签到表"), "export", ()),
    ("lms.manage_reconciliation.show", N_("签到表核对"), "export", ()),
    ("lms.manage_attendance.alarms", N_("预警"), "attendance", ()),
    ("lms.manage_leave.index", N_("请假"), "leave", ("manage_leave_filing",)),
    ("lms.manage_reviews.index", N_("待核"), "attendance", ()),
    ("lms.manage_walk_ins.index", N_("现场登记"), "attendance:class", ()),
    ("lms.manage_substitutes.show", N_("替训"), "attendance:class", ()),
    ("lms.manage_vehicles.show", N_("乘车安排"), "attendance:class", ()),
    ("lms.manage_attendance_imports.upload", N_("导入"), "export", ()),
    ("lms.manage_exports.attendance", N_("导出"), "export", ()),
)


def blueprints() -> tuple[str, ...]:
    """All that counts as attendance for the class's own tabs."""
    return tuple({name for endpoint, _, _, more in ENTRIES for name in (endpoint.split(".")[-2], *more)})


def attendance_nav(training_class: TrainingClass) -> list[dict[str, object]]:
    """Tabs for ``parts.tabs``; none where there is but one way."""
    viewer, locale = here().viewer, here().locale
    tabs = [{"url": url_for(endpoint, uid=training_class.uid), "label": translate(locale, label),
             "current": _is_here(endpoint, more)}
            for endpoint, label, actions, more in ENTRIES
            if endpoint in current_app.view_functions
            and any(_may(viewer, action, training_class) for action in actions.split())]
    return tabs if len(tabs) > 1 else []


def _may(viewer: Viewer, action: str, training_class: TrainingClass) -> bool:
    action, _, whole = action.partition(":")
    return whole_class(viewer, action, training_class.id) if whole else may_in_class(viewer, action, training_class)


def _is_here(endpoint: str, more: tuple[str, ...]) -> bool:
    """The page itself, or another of a blueprint that no other entry has."""
    current = request.endpoint or ""
    blueprint = current.split(".")[-2]
    if current in {entry[0] for entry in ENTRIES}:
        return current == endpoint
    own = endpoint.split(".")[-2]
    shared = sum(entry[0].split(".")[-2] == own for entry in ENTRIES) > 1
    return blueprint in more or (blueprint == own and not shared)
