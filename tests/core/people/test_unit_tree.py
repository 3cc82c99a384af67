"""The tree of units: counts by level, renaming, moving without a circle, and two units made one."""
from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lms.core.access.grants import grant
from lms.core.access.models import Grant
from lms.core.access.service import load_viewer
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.roster_known import load_knowledge
from lms.core.classes.roster_rows import make_row
from lms.core.errors import Conflict, Invalid
from lms.core.people.find import matching
from lms.core.people.models import Affiliation, Person, Unit
from lms.core.people.service import affiliate
from lms.core.people.unit_tree import above_of, merge_units, merged_into, move_unit, page_of_units, rename_unit
from lms.core.people.units import place_under, unit_named
from lms.core.registration.models import EnrolmentReply
from lms.core.registration.quotas import Quota, set_quotas
from lms.site import Site
from lms.testing import Training


@pytest.fixture
def tree(site: Site) -> dict[str, int]:
    """区总工会 above 镇总工会 above 村工会."""
    with site.database.writing() as db:
        made = [unit_named(db, name) for name in ("区总工会", "镇总工会", "村工会")]
        for low, high in zip(made[1:], made, strict=False):
            db.flush()
            place_under(db, low, high)
        return {unit.name: unit.id for unit in made}


def do(site: Site, act: Any, unit_id: int, by: Person, **given: Any) -> Any:
    with site.database.writing() as db:
        unit = db.get_one(Unit, unit_id)
        first = {"keep": unit} if act is merge_units else {"unit": unit}
        return act(db, **first, version=given.pop("version", unit.version), by=load_viewer(db, by.id), now=site.clock.now(), **given)


def names(site: Site, **given: Any) -> list[tuple[str, str, int, int]]:
    with site.database.reading() as db:
        lines, total = page_of_units(db, page=1, size=50, **{"under": None, "text": "", **given})
    assert total == len(lines)
    return [(line.unit.name, line.parent, line.people, line.below) for line in lines]


def test_levels_counts_and_search(site: Site, tree: dict[str, int], person_with: Any) -> None:
    person = person_with()
    with site.database.writing() as db:
        affiliate(db, db.get_one(Person, person.id), db.get_one(Unit, tree["镇总工会"]), on=site.clock.now().date())
    assert names(site) == [("区总工会", "", 0, 1)]
    with site.database.reading() as db:
        town = db.get_one(Unit, tree["镇总工会"])
        assert [u.name for u in above_of(db, db.get_one(Unit, tree["村工会"]))] == ["区总工会", "镇总工会"]
    assert names(site, under=town) == [("村工会", "镇总工会", 0, 0)]
    assert names(site, text=" 镇 总") == [("镇总工会", "区总工会", 1, 1)] and names(site, text="%") == []


def test_a_unit_is_moved_with_all_below_it_and_never_below_itself(site: Site, tree: dict[str, int], person_with: Any) -> None:
    admin = person_with("administrator")
    with pytest.raises(Conflict):
        do(site, move_unit, tree["区总工会"], admin, parent="村工会")
    with pytest.raises(Invalid, match="没有叫"):
        do(site, move_unit, tree["村工会"], admin, parent="没有的单位")
    do(site, move_unit, tree["镇总工会"], admin, parent="")
    assert [row[0] for row in names(site)] == ["区总工会", "镇总工会"]
    with pytest.raises(Conflict, match="别人已保存"):
        do(site, move_unit, tree["镇总工会"], admin, parent="区总工会", version=1)


def test_a_new_name_is_its_own_and_rosters_keep_the_old(site: Site, tree: dict[str, int], person_with: Any, make_training: Any) -> None:
    admin, training = person_with("administrator"), make_training()
    with pytest.raises(Conflict, match="已经有叫"):
        do(site, rename_unit, tree["村工会"], admin, name="镇 总工会", category="")
    seat = training.enrolments[0]
    do(site, rename_unit, seat.unit_id, admin, name="新名称工会", category="企业工会")
    with site.database.reading() as db:
        assert db.get_one(Enrolment, seat.id).unit_name == seat.unit_name
        assert db.get_one(Unit, seat.unit_id).category == "企业工会"
        assert db.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)).one() == "unit.rename"


