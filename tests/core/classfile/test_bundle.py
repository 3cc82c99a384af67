"""The reimbursement bundle: what goes in, and a checklist that names each fault."""
from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, time
from typing import Any

import docx
import pytest
from certificate_desk import Desk

from lms.core.attendance.models import AttendanceEvent, Vehicle
from lms.core.classes.enrolments import enrol
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.timetable import instants
from lms.core.classfile.bundle import ask_for_bundle, latest_bundle, latest_findings
from lms.core.classfile.checks import findings
from lms.core.classfile.findings import Finding, evidence
from lms.core.files.models import FileReference
from lms.core.files.service import keep, store_bytes
from lms.core.ids import new_uid
from lms.core.paperwork.keying import Found, key_sheet
from lms.core.paperwork.models import SignInSheet
from lms.core.paperwork.sheets import print_sheets, with_rows
from lms.core.people.service import new_person
from lms.site import Site
from lms.worker import run_waiting

OpenFile = Callable[..., Any]


@pytest.fixture
def whole(site: Site, make_training: Any, person_with: Any) -> Desk:
    """A class without a fault: everybody was there, signed on paper, the sheets are back with their pictures, all are certified."""
    made = Desk(site, make_training(people=6, rules={"courses_required": False, "exam_required": False}))
    made.clerk = person_with("training_officer", made.training.training_class)  # type: ignore[attr-defined]
    with site.database.writing() as db:
        training_class = db.get_one(TrainingClass, made.training.training_class.id)
        training_class.place = "区工会干部学校"
        for session in training_class.sessions:
            session.lecturer = "方教授"
            at = instants(session, training_class.zone)[0]
            db.add_all(AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=person.id, kind="in", at=at, received_at=at,
                                       method="hall", flags=[]) for person in made.training.people)
    site.clock.move(days=4)  # type: ignore[attr-defined]
    keyed(site, made)
    made.issue()
    return made


def keyed(site: Site, desk: Desk) -> None:
    """Print the sheets, key them after the class, and photograph them."""
    now = site.clock.now()
    with site.database.writing() as db:
        training_class = db.get_one(TrainingClass, desk.training.training_class.id)
        printed = print_sheets(db, training_class=training_class, sessions=training_class.sessions, by_id=None, now=now)
        for sheet in with_rows(db, [s.id for s in printed]):
            key_sheet(db, sheet=sheet, training_class=training_class, found=Found(), uid=new_uid(), version=sheet.version,
                      by_id=desk.clerk.id, now=now)  # type: ignore[attr-defined]
            stored = keep(db, store_bytes(site.storage, sheet.code.encode(), "image/jpeg"), now=now)
            db.add(FileReference(file_id=stored.id, owner_type="SignInSheet", owner_uid=sheet.uid, name=f"{sheet.code}-1.jpg", created_at=now))


def told(open_file: OpenFile, desk: Desk) -> list[Finding]:
    with open_file(desk) as file:
        return findings(evidence(file))


def codes(open_file: OpenFile, desk: Desk) -> set[str]:
    return {finding.code for finding in told(open_file, desk)}


def test_a_class_without_a_fault_has_an_empty_checklist(whole: Desk, open_file: OpenFile) -> None:
    assert told(open_file, whole) == []


# Each plants one fault; the name of the function is the code by which the checklist must name it.
def no_sheet(db: Any, desk: Desk) -> None:
    session = desk.training.sessions[0]
    new = ClassSession(class_id=session.class_id, title="加的课", kind="discussion", day=session.day, starts=time(18), ends=time(19), credit_hours=0,
                       lecturer="方教授")
    db.add(new)


def half_day_over(db: Any, desk: Desk) -> None:
    row = db.get_one(ClassSession, desk.training.sessions[0].id)
    row.credit_hours, row.starts, row.ends = 500, time(8), time(12)


def counts_differ(db: Any, desk: Desk) -> None:
    """The attendance table says that somebody who signed was absent."""
    session, now = desk.training.sessions[2], desk.site.clock.now()
    db.add(AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=desk.training.people[0].id, kind="status", status="absent",
                           at=now, received_at=now, method="correction", reason="看错了", flags=[]))


def sheet_not_keyed(db: Any, desk: Desk) -> None:
    db.query(SignInSheet).filter(SignInSheet.session_id == desk.training.sessions[1].id).update({"keyed_at": None})


def sheet_without_picture(db: Any, desk: Desk) -> None:
    sheet = db.query(SignInSheet).filter(SignInSheet.session_id == desk.training.sessions[2].id).first()
    db.query(FileReference).filter(FileReference.owner_uid == sheet.uid).delete()


def not_on_sheet(db: Any, desk: Desk) -> None:
    training_class = db.get_one(TrainingClass, desk.training.training_class.id)
    enrol(db, training_class=training_class, person=new_person(db, name="后来的人", now=desk.site.clock.now()), by_id=None, now=desk.site.clock.now())


