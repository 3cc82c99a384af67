"""A record that is read in parts holds what the whole one holds, and no more than a part in memory."""
from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import event, select

from lms.core.attendance import long_record as parts
from lms.core.attendance.check_in import check_in_by_staff
from lms.core.attendance.corrections import void
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import class_record
from lms.core.classes.models import ClassSession, Enrolment
from lms.core.documents.csv_write import write_csv
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.ids import new_uid
from lms.core.reports import attendance as report
from lms.core.reports.attendance import attendance_book


@pytest.fixture
def training(make_training: Any, clock: Any, database: Any) -> Any:
    made = make_training(people=23)
    clock.move(minutes=45)
    with database.writing() as db:
        for person in made.people[::3]:
            check_in_by_staff(db, session=made.sessions[0], person_id=person.id, direction="in", by_id=made.people[0].id,
                              method="staff", uid=new_uid(), now=clock.now())
        session = db.get_one(ClassSession, made.sessions[0].id)
        first, second = db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id).limit(2))
        void(db, session=session, person_id=first.person_id, event_uid=first.uid, reason="点错了人", by_id=made.people[1].id, now=clock.now())
        db.add(AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=second.person_id, kind="confirm", at=clock.now(),
                               received_at=clock.now(), method="review", by_id=made.people[2].id, confirms_id=second.id, flags=[]))
    clock.move(hours=5)
    return made


def people_of(training: Any) -> Any:
    return select(Enrolment).where(Enrolment.class_id == training.training_class.id, Enrolment.state == "enrolled")


def test_in_parts_or_whole_the_files_are_the_same(training: Any, database: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "AT_ONCE", 10)
    monkeypatch.setattr(parts, "PART", 4)
    with database.reading() as db:
        whole = class_record(db, training_class=training.training_class, now=clock.now())
        long = parts.long_record(db, training_class=training.training_class, now=clock.now(), people=people_of(training))
        assert isinstance(long.people, parts.Parts) and len(long.people) == 23
        assert [(r.enrolment.id, r.statuses, r.totals) for r in long.people] == [(r.enrolment.id, r.statuses, r.totals) for r in whole.people]
        assert long.people[5].enrolment.id == whole.people[5].enrolment.id
        for write in (write_csv, write_xlsx):
            files = []
            for record in (whole, long):
                out = BytesIO()
                write(attendance_book(db, record, locale="zh_CN"), out)
                files.append(out.getvalue())
            assert files[0] == files[1] and len(files[0]) > 1000


def test_no_reading_takes_more_than_a_part(training: Any, site: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken version that reads everybody at once, or the whole class's events with each part, is caught here."""
    monkeypatch.setattr(parts, "AT_ONCE", 10)
    monkeypatch.setattr(parts, "PART", 4)
    asked: list[tuple[str, Any]] = []
    event.listen(site.database.engine, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    with site.database.reading() as db:
        long = parts.long_record(db, training_class=training.training_class, now=clock.now(), people=people_of(training))
        asked.clear()
        assert sum(1 for _ in long.people) == 23
    enrolments = [s for s, _ in asked if "FROM lms_enrolment" in s]
    events = [s for s, _ in asked if "FROM lms_attendance_event" in s]
    assert len(enrolments) == 7 and all("LIMIT" in s for s in enrolments)
    assert len(events) == 6 and all("person_id IN" in s for s in events)


def test_events_that_one_worksheet_cannot_hold_go_on_in_the_next(training: Any, database: Any, clock: Any,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "AT_ONCE", 10)
    monkeypatch.setattr(parts, "PART", 4)
    monkeypatch.setattr(report, "MAX_ROWS", 3)
    with database.reading() as db:
        long = parts.long_record(db, training_class=training.training_class, now=clock.now(), people=people_of(training))
        sheets = report.events_sheets(db, long, "zh_CN")
        rows = [list(sheet.rows) for sheet in sheets]
        uids = list(db.scalars(select(AttendanceEvent.uid).order_by(AttendanceEvent.id)))
    assert [len(part) for part in rows] == [3, 3, 3, 1]
    assert [row[-1] for part in rows for row in part] == uids
    assert [(row[-3], row[-2]) for row in rows[0]] == [("", "是"), ("是", ""), ("", "")]


def test_a_small_class_is_read_at_once(training: Any, database: Any, clock: Any) -> None:
    with database.reading() as db:
        record = parts.long_record(db, training_class=training.training_class, now=clock.now(), people=people_of(training))
        assert isinstance(record.people, tuple)
