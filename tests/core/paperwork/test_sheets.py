"""Sheets on paper and back: what is printed, what is keyed, and that both add up to the attendance record."""
from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from typing import Any

import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from lms.core.attendance.check_in import check_in_by_staff
from lms.core.attendance.corrections import void
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.record import class_record
from lms.core.classes.enrolments import withdraw
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.documents.forms_write import write_forms
from lms.core.documents.pdf import render_pdf
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_uid
from lms.core.paperwork.keying import Found, key_sheet, read_numbers
from lms.core.paperwork.models import SignInSheet
from lms.core.paperwork.reconcile import closing_check, differences, explain
from lms.core.paperwork.sheet_codes import check_letter, new_code, read_code, shown_code
from lms.core.paperwork.sheet_files import paper_forms, pdf_data
from lms.core.paperwork.sheets import ROWS_A_PAGE, print_sheets, with_rows
from lms.core.shipped import shipped

LONG = "阿卜杜热合曼·买买提依明·吐尔逊江·艾合买提江"


@pytest.fixture
def training(make_training, clock):
    made = make_training(people=6)
    clock.move(hours=1)  # 09:00
    return made


@pytest.fixture
def officer(person_with, training):
    return person_with("training_officer", training.training_class)


@pytest.fixture
def desk(database, training, officer, clock):
    return Desk(database, training, officer.id, clock)


class Desk:
    """The office with a class: it prints, keys, looks."""

    def __init__(self, database: Any, training: Any, by_id: int, clock: Any) -> None:
        self.database, self.training, self.by_id, self.clock = database, training, by_id, clock

    def print(self, *sessions: int, together: bool = False) -> list[SignInSheet]:
        with self.database.writing() as db:
            made = print_sheets(db, training_class=db.get_one(TrainingClass, self.training.training_class.id),
                                sessions=[db.get_one(ClassSession, self.training.sessions[n].id) for n in sessions or (0,)],
                                together=together, by_id=self.by_id, now=self.clock.now())
            ids = [sheet.id for sheet in made]
        with self.database.reading() as db:
            return with_rows(db, ids)

    def key(self, sheet: SignInSheet, *absent: int, uid: str = "", version: int = 0, **found: Any) -> Any:
        with self.database.writing() as db:
            row = with_rows(db, [sheet.id])[0]
            return key_sheet(db, sheet=row, training_class=db.get_one(TrainingClass, row.class_id), uid=uid or new_uid(),
                             found=Found(frozenset(absent), **found), version=version or row.version, by_id=self.by_id,
                             now=self.clock.now())

    def scan(self, *people: int) -> None:
        with self.database.writing() as db:
            for n in people:
                check_in_by_staff(db, session=db.get_one(ClassSession, self.training.sessions[0].id), direction="in",
                                  person_id=self.training.people[n].id, by_id=self.by_id, method="staff", uid=new_uid(),
                                  now=self.clock.now())

    def statuses(self, session: int = 0) -> list[str]:
        with self.database.reading() as db:
            record = class_record(db, training_class=self.training.training_class, now=self.clock.now(),
                                  sessions=[db.get_one(ClassSession, self.training.sessions[session].id)])
        return [row.statuses[0].code for row in record.people]

    def events(self) -> int:
        with self.database.reading() as db:
            return db.scalar(select(func.count(AttendanceEvent.id))) or 0

    def lines(self) -> list[tuple[str, str, str]]:
        with self.database.reading() as db:
            return [(line.name, line.kind, line.note.reason if line.note else "")
                    for line in differences(db, class_id=self.training.training_class.id)]


def test_a_code_is_checked_letter_by_letter():
    code = new_code()
    assert read_code(shown_code(code).lower()) == code
    wrong = [code[:n] + other + code[n + 1:] for n in range(6) for other in "23456789ABCDEFGHJKMNPQRSTVWXYZ" if other != code[n]]
    for text in [*wrong, "", "0", code[:5], code + "2", "７７７", "=1+1", "'; --"]:
        with pytest.raises(Invalid, match="sheet_code"):
            read_code(text)
    assert check_letter(code[:-1]) == code[-1]


