"""What is decided about somebody is told to them: once, in the transaction of the act, in their language, and to nobody else."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from certificate_desk import BASE, Desk
from sqlalchemy import select

from lms.core.access.service import load_viewer
from lms.core.assignments.handing import hand_in, save_draft, work_on
from lms.core.assignments.marking import give_back, mark
from lms.core.assignments.models import Submission
from lms.core.assignments.service import make_assignment, move_assignment
from lms.core.attendance.models import AttendanceEvent, Substitution
from lms.core.attendance.reviews import judge
from lms.core.attendance.substitutes import substitute, take_back
from lms.core.certificates.issue import revoke
from lms.core.certificates.jobs import ask_to_issue
from lms.core.certificates.models import Certificate
from lms.core.certificates.reissue import reissue
from lms.core.classes.merging import merge
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.courses.library import assign_course
from lms.core.courses.models import Course
from lms.core.discussion.models import ModuleQuestion
from lms.core.discussion.service import answer
from lms.core.discussion.service import ask as ask_under
from lms.core.errors import NotFound
from lms.core.ids import new_uid
from lms.core.leave.asking import ask
from lms.core.leave.deciding import decide
from lms.core.leave.filing import file_for
from lms.core.leave.models import LeaveRequest
from lms.core.notices.models import Notice
from lms.core.notices.own import open_notice, own_notices, read_all, sentence, tell
from lms.core.people.models import Person
from lms.core.privacy.purge import purge
from lms.core.reports.studied import studied


class Office:
    """A class, somebody in it, and somebody of the staff who decides."""

    def __init__(self, site: Any, training: Any, staff: Person) -> None:
        self.site, self.training, self.staff = site, training, staff
        self.me, self.other = training.people[:2]

    @property
    def now(self) -> Any:
        return self.site.clock.now()

    def class_(self, db: Any) -> TrainingClass:
        return db.get_one(TrainingClass, self.training.training_class.id)

    def ask(self, place: int = 0) -> int:
        with self.site.database.writing() as db:
            return ask(db, training_class=self.class_(db), person_id=self.me.id, kind="personal_leave", reason="家中有事", uid=new_uid(),
                       session_uids=[self.training.sessions[place].uid], now=self.now).id

    def decide(self, request: int, verdict: str = "approved", fails: bool = False) -> None:
        with self.site.database.writing() as db:
            row = db.get_one(LeaveRequest, request)
            decide(db, request=row, training_class=self.class_(db), verdict=verdict, note="课程重要", version=row.version,  # type: ignore[arg-type]
                   by=load_viewer(db, self.staff.id), now=self.now)
            if fails:
                raise ZeroDivisionError

    def told(self, person: Person | None = None, locale: str = "zh_CN") -> list[str]:
        """What the person's notices say, in the order in which they came."""
        with self.site.database.reading() as db:
            rows = db.scalars(select(Notice).where(Notice.person_id == (person or self.me).id).order_by(Notice.id))
            return [sentence(n.kind, n.data, locale) for n in rows]

    def kinds(self) -> list[tuple[int, str]]:
        """All there are, of whomever."""
        with self.site.database.reading() as db:
            return [(n.person_id, n.kind) for n in db.scalars(select(Notice).order_by(Notice.id))]

    def unread(self, person: Person) -> int:
        with self.site.database.reading() as db:
            return studied(db, person.id).notices


@pytest.fixture
def office(site: Any, make_training: Any, person_with: Any) -> Office:
    training = make_training(people=3)
    return Office(site, training, person_with("training_officer", training.training_class))