def test_two_units_become_one_with_everything_that_belongs_to_them(site: Site, tree: dict[str, int], person_with: Any, make_training: Any) -> None:
    admin, hr, training = person_with("administrator"), person_with(), make_training()
    gone, seat = training.enrolments[0].unit_id, training.enrolments[0]
    with site.database.writing() as db:
        old = db.get_one(Unit, gone)
        affiliate(db, db.get_one(Person, seat.person_id), old, on=site.clock.now().date())
        place_under(db, db.get_one(Unit, tree["村工会"]), old)
        for scope in (gone, tree["镇总工会"]):
            grant(db, person_id=hr.id, role="unit_hr", scope_type="unit", scope_id=scope, by_id=None, now=site.clock.now())
        old_name = old.name
    do(site, merge_units, tree["镇总工会"], admin, other=old_name)
    with site.database.reading() as db:
        keep = db.get_one(Unit, tree["镇总工会"])
        assert [u.id for u in merged_into(db, keep)] == [gone] and unit_named(db, old_name).id == keep.id
        assert db.get_one(Enrolment, seat.id).unit_id == keep.id and db.get_one(Enrolment, seat.id).unit_name == old_name
        assert db.scalars(select(Affiliation.unit_id).where(Affiliation.person_id == seat.person_id)).all() == [keep.id]
        assert db.get_one(Unit, tree["村工会"]).parent_id == keep.id
        assert db.scalars(select(Grant.scope_id).where(Grant.person_id == hr.id, Grant.ended_at.is_(None))).all() == [keep.id]
        assert db.scalars(select(Person.id).where(matching("镇总工会"))).all() == [seat.person_id]
    do(site, rename_unit, keep.id, admin, name=old_name, category="")  # the names change places
    with site.database.reading() as db:
        assert unit_named(db, "镇总工会").id == keep.id == unit_named(db, old_name).id


def test_a_unit_that_lies_below_takes_in_the_one_above(site: Site, tree: dict[str, int], person_with: Any) -> None:
    do(site, merge_units, tree["村工会"], person_with("administrator"), other="区总工会")
    assert names(site) == [("村工会", "", 0, 1)]


def test_what_cannot_be_one_is_refused(site: Site, tree: dict[str, int], person_with: Any, make_training: Any) -> None:
    admin, training = person_with("administrator"), make_training()
    with site.database.writing() as db:
        set_quotas(db, training_class=db.get_one(TrainingClass, training.training_class.id), quotas=[Quota("镇总工会", 2), Quota("村工会", 2)],
                   closes_at=site.clock.now().replace(year=2027), key=b"k" * 32, by_id=None, now=site.clock.now())
    for other, words in (("镇总工会", "就是这个单位"), ("村工会", "报名回执")):
        with pytest.raises(Conflict, match=words):
            do(site, merge_units, tree["镇总工会"], admin, other=other)
    with site.database.reading() as db:
        assert len(set(db.scalars(select(EnrolmentReply.unit_id)))) == 2


def test_a_roster_that_writes_the_old_name_finds_the_people(site: Site, person_with: Any, make_training: Any) -> None:
    training: Training = make_training()
    admin, seat = person_with("administrator"), training.enrolments[0]
    with site.database.writing() as db:
        unit_named(db, "合并后的工会")
        affiliate(db, db.get_one(Person, seat.person_id), db.get_one(Unit, seat.unit_id), on=site.clock.now().date())
        keep = unit_named(db, "合并后的工会").id
    do(site, merge_units, keep, admin, other=seat.unit_name)
    other = make_training("class-b")
    with site.database.reading() as db:
        row = make_row(1, {"name": seat.name, "unit": seat.unit_name})
        known = load_knowledge(db, other.training_class, [row], None)
        assert known.units[row.keys[1]].id == keep
        [found] = known.by_name[row.keys[0]]
        assert row.keys[1] in found.unit_keys