@pytest.mark.parametrize(("typed", "rows"), [
    ("", set()), ("3 7 12-14", {3, 7, 12, 13, 14}), ("３，7、１２－１４。", {3, 7, 12, 13, 14}), ("1至3", {1, 2, 3}), ("5 - 6;6", {5, 6})])
def test_numbers_as_people_key_them(typed, rows):
    assert read_numbers(typed, range(1, 23)) == rows


@pytest.mark.parametrize(("typed", "code"), [("张三", "sheet_numbers"), ("9-3", "sheet_numbers"), ("23", "sheet_row"), ("0", "sheet_row"),
                                             ("1-9999", "sheet_row"), ("1--3", "sheet_numbers"), ("1" * 600, "sheet_numbers_long")])
def test_what_is_no_row_is_told(typed, code):
    with pytest.raises(Invalid, match=code):
        read_numbers(typed, range(1, 23))


def test_each_group_has_its_pages_and_a_reprint_keeps_the_codes(desk, database):
    sheets = desk.print(0, 1)
    assert [(s.group_name, s.page, s.pages, len(s.rows)) for s in sheets] == [("第1组", 1, 1, 3), ("第2组", 1, 1, 3)] * 2
    assert len({s.code for s in sheets}) == 4
    assert [s.code for s in desk.print(0, 1)] == [s.code for s in sheets]
    with database.writing() as db:
        withdraw(db, enrolment=db.get_one(Enrolment, desk.training.enrolments[0].id), reason="调动", by_id=None, now=desk.clock.now())
    again = desk.print(0)
    assert again[0].code != sheets[0].code and again[1].code == sheets[1].code, "another page, another code; the old one stays"


def test_pdf_and_workbook_hold_everybody_once_with_long_and_rare_names(make_training, database, clock, person_with):
    made = make_training("big", people=50)
    desk = Desk(database, made, person_with("administrator").id, clock)
    names = ["赵𠮷安", "王㛃", "李䶮", "周赟", LONG, "=1+1"]
    with database.writing() as db:
        for enrolment, name in zip(made.enrolments, names, strict=False):
            db.get_one(Enrolment, enrolment.id).name = name
        db.get_one(ClassSession, made.sessions[0].id).sign_out = True
    sheets = desk.print(0)
    expected = [row.enrolment.name for sheet in sheets for row in sheet.rows]
    assert len(sheets) == 4 and len(expected) == 50 and max(len(s.rows) for s in sheets) == ROWS_A_PAGE
    data = pdf_data(made.training_class, sheets, locale="zh_CN")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(shipped("templates") / "print" / "sign_in.typ", data))).pages]
    assert len(pages) == 4
    for text, sheet in zip(pages, sheets, strict=True):
        flat = text.replace("\n", "").replace(" ", "")
        assert sheet.code in flat and "签名签退备注" in flat and f"应到人数：{len(sheet.rows)}" in flat
        assert all(row.enrolment.name in flat for row in sheet.rows)
    out = io.BytesIO()
    write_forms(paper_forms(made.training_class, sheets, locale="zh_CN"), out)
    book = openpyxl.load_workbook(out)
    assert [row[1].value for page in book.worksheets for row in page.iter_rows(min_row=5) if isinstance(row[0].value, int)] == expected
    for page, sheet in zip(book.worksheets, sheets, strict=True):
        setup = page.page_setup
        assert (setup.orientation, int(setup.paperSize), page.sheet_properties.pageSetUpPr.fitToPage, page.print_title_rows) == (
            "landscape", 9, True, "$1:$4")
        assert shown_code(sheet.code) in str(page.cell(2, page.max_column).value)
        assert [c.value for c in page[4]] == ["序号", "姓名", "单位", "签名", "签退", "备注"]


