"""One installation with two classes that know nothing of each other, and somebody in every role.

Class A is whose things are asked for; class B is there to leak. Everything is made by the real services, so names, units,
phone numbers, certificates and papers of B lie where a careless query would find them.
"""
from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from scorm_package import packed, scorm
from sqlalchemy import select

from lms.core.access.models import Grant
from lms.core.announcements.models import Announcement
from lms.core.announcements.service import announce
from lms.core.assignments.handing import Attached, hand_in, save_draft, work_on
from lms.core.assignments.models import Assignment, Submission
from lms.core.assignments.service import make_assignment, move_assignment
from lms.core.attendance.check_in import check_in_by_staff
from lms.core.attendance.corrections import correct
from lms.core.attendance.in_session import people_in_session
from lms.core.attendance.models import AttendanceEvent, SpotCheck, Substitution, Vehicle, WalkIn
from lms.core.attendance.spot_checks import draw
from lms.core.attendance.substitutes import substitute
from lms.core.attendance.vehicles import add_vehicle, seat
from lms.core.attendance.walk_ins import note
from lms.core.certificates.delivery import ask_to_deliver, deliveries
from lms.core.certificates.issue import certificate_code
from lms.core.certificates.jobs import ask_to_issue
from lms.core.certificates.models import Certificate, IssueRequest
from lms.core.certificates.requests import propose
from lms.core.certificates.seal_image import propose_seal
from lms.core.classes.models import ClassSession, Enrolment, RosterImport, TrainingClass
from lms.core.classes.roster import preview_roster
from lms.core.courses.drafts import begin as begin_draft
from lms.core.courses.files import read_course
from lms.core.courses.library import import_course, store_assets
from lms.core.courses.models import ClassCourse, Course, CourseVersion, ModuleAsset
from lms.core.courses.sources import sources_of
from lms.core.db.engine import sqlite_file
from lms.core.discussion.models import ModuleQuestion
from lms.core.discussion.service import ask as ask_under
from lms.core.files.models import FileReference, Upload
from lms.core.files.service import Stored, keep, store_bytes
from lms.core.files.uploads import begin
from lms.core.hours.import_read import read_hours
from lms.core.hours.imports import enter_one
from lms.core.hours.imports import keep_preview as keep_hours
from lms.core.hours.models import CreditEntry, HoursImport
from lms.core.ids import new_uid
from lms.core.jobs.models import Job
from lms.core.leave.asking import ask
from lms.core.leave.models import LeaveRequest
from lms.core.leave.proofs import Proof
from lms.core.material.attachments import attach
from lms.core.material.content import Content, examine
from lms.core.material.models import Material, MaterialAttachment
from lms.core.material.service import add_material, replace_material
from lms.core.material.written import take_text
from lms.core.paperwork.import_read import read_attendance
from lms.core.paperwork.imports import keep_preview as keep_list
from lms.core.paperwork.keying import Found, key_sheet
from lms.core.paperwork.models import AttendanceImport, SignInSheet
from lms.core.paperwork.reconcile import explain
from lms.core.paperwork.sheet_photos import attach_photo
from lms.core.paperwork.sheets import print_sheets
from lms.core.people.activation import activation_link
from lms.core.people.cards import card_code
from lms.core.people.models import Person, Unit
from lms.core.privacy.models import CorrectionRequest
from lms.core.quizzes.attempts import start
from lms.core.quizzes.banks import import_bank
from lms.core.quizzes.closing import submit
from lms.core.quizzes.files import read_bank
from lms.core.quizzes.imports import keep_preview
from lms.core.quizzes.models import Attempt, Bank, Paper, Question, QuestionImport, QuestionPicture
from lms.core.quizzes.papers import make_paper, publish
from lms.core.quizzes.plans import Cell, Plan
from lms.core.quizzes.preview import preview_questions
from lms.core.registration.models import EnrolmentReply
from lms.core.registration.quotas import Quota, replies_of, reply_token, set_quotas
from lms.core.registration.replying import send_reply
from lms.core.shipped import shipped
from lms.core.surveys.models import Survey
from lms.core.surveys.questions import Question as SurveyQuestion
from lms.core.surveys.service import make_survey, open_survey
from lms.site import Site
from lms.testing import Browser, Training

from .people_things import ask_for_correction

ROLES = ("anonymous", "trainee", "other_trainee", "administrator", "training_officer", "class_teacher", "class_monitor",
         "group_leader", "instructor", "unit_hr", "other_officer")
