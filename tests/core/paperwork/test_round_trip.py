"""The class matrix goes out, is edited, and comes back: what was edited becomes a correction, everything else stays."""
from __future__ import annotations

import io
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from office import Office, edited, summaries
from sqlalchemy import select

from lms.core.attendance.corrections import correct
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import class_record
from lms.core.attendance.status import STATUSES
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import ClassSession
from lms.core.documents.csv_write import write_csv
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import LOCALES, translate
from lms.core.ids import new_uid
from lms.core.paperwork.import_words import status_of_word
from lms.core.paperwork.imports import changes_of
from lms.core.reports.attendance import attendance_book

FIRST, SECOND = 7, 8  # columns of the first day's sessions, counted from 1


def rows(page: Any) -> list[list[Any]]:
    return [list(row) for row in page.iter_rows(min_row=2, values_only=True)]


def refill(page: Any, filled: list[list[Any]]) -> None:
    for number, row in enumerate(filled, start=2):
        for place, value in enumerate(row, start=1):
            page.cell(number, place).value = value


def test_an_unchanged_file_has_no_differences(office: Office) -> None:
    for data in (office.export(), edited(office.export(), lambda page: None)):
        made = office.preview(data)
        assert (made.kind, made.rows, made.notes) == ("matrix", [], [])
        assert office.commit(made)["saved"] == 0
    assert office.events() == 0


def test_a_changed_status_becomes_a_correction_with_the_file_s_name(office: Office) -> None:
    def edit(page: Any) -> None:
        page.cell(2, FIRST).value, page.cell(3, SECOND).value = "公假", " 补签 "

    made = office.preview(edited(office.export(), edit), "考勤-改.xlsx")
    assert [(c.line, c.name, c.was, c.acts[0].status, c.state) for c in changes_of(made)] == [
        (2, "class-a学员1", "absent", "official_leave", "new"), (3, "class-a学员2", "absent", "made_up_sign_in", "new")]
    assert office.events() == 0, "a preview saves nothing"
    office.commit(made)
    office.commit(made)  # sent twice
    with office.database.reading() as db:
        events = db.scalars(select(AttendanceEvent)).all()
    assert [(e.kind, e.status, e.method, e.reason, e.by_id) for e in events] == [
        ("status", s, "import", "考勤-改.xlsx", office.by_id) for s in ("official_leave", "made_up_sign_in")]
    assert office.statuses()[0][0] == "official_leave" and office.statuses()[1][1] == "made_up_sign_in"


@pytest.mark.parametrize("locale", LOCALES)
def test_every_status_is_read_as_it_was_written(locale: str) -> None:
    assert {code: status_of_word(translate(locale, word)) for code, word in STATUSES.items()} == {code: code for code in STATUSES}


def test_an_english_export_comes_back_too(office: Office) -> None:
    data = office.export("en")
    assert office.preview(data).rows == []
    made = office.preview(edited(data, lambda page: page.cell(2, FIRST).__setattr__("value", "sick leave")))
    assert [(c.name, c.acts[0].status) for c in changes_of(made)] == [("class-a学员1", "sick_leave")]


def test_sorted_filtered_and_moved_rows_and_columns_come_back_right(office: Office) -> None:
    def edit(page: Any) -> None:
        filled = rows(page)
        filled[1][FIRST - 1] = "病假"
        refill(page, [filled[3], filled[1], filled[0], [None] * len(filled[0])])  # one row is gone
        for row in page.iter_rows():  # the two sessions of the day change places
            row[FIRST - 1].value, row[SECOND - 1].value = row[SECOND - 1].value, row[FIRST - 1].value
        page.auto_filter.ref = None
        page.insert_rows(1)
        page.cell(1, 1).value = "考勤（局里改过）"

    made = office.preview(edited(office.export(), edit))
    assert [(c.name, c.acts[0].status) for c in changes_of(made)] == [("class-a学员2", "sick_leave")]
    office.commit(made)
    assert [row[0] for row in office.statuses()] == ["absent", "sick_leave", "absent", "absent"]


def test_names_sorted_without_their_hidden_column_are_refused(office: Office) -> None:
    def edit(page: Any) -> None:
        page.cell(2, 2).value, page.cell(3, 2).value = page.cell(3, 2).value, page.cell(2, 2).value
        page.cell(2, FIRST).value = "公假"

    assert office.told(edited(office.export(), edit)) == [("class-a学员2", "refused", "key_and_name")]


def test_what_no_event_can_say_is_refused_by_row(office: Office) -> None:
    def edit(page: Any) -> None:
        page.cell(2, FIRST).value, page.cell(3, FIRST).value, page.cell(4, FIRST).value = None, "好像来了", "未到"

    assert [code for _, state, code in office.told(edited(office.export(), edit)) if state == "refused"] == [
        "cell_emptied", "unknown_word", "not_settable"]


def test_a_record_that_changed_after_the_export_waits_for_a_decision(office: Office) -> None:
    data = edited(office.export(), lambda page: page.cell(2, FIRST).__setattr__("value", "公假"))
    _correct(office, 0, "present")
    _correct(office, 1, "late")  # changed in the system, not in the file: the file says nothing about it
    made = office.preview(data)
    assert [(c.name, c.state, c.was, c.reasons[0].code) for c in changes_of(made)] == [
        ("class-a学员1", "doubtful", "present", "changed_since_export")]
    assert office.commit(made, **{f"k{changes_of(made)[0].key}": "import"})["saved"] == 1
    assert [row[0] for row in office.statuses()][:2] == ["official_leave", "late"]


