"""Who may print sheets, key them and import: whoever may take the class's files out. They hold the names of everybody."""
from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement

from lms.core.access.service import Viewer
from lms.core.events import Events
from lms.core.paperwork.models import AttendanceImport, SignInSheet
from lms.core.paperwork.reconcile import closing_check
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("access_rule", "SignInSheet", lambda viewer, action: _of_class(viewer, SignInSheet.class_id))
    registry.add("access_rule", "AttendanceImport", lambda viewer, action: _of_class(viewer, AttendanceImport.class_id))
    registry.add("closing_check", "sheets_unreconciled", closing_check)


def _of_class(viewer: Viewer, class_id: Any) -> ColumnElement[bool]:
    clause: ColumnElement[bool] = class_id.in_(viewer.scopes("export", "class"))
    return clause
