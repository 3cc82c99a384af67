"""The ways within a class's attendance: one line a feature, in the order in which an office needs them."""
from __future__ import annotations

from lms.core.classes.models import TrainingClass
from lms.core.i18n import N_
from lms.web.manage import ways

ENTRIES: ways.Entries = (
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
    return ways.blueprints(ENTRIES)


def attendance_nav(training_class: TrainingClass) -> list[dict[str, object]]:
    """Tabs for ``parts.tabs``; none where there is but one way."""
    return ways.ways(ENTRIES, training_class)
