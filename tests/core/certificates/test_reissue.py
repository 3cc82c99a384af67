"""Reissue: a new number that names what it replaces, the old one void and visible, no gap, never two for one."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from certificate_desk import BASE, Desk
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.certificates.issue import revoke
from lms.core.certificates.jobs import ask_to_issue
from lms.core.certificates.models import Certificate
from lms.core.certificates.reissue import reissue
from lms.core.certificates.verify import by_code, by_number, replaced_by
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Invalid
from lms.worker import run_waiting

MakeDesk = Callable[..., Desk]


def again(desk: Desk, certificate: Certificate, reason: str = "姓名有误", *, finish: bool = True) -> Certificate:
    with desk.site.database.writing() as db:
        made = reissue(db, certificate=db.get_one(Certificate, certificate.id), reason=reason, key=desk.site.key("certificate"),
                       by_id=desk.training.people[0].id, now=desk.site.clock.now(), sample=False)
        ask_to_issue(db, training_class=db.get_one(TrainingClass, made.class_id), enrolments=[db.get_one(Enrolment, made.enrolment_id)],
                     base=BASE, by_id=None, now=desk.site.clock.now())
    if finish:
        run_waiting(desk.site)
    with desk.site.database.reading() as db:
        return db.get_one(Certificate, made.id)


def issued(make_desk: MakeDesk, people: int = 2, **rules: Any) -> Desk:
    desk = make_desk(people=people, **rules)
    desk.finish()
    desk.issue()
    return desk


def test_the_new_one_has_the_next_number_and_names_the_old(make_desk: MakeDesk) -> None:
    desk = issued(make_desk)
    first, second = desk.certificates()
    old_bytes = desk.bytes_of(first)
    desk.rename()
    new = again(desk, first)
    old, _, last = desk.certificates()
    assert (last.id, new.serial, new.state, new.replaces_id) == (new.id, 3, "valid", first.id)
    assert (old.state, old.state_reason, old.state_by_id) == ("replaced", "姓名有误", desk.training.people[0].id)
    assert new.snapshot["name"] == "改了名的人" and any(first.number in note for note in new.snapshot["notes"])
    assert old.snapshot == first.snapshot and desk.bytes_of(old) == old_bytes  # what was issued stays what it was
    assert new.verdict == first.verdict and desk.certificates()[1].state == second.state == "valid"


def test_both_can_be_verified_and_the_old_one_says_what_took_its_place(make_desk: MakeDesk) -> None:
    desk = issued(make_desk)
    [first, _] = desk.certificates()
    new = again(desk, first)
    with desk.site.database.reading() as db:
        old = by_code(db, desk.code(first))
        assert (old.state, replaced_by(db, old)) == ("replaced", new.number)
        assert by_number(db, new.number, new.snapshot["name"]).state == "valid"
        assert replaced_by(db, by_code(db, desk.code(new))) == ""


def test_twice_is_once(make_desk: MakeDesk) -> None:
    desk = issued(make_desk)
    [first, _] = desk.certificates()
    assert again(desk, first).id == again(desk, first, "又点了一次").id
    assert [c.serial for c in desk.certificates()] == [1, 2, 3]


def test_a_chain_of_three(make_desk: MakeDesk) -> None:
    desk = issued(make_desk, people=1)
    [first] = desk.certificates()
    third = again(desk, again(desk, first))
    assert [c.state for c in desk.certificates()] == ["replaced", "replaced", "valid"] and third.serial == 3
    assert desk.issue() == desk.certificates() or len(desk.certificates()) == 3  # issuing for all gives nobody a second one


def test_an_interruption_between_number_and_bytes_is_finished_later(make_desk: MakeDesk) -> None:
    desk = issued(make_desk, people=1)
    [first] = desk.certificates()
    new = again(desk, first, finish=False)
    assert new.state == "reserved" and desk.certificates()[0].state == "replaced"
    run_waiting(desk.site)
    assert desk.certificates()[1].state == "valid" and len(desk.bytes_of(desk.certificates()[1])) > 1000


@pytest.mark.parametrize("reason", ["", " ", "一", "长" * 501])
def test_it_needs_a_reason(make_desk: MakeDesk, reason: str) -> None:
    desk = issued(make_desk, people=1)
    with pytest.raises(Invalid, match="reason_missing"):
        again(desk, desk.certificates()[0], reason)
    assert [c.state for c in desk.certificates()] == ["valid"]


def test_neither_revoked_nor_unfinished_ones_are_reissued(make_desk: MakeDesk) -> None:
    desk = issued(make_desk, people=1)
    new = again(desk, desk.certificates()[0], finish=False)
    with pytest.raises(Conflict, match="not_reissuable"):
        again(desk, new)
    with desk.site.database.writing() as db:
        revoke(db, certificate=db.get_one(Certificate, new.id), reason="冒领", by_id=desk.training.people[0].id, now=desk.site.clock.now())
    with pytest.raises(Conflict, match="not_reissuable"):
        again(desk, new)
    assert [c.serial for c in desk.certificates()] == [1, 2]  # a refusal takes no number


def test_an_unusable_wording_changes_nothing(make_desk: MakeDesk) -> None:
    desk = issued(make_desk, people=1)
    with desk.site.database.writing() as db:
        row = db.get_one(TrainingClass, desk.training.training_class.id)
        row.rules = {**row.rules, "certificate_wording": "{name.__class__}"}
    with pytest.raises(Invalid):
        again(desk, desk.certificates()[0])
    assert [(c.serial, c.state) for c in desk.certificates()] == [(1, "valid")]


def test_the_log_says_who_and_why(make_desk: MakeDesk) -> None:
    desk = issued(make_desk, people=1)
    again(desk, desk.certificates()[0])
    with desk.site.database.reading() as db:
        assert db.scalars(select(AuditEntry).where(AuditEntry.action == "certificate.reissue")).one().actor_id == desk.training.people[0].id
