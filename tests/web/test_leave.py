"""Leave from the phone to the approver and back: warned with figures, decided once, proofs read by few, on paper when asked."""
from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from certificate_desk import statements
from sqlalchemy import select

from lms.core.access.grants import grant
from lms.core.attendance.models import AttendanceEvent
from lms.core.audit.models import AuditEntry
from lms.core.ids import new_uid
from lms.core.leave.models import LeaveRequest
from lms.site import Site

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def training(make_training: Any) -> Any:
    return make_training(people=3)


@pytest.fixture
def me(training: Any, log_in: Any) -> Any:
    return log_in(training.people[0])


@pytest.fixture
def staff(training: Any, person_with: Any, log_in: Any) -> Any:
    return lambda role: log_in(person_with(role, None if role == "administrator" else training.training_class))


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return " ".join(answer.get_data(as_text=True).split())


def values(training: Any, *places: int, **more: Any) -> dict[str, Any]:
    return {"kind": "sick_leave", "reason": "发烧就医", "session": [training.sessions[p].uid for p in places], "uid": new_uid(), **more}


def ask(browser: Any, training: Any, *places: int, **more: Any) -> str:
    """The address of a new request."""
    answer = browser.post("/leave", values(training, *places, **more))
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return str(answer.headers["Location"])


def desk(training: Any, own: str = "") -> str:
    """The address at which staff decide about the request that its trainee has at *own*."""
    return f"/manage/classes/{training.training_class.uid}/leave" + (f"/{own.rsplit('/', 1)[1]}" if own else "")


def rows(site: Site, model: Any) -> Any:
    with site.database.reading() as db:
        return db.scalars(select(model).order_by(model.id)).all()


def test_the_way_from_asking_to_coming_back(training: Any, me: Any, staff: Any, site: Site) -> None:
    assert "/leave" in text(me.get("/")) and "/leave" in text(me.get("/me"))
    assert "上限 3.43 学时，已用 0，还剩 3.43" in text(me.get("/leave"))
    form = text(me.get("/leave/new"))
    assert form.count('name="session"') == 6
    warned = text(me.post("/leave/new", values(training, 2, 3)))
    assert "批准后共请假 8 学时，超过总学时 1/7（3.43）" in warned and "超过上限不能结业" in warned and "教务人员或管理员" in warned
    own = ask(me, training, 2, 3)
    assert "待批" in text(me.get(own))
    assert "另有 8 学时待批，都批准共 12 学时，超过上限 3.43 学时" in text(me.post("/leave/new", values(training, 4)))
    officer = staff("training_officer")
    assert "1 份等待审批" in text(officer.get(desk(training)))
    page = text(officer.get(desk(training, own)))
    assert "批准后共请假 8 学时，超过总学时 1/7（3.43）" in page and "发烧就医" in page
    assert officer.post(desk(training, own) + "/decide", {"verdict": "approved", "note": "早日康复", "version": "1"}).status_code == 303
    assert "已批准" in text(me.get(own)) and "早日康复" in text(me.get(own))
    assert text(me.get("/me")).count("病假") == 4  # two sessions, each with its status and what it rests on
    assert me.post(own + "/back", {}).status_code == 303
    assert "已销假" in text(me.get(own))
    record = text(me.get("/me"))
    assert record.count("病假") == record.count("已作废") == 2  # what was said stays on record, and says that it counts no longer
    assert [e.kind for e in rows(site, AttendanceEvent)] == ["status", "status", "void", "void"]


def test_the_class_teacher_is_told_that_longer_leave_is_not_theirs(training: Any, me: Any, staff: Any, site: Site) -> None:
    own, teacher = ask(me, training, 2, 3), staff("class_teacher")
    page = text(teacher.get(desk(training, own)))
    assert "这份请假由教务人员或管理员审批" in page and "name=\"verdict\"" not in page
    refused = text(teacher.post(desk(training, own) + "/decide", {"verdict": "approved", "version": "1"}), 403)
    assert "连同已批准的共 2 个半天，班主任可以批准 1 个半天以内的" in refused
    assert rows(site, AuditEntry)[-1].code == "leave_too_long"
    own = ask(me, training, 4)
    assert teacher.post(desk(training, own) + "/decide", {"verdict": "approved", "version": "1"}).status_code == 303


