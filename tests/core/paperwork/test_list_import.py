"""A list from elsewhere: every row is judged, and says why; what is saved are events with the file's name."""
from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from office import Office
from sqlalchemy import select

from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.models import ClassSession, Enrolment
from lms.core.errors import Conflict, Invalid, LmsError, TooLarge
from lms.core.paperwork.imports import changes_of
from lms.core.people.models import Person

A, B, C, D = (f"class-a学员{n}" for n in range(1, 5))
HEAD = "姓名,课次,时间,状态\n"


def csv(*rows: str) -> str:
    return HEAD + "".join(f"{row}\n" for row in rows)


def test_times_and_statuses_are_saved_with_the_file_s_name(office: Office) -> None:
    made = office.preview(csv(f"{A},7月6日上午,8:25,", f"{B},07-06 08:30 class-a第1天上午,2026/7/6 08:45,", f"{C},class-a第1天下午,,公假"), "门禁.csv")
    assert [c.state for c in changes_of(made)] == ["new"] * 3
    assert office.events() == 0
    office.commit(made)
    office.commit(made)
    with office.database.reading() as db:
        events = db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)).all()
    assert [(e.kind, e.method, e.reason, e.status) for e in events] == [
        ("in", "import", "门禁.csv", None), ("in", "import", "门禁.csv", None), ("status", "import", "门禁.csv", "official_leave")]
    assert events[0].at == datetime(2026, 7, 6, 0, 25, tzinfo=UTC)
    assert [row[0] for row in office.statuses()][:2] == ["present", "late"] and office.statuses()[2][1] == "official_leave"
    assert office.undo(made) == 3 and office.statuses()[0][0] == "absent"


def test_the_same_file_again_brings_nothing_new(office: Office) -> None:
    data = csv(f"{A},7月6日上午,8:25,", f"{C},7月6日下午,,公假")
    office.commit(office.preview(data))
    assert [state for _, state, _ in office.told(data)] == ["same", "same"]


@pytest.mark.parametrize(("row", "state", "code"), [
    ("别的班的人,7月6日上午,8:25,", "refused", "not_in_class"),
    (",7月6日上午,8:25,", "refused", "not_in_class"),
    (f"{A},7月6日上午,25:70,", "refused", "bad_time"),
    (f"{A},7月6日上午,差不多八点,", "refused", "bad_time"),
    (f"{A},7月6日上午,0.354,", "refused", "bad_time"),
    (f"{A},,8:25,", "refused", "no_session"),
    (f"{A},补课的那次,8:25,", "refused", "no_such_session"),
    (f"{A},class-a,8:25,", "refused", "several_sessions"),
    (f"{A},7月6日上午,2026-07-07 08:25,", "refused", "no_such_session"),
    (f"{A},7月7日上午,8:25,", "refused", "time_ahead"),
    (f"{A},7月6日上午,6:00,", "doubtful", "outside_session"),
    (f"{A},7月6日上午,13:00,", "doubtful", "outside_session"),
    (f"{A},7月6日上午,,请假,", "refused", "unknown_word"),
    (f"{A},7月6日上午,,=1+1", "refused", "unknown_word"),
    (f"{A},7月6日上午,,未开始", "refused", "unknown_word"),
    (f"{A},7月7日上午,,出勤", "refused", "not_begun"),
    (f"{A},7月7日上午,,公假", "new", ""),
    (f"{A},7月6日上午,8:25,事假", "refused", "time_and_status"),
    (f"{A},7月6日上午,,", "refused", "says_nothing"),
    (f"{A},7月6日上午,,缺勤", "same", "as_it_is"),
    (f"{A},7月6日上午,08:25,出勤", "new", ""),
    (f" {A}　,2026-07-06,上午8点25分,", "new", ""),
    (f"{A},上午,7月6日 下午2:05,", "refused", "other_half"),
])
def test_each_row_says_what_would_become_of_it(office: Office, row: str, state: str, code: str) -> None:
    if code == "other_half":
        state, code = "doubtful", "outside_session"
    (_, told, reason), = office.told(csv(row))
    assert (told, reason) == (state, code)


def test_who_has_signed_already_at_another_time_is_doubtful_and_waits(office: Office) -> None:
    office.commit(office.preview(csv(f"{A},7月6日上午,8:25,")))
    made = office.preview(csv(f"{A},7月6日上午,8:40,", f"{A},7月6日下午,,事假"))
    assert [(c.state, [r.code for r in c.reasons]) for c in changes_of(made)] == [("doubtful", ["signed_otherwise"]), ("new", [])]
    assert office.commit(made)["saved"] == 1, "without a decision only what is certain"
    made = office.preview(csv(f"{A},7月6日上午,,缺勤"))
    assert [r.code for r in changes_of(made)[0].reasons] == ["signed_in_system"]