def test_leave_is_told_once_and_only_if_it_was_decided(office: Office) -> None:
    first, second = office.ask(), office.ask(1)
    with pytest.raises(ZeroDivisionError):
        office.decide(first, fails=True)
    assert office.kinds() == []
    for _ in range(2):
        office.decide(first)
    office.decide(second, "refused")
    assert office.told() == ["您在“class-a培训班”的请假已批准", "您在“class-a培训班”的请假没有批准，原因请点开看"]
    assert office.told(locale="en")[0] == "class-a培训班: your leave was approved"
    with office.site.database.writing() as db:
        file_for(db, training_class=office.class_(db), enrolment=db.get_one(Enrolment, office.training.enrolments[1].id), kind="sick_leave",
                 session_uids=[office.training.sessions[2].uid], reason="生病", basis="本人签字的假条", by=load_viewer(db, office.staff.id),
                 uid=new_uid(), now=office.now)
    assert office.told(office.other) == ["工作人员在“class-a培训班”替您登记了请假"]


def test_the_same_cause_is_one_notice_and_a_reader_counts_what_is_theirs(office: Office) -> None:
    with office.site.database.writing() as db:
        for person in (office.me, office.me, office.other):
            tell(db, "sign_in.void", person_id=person.id, cause="same", now=office.now, title="课")
    assert office.kinds() == [(office.me.id, "sign_in.void"), (office.other.id, "sign_in.void")]
    with office.site.database.writing() as db:
        read_all(db, office.me.id, office.now)
    assert (office.unread(office.me), office.unread(office.other)) == (0, 1)
    with office.site.database.reading() as db:
        uid = db.scalars(select(Notice.uid).where(Notice.person_id == office.other.id)).one()
    with office.site.database.writing() as db:
        with pytest.raises(NotFound):
            open_notice(db, uid=uid, person_id=office.me.id, now=office.now)
        assert open_notice(db, uid=uid, person_id=office.other.id, now=office.now).read_at == office.now


def test_an_answer_and_each_verdict_on_work_are_told(office: Office) -> None:
    with office.site.database.writing() as db:
        course = Course(slug="course", titles={"zh": "财务", "en": "Finance"}, created_at=office.now)
        db.add(course)
        db.flush()
        assign_course(db, class_id=office.training.training_class.id, course=course, by_id=None, now=office.now)
        asked = ask_under(db, course=course, module_slug="first", person_id=office.me.id, text="怎样报销？", uid=new_uid(), now=office.now).id
        task = make_assignment(db, training_class=office.class_(db), title="心得", prompt="", least_chars=2, most_files=1, due_at=None, late_ok=True,
                               required=True, needs="accepted", by_id=office.staff.id, now=office.now)
        move_assignment(db, assignment=task, to="published", by_id=office.staff.id, now=office.now)
        work = work_on(db, assignment=task, person_id=office.me.id, now=office.now)
        save_draft(db, submission=work, text="学到很多", version=1, now=office.now)
        hand_in(db, submission=work, now=office.now)
        work_id = work.id
    for _ in range(2):  # the second time is the same form once more
        with office.site.database.writing() as db:
            answer(db, question=db.get_one(ModuleQuestion, asked), text="凭票。", shown=False, version=1, by_id=office.staff.id, now=office.now)
    for act in (lambda db, w: give_back(db, submission=w, comment="再写具体些", version=w.version, by_id=office.staff.id, now=office.now),
                lambda db, w: mark(db, submission=w, level="good", mark_=None, comment="好", version=w.version, by_id=office.staff.id, now=office.now)):
        for _ in range(2):
            with office.site.database.writing() as db:
                act(db, db.get_one(Submission, work_id))
    assert office.told() == ["您在课程“财务”里的提问有了解答", "您交的“心得”被退回修改，请看评语", "您交的“心得”已批阅"]
    assert office.told(locale="en")[0] == "Your question in the course “Finance” was answered" and len(office.kinds()) == 3