def no_lecturer(db: Any, desk: Desk) -> None:
    db.get_one(ClassSession, desk.training.sessions[3].id).lecturer = ""


def fee_cut(db: Any, desk: Desk) -> None:
    row = db.get_one(ClassSession, desk.training.sessions[0].id)
    row.credit_hours, row.starts, row.ends = 450, time(8), time(12)


def too_short(db: Any, desk: Desk) -> None:
    db.get_one(ClassSession, desk.training.sessions[4].id).ends = time(9)


def day_without_session(db: Any, desk: Desk) -> None:
    db.get_one(TrainingClass, desk.training.training_class.id).ends_on = date(2026, 7, 9)


def listed_twice(db: Any, desk: Desk) -> None:
    one, other = (db.get_one(Enrolment, e.id) for e in desk.training.enrolments[:2])
    other.name, other.unit_name = one.name, one.unit_name


def certified_not_complete(db: Any, desk: Desk) -> None:
    db.get_one(TrainingClass, desk.training.training_class.id).rules = {"required_share": 1000, "courses_required": False, "exam_required": False}
    counts_differ(db, desk)


def certified_not_enrolled(db: Any, desk: Desk) -> None:
    db.get_one(Enrolment, desk.training.enrolments[0].id).state = "withdrawn"


def cancelled_but_signed(db: Any, desk: Desk) -> None:
    db.get_one(ClassSession, desk.training.sessions[5].id).cancelled = True


def not_seated(db: Any, desk: Desk) -> None:
    db.get_one(ClassSession, desk.training.sessions[4].id).kind = "field_visit"
    db.add(Vehicle(class_id=desk.training.training_class.id, name="1号车", position=1))


def no_place(db: Any, desk: Desk) -> None:
    db.get_one(TrainingClass, desk.training.training_class.id).place = ""


PLANTED = (no_sheet, half_day_over, counts_differ, sheet_not_keyed, sheet_without_picture, not_on_sheet, no_lecturer, fee_cut, too_short,
           day_without_session, listed_twice, certified_not_complete, certified_not_enrolled, cancelled_but_signed, not_seated, no_place)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_the_checklist_names_each_planted_fault(whole: Desk, site: Site, open_file: OpenFile, plant: Callable[..., None]) -> None:
    with site.database.writing() as db:
        plant(db, whole)
    assert plant.__name__ in codes(open_file, whole)


def test_the_bundle_names_all_planted_faults_at_once_and_holds_the_papers(whole: Desk, site: Site) -> None:
    planted = (no_sheet, half_day_over, counts_differ, sheet_not_keyed, sheet_without_picture, not_on_sheet, no_lecturer, too_short,
               day_without_session, no_place)
    with site.database.writing() as db:
        for plant in planted:
            plant(db, whole)
        training_class = db.get_one(TrainingClass, whole.training.training_class.id)
        ask_for_bundle(db, training_class=training_class, locale="zh_CN", by_id=whole.clerk.id, now=site.clock.now())  # type: ignore[attr-defined]
    run_waiting(site)
    with site.database.reading() as db:
        training_class = db.get_one(TrainingClass, whole.training.training_class.id)
        bundle, found = latest_bundle(db, training_class), latest_findings(db, site.storage, training_class)
    assert bundle is not None and {plant.__name__ for plant in planted} <= {f.code for f in found}
    with site.storage.open(bundle.file.sha256) as stored, zipfile.ZipFile(io.BytesIO(stored.read())) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        listed = docx.Document(io.BytesIO(archive.read("00 核对清单.docx")))
    for paper in ("培训通知.docx", "学员名册.xlsx", "课程表.pdf", "讲课费签收单.pdf", "签到表.pdf", "考勤表.xlsx", "考勤公示.xlsx", "结业名单.pdf",
                  "证书登记册.pdf", "培训总结.docx"):
        assert any(paper in name for name in names), paper
    assert sum(".jpg" in name for name in names) == 11  # of 12 pages one has no picture
    text = "\n".join(cell.text for t in listed.tables for row in t.rows for cell in row.cells)
    for sentence in ("没有签到表", "学时，半天最多 4 学时", "不是同一些人", "没有收回录入", "没有照片", "名册上有而表上没有", "没有写授课人",
                     "时间只放得下", "课程表上没有课", "没有写地点"):
        assert sentence in text, sentence


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_second_bundle_takes_the_place_of_the_first(whole: Desk, site: Site) -> None:
    for _ in range(2):
        with site.database.writing() as db:
            ask_for_bundle(db, training_class=db.get_one(TrainingClass, whole.training.training_class.id), locale="en", by_id=whole.clerk.id,  # type: ignore[attr-defined]
                           now=site.clock.now())
        run_waiting(site)
    with site.database.reading() as db:
        assert db.query(FileReference).filter(FileReference.owner_type == "ClassBundle").count() == 1
        assert latest_findings(db, site.storage, db.get_one(TrainingClass, whole.training.training_class.id)) == []
