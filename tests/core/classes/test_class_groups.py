from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.classes.enrolments import enrol, reinstate, withdraw
from lms.core.classes.groups import add_group, move_to_group, remove_group, rename_group
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.errors import Conflict, Invalid
from lms.core.people.service import affiliate, new_person, rename
from lms.core.people.units import unit_named
from lms.site import Site


def enrolled(site: Site, training_class: TrainingClass, name: str = "欧阳天林",
             group: Group | None = None) -> Enrolment:
    with site.database.writing() as db:
        person = new_person(db, name=name, gender="男", now=site.clock.now())
        affiliate(db, person, unit_named(db, "样例镇总工会"), position="工会主席", on=site.clock.now().date())
        return enrol(db, training_class=db.get_one(TrainingClass, training_class.id), person=person,
                     group=db.get_one(Group, group.id) if group else None, by_id=None, now=site.clock.now())


def group_of(site: Site, training_class: TrainingClass, name: str) -> Group:
    with site.database.writing() as db:
        return add_group(db, training_class=db.get_one(TrainingClass, training_class.id), name=name, by_id=None,
                         now=site.clock.now())


def test_an_enrolment_keeps_name_unit_and_position_as_they_stood(site: Site, training_class: TrainingClass) -> None:
    made = enrolled(site, training_class)
    with site.database.writing() as db:
        seat = db.get_one(Enrolment, made.id)
        rename(seat.person, "欧阳天琳")
        affiliate(db, seat.person, unit_named(db, "别的单位"), on=site.clock.now().date())
    with site.database.reading() as db:
        seat = db.get_one(Enrolment, made.id)
        assert (seat.name, seat.unit_name, seat.position, seat.number) == ("欧阳天林", "样例镇总工会", "工会主席", 1)
        assert seat.person.name == "欧阳天琳"


def test_a_person_is_in_a_class_once(site: Site, training_class: TrainingClass) -> None:
    made = enrolled(site, training_class)
    with pytest.raises(Conflict) as refused, site.database.writing() as db:
        enrol(db, training_class=db.get_one(TrainingClass, training_class.id),
              person=db.get_one(Enrolment, made.id).person, by_id=None, now=site.clock.now())
    assert refused.value.data == {"name": "欧阳天林", "number": 1}


def test_numbers_go_on_from_the_highest(site: Site, training_class: TrainingClass) -> None:
    assert [enrolled(site, training_class, name).number for name in ("甲某", "乙某", "丙某")] == [1, 2, 3]


def test_withdrawing_needs_a_reason_and_can_be_undone(site: Site, training_class: TrainingClass) -> None:
    made = enrolled(site, training_class)
    with pytest.raises(Invalid), site.database.writing() as db:
        withdraw(db, enrolment=db.get_one(Enrolment, made.id), reason=" ", by_id=None, now=site.clock.now())
    with site.database.writing() as db:
        for _ in range(2):
            withdraw(db, enrolment=db.get_one(Enrolment, made.id), reason="请假超过总学时 1/7", by_id=None,
                     now=site.clock.now())
    with site.database.reading() as db:
        assert db.get_one(Enrolment, made.id).state == "withdrawn"
        reasons = db.scalars(select(AuditDetail.reason).join(AuditEntry, AuditEntry.id == AuditDetail.entry_id)
                             .where(AuditEntry.action == "enrolment.withdrawn")).all()
        assert reasons == ["请假超过总学时 1/7"]
    with site.database.writing() as db:
        reinstate(db, enrolment=db.get_one(Enrolment, made.id), by_id=None, now=site.clock.now())
    with site.database.reading() as db:
        assert db.get_one(Enrolment, made.id).state == "enrolled"


def test_a_group_name_is_unique_in_its_class_only(site: Site, training_class: TrainingClass, make: Any) -> None:
    group_of(site, training_class, "第1组")
    assert group_of(site, make("另一个班"), "第1组").position == 1
    for name in ("第1组", " 第1组 ", "", "长" * 61):
        with pytest.raises(Invalid):
            group_of(site, training_class, name)
    assert group_of(site, training_class, "第2组").position == 2


def test_a_group_is_renamed_by_who_saw_its_latest_state(site: Site, training_class: TrainingClass) -> None:
    group = group_of(site, training_class, "第1组")

    def rename_to(name: str, version: int) -> None:
        with site.database.writing() as db:
            rename_group(db, group=db.get_one(Group, group.id), name=name, version=version, by_id=None,
                         now=site.clock.now())

    rename_to("第一组", 1)
    with pytest.raises(Conflict):
        rename_to("头一组", 1)
    with site.database.reading() as db:
        assert db.get_one(Group, group.id).name == "第一组"


def test_only_an_empty_group_goes(site: Site, training_class: TrainingClass) -> None:
    full, empty = group_of(site, training_class, "第1组"), group_of(site, training_class, "第2组")
    enrolled(site, training_class, group=full)
    with pytest.raises(Conflict) as refused, site.database.writing() as db:
        remove_group(db, group=db.get_one(Group, full.id), by_id=None, now=site.clock.now())
    assert refused.value.data["count"] == 1
    with site.database.writing() as db:
        remove_group(db, group=db.get_one(Group, empty.id), by_id=None, now=site.clock.now())
    with site.database.reading() as db:
        assert [group.name for group in db.scalars(select(Group))] == ["第1组"]


def test_people_move_between_groups_of_their_class_only(
        site: Site, training_class: TrainingClass, make: Any) -> None:
    first, second = group_of(site, training_class, "第1组"), group_of(site, training_class, "第2组")
    foreign = group_of(site, make("另一个班"), "第1组")
    made = enrolled(site, training_class, group=first)

    def move(group: Group | None) -> int:
        with site.database.writing() as db:
            return move_to_group(db, enrolments=[db.get_one(Enrolment, made.id)], by_id=None, now=site.clock.now(),
                                 group=db.get_one(Group, group.id) if group else None)

    assert (move(second), move(second), move(None)) == (1, 0, 1)
    with pytest.raises(Invalid):
        move(foreign)
    with site.database.reading() as db:
        assert db.get_one(Enrolment, made.id).group_id is None