# Whoever completes nothing is certified all the same: certificates are there to be asked for.
RULES = {"required_share": 0, "courses_required": False, "exam_required": False, "leave_limit": "none"}
BASE = "https://peixun.example.org"


@dataclass
class Things:
    """What belongs to one class, one of each kind."""

    training: Training
    course: Course
    version: CourseVersion
    bank: Bank
    question: Question
    paper: Paper
    draft: Paper
    running: Attempt
    submitted: Attempt
    material: Material
    event: AttendanceEvent
    leave: LeaveRequest
    certificate: Certificate
    verify_code: str
    roster_import: RosterImport
    question_import: QuestionImport
    job: Job
    grant: Grant
    sheet: SignInSheet
    attendance_import: AttendanceImport
    photo: FileReference
    asset: str
    card: str
    link: str
    vehicle: Vehicle
    walk_in: WalkIn
    substitution: Substitution
    spot_check: SpotCheck
    own_hours: CreditEntry
    hours_import: HoursImport
    archive: FileReference
    issue_request: IssueRequest
    upload: Upload
    video: Material
    subtitles: MaterialAttachment
    package: Material
    text: Material
    assignment: Assignment
    work: Submission
    survey: Survey
    draft_survey: Survey
    announcement: Announcement
    asked: ModuleQuestion
    reply: EnrolmentReply
    reply_token: str
    correction: CorrectionRequest

    @property
    def training_class(self) -> TrainingClass:
        return self.training.training_class

    @property
    def session(self) -> ClassSession:
        return self.training.sessions[0]

    @property
    def enrolment(self) -> Enrolment:
        return self.training.enrolments[0]

    @property
    def person(self) -> Person:
        return self.training.people[0]


@dataclass
class World:
    site: Site
    people: dict[str, Person]
    browsers: dict[str, Browser]
    a: Things
    b: Things


@pytest.fixture
def world(site: Site, browser: Browser, make_training: Any, person_with: Any, log_in: Callable[[Person], Browser],
          run_jobs: Callable[[], int]) -> World:
    first, second = (make_training(slug, people=6, rules=RULES) for slug in ("class-a", "class-b"))
    with site.database.reading() as db:
        unit = db.get_one(Unit, first.enrolments[0].unit_id)
    a_class = first.training_class
    people = {
        "trainee": first.people[0], "other_trainee": second.people[0], "administrator": person_with("administrator"),
        "training_officer": person_with("training_officer", a_class), "class_teacher": person_with("class_teacher", a_class),
        "class_monitor": person_with("class_monitor", a_class), "group_leader": person_with("group_leader", first.groups[0]),
        "instructor": person_with("instructor", a_class), "unit_hr": person_with("unit_hr", unit),
        "other_officer": person_with("training_officer", second.training_class)}
    things = [_furnish(site, training, officer, course, run_jobs) for training, officer, course in (
        (first, people["training_officer"], "finance-rules"), (second, people["other_officer"], "service-duties"))]
    browsers = {"anonymous": browser, **{role: log_in(person) for role, person in people.items()}}
    for each in browsers.values():
        each.get("/s")  # a page with a form: from here on the browser has its CSRF token
    return World(site, people, browsers, *things)


@pytest.fixture
def rewind(site: Site, world: World) -> Callable[[], None]:
    """``rewind()`` takes database (SQLite) and browsers back to where the world began; a tenth of making it anew."""
    assert site.database.engine.dialect.name == "sqlite"
    file = sqlite_file(site.database.engine)
    begun = sqlite3.connect(":memory:")
    with closing(sqlite3.connect(str(file))) as live:
        live.backup(begun)
    cookies = {role: dict(browser.client._cookies) for role, browser in world.browsers.items()}  # type: ignore[attr-defined]

    def back() -> None:
        with closing(sqlite3.connect(str(file))) as live:
            begun.backup(live)
        for role, browser in world.browsers.items():
            browser.client._cookies = dict(cookies[role])  # type: ignore[attr-defined]

    return back