def test_keyed_sheets_are_the_attendance(desk):
    first, second = desk.print()
    assert (desk.key(first, 2).signed, desk.key(second).signed) == (2, 3)
    assert desk.statuses() == ["present", "present", "missing", "present", "present", "present"]
    with desk.database.reading() as db:
        taken = db.scalars(select(AttendanceEvent)).all()
    assert {(e.method, e.kind, e.reason) for e in taken} == {("paper", "in", first.code), ("paper", "in", second.code)}
    assert {e.at for e in taken} == {desk.clock.now() - timedelta(minutes=30)}, "they signed at the session's start"


def test_a_form_sent_twice_counts_once_and_an_old_one_changed_is_refused(desk):
    sheet, uid = desk.print()[0], new_uid()
    desk.key(sheet, 1, uid=uid)
    count = desk.events()
    assert desk.key(sheet, 1, uid=uid, version=1).repeated and desk.events() == count == 2
    with pytest.raises(Conflict, match="page_used"):
        desk.key(sheet, uid=uid, version=1)
    with pytest.raises(Conflict, match="edited_meanwhile"):
        desk.key(sheet, 2, version=1)
    assert desk.events() == count


def test_ten_times_at_once_is_once(desk):
    sheet, uid = desk.print()[0], new_uid()
    with ThreadPoolExecutor(5) as pool:
        done = list(pool.map(lambda _: desk.key(sheet, 1, uid=uid, version=1), range(10)))
    assert sum(not keyed.repeated for keyed in done) == 1 and desk.events() == 2
    with ThreadPoolExecutor(5) as pool:
        codes = list(pool.map(lambda _: [s.code for s in desk.print(1)], range(5)))
    assert len({tuple(c) for c in codes}) == 1


def test_two_people_who_key_one_sheet_at_once_are_told(desk):
    sheet = desk.print()[0]

    def key(absent):
        try:
            return desk.key(sheet, absent, version=1)
        except Conflict as refused:
            return refused.code

    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(key, (1, 2)))
    assert told.count("edited_meanwhile") == 1 and desk.events() == 2


def test_keyed_again_only_the_difference_is_written_and_nothing_is_deleted(desk):
    sheet = desk.print()[0]
    desk.key(sheet, 1)
    desk.key(sheet, 2)
    assert desk.statuses()[::2] == ["present", "missing", "present"]
    assert desk.events() == 4, "two signed, one more signed, one voided"
    desk.key(sheet, 2, times={3: time(8, 45)})
    assert desk.statuses()[::2] == ["present", "missing", "late"]


@pytest.mark.parametrize("at", [time(7, 0), time(12, 0)])
def test_a_time_outside_the_session_is_refused_and_nothing_is_kept(desk, at):
    sheet = desk.print()[0]
    with pytest.raises(Invalid, match="sheet_time"):
        desk.key(sheet, times={1: at})
    assert desk.events() == 0


def test_leaving_is_keyed_where_it_is_signed(desk, database):
    with database.writing() as db:
        db.get_one(ClassSession, desk.training.sessions[0].id).sign_out = True
    sheet = desk.print()[0]
    desk.key(sheet, 1, not_out=frozenset({2}))
    with database.reading() as db:
        kinds = db.execute(select(AttendanceEvent.kind, func.count()).group_by(AttendanceEvent.kind)).all()
    assert dict(kinds) == {"in": 2, "out": 1}


@pytest.fixture
def half_day(desk, database):
    """The first morning has two sessions, 08:30–09:30 and 09:40–11:30; it is noon."""
    with database.writing() as db:
        first, second = (db.get_one(ClassSession, desk.training.sessions[n].id) for n in (0, 1))
        first.ends, second.starts, second.ends = time(9, 30), time(9, 40), time(11, 30)
    desk.clock.move(hours=3)
    return desk