def test_doubled_rows_count_once_and_contradicting_ones_wait(office: Office) -> None:
    assert office.told(csv(f"{A},7月6日上午,8:25,", f"{A},7月6日上午,8:25,", f"{A},7月6日上午,8:50,")) == [
        (A, "new", ""), (A, "same", "duplicate_row"), (A, "doubtful", "listed_twice")]


def test_people_are_known_by_phone_then_by_name_with_number_or_unit(office: Office) -> None:
    phone = office.training.people[0].phone
    with office.database.writing() as db:
        for n in (1, 2):
            seat = db.get_one(Enrolment, office.training.enrolments[n].id)
            seat.name = db.get_one(Person, seat.person_id).name = "王伟"
    told = office.told(f"序号,姓名,电话,单位,场次,打卡时间\n,,{phone},,7月6日上午,8:25\n,李四,{phone},,7月6日上午,8:25\n,王伟,,,7月6日上午,8:25\n"
                       f"2,王伟,,,7月6日上午,8:25\n,王伟,,class-a单位2,7月6日上午,8:26\n,{D},1.39E+10,,7月6日上午,8:25\n")
    assert told == [(A, "new", ""), ("李四", "refused", "phone_other_name"), ("王伟", "refused", "several_of_name"),
                    ("王伟", "new", ""), ("王伟", "new", ""), (D, "refused", "phone_rounded")]


def test_a_list_of_one_session_needs_no_column_for_it(office: Office) -> None:
    session = office.training.sessions[1].uid
    made = office.preview(f"姓名,签到时间,签退时间\n{A},13:55,17:05\n{B},,\n", session=session)
    assert [(c.state, [a.kind for a in c.acts], c.session) for c in changes_of(made)][0] == ("new", ["in", "out"], session)
    assert changes_of(made)[1].state == "refused"


def test_gb18030_excel_cells_and_formulas(office: Office) -> None:
    assert office.told(csv(f"{A},7月6日上午,8:25,").encode("gb18030"))[0] == (A, "new", "")
    book = openpyxl.Workbook()
    page = book.active
    page.append(["签到名单"])
    page.append(["姓名", "日期", "签到时间"])
    page.append([A, datetime(2026, 7, 6), datetime(2026, 7, 6, 8, 25).time()])
    page.append([B, "2026年7月6日", datetime(2026, 7, 6, 8, 26)])
    page.append([C, datetime(2026, 7, 6, 8, 27), "=NOW()"])
    out = io.BytesIO()
    book.save(out)
    made = office.preview(out.getvalue(), "名单.xlsx")
    assert [(c.name, c.state) for c in changes_of(made)] == [(A, "new"), (B, "new"), (C, "refused")], "a formula is never calculated"
    assert "formula_empty" in [note["code"] for note in made.notes]


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\n\x00", b"%PDF-1.4", b"PK\x03\x04cut", "姓名,性别\n甲,男\n".encode(),
                                  "姓名,状态\n".encode(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b'<html>'])
def test_what_is_no_attendance_is_refused_as_a_whole(office: Office, data: bytes) -> None:
    with pytest.raises(LmsError):
        office.preview(data)


def test_a_huge_file_is_refused(office: Office) -> None:
    with pytest.raises(TooLarge):
        office.preview(HEAD + f"{A},7月6日上午,8:25,\n" * 20_001)


def test_a_cancelled_session_takes_nothing(office: Office) -> None:
    with office.database.writing() as db:
        db.get_one(ClassSession, office.training.sessions[0].id).cancelled = True
    assert office.told(csv(f"{A},7月6日上午,8:25,"))[0][1:] == ("refused", "session_cancelled_row")


def test_a_decision_that_does_not_fit_saves_nothing(office: Office) -> None:
    made = office.preview(csv("别的班的人,7月6日上午,8:25,", f"{A},7月6日上午,8:25,"))
    for decision in ({"k2": "import"}, {"k99": "skip"}, {"k3": "merge"}):
        with pytest.raises(Invalid):
            office.commit(made, **decision)
    assert office.events() == 0
    assert office.commit(made, k3="skip")["saved"] == 0


def test_a_later_file_takes_the_place_of_an_earlier_one(office: Office) -> None:
    first = office.preview(csv(f"{A},7月6日上午,8:25,"))
    office.preview(csv(f"{B},7月6日上午,8:25,"))
    with pytest.raises(Conflict, match="import_dropped"):
        office.commit(first)


def test_a_partial_failure_leaves_nothing(office: Office, monkeypatch: Any) -> None:
    """The log is written last: if that fails, no event stays. Without the one transaction they would."""
    from lms.core.paperwork import imports
    made = office.preview(csv(f"{A},7月6日上午,8:25,"))
    monkeypatch.setattr(imports, "record", lambda *a, **k: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        office.commit(made)
    assert office.events() == 0 and office.statuses()[0][0] == "absent"