def _furnish(site: Site, training: Training, officer: Person, course_slug: str, run_jobs: Callable[[], int]) -> Things:
    """Give a class a course, papers, attendance, a certificate and whatever else a route may ask for."""
    now = site.clock.now()
    course, version, bank = _content(site, training, course_slug)
    stored = store_bytes(site.storage, b"%PDF-1.4\n%%EOF\n", "application/pdf")
    picture = store_bytes(site.storage, f"photo of {training.training_class.slug}".encode(), "image/jpeg")
    film = store_bytes(site.storage, f"film of {training.training_class.slug}".encode(), "video/mp4")
    words = store_bytes(site.storage, b"WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nwords\n", "text/vtt")
    packed_parts = scorm(2, **{"a.txt": training.training_class.slug})
    parts = examine(site.storage, store_bytes(site.storage, packed_parts, "application/zip"), "互动课件.zip")
    sheets = store_bytes(site.storage, packed({"0001.webp": training.training_class.slug}), "application/zip")
    trainee, slug = training.people[0], training.training_class.slug
    stored_proof = store_bytes(site.storage, f"%PDF-1.4\n% {slug}\n%%EOF\n".encode(), "application/pdf")
    with site.database.writing() as db:
        cell = Cell(bank.slug, count=3, mark=10_000)
        paper, draft = (make_paper(db, training_class=training.training_class, plan=Plan(draw=(cell,)), by_id=officer.id,
                                   now=now, title=f"{slug}{title}", course_slug=course.slug, attempts=3, review="after_submit")
                        for title in ("测验", "未发布测验"))
        publish(db, paper=paper, by_id=officer.id, now=now)
        done = submit(db, attempt=start(db, paper=paper, person_id=trainee.id, now=now), now=now, grace=timedelta(0))
        running = start(db, paper=paper, person_id=trainee.id, now=now)
        material = add_material(db, course=db.get_one(Course, course.id), module_slug=version.modules[0].slug,
                                title=f"{slug}课件", content=Content(f"{slug}.pdf", stored, "pdf"), by_id=officer.id, now=now)
        replace_material(db, material, content=Content(f"{slug}第二版.pdf", stored, "pdf"), seen=1, by_id=officer.id, now=now)
        video = add_material(db, course=db.get_one(Course, course.id), module_slug=version.modules[0].slug, title=f"{slug}录像", by_id=officer.id,
                             content=Content(f"{slug}.mp4", film, "video", length=60_000), now=now)
        subtitles = attach(db, video, role="subtitles", language="zh", stored=words, by_id=officer.id, now=now)
        package = add_material(db, course=db.get_one(Course, course.id), module_slug=version.modules[0].slug, title=f"{slug}互动课件",
                               content=parts, by_id=officer.id, now=now)
        text = add_material(db, course=db.get_one(Course, course.id), module_slug=version.modules[0].slug, title=f"{slug}文字",
                            content=take_text(site.storage, f"{slug}正文", "文字"), by_id=officer.id, now=now)
        material.current.pages_id, material.current.about = keep(db, sheets, now=now).id, {"pages": [[1200, 900]]}
        upload = begin(db, person_id=officer.id, name=f"{slug}录像.mp4", size=1000, limit=1000, days=1, now=now)
        for person in training.people[:2]:
            check_in_by_staff(db, session=training.sessions[0], person_id=person.id, direction="in", method="staff",
                              uid=new_uid(), by_id=officer.id, now=now)
        correct(db, session=training.sessions[0], person_id=training.people[2].id, status="sick_leave",
                reason=f"{slug}病假条", by_id=officer.id, now=now, uid=new_uid())
        vehicle = add_vehicle(db, training_class=training.training_class, name=f"{slug}一号车", seats="45", by_id=officer.id, now=now)
        unexpected = _unexpected_people(db, training, officer, now)
        seat(db, vehicle=vehicle, enrolments=training.enrolments[::2], by_id=officer.id, now=now)
        leave = ask(db, training_class=training.training_class, person_id=trainee.id, kind="personal_leave", reason=f"{slug}家事",
                    session_uids=[training.sessions[1].uid], uid=new_uid(), now=now, proof=Proof(stored_proof, f"{slug}证明.pdf"))
        roster = preview_roster(db, training_class=training.training_class, by_id=officer.id, now=now, filename=f"{slug}.csv",
                                data=f"姓名,单位,手机号\n{slug}新学员,{slug}新单位,13800{len(course_slug):02}0001\n".encode())
        table = f"题干,选项A,选项B,答案\n{slug}的新题？,甲,乙,B\n缺答案？,甲,乙,\n".encode()
        questions = keep_preview(db, bank=db.get_one(Bank, bank.id), by_id=officer.id, now=now,
                                 preview=preview_questions(db, bank=bank.slug, data=table, filename=f"{slug}.csv"))
        listed = keep_list(db, training_class=db.get_one(TrainingClass, training.training_class.id), by_id=officer.id, now=now,
                           session_uid=training.sessions[1].uid,
                           file=read_attendance(f"姓名,状态\n{training.enrolments[4].name},公假\n".encode(), f"{slug}.csv", labels={}))
        earned, today = f"姓名,培训名称,日期,学时,证明\n{training.people[1].name},{slug}外出班,2026-05-02,6,{slug}证明\n", now.date()
        hours_import = keep_hours(db, rows=read_hours(earned.encode(), f"{slug}.csv"), file_name=f"{slug}.csv", by_id=officer.id, now=now, today=today)
        own_hours = enter_one(db, given={"name": trainee.name, "title": f"{slug}外出班", "day": "2026-05-01", "hours": "6", "proof": f"{slug}证明"},
                              uid=new_uid(), by_id=officer.id, now=now, today=today)
        sheet, photo = _keyed_sheet(db, training, officer, picture, now)
        link = activation_link(db, training.people[3], key=site.key("activation"), lasts=timedelta(days=30), now=now)
        job = ask_to_issue(db, training_class=training.training_class, enrolments=training.enrolments[:2],
                           base=BASE, by_id=officer.id, now=now)
        asked = propose(db, training_class=training.training_class, enrolments=training.enrolments[2:4], base=BASE, by_id=training.people[5].id, now=now)
        propose_seal(db, training_class=training.training_class, stored=store_bytes(site.storage, f"seal of {slug}".encode(), "image/png"),
                     by_id=officer.id, now=now)
    run_jobs()
    with site.database.reading() as db:
        certificate = db.scalars(select(Certificate).where(Certificate.enrolment_id == training.enrolments[0].id)).one()
        event = db.scalars(select(AttendanceEvent).where(AttendanceEvent.person_id == trainee.id,
                                                         AttendanceEvent.method == "staff")).one()
        question = db.scalars(select(Question).where(Question.bank_id == bank.id).order_by(Question.id)).first()
        grant = db.scalars(select(Grant).where(Grant.person_id == officer.id)).one()
        job = db.get_one(Job, job.id)
        asset = db.scalars(select(ModuleAsset.name).where(ModuleAsset.version_id == version.id)).first()
    assert question is not None and asset is not None and certificate.state == "valid"
    return Things(training, course, version, bank, question, paper, draft, running, done, material, event, leave, certificate,
                  certificate_code(site.key("certificate"), certificate.uid), roster, questions, job, grant, sheet, listed, photo, asset,
                  card_code(trainee, key=site.key("card")), link, vehicle, *unexpected, own_hours, hours_import,
                  _archive(site, training, officer, run_jobs), asked, upload, video, subtitles, package, text,
                  *_written(site, training, officer, picture), *_surveys(site, training, officer), *_said(site, training, officer, version),
                  *_reply(site, training, officer), ask_for_correction(site, training))