def test_one_sheet_of_a_half_day_is_signed_for_each_of_its_sessions(half_day):
    desk = half_day
    apart, sheets = desk.print(0, 1, 2), desk.print(0, 1, 2, together=True)
    assert (len(apart), len(sheets)) == (6, 4) and sheets[0].code != apart[0].code
    assert [s.code for s in desk.print(0, 1, 2, together=True)] == [s.code for s in sheets]
    page = pdf_data(desk.training.training_class, sheets[:1], locale="zh_CN")["sheets"][0]
    assert page["time"] == "08:30–11:30" and page["title"] == "class-a第1天上午；class-a第1天下午"
    desk.key(sheets[0], 1, times={2: time(9, 50)})  # rows 1 to 3 are the people 0, 2 and 4
    assert [desk.statuses(n)[::2] for n in (0, 1)] == [["absent", "absent", "present"], ["absent", "present", "present"]]
    assert desk.events() == 3, "who came at 09:50 was not in the session that ended at 09:30"
    desk.key(sheets[0], 1)
    assert [desk.statuses(n)[::2] for n in (0, 1)] == [["absent", "present", "present"]] * 2
    assert [kind for _, kind, _ in desk.lines()] == ["signed_only"] * 4, "each of its sessions is compared"


def test_a_half_day_without_one_of_its_sessions_is_keyed_for_the_others(half_day, database):
    sheet = half_day.print(0, 1, together=True)[0]
    with database.writing() as db:
        db.get_one(ClassSession, half_day.training.sessions[0].id).cancelled = True
    half_day.key(sheet)
    assert half_day.events() == 3 and half_day.statuses(1)[::2] == ["present"] * 3


def test_neither_a_cancelled_session_nor_one_to_come_is_keyed(desk, database):
    today, tomorrow = desk.print(0)[0], desk.print(2)[0]
    with pytest.raises(Conflict, match="sheet_too_early"):
        desk.key(tomorrow)
    with database.writing() as db:
        db.get_one(ClassSession, desk.training.sessions[0].id).cancelled = True
    with pytest.raises(Conflict, match="session_cancelled"):
        desk.key(today)


def test_paper_and_scans_are_compared_for_keyed_sheets_only(desk, database):
    desk.scan(0, 1, 2)
    sheets = desk.print()
    assert desk.lines() == []
    desk.key(sheets[0], 2)  # person 2 scanned without signing, person 4 signed without scanning; group 2 is not keyed
    name = [p.name for p in desk.training.people]
    assert desk.lines() == [(name[2], "scanned_only", ""), (name[4], "signed_only", "")]
    with database.reading() as db:
        blocker, = closing_check(db, desk.training.training_class, desk.clock.now())
    assert blocker.data == {"count": 2}


def test_each_line_is_explained_or_corrected_before_the_class_closes(desk, database):
    desk.scan(0, 2)
    sheet = desk.print()[0]
    desk.key(sheet, 2)
    session_id, seats = desk.training.sessions[0].id, desk.training.enrolments
    with database.writing() as db:
        session = db.get_one(ClassSession, session_id)
        for wrong, uids in (("", [seats[4].uid]), ("手机没电", []), ("手机没电", [seats[0].uid]), ("手机没电", ["x"])):
            with pytest.raises(Invalid):
                explain(db, session=session, enrolment_uids=uids, reason=wrong, by_id=desk.by_id, now=desk.clock.now())
        for _ in range(2):  # sent twice
            explain(db, session=session, enrolment_uids=[seats[4].uid], reason="手机没电", by_id=desk.by_id, now=desk.clock.now())
        scan = db.scalars(select(AttendanceEvent).where(AttendanceEvent.person_id == desk.training.people[2].id)).one()
        void(db, session=session, person_id=scan.person_id, event_uid=scan.uid, reason="替别人扫的", by_id=desk.by_id,
             now=desk.clock.now())
    assert desk.lines() == [(desk.training.people[4].name, "signed_only", "手机没电")]
    with database.reading() as db:
        assert closing_check(db, desk.training.training_class, desk.clock.now()) == ()
