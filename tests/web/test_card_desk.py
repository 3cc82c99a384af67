"""A barcode gun at the desk: card after card without a mouse; what does not belong here is said, and tells nothing."""
from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.attendance.models import AttendanceEvent
from lms.core.audit.models import AuditEntry
from lms.core.ids import new_uid
from lms.core.people.cards import card_code, scanned_code
from lms.core.people.models import Person


@pytest.fixture
def training(make_training: Any, clock: Any) -> Any:
    made = make_training(people=4)
    clock.move(minutes=25)
    return made


@pytest.fixture
def desk(training: Any, person_with: Any, log_in: Any) -> Any:
    return Desk(log_in(person_with("class_teacher", training.training_class)), training)


class Desk:
    """The page as a gun and an Enter key see it."""

    def __init__(self, browser: Any, training: Any) -> None:
        self.browser, self.address = browser, f"/manage/sessions/{training.sessions[0].uid}/cards"
        self.fields = {"uid": new_uid()}

    def type(self, text: str, **more: str) -> Any:
        answer = self.browser.post(self.address, {**self.fields, "card": text, **more})
        page = answer.get_data(as_text=True)
        self.fields = dict(re.findall(r'type="hidden" name="(uid|waiting)" value="([^"]*)"', page))
        assert re.search(r'name="card" autofocus', page), "the field is not ready for the next card"
        return answer


def card(site: Any, person: Any) -> str:
    return f"https://peixun.example.org/c/{card_code(person, key=site.key('card'))}"


def events(site: Any) -> list[tuple[int, str]]:
    with site.database.reading() as db:
        return [(e.person_id, e.method) for e in db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id))]


def test_a_card_is_shown_then_enter_signs_in_and_the_next_may_come(training: Any, desk: Desk, site: Any) -> None:
    shown = desk.type(card(site, training.people[0])).get_data(as_text=True)
    assert all(text in shown for text in (training.people[0].name, training.enrolments[0].unit_name, "第1组", "按回车签到"))
    assert events(site) == []
    assert "已签到</span> 08:25" in desk.type("").get_data(as_text=True)
    desk.type(card(site, training.people[1]))
    desk.type("")
    assert events(site) == [(training.people[0].id, "card"), (training.people[1].id, "card")]


def test_ticked_each_card_signs_in_at_once(training: Any, desk: Desk, site: Any) -> None:
    for person in training.people[:3]:
        assert "已签到" in desk.type(card(site, person), at_once="1").get_data(as_text=True)
    assert [person for person, _ in events(site)] == [p.id for p in training.people[:3]]
    assert "之前已签到" in desk.type(card(site, training.people[0]), at_once="1").get_data(as_text=True)
    assert len(events(site)) == 3


def test_the_same_enter_twice_is_one_event(training: Any, desk: Desk, site: Any) -> None:
    desk.type(card(site, training.people[0]))
    sent = {**desk.fields, "card": ""}
    for _ in range(2):
        desk.browser.post(desk.address, sent)
    assert len(events(site)) == 1


def test_the_next_card_before_enter_says_that_the_last_was_not_signed_in(training: Any, desk: Desk, site: Any) -> None:
    desk.type(card(site, training.people[0]))
    page = desk.type(card(site, training.people[1])).get_data(as_text=True)
    assert "上一张卡没有签到" in page and training.people[1].name in page and events(site) == []


def test_the_shown_card_scanned_again_signs_in(training: Any, desk: Desk, site: Any) -> None:
    desk.type(card(site, training.people[0]))
    desk.type(card(site, training.people[0]))
    assert events(site) == [(training.people[0].id, "card")]


@pytest.mark.parametrize(("text", "status", "words"), [
    ("6921168509256", 404, "不是本系统发出的卡"), ("https://peixun.example.org/c/", 422, "没有读到卡"), ("", 422, "没有读到卡"),
    ("https://peixun.example.org/c/" + "0" * 48, 404, "不是本系统发出的卡"), ("卡" * 5000, 404, "不是本系统发出的卡")])
def test_what_is_no_card_of_ours_is_said_and_logged(desk: Desk, site: Any, text: str, status: int, words: str) -> None:
    answer = desk.type(text, at_once="1")
    assert answer.status_code == status and words in answer.get_data(as_text=True) and events(site) == []
    with site.database.reading() as db:
        assert len(db.scalars(select(AuditEntry).where(AuditEntry.outcome == "refused")).all()) == 1


def test_a_card_of_another_class_is_refused_without_a_name(desk: Desk, site: Any, make_training: Any) -> None:
    other = make_training("class-b").people[0]
    answer = desk.type(card(site, other), at_once="1")
    assert answer.status_code == 404 and "不在本班名册里" in answer.get_data(as_text=True)
    assert other.name not in answer.get_data(as_text=True) and events(site) == []


def test_a_card_of_another_group_is_refused_without_a_name(training: Any, site: Any, person_with: Any, log_in: Any) -> None:
    desk = Desk(log_in(person_with("group_leader", training.groups[0])), training)
    answer = desk.type(card(site, training.people[1]))
    assert answer.status_code == 403 and "别组" in answer.get_data(as_text=True)
    assert training.people[1].name not in answer.get_data(as_text=True)


def test_a_lost_card_is_refused(training: Any, desk: Desk, site: Any) -> None:
    lost = card(site, training.people[0])
    with site.database.writing() as db:
        db.get_one(Person, training.people[0].id).card_serial += 1
    assert "已挂失" in desk.type(lost, at_once="1").get_data(as_text=True) and events(site) == []


def test_a_trainee_finds_no_desk(training: Any, log_in: Any, site: Any) -> None:
    browser = log_in(training.people[0])
    address = f"/manage/sessions/{training.sessions[0].uid}/cards"
    assert browser.get(address).status_code == 403
    assert browser.post(address, {"card": card(site, training.people[1]), "at_once": "1"}).status_code == 403
    assert events(site) == []


@pytest.mark.parametrize("typed", ["{a}", " {a} ", "{A}", "{code}", "{wide}", "{a}?x=1", "{a}/"])
def test_a_gun_types_as_a_keyboard_does(training: Any, site: Any, typed: str) -> None:
    code = card_code(training.people[0], key=site.key("card"))
    wide = "".join(chr(ord(c) + 0xFEE0) for c in f"https://x.example/c/{code}")
    text = typed.format(a=f"https://x.example/c/{code}", A=f"HTTPS://X.EXAMPLE/C/{code}".upper(), code=code, wide=wide)
    assert scanned_code(text) == code