def test_the_second_approver_is_told(training: Any, me: Any, staff: Any, site: Site) -> None:
    own, first, second = ask(me, training, 2), staff("class_teacher"), staff("training_officer")
    for browser in (first, second):
        browser.get(desk(training, own))
    first.post(desk(training, own) + "/decide", {"verdict": "approved", "version": "1"})
    told = text(second.post(desk(training, own) + "/decide", {"verdict": "refused", "note": "有考试", "version": "1"}), 409)
    assert "已由 测试class_teacher 批准" in told and rows(site, LeaveRequest)[0].state == "approved"


def test_refusing_needs_words_and_keeps_what_was_typed(training: Any, me: Any, staff: Any) -> None:
    own, officer = ask(me, training, 2), staff("training_officer")
    for form in ({"verdict": "refused", "note": " "}, {"verdict": "refused", "note": "长" * 501}, {"verdict": "perhaps", "note": "待定"}):
        assert "没有保存" in text(officer.post(desk(training, own) + "/decide", {**form, "version": "1"}), 422)
    assert "没有生效" not in text(officer.get(desk(training, own)))
    officer.post(desk(training, own) + "/decide", {"verdict": "refused", "note": "当天有考试", "version": "1"})
    assert "未批准" in text(me.get(own)) and "当天有考试" in text(me.get(own))


@pytest.mark.parametrize(("more", "status", "told"), [
    ({"session": []}, 422, "请勾选要请假的课次"), ({"session": ["x" * 32]}, 404, "有的不在课程表里"), ({"kind": "x"}, 422, "没有这种请假类别"),
    ({"reason": ""}, 422, "请写明请假事由"), ({"reason": "<script>" * 80}, 422, "请写明请假事由")])
def test_bad_input_is_told_at_both_steps_and_kept(training: Any, me: Any, site: Site, more: dict[str, Any], status: int, told: str) -> None:
    form = values(training, 2, **more)
    page = text(me.post("/leave/new", form), status)
    assert told in page and 'name="session"' in page and "<script><script>" not in page
    assert told in text(me.post("/leave", form), status) and not rows(site, LeaveRequest)
    assert [(e.action, e.outcome) for e in rows(site, AuditEntry)[-2:]] == [("lms.leave.check", "refused"), ("lms.leave.send", "refused")]


def test_a_proof_that_cannot_be_kept_is_told_on_the_page_and_logged(training: Any, me: Any, site: Site) -> None:
    form = values(training, 2, proof=(BytesIO(PDF), "病假条.pdf"))
    assert "要先勾选“同意”" in text(me.post("/leave", form, content_type="multipart/form-data"), 422) and not rows(site, LeaveRequest)
    assert (rows(site, AuditEntry)[-1].action, rows(site, AuditEntry)[-1].code) == ("lms.leave.send", "proof_consent")


def test_late_doubled_and_overlapping_requests(training: Any, me: Any, site: Site, clock: Any) -> None:
    uid = new_uid()
    assert ask(me, training, 2, uid=uid) == ask(me, training, 2, uid=uid) and len(rows(site, LeaveRequest)) == 1
    assert "另一份请假里" in text(me.post("/leave", values(training, 2, 3)), 409)
    assert "已在另一份请假里" in text(me.get("/leave/new"))
    clock.move(hours=4)
    assert "已经结束，不能再请假" in text(me.post("/leave", values(training, 0)), 409)
    assert text(me.get("/leave/new")).count('name="session"') == 5
    assert {e.code for e in rows(site, AuditEntry) if e.outcome == "refused"} == {"leave_overlaps", "leave_session_over"}


def test_withdrawn_is_no_longer_decided(training: Any, me: Any, staff: Any) -> None:
    own = ask(me, training, 2)
    assert me.post(own + "/withdraw", {}).status_code == 303
    assert "已由学员撤回" in text(staff("training_officer").post(desk(training, own) + "/decide", {"verdict": "approved", "version": "1"}), 409)