def _reply(site: Site, training: Training, officer: Person) -> tuple[EnrolmentReply, str]:
    """A unit that has named somebody through its link."""
    key, now, slug = site.key("reply"), site.clock.now(), training.training_class.slug
    with site.database.writing() as db:
        set_quotas(db, training_class=training.training_class, quotas=[Quota(f"{slug}报名单位", 3)], closes_at=now + timedelta(days=20), key=key,
                   by_id=officer.id, now=now)
        token = reply_token(replies_of(db, training.training_class)[0], key)
        return send_reply(db, token=token, people=[{"name": f"{slug}报名人", "phone": "", "position": "干事"}], version=1, now=now), token


def _archive(site: Site, training: Training, officer: Person, run_jobs: Callable[[], int]) -> FileReference:
    """The class's certificates, packed."""
    with site.database.writing() as db:
        ask_to_deliver(db, training_class=training.training_class, form="each", by_id=officer.id, now=site.clock.now())
    run_jobs()
    with site.database.reading() as db:
        return deliveries(db, training.training_class)[0]


def _written(site: Site, training: Training, officer: Person, picture: Stored) -> tuple[Assignment, Submission]:
    """The trainee has handed in a reflection with a photograph."""
    slug, now = training.training_class.slug, site.clock.now()
    with site.database.writing() as db:
        made = make_assignment(db, training_class=training.training_class, title=f"{slug}心得体会", prompt=f"{slug}写一篇", least_chars=2,
                               most_files=3, due_at=None, late_ok=True, required=True, needs="handed_in", by_id=officer.id, now=now)
        move_assignment(db, assignment=made, to="published", by_id=officer.id, now=now)
        work = work_on(db, assignment=made, person_id=training.people[0].id, now=now)
        save_draft(db, submission=work, text=f"{slug}学到很多", version=1, now=now, added=[Attached(picture, f"{slug}手写.jpg")])
        hand_in(db, submission=work, now=now)
    return made, work


