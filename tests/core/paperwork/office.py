"""A class with an office that exports, edits and imports, for the tests of import and round trip."""
from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import openpyxl
from sqlalchemy import func, select

from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import class_record
from lms.core.classes.models import TrainingClass
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.paperwork.import_known import session_labels
from lms.core.paperwork.import_read import read_attendance
from lms.core.paperwork.imports import changes_of, commit_import, keep_preview, undo_import
from lms.core.paperwork.models import AttendanceImport
from lms.core.reports.attendance import attendance_book


class Office:
    def __init__(self, database: Any, training: Any, by_id: int, clock: Any) -> None:
        self.database, self.training, self.by_id, self.clock = database, training, by_id, clock

    def preview(self, data: bytes | str, name: str = "考勤.xlsx", session: str = "") -> AttendanceImport:
        with self.database.writing() as db:
            training_class = db.get_one(TrainingClass, self.training.training_class.id)
            file = read_attendance(data.encode() if isinstance(data, str) else data, name,
                                   labels=session_labels(training_class.sessions))
            return keep_preview(db, training_class=training_class, file=file, session_uid=session, by_id=self.by_id,
                                now=self.clock.now())

    def told(self, data: bytes | str, **more: Any) -> list[tuple[str, str, str]]:
        """(name, state, code of the first reason) of each line."""
        return [(c.name, c.state, c.reasons[0].code if c.reasons else "") for c in changes_of(self.preview(data, **more))]

    def commit(self, made: AttendanceImport, **decisions: str) -> dict[str, Any]:
        with self.database.writing() as db:
            row = db.get_one(AttendanceImport, made.id)
            return commit_import(db, made=row, decisions={k.removeprefix("k"): v for k, v in decisions.items()},
                                 by_id=self.by_id, now=self.clock.now())

    def undo(self, made: AttendanceImport) -> int:
        with self.database.writing() as db:
            return undo_import(db, made=db.get_one(AttendanceImport, made.id), by_id=self.by_id, now=self.clock.now())

    def statuses(self) -> list[tuple[str, ...]]:
        with self.database.reading() as db:
            record = class_record(db, training_class=self.training.training_class, now=self.clock.now())
        return [tuple(s.code for s in row.statuses) for row in record.people]

    def export(self, locale: str = "zh_CN") -> bytes:
        with self.database.reading() as db:
            record = class_record(db, training_class=self.training.training_class, now=self.clock.now())
            out = io.BytesIO()
            write_xlsx(attendance_book(db, record, locale=locale), out)
        return out.getvalue()

    def events(self) -> int:
        with self.database.reading() as db:
            return db.scalar(select(func.count(AttendanceEvent.id))) or 0


def edited(data: bytes, edit: Callable[[Any], None]) -> bytes:
    """A workbook as somebody saves it after *edit* of its first sheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    edit(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def summaries(data: bytes) -> list[list[tuple[Any, ...]]]:
    """What an export says of people, units and groups; the raw events are the last visible sheet and only grow."""
    return [list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets[:3]]
