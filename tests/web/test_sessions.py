"""Staff at a session act on the people in their charge, and each act is kept, refused or repeated: never lost in silence."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.attendance.models import AttendanceEvent
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.classes.models import ClassSession
from lms.core.clock import SettableClock
from lms.core.ids import new_uid
from lms.site import Site
from lms.testing import Browser, Training

LogIn = Callable[[Any], Browser]


@pytest.fixture
def training(make_training: Any) -> Training:
    made: Training = make_training(people=4)
    return made


def place(training: Training, number: int, act: str) -> str:
    return f"/manage/sessions/{training.sessions[0].uid}/people/{training.enrolments[number].uid}/{act}"


def events(site: Site) -> list[AttendanceEvent]:
    with site.database.reading() as db:
        return list(db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)))


def test_a_group_leader_voids_no_event_of_another_group(training: Training, site: Site, person_with: Any, log_in: LogIn) -> None:
    teacher = log_in(person_with("class_teacher", training.training_class))
    leader = log_in(person_with("group_leader", training.groups[0]))  # leads people 0 and 2
    for number in (0, 1):
        teacher.post(place(training, number, "sign-in"), {"uid": new_uid()})
    mine, other = events(site)
    assert leader.post(place(training, 0, f"void/{other.uid}"), {"reason": "不是我组的人"}).status_code == 404
    assert leader.post(place(training, 0, f"void/{mine.uid}"), {"reason": "点错了人"}).status_code == 303
    assert [e.voids_id for e in events(site)] == [None, None, mine.id]


def test_one_tap_signs_one_person_in_and_never_pretends_for_another(training: Training, site: Site, person_with: Any,
                                                                    log_in: LogIn) -> None:
    teacher, uid = log_in(person_with("class_teacher", training.training_class)), new_uid()
    assert teacher.post(place(training, 0, "sign-in"), {"uid": uid}).status_code == 303
    assert teacher.post(place(training, 1, "sign-in"), {"uid": uid}).status_code == 409
    assert [e.person_id for e in events(site)] == [training.people[0].id]


def test_a_page_sent_again_with_another_status_says_that_nothing_was_saved(training: Training, site: Site, person_with: Any,
                                                                          log_in: LogIn) -> None:
    teacher = log_in(person_with("class_teacher", training.training_class))
    sent = {"uid": new_uid(), "status": "absent", "reason": "未到会场"}
    for _ in range(2):
        assert teacher.post(place(training, 0, "correct"), sent).status_code == 303
    assert teacher.post(place(training, 0, "correct"), {**sent, "status": "present"}).status_code == 409
    assert teacher.post(place(training, 1, "correct"), sent).status_code == 409
    assert [(e.person_id, e.status) for e in events(site)] == [(training.people[0].id, "absent")]


def test_whom_staff_signed_in_stands_in_the_log_once(training: Training, site: Site, person_with: Any, log_in: LogIn) -> None:
    teacher = person_with("class_teacher", training.training_class)
    page, uid = log_in(teacher), new_uid()
    for _ in range(2):
        page.post(place(training, 0, "sign-in"), {"uid": uid})
    with site.database.reading() as db:
        entry, detail = db.execute(select(AuditEntry, AuditDetail).join(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
                                   .where(AuditEntry.action == "attendance.in")).one()
    assert (entry.actor_id, entry.class_id, entry.thing_uid) == (teacher.id, training.training_class.id, training.sessions[0].uid)
    assert detail.after == {"person_id": training.people[0].id, "method": "staff"}


def test_closing_sign_in_again_does_not_open_the_time_in_between(training: Training, site: Site, person_with: Any,
                                                                 log_in: LogIn, clock: SettableClock) -> None:
    instructor = log_in(person_with("instructor", training.training_class))
    address = f"/manage/sessions/{training.sessions[0].uid}/close"
    instructor.post(address)
    closed = clock.now()
    clock.move(minutes=10)
    instructor.post(address)
    with site.database.reading() as db:
        assert db.get_one(ClassSession, training.sessions[0].id).closed_at == closed