def _said(site: Site, training: Training, officer: Person, version: CourseVersion) -> tuple[Announcement, ModuleQuestion]:
    """The class is told something, and its trainee has asked something under the first module."""
    slug, now = training.training_class.slug, site.clock.now()
    with site.database.writing() as db:
        told = announce(db, training_class=training.training_class, title=f"{slug}通知", body=f"{slug}带身份证", by_id=officer.id, now=now)
        asked = ask_under(db, course=db.get_one(Course, version.course_id), module_slug=version.modules[0].slug,
                          person_id=training.people[0].id, text=f"{slug}怎样报销", uid=new_uid(), now=now)
    return told, asked


def _surveys(site: Site, training: Training, officer: Person) -> tuple[Survey, Survey]:
    """One that is open and one in preparation."""
    slug, now = training.training_class.slug, site.clock.now()
    with site.database.writing() as db:
        running, draft = (make_survey(db, training_class=training.training_class, title=f"{slug}{title}", by_id=officer.id, now=now, least=3,
                                      questions=[SurveyQuestion("q1", "scale", f"{slug}课程内容", ("满意", "一般"))]) for title in ("评价", "评价草稿"))
        open_survey(db, survey=running, by_id=officer.id, now=now)
    return running, draft


def _unexpected_people(db: Any, training: Training, officer: Person, now: datetime) -> tuple[WalkIn, Substitution, SpotCheck]:
    """Somebody who stands on no roster, one who is there for another in the afternoon, and three who are looked for."""
    slug, session, by = training.training_class.slug, training.sessions[0], {"by_id": officer.id, "now": now}
    walk_in = note(db, session=session, name=f"{slug}来客", unit=f"{slug}来客单位", phone="", uid=new_uid(), **by)
    substitution = substitute(db, training_class=training.training_class, original=training.enrolments[4], by=training.enrolments[2],
                              sessions=[training.sessions[1]], there=False, reason=f"{slug}另有任务", uid=new_uid(), **by)
    later = now + timedelta(hours=1)
    people = people_in_session(db, session=session, training_class=training.training_class, enrolments=training.enrolments, now=later)
    check = draw(db, session=session, training_class=training.training_class, people=people, size=3, seed="seed", uid=new_uid(),
                 by_id=officer.id, now=later)
    return walk_in, substitution, check


def _keyed_sheet(db: Any, training: Training, officer: Person, picture: Stored, now: datetime) -> tuple[SignInSheet, FileReference]:
    """The first group's sheet of the first session came back: who signed in the third row has not scanned, and why is known."""
    training_class = db.get_one(TrainingClass, training.training_class.id)
    sheet, *_ = print_sheets(db, training_class=training_class, sessions=[db.get_one(ClassSession, training.sessions[0].id)],
                             by_id=officer.id, now=now)
    later = now + timedelta(hours=1)
    key_sheet(db, sheet=sheet, training_class=training_class, found=Found(frozenset({2})), version=1, uid=new_uid(),
              by_id=officer.id, now=later)
    explain(db, session=sheet.session, enrolment_uids=[training.enrolments[4].uid], reason="手机没电", by_id=officer.id, now=later)
    return sheet, attach_photo(db, sheet=sheet, stored=picture, by_id=officer.id, now=later)


def _content(site: Site, training: Training, slug: str) -> tuple[Course, CourseVersion, Bank]:
    """A shipped course with its bank, taught in this class only."""
    folder, now = shipped("courses") / slug, site.clock.now()
    file, faults = read_course(folder)
    questions, _ = read_bank(shipped("quizzes") / f"{slug}.yaml")
    assert file is not None and questions is not None, faults
    assets = store_assets(site.storage, folder, file)
    with site.database.writing() as db:
        version = import_course(db, course=file, assets=assets, origin="shipped", by_id=None, now=now, sources=sources_of(folder).texts)
        import_bank(db, questions, by_id=None, now=now)
        db.add(ClassCourse(class_id=training.training_class.id, course_id=version.course_id, required=True, position=0))
    with site.database.writing() as db:
        bank_id = db.scalars(select(Bank.id).where(Bank.slug == questions.id)).one()
        picture = keep(db, store_bytes(site.storage, f"picture of {questions.id}".encode(), "image/png"), now=now)
        db.add(QuestionPicture(bank_id=bank_id, file_id=picture.id, width=1, height=1, created_at=now))
        begin_draft(db, course=db.get_one(Course, version.course_id), by_id=None, now=now)
    with site.database.reading() as db:
        version = db.get_one(CourseVersion, version.id)
        assert version.modules
        return (db.get_one(Course, version.course_id), version, db.scalars(select(Bank).where(Bank.slug == questions.id)).one())