def test_a_proof_needs_consent_and_is_read_by_those_who_may_approve_only(training: Any, me: Any, staff: Any, site: Site) -> None:
    form = values(training, 2, 3)
    without = text(me.post("/leave", {**form, "proof": (BytesIO(PDF), "证明.pdf")}, content_type="multipart/form-data"), 422)
    assert "要先勾选“同意”" in without and "发烧就医" in without and not rows(site, LeaveRequest)
    wrong = text(me.post("/leave", {**form, "consent": "1", "proof": (BytesIO(b"MZ"), "证明.exe")}, content_type="multipart/form-data"), 422)
    assert "证明只收照片" in wrong
    answer = me.post("/leave", {**form, "consent": "1", "proof": (BytesIO(PDF), "../证明.pdf")}, content_type="multipart/form-data")
    own = answer.headers["Location"]
    assert "“证明.pdf”" in text(me.get(own)) and "自动删除" in text(me.get(own))
    teacher, officer = staff("class_teacher"), staff("training_officer")
    assert "只有可以审批的人能看" in text(teacher.get(desk(training, own)))
    assert "只有可以审批这份请假的人" in text(teacher.post(desk(training, own) + "/proof", {}), 403)
    shown = officer.post(desk(training, own) + "/proof", {})
    assert shown.status_code == 200 and shown.mimetype == "application/pdf" and shown.get_data().startswith(PDF)
    assert [e.action for e in rows(site, AuditEntry)][-1] == "leave.read_proof"


def test_the_form_on_paper_has_what_an_office_files(training: Any, me: Any, staff: Any) -> None:
    own = ask(me, training, 2)
    staff("training_officer").post(desk(training, own) + "/decide", {"verdict": "approved", "note": "同意", "version": "1"})
    page = text(me.get(own + "/form"))
    for word in ("请假单", "class-a学员1", "class-a单位0", "发烧就医", "批准：同意", "测试training_officer", "本人签字", "class-a第2天上午"):
        assert word in page


def test_a_signature_in_spite_of_leave_and_absence_after_coming_back_are_seen_by_the_approver(
        training: Any, me: Any, staff: Any, site: Site, clock: Any) -> None:
    officer = staff("administrator")
    own = ask(me, training, 0, 1)
    officer.post(desk(training, own) + "/decide", {"verdict": "approved", "version": "1"})
    with site.database.writing() as db:
        session, now = training.sessions[0], clock.move(minutes=25)
        db.add(AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=training.people[0].id, kind="in", at=now,
                               received_at=now, method="hall", flags=[]))
    clock.move(minutes=10)  # the session has begun: its leave stands, and so does the signature
    me.post(own + "/back", {})
    assert "却有签到" in text(officer.get(desk(training))) and "reason=despite_leave" in text(officer.get(desk(training, own)))
    assert "已批准请假，却有签到" in text(officer.get(f"/manage/classes/{training.training_class.uid}/reviews"))
    clock.move(hours=10)
    assert "销假后未到" in text(officer.get(desk(training))) and "已销假，但没有签到记录" in text(officer.get(desk(training, own)))
    board = text(officer.get(f"/manage/sessions/{training.sessions[1].uid}"))
    assert "已销假，但没有签到记录" in board


def test_others_in_the_class_neither_see_nor_touch_it(training: Any, me: Any, staff: Any, log_in: Any, person_with: Any) -> None:
    own, other = ask(me, training, 2), log_in(training.people[1])
    for path in (own, own + "/form"):
        text(other.get(path), 404)
    for path in (own + "/withdraw", own + "/back"):
        text(other.post(path, {}), 404)
    leader = log_in(person_with("group_leader", training.groups[0]))
    text(leader.get(desk(training)), 403)
    assert "发烧" not in text(leader.get(f"/manage/classes/{training.training_class.uid}/attendance"))


def test_without_a_class_it_says_so(person_with: Any, log_in: Any) -> None:
    nobody = log_in(person_with())
    assert "现在没有参加培训班" in text(nobody.get("/leave/new"))
    assert "没有提交" in text(nobody.post("/leave", {"kind": "sick_leave"}), 404)


def test_a_full_page_costs_four_statements(training: Any, me: Any, site: Site) -> None:
    for place in range(4):
        ask(me, training, place)
    for path in ("/leave", "/leave/new"):
        me.get(path)
        with statements(site) as seen:
            me.get(path)
        assert len(seen) <= 4, seen


def test_english(training: Any, me: Any) -> None:
    me.get(ask(me, training, 2))  # the flash was made in Chinese
    me.post("/language", {"locale": "en", "next": "/leave"})
    for path in ("/leave", "/leave/new"):
        assert not re.search(r"[\u4e00-\u9fff]", re.sub(r"class-a\w+|简体中文|中文|<[^>]+>|家事|发烧就医|培|干部培训|第\w天..", "", text(me.get(path))))


def file_it(browser: Any, training: Any, *places: int, number: int = 1, **more: Any) -> Any:
    return browser.post(f"{desk(training)}/new/{training.enrolments[number].uid}",
                        {**values(training, *places), "basis": "本人签字的纸质假条", **more})


