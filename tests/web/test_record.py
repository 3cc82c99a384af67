"""A trainee reads their own record: statuses with times and reasons, hours, the verdict's figures, marks, certificates."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from certificate_desk import BY_ATTENDANCE, Desk, statements

from lms.core.attendance.check_in import check_in_by_staff
from lms.core.attendance.corrections import correct
from lms.core.certificates.issue import revoke
from lms.core.certificates.models import Certificate
from lms.core.classes.models import ClassSession
from lms.core.clock import SettableClock
from lms.core.ids import new_uid
from lms.core.people.models import Person
from lms.core.quizzes.models import Attempt, Paper
from lms.site import Site
from lms.testing import Browser

LogIn = Callable[[Person], Browser]


@pytest.fixture
def desk(site: Site, make_training: Any) -> Desk:
    return Desk(site, make_training(people=2, rules={**BY_ATTENDANCE, "exam_required": True}))


def own(browser: Browser) -> str:
    answer = browser.get("/me")
    assert answer.status_code == 200
    return " ".join(answer.get_data(as_text=True).split())


def exam(site: Site, desk: Desk, mark: int, passed: bool) -> None:
    now = site.clock.now()
    with site.database.writing() as db:
        paper = Paper(class_id=desk.training.training_class.id, title="结业考试", kind="exam", plan={}, state="published", created_at=now)
        db.add(paper)
        db.flush()
        db.add(Attempt(paper_id=paper.id, person_id=desk.training.people[0].id, number=1, frozen={}, started_at=now,
                       submitted_at=now, mark=mark, full_mark=100_000, passed=passed))


def test_statuses_stand_with_times_reasons_and_corrections(desk: Desk, log_in: LogIn, site: Site, clock: SettableClock) -> None:
    me, teacher = desk.training.people
    clock.move(minutes=45)  # 08:45, a quarter of an hour late
    with site.database.writing() as db:
        session = db.get_one(ClassSession, desk.training.sessions[0].id)
        check_in_by_staff(db, session=session, person_id=me.id, direction="in", by_id=teacher.id, method="staff", uid=new_uid(),
                          now=clock.now())
    clock.move(hours=8)
    with site.database.writing() as db:
        correct(db, session=db.get_one(ClassSession, desk.training.sessions[1].id), person_id=me.id, status="sick_leave",
                reason="发烧就医", by_id=teacher.id, now=clock.now(), uid=new_uid())
    text = own(log_in(me))
    assert "迟到" in text and "晚到 15 分钟，超过 10 分钟" in text and "08:45 签到 · 工作人员代签" in text
    assert "更正为“病假”，原因：发烧就医" in text
    assert "请假 4 学时，超过总学时的 1/7（3.43）" in text and "出勤 4 学时，要求不少于 19.2 学时（应学 24 学时的 80%）" in text


def test_marks_stand_with_the_pass_mark(desk: Desk, log_in: LogIn, site: Site) -> None:
    exam(site, desk, 59_990, False)
    text = own(log_in(desk.training.people[0]))
    assert "59.99 / 100" in text and "不及格" in text and "“结业考试”59.99 分，及格线 60 分" in text


def test_the_certificate_is_there_to_be_downloaded_also_when_revoked_and_issued_again(desk: Desk, log_in: LogIn, site: Site) -> None:
    exam(site, desk, 80_000, True)
    desk.finish()
    me = log_in(desk.training.people[0])
    assert "证书由主办单位统一签发" in own(me)
    first, = desk.issue()
    assert f"/certificates/{first.uid}.pdf" in own(me)
    assert own(log_in(desk.training.people[1])).count("/certificates/") == 0
    with site.database.writing() as db:
        revoke(db, certificate=db.get_one(Certificate, first.id), reason="姓名有误", by_id=desk.training.people[1].id,
               now=site.clock.now())
    second = desk.issue()[1]
    text = own(me)
    assert f"/certificates/{second.uid}.pdf" in text and f"/certificates/{first.uid}.pdf" not in text
    assert "已作废：姓名有误" in text
    assert text.count("24 / 24") == 2  # two certificates double neither events nor hours: the bar, and its text for readers


def test_a_certificate_of_long_ago_is_still_there(desk: Desk, log_in: LogIn, site: Site, clock: SettableClock) -> None:
    exam(site, desk, 80_000, True)
    desk.finish()
    certificate, = desk.issue()
    clock.move(days=500)
    text = own(log_in(desk.training.people[0]))
    assert "现在没有参加培训班" in text and f"/certificates/{certificate.uid}.pdf" in text


def test_only_ones_own_stands_there(desk: Desk, log_in: LogIn, site: Site, make_training: Any) -> None:
    other = Desk(site, make_training("class-b", people=1, rules=BY_ATTENDANCE))
    exam(site, desk, 80_000, True)
    other.finish()
    other.issue()
    desk.issue()
    text = own(log_in(desk.training.people[0]))
    assert "class-b" not in text and "class-a学员2" not in text


def test_the_page_costs_four_statements_whatever_is_on_record(desk: Desk, log_in: LogIn, site: Site) -> None:
    exam(site, desk, 80_000, True)
    desk.finish()
    desk.issue()
    me = log_in(desk.training.people[0])
    own(me)
    with statements(site) as ran:
        own(me)
    assert len(ran) <= 4, ran


def test_staff_without_a_class_of_their_own_find_an_empty_record(person_with: Any, log_in: LogIn) -> None:
    assert "现在没有参加培训班" in own(log_in(person_with("administrator")))


def test_the_language_is_chosen_here(desk: Desk, log_in: LogIn) -> None:
    me = log_in(desk.training.people[0])
    own(me)
    answer = me.post("/language", {"locale": "en", "next": "/me"})
    assert answer.status_code == 302 and answer.headers["Location"] == "/me"
    assert '<html lang="en">' in own(me)


def test_the_front_page_offers_the_certificate_once_it_is_valid(desk: Desk, log_in: LogIn, site: Site) -> None:
    exam(site, desk, 80_000, True)
    desk.finish()
    me = log_in(desk.training.people[0])
    assert "/certificates/" not in me.get("/").get_data(as_text=True)
    certificate, = desk.issue()
    assert f"/certificates/{certificate.uid}.pdf" in me.get("/").get_data(as_text=True)


def test_every_event_stands_there_also_what_was_made_void_and_which_minute_is_late(
        make_training: Any, log_in: LogIn, person_with: Any, clock: SettableClock) -> None:
    training = make_training("class-v")
    teacher, uid = log_in(person_with("class_teacher", training.training_class)), new_uid()
    place = f"/manage/sessions/{training.sessions[0].uid}/people/{training.enrolments[0].uid}"
    clock.move(minutes=45)
    teacher.post(f"{place}/sign-in", {"uid": uid})
    teacher.post(f"{place}/void/{uid}", {"reason": "点错了人"})
    teacher.post(f"{place}/correct", {"uid": new_uid(), "status": "made_up_sign_in", "reason": "组长证明当时在场"})
    text = own(log_in(training.people[0]))
    for said in ("签到 · 工作人员代签", "已作废", "作废 · 点错了人", "更正为“补签”，原因：组长证明当时在场", "14:10 以后签到算迟到，14:30 以后算缺勤"):
        assert said in text, said
