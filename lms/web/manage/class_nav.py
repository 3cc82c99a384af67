"""The subnavigation of a class: what of it this member of staff may open."""
from __future__ import annotations

from flask import request, url_for

from lms.core.classes.models import TrainingClass
from lms.core.i18n import N_, translate
from lms.web.context import here
from lms.web.manage.attendance_nav import blueprints as attendance_blueprints
from lms.web.manage.may import may_in_class
from lms.web.manage.study_nav import blueprints as study_blueprints
from lms.web.manage.study_nav import study_start

# Endpoint, label, what must be allowed in the class (one of them), and blueprints that count as "here". What is learned has
# no first page of its own: its tab leads to the first of its ways that the viewer may go.
_STUDY = ""
_TABS = (
    ("lms.manage_classes.show", N_("概况"), "see", ()),
    ("lms.manage_day.show", N_("总览"), "export", ("manage_day",)),
    ("lms.manage_timetable.show", N_("课程表"), "see", ("manage_timetable",)),
    ("lms.manage_roster.show", N_("名册"), "see",
     ("manage_roster", "manage_roster_import", "manage_replies", "manage_groups", "manage_print")),
    ("lms.manage_attendance.matrix", N_("考勤"), "attendance", attendance_blueprints()),
    (_STUDY, N_("学习"), "see", study_blueprints()),
    ("lms.manage_papers.index", N_("试卷"), "teach export", ("manage_papers", "manage_paper_plan", "manage_invigilation", "manage_marking", "manage_resits", "manage_statistics")),
    ("lms.manage_certificates.show", N_("证书"), "export", ("manage_certificates", "manage_issuing", "manage_reissuing", "manage_deliveries")),
    ("lms.manage_classfile.show", N_("材料"), "export", ("manage_classfile", "manage_bundle", "manage_chat")),
    ("lms.manage_classes.settings", N_("设置"), "manage", ("manage_rules",)),
)


def class_nav(training_class: TrainingClass) -> list[dict[str, object]]:
    """Tabs for ``parts.tabs``."""
    viewer, locale = here().viewer, here().locale
    shown = [(endpoint or study_start(training_class), label, areas) for endpoint, label, actions, areas in _TABS
             if any(may_in_class(viewer, action, training_class) for action in actions.split())]
    return [{"url": url_for(endpoint, uid=training_class.uid), "label": translate(locale, label), "current": _is_here(endpoint, areas)}
            for endpoint, label, areas in shown if endpoint]


def session_page(training_class: TrainingClass) -> str:
    """The endpoint behind a session's title: the board, the hall's screen for those who only teach, or none."""
    viewer = here().viewer
    if may_in_class(viewer, "attendance", training_class):
        return "lms.manage_sessions.show"
    return "lms.manage_sessions.screen" if may_in_class(viewer, "teach", training_class) else ""


def may_export(training_class: TrainingClass) -> bool:
    return may_in_class(here().viewer, "export", training_class)


def _is_here(endpoint: str, areas: tuple[str, ...]) -> bool:
    current = request.endpoint or ""
    return current == endpoint or current.split(".")[-2] in areas
