"""The links at the top (or, on a phone, at the bottom) of every page, and the staff's."""
from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, request, url_for

from lms.core.access.service import Viewer
from lms.core.i18n import N_


@dataclass(frozen=True)
class Link:
    """One link of the navigation. *label* is a message id."""

    url: str
    label: str
    icon: str
    current: bool


# endpoint, label, icon, endpoint prefix that counts as "here"
_TRAINEE = (
    ("lms.today.show", N_("今天"), "today", "lms.today."),
    ("lms.learning.courses", N_("课程"), "book", "lms.learning."),
    ("lms.papers.index", N_("测验"), "pencil", "lms.papers."),
    ("lms.record.show", N_("我的"), "person", ("lms.record.", "lms.leave.", "lms.my_data.", "lms.notices.")),
)
# and the action that must be allowed somewhere
_STAFF = (
    ("lms.manage_classes.index", N_("培训班"), "class", "lms.manage_classes.", "see"),
    ("lms.manage_people.index", N_("人员"), "people", "lms.manage_people.", "manage"),
    ("lms.manage_hours.index", N_("学时"), "clock", "lms.manage_hours", "see"),
    ("lms.manage_own_unit.index", N_("本单位学员"), "people", "lms.manage_own_unit.", "see"),
    ("lms.manage_courses.index", N_("课程与课件"), "book", "lms.manage_courses.", "teach"),
    ("lms.manage_banks.index", N_("题库"), "pencil", "lms.manage_bank", "teach"),
    ("lms.manage_backups.index", N_("备份"), "archive", "lms.manage_backups.", "audit"),
    ("lms.manage_audit.index", N_("日志"), "log", "lms.manage_audit.", "audit"),
)
# Where a role over something smaller than the site does not open a page, those that do.
_WITHIN = {"lms.manage_hours.index": ("unit",), "lms.manage_own_unit.index": ("unit",)}
_NOT_FOR_ALL = frozenset({"lms.manage_own_unit.index"})  # those who see everybody have no unit of their own


def trainee_links(root: str) -> list[Link]:
    """:param root: the script root of this request"""
    return [_link(root, *row) for row in _TRAINEE]


def staff_links(root: str, viewer: Viewer) -> list[Link]:
    """What this member of staff may open; empty for trainees."""
    return [_link(root, *row[:4]) for row in _STAFF
            if viewer.everywhere(row[4]) and row[0] not in _NOT_FOR_ALL or any(viewer.scopes(row[4], s) for s in _WITHIN.get(row[0], ("class", "group", "course", "unit")))]


def _link(root: str, endpoint: str, label: str, icon: str, area: str | tuple[str, ...]) -> Link:
    return Link(address(root, endpoint), label, icon, (request.endpoint or "").startswith(area))


def address(root: str, endpoint: str, **values: str) -> str:
    """``url_for`` for the addresses that stand on every page: they are the same for a script root, so they are kept."""
    known: dict[tuple[str, ...], str] = current_app.extensions["lms"].addresses
    key = (root, endpoint, *values.values())
    if key not in known:
        known[key] = url_for(endpoint, **values)  # type: ignore[arg-type]
    return known[key]