def test_leave_on_paper_is_entered_by_the_class_teacher_and_goes_the_same_way(training: Any, staff: Any, log_in: Any, site: Site) -> None:
    teacher, officer, theirs = staff("class_teacher"), staff("training_officer"), log_in(training.people[1])
    assert "代为登记" in text(teacher.get(desk(training)))
    found = text(teacher.get(f"{desk(training)}/new?q={training.people[1].name}"))
    assert training.people[1].name in found and training.people[0].name not in found
    form = text(teacher.get(f"{desk(training)}/new?person={training.enrolments[1].uid}"))
    assert "上限 3.43 学时，已用 0，还剩 3.43" in form and form.count('name="session"') == 6
    own = str(file_it(teacher, training, 2, 3).headers["Location"])
    shown = text(teacher.get(own))
    assert "批准后共请假 8 学时，超过总学时 1/7（3.43）" in shown and "这份请假由教务人员或管理员审批" in shown
    for word in ("测试class_teacher", "本人签字的纸质假条", "待批"):
        assert word in shown and word in text(theirs.get("/leave/" + own.rsplit("/", 1)[1])), word
    assert not rows(site, AttendanceEvent)
    assert officer.post(own + "/decide", {"verdict": "approved", "version": "1"}).status_code == 303
    assert [e.status for e in rows(site, AttendanceEvent)] == ["sick_leave", "sick_leave"]
    paper = text(theirs.get("/leave/" + own.rsplit("/", 1)[1] + "/form"))
    assert "代为登记" in paper and "本人签字的纸质假条" in paper
    entered = next(e for e in rows(site, AuditEntry) if e.action == "leave.file")
    assert (entered.actor_id, entered.class_id) == (rows(site, LeaveRequest)[0].filed_by_id, training.training_class.id)


@pytest.mark.parametrize(("more", "status", "told"), [
    ({"basis": " "}, 422, "请写明登记的依据"), ({"basis": "<i>" * 90}, 422, "请写明登记的依据"), ({"session": []}, 422, "请勾选要请假的课次"),
    ({"session": ["x" * 32]}, 404, "有的不在课程表里"), ({"kind": "'"}, 422, "没有这种请假类别"), ({"reason": ""}, 422, "请写明请假事由")])
def test_a_faulty_entry_keeps_what_was_typed_and_is_logged(training: Any, staff: Any, site: Site, more: dict[str, Any], status: int,
                                                           told: str) -> None:
    teacher = staff("class_teacher")
    page = text(file_it(teacher, training, 2, **more), status)
    assert told in page and 'name="basis"' in page and "<i><i>" not in page and not rows(site, LeaveRequest)
    assert rows(site, AuditEntry)[-1].outcome == "refused"


def test_paper_comes_late_twice_and_for_sessions_that_are_asked_for_already(training: Any, me: Any, staff: Any, site: Site, clock: Any) -> None:
    ask(me, training, 2)
    clock.move(hours=6)  # the first session is over: the phone takes no more requests for it, the office does
    teacher, uid = staff("class_teacher"), new_uid()
    assert "已经结束，不能再请假" in text(me.post("/leave", values(training, 0)), 409)
    assert "已经在这位学员的另一份请假里" in text(file_it(teacher, training, 0, 2, number=0), 409)
    first, again = (file_it(teacher, training, 0, number=0, uid=uid).headers["Location"] for _ in range(2))
    assert first == again and len(rows(site, LeaveRequest)) == 2
    assert text(file_it(teacher, training, 1, number=0, uid=uid), 409) and len(rows(site, LeaveRequest)) == 2
    assert teacher.post(first + "/decide", {"verdict": "approved", "version": "1"}).status_code == 303
    board = text(teacher.get(f"/manage/sessions/{training.sessions[0].uid}"))
    assert "病假" in board


def test_nobody_enters_their_own_or_for_somebody_of_another_class(training: Any, make_training: Any, site: Site, log_in: Any, staff: Any) -> None:
    other = make_training("class-b", people=1)
    assert staff("class_teacher").post(f"{desk(training)}/new/{other.enrolments[0].uid}", values(training, 2)).status_code == 404
    with site.database.writing() as db:
        grant(db, person_id=training.people[1].id, role="class_teacher", scope_type="class", scope_id=training.training_class.id, by_id=None,
              now=site.clock.now())
    assert "不能为自己登记请假" in text(file_it(log_in(training.people[1]), training, 2), 403)