def test_a_certificate_that_is_issued_reissued_and_revoked(site: Any, make_training: Any) -> None:
    training = make_training(people=2, rules={"required_share": 0, "courses_required": False, "exam_required": False, "leave_limit": "none"})
    office, desk = Office(site, training, training.people[1]), Desk(site, training)
    desk.issue(training.enrolments[:1])
    [old] = desk.certificates()
    with site.database.writing() as db:
        reissue(db, certificate=db.get_one(Certificate, old.id), reason="姓名有误", key=site.key("certificate"), by_id=office.staff.id, now=office.now, sample=False)
        ask_to_issue(db, training_class=office.class_(db), enrolments=[db.get_one(Enrolment, old.enrolment_id)], base=BASE, by_id=None, now=office.now)
    desk.issue(training.enrolments[:1])
    new = desk.certificates()[-1]
    with site.database.writing() as db:
        revoke(db, certificate=db.get_one(Certificate, new.id), reason="发错了", by_id=office.staff.id, now=office.now)
    assert office.told() == [f"“class-a培训班”的证书已发给您，编号 {old.number}", f"“class-a培训班”的证书已补发，新编号 {new.number}",
                             f"“class-a培训班”的证书（编号 {new.number}）已作废"]


def test_what_was_judged_and_who_attends_for_whom(office: Office) -> None:
    session, people = office.training.sessions[0], office.training.people
    office.site.clock.move(hours=1)
    with office.site.database.writing() as db:
        for person in people[:2]:
            db.add(AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=person.id, kind="in", at=office.now,
                                   received_at=office.now, method="hall", flags=["late_tap"]))
        db.flush()
        uids = db.scalars(select(AttendanceEvent.uid).order_by(AttendanceEvent.id)).all()
    for uid, verdict in zip(uids, ("confirm", "void"), strict=True):
        with office.site.database.writing() as db:
            judge(db, training_class=office.class_(db), event_uids=[uid], verdict=verdict, reason="看过", by=load_viewer(db, office.staff.id), now=office.now)
    assert (office.told(), office.told(office.other)) == (["您在“class-a第1天上午”的签到已核对，计入考勤"], ["您在“class-a第1天上午”的签到经核对作废"])
    uid = new_uid()
    for _ in range(2):
        with office.site.database.writing() as db:
            one, two = (db.get_one(Enrolment, office.training.enrolments[n].id) for n in (1, 2))
            substitute(db, training_class=office.class_(db), original=one, by=two, sessions=[office.training.sessions[1]], there=False,
                       reason="另有任务", uid=uid, by_id=office.staff.id, now=office.now)
    for _ in range(2):
        with office.site.database.writing() as db:
            take_back(db, substitution=db.scalars(select(Substitution)).one(), reason="登记错了", by_id=office.staff.id, now=office.now)
    back = "“class-a培训班”的替训登记已撤销"
    assert office.told(office.other)[1:] == ["“class-a培训班”已登记由别人替您参加", back]
    assert office.told(people[2]) == ["“class-a培训班”已登记由您替别人参加", back]


def test_a_merged_record_keeps_its_notices_and_time_takes_them(office: Office) -> None:
    office.decide(office.ask())
    with office.site.database.writing() as db:
        office.class_(db).state = "closed"  # before that nobody is merged away
        kept = Person(name=office.me.name, name_key=office.me.name_key, created_at=office.now)
        db.add(kept)
        db.flush()
        merge(db, keep=kept, other=db.get_one(Person, office.me.id), by=load_viewer(db, office.staff.id), now=office.now)
    assert office.unread(kept) == 1
    with office.site.database.reading() as db:
        [notice], *counts = own_notices(db, kept.id, page=1, size=20)
        assert counts == [1, 1]
    with office.site.database.writing() as db:
        open_notice(db, uid=notice.uid, person_id=kept.id, now=office.now)
    assert office.unread(kept) == 0
    days = office.site.settings.notice_days
    assert purge(office.site, now=office.now + timedelta(days=days - 1))["notices"] == 0
    assert purge(office.site, now=office.now + timedelta(days=days + 1))["notices"] == 1 and office.kinds() == []