def test_a_change_after_the_preview_stops_the_commit(office: Office) -> None:
    made = office.preview(edited(office.export(), lambda page: page.cell(2, FIRST).__setattr__("value", "公假")))
    _correct(office, 0, "present")
    with pytest.raises(Conflict, match="import_stale"):
        office.commit(made)
    assert office.statuses()[0][0] == "present"


def test_undoing_makes_everything_equal_to_before_and_the_log_shows_both(office: Office) -> None:
    _correct(office, 2, "late")
    before, statuses = summaries(office.export()), office.statuses()

    def edit(page: Any) -> None:
        page.cell(2, FIRST).value, page.cell(4, FIRST).value = "公假", "出勤"

    made = office.preview(edited(office.export(), edit))
    office.commit(made)
    assert summaries(office.export()) != before
    assert (office.undo(made), office.undo(made)) == (2, 0), "undone once"
    assert office.statuses() == statuses and summaries(office.export()) == before
    assert office.events() == 5, "one correction, two imported, two voiding; nothing is deleted"
    with office.database.reading() as db:
        logged = db.scalars(select(AuditEntry.action).where(AuditEntry.action.contains("import")).order_by(AuditEntry.id)).all()
    assert logged == ["attendance.import", "attendance.undo_import"]


def test_undo_stops_by_name_where_a_row_changed_since(office: Office) -> None:
    def edit(page: Any) -> None:
        page.cell(2, FIRST).value, page.cell(3, FIRST).value = "公假", "公假"

    made = office.preview(edited(office.export(), edit))
    office.commit(made)
    _correct(office, 1, "absent")
    _correct(office, 3, "present")  # somebody whom the import did not touch
    after = office.statuses()
    with pytest.raises(Conflict, match="import_changed_since") as refused:
        office.undo(made)
    assert refused.value.data["names"] == ["class-a学员2 class-a第1天上午"] and refused.value.data["count"] == 1
    assert office.statuses() == after, "nothing is undone"


def test_committed_and_undone_at_once_is_once_each(office: Office) -> None:
    made = office.preview(edited(office.export(), lambda page: page.cell(2, FIRST).__setattr__("value", "公假")))
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(lambda _: office.commit(made), range(10)))
        assert office.events() == 1
        assert sum(pool.map(lambda _: office.undo(made), range(10))) == 1
    assert office.events() == 2


def test_only_what_was_imported_can_be_undone(office: Office) -> None:
    with pytest.raises(Conflict, match="import_not_committed"):
        office.undo(office.preview(office.export()))


def test_the_matrix_of_another_class_is_refused(office: Office, make_training: Any) -> None:
    other = Office(office.database, make_training("class-b", people=2), office.by_id, office.clock)
    with pytest.raises(Invalid, match="matrix_of_another_class"):
        office.preview(other.export())


def test_without_the_hidden_worksheet_or_as_csv_it_is_compared_with_what_is_now(office: Office) -> None:
    book = openpyxl.load_workbook(io.BytesIO(office.export()))
    del book["_lms"]
    book.worksheets[0].cell(2, FIRST).value = "公假"
    book.worksheets[0].delete_cols(book.worksheets[0].max_column)  # and without the hidden column: by number and name
    out = io.BytesIO()
    book.save(out)
    with office.database.reading() as db:
        record = class_record(db, training_class=office.training.training_class, now=office.clock.now())
        text = io.BytesIO()
        write_csv(attendance_book(db, record, locale="zh_CN"), text)
    head, _, rest = text.getvalue().decode("utf-8-sig").partition("\n")
    changed = f"{head}\n{rest.replace('缺勤', '公假', 1)}".encode("gb18030")
    for data in (out.getvalue(), changed):
        made = office.preview(data)
        assert [(c.name, c.acts[0].status) for c in changes_of(made) if c.acts] == [("class-a学员1", "official_leave")]
        assert any(note["code"] == "no_keys" for note in made.notes)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_through_libreoffice(office: Office, tmp_path: Path) -> None:
    """Saved by another program: other styles, shared strings and dates, the same meaning."""
    def edit(page: Any) -> None:
        page.cell(3, SECOND).value = "事假"

    for name, data, expected in (("same", office.export(), []), ("edited", edited(office.export(), edit), ["class-a学员2"])):
        file = tmp_path / f"{name}.xlsx"
        file.write_bytes(data)
        subprocess.run(["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML",
                        "--outdir", str(tmp_path / "out"), str(file)], check=True, capture_output=True, timeout=120)
        made = office.preview((tmp_path / "out" / f"{name}.xlsx").read_bytes())
        assert [c.name for c in changes_of(made)] == expected
        assert not any(note["code"] == "no_keys" for note in made.notes)


def _correct(office: Office, person: int, status: str) -> None:
    with office.database.writing() as db:
        correct(db, session=db.get_one(ClassSession, office.training.sessions[0].id), uid=new_uid(), status=status,
                person_id=office.training.people[person].id, reason="班主任核实", by_id=office.by_id, now=office.clock.now())
