"""The ways within what a class learns and writes outside the hall: one line a feature."""
from __future__ import annotations

from lms.core.classes.models import TrainingClass
from lms.core.i18n import N_
from lms.web.manage import ways

ENTRIES: ways.Entries = (
    ("lms.manage_class_courses.show", N_("课程安排"), "manage", ("manage_study_rules",)),
    ("lms.manage_study_progress.index", N_("学习进度"), "see", ()),
    ("lms.manage_assignments.index", N_("心得体会"), "teach:class export:class", ("manage_assignment_marking",)),
    ("lms.manage_surveys.index", N_("满意度评价"), "export:class", ()),
    ("lms.manage_announcements.index", N_("通知公告"), "export:class", ()),
    ("lms.manage_discussion.index", N_("提问"), "teach:class", ()),
)


def blueprints() -> tuple[str, ...]:
    """All that counts as learning for the class's own tabs."""
    return ways.blueprints(ENTRIES)


def study_nav(training_class: TrainingClass) -> list[dict[str, object]]:
    """Tabs for ``parts.tabs``; none where there is but one way."""
    return ways.ways(ENTRIES, training_class)


def study_start(training_class: TrainingClass) -> str:
    """The endpoint of the first way that the viewer may go; empty where there is none."""
    return ways.first(ENTRIES, training_class)
