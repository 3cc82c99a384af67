"""Whom a row means: by phone, else by name and unit together, never by name alone."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.classes.enrolments import withdraw
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.roster import PreviewRow, Roster, choices, commit_roster, keep_preview, preview_rows
from lms.core.classes.roster_rows import make_row
from lms.core.errors import Invalid
from lms.core.people.models import Affiliation, Person, Unit
from lms.site import Site

HEAD = "序号,姓名,手机号,单位,职务,分组,备注\n"


@pytest.fixture
def elsewhere(office_of: Callable[..., Any], make: Callable[..., TrainingClass]) -> Any:
    """Another class with people of its own."""
    return office_of(make("另一个班"))


def only(office: Any, text: str) -> PreviewRow:
    rows = preview_rows(office.preview(text))
    assert len(rows) == 1
    return rows[0]


def codes(row: PreviewRow) -> list[str]:
    return [reason.code for reason in row.verdict.reasons]


def people(site: Site) -> list[tuple[str, str | None]]:
    with site.database.reading() as db:
        return [(p.name, p.phone) for p in db.scalars(select(Person).order_by(Person.id))]


def test_a_known_person_joins_another_class_as_the_same_person(site: Site, office: Any, elsewhere: Any) -> None:
    elsewhere.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,主席,第1组,\n")
    row = only(office, HEAD + "1,甲某,19900005001,区测绘院工会,主席,第2组,\n")
    assert (row.verdict.state, codes(row)) == ("new", ["known_person"])
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,主席,第2组,\n")
    assert people(site) == [("甲某", "19900005001")]
    with site.database.reading() as db:
        assert len(db.scalars(select(Enrolment)).all()) == 2
        assert len(db.scalars(select(Affiliation)).all()) == 1


def test_a_change_is_shown_field_by_field_and_saved(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,主席,第1组,素食\n")
    changed = HEAD + "7,甲某,19900005001,区气象服务中心工会,副主席,第2组,\n"
    row = only(office, changed)
    assert row.verdict.state == "changed"
    assert row.verdict.changes == {
        "number": [1, 7], "unit": ["区测绘院工会", "区气象服务中心工会"], "position": ["主席", "副主席"],
        "group": ["第1组", "第2组"], "note": ["素食", ""]}
    assert office.bring_in(changed)["updated"] == 1
    with site.database.reading() as db:
        seat = db.scalars(select(Enrolment)).one()
        assert (seat.number, seat.unit_name, seat.position, seat.note) == (7, "区气象服务中心工会", "副主席", "")
        assert seat.group and seat.group.name == "第2组"
        assert seat.unit_id == db.scalar(select(Unit.id).where(Unit.name == "区气象服务中心工会"))
        ended = [(a.unit.name, a.ends_on is not None) for a in seat.person.affiliations]
        assert ended == [("区测绘院工会", True), ("区气象服务中心工会", False)]


def test_a_change_may_be_declined(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,主席,第1组,\n")
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,副主席,第1组,\n", _2="skip")
    with site.database.reading() as db:
        assert db.scalars(select(Enrolment)).one().position == "主席"


def test_columns_that_the_file_lacks_and_empty_phones_change_nothing(office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,主席,第1组,素食\n")
    assert office.states("姓名,手机号\n甲某,19900005001\n") == ["same"]
    assert office.states("姓名,手机号,单位\n甲某,,区测绘院工会\n") == ["same"]


def test_spacing_width_and_case_of_a_unit_make_no_other_unit(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,云泊工会联合会(物流),主席,,\n")
    assert office.states(HEAD + "1,甲某,19900005001,云泊 工会联合会（物流）,主席,,\n") == ["same"]


def test_a_phone_of_somebody_with_another_name_is_doubtful(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,,,\n")
    row = only(office, HEAD + "2,乙某,19900005001,区测绘院工会,,,\n")
    assert (row.verdict.state, codes(row)) == ("doubtful", ["phone_other_name"])
    with site.database.reading() as db:
        uid = db.scalar(select(Person.uid))
    assert choices(row) == ["skip", f"merge:{uid}", "import"]


def test_undecided_doubtful_rows_are_left_out(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,,,\n")
    counts = office.bring_in(HEAD + "2,乙某,19900005001,区测绘院工会,,,\n")
    assert (counts["saved"], counts["updated"], counts["held_back"]) == (0, 0, 1)
    assert people(site) == [("甲某", "19900005001")]


def test_a_doubtful_row_may_be_merged_which_renames_the_person(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,,,\n")
    text = HEAD + "1,甲明,19900005001,区测绘院工会,,,\n"
    uid = only(office, text).verdict.candidates[0]
    assert office.bring_in(text, _2=f"merge:{uid}")["updated"] == 1
    assert people(site) == [("甲明", "19900005001")]


def test_a_doubtful_row_may_be_another_person_who_then_has_no_phone(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,,,\n")
    counts = office.bring_in(HEAD + "2,乙某,19900005001,区测绘院工会,,,\n", _2="import")
    assert (counts["saved"], counts["without_phone"]) == (1, 1)
    assert people(site) == [("甲某", "19900005001"), ("乙某", None)]


def test_one_name_and_unit_with_another_phone_is_doubtful(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,,,\n")
    text = HEAD + "2,甲某,19900005002,区测绘院工会,,,\n"
    row = only(office, text)
    assert (row.verdict.state, codes(row)) == ("doubtful", ["same_name_and_unit"])
    assert row.verdict.reasons[0].data == {"tails": ["5001"]}
    office.bring_in(text, _2=f"merge:{row.verdict.candidates[0]}")
    assert people(site) == [("甲某", "19900005002")]


def test_when_the_file_itself_shows_two_people_of_one_name_nothing_is_doubtful(office: Any) -> None:
    first = "1,甲某,19900005001,区测绘院工会,,,\n"
    office.bring_in(HEAD + first)
    assert office.states(HEAD + first + "2,甲某,19900005002,区测绘院工会,,,\n") == ["same", "new"]


def test_one_name_in_another_unit_is_another_person(office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,,,\n")
    assert office.states(HEAD + "2,甲某,19900005002,区气象服务中心工会,,,\n") == ["new"]
    assert office.states(HEAD + "2,甲某,,区气象服务中心工会,,,\n") == ["new"]


def test_a_phone_that_was_missing_is_filled_in(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,,区测绘院工会,,,\n")
    row = only(office, HEAD + "1,甲某,19900005001,区测绘院工会,,,\n")
    assert (row.verdict.state, row.verdict.changes) == ("changed", {"phone": [None, "19900005001"]})
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,,,\n")
    assert people(site) == [("甲某", "19900005001")]


def test_two_rows_that_could_be_one_known_person_are_both_doubtful(office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,,区测绘院工会,,,\n")
    assert office.states(HEAD + "1,甲某,19900005001,区测绘院工会,,,\n2,甲某,19900005002,区测绘院工会,,,\n") == [
        "doubtful", "doubtful"]


def test_two_rows_cannot_both_be_merged_with_one_person(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,,区测绘院工会,,,\n")
    preview = office.preview(HEAD + "1,甲某,19900005001,区测绘院工会,,,\n2,甲某,19900005002,区测绘院工会,,,\n")
    uid = preview_rows(preview)[0].verdict.candidates[0]
    with pytest.raises(Invalid):
        office.commit(preview, _2=f"merge:{uid}", _3=f"merge:{uid}")
    assert people(site) == [("甲某", None)]


def test_one_phone_for_two_people_in_a_file_makes_both_doubtful(site: Site, office: Any) -> None:
    text = HEAD + "1,甲某,19900005001,区测绘院工会,,,\n2,乙某,19900005001,区测绘院工会,,,\n"
    rows = preview_rows(office.preview(text))
    assert [(r.verdict.state, codes(r)) for r in rows] == [("doubtful", ["phone_of_two"])] * 2
    counts = office.bring_in(text, _2="import", _3="import")
    assert (counts["saved"], counts["without_phone"]) == (2, 1)
    assert people(site) == [("甲某", "19900005001"), ("乙某", None)]


def test_a_person_listed_twice_with_differences_is_asked_about(office: Any) -> None:
    text = HEAD + "1,甲某,19900005001,区测绘院工会,,第1组,\n2,甲某,19900005001,区测绘院工会,,第2组,\n"
    rows = preview_rows(office.preview(text))
    assert [r.verdict.state for r in rows] == ["new", "doubtful"]
    assert codes(rows[1]) == ["listed_twice"]


def test_a_repeated_row_without_a_phone_is_asked_about(office: Any) -> None:
    text = HEAD + "1,甲某,,区测绘院工会,,,\n2,甲某,,区测绘院工会,,,\n"
    rows = preview_rows(office.preview(text))
    assert [r.verdict.state for r in rows] == ["new", "doubtful"]
    office.bring_in(text)
    assert office.states(text) == ["same", "doubtful"]


def test_a_name_alone_never_matches(office: Any) -> None:
    office.bring_in("序号,姓名\n1,甲某\n2,乙某\n")
    assert office.states("序号,姓名\n1,甲某\n2,乙某\n") == ["same", "same"]  # the same 序号 in the same class
    assert office.states("序号,姓名\n9,甲某\n") == ["doubtful"]


def test_somebody_who_was_withdrawn_comes_back_only_by_decision(site: Site, office: Any) -> None:
    text = HEAD + "1,甲某,19900005001,区测绘院工会,,,\n"
    office.bring_in(text)
    with site.database.writing() as db:
        withdraw(db, enrolment=db.scalars(select(Enrolment)).one(), reason="工作调动", by_id=None, now=site.clock.now())
    row = only(office, text)
    assert (row.verdict.state, codes(row)) == ("doubtful", ["withdrawn"])
    assert choices(row) == ["skip", f"merge:{row.verdict.candidates[0]}"]
    office.bring_in(text, _2=f"merge:{row.verdict.candidates[0]}")
    with site.database.reading() as db:
        assert db.scalars(select(Enrolment)).one().state == "enrolled"


@pytest.mark.parametrize("name", ["甲某、乙某", "甲某1", "甲�", "李?", "=1+1", "甲"])
def test_what_is_hardly_a_name_is_doubtful(office: Any, name: str) -> None:
    row = only(office, HEAD + f"1,{name},19900005001,区测绘院工会,,,\n")
    assert (row.verdict.state, codes(row)) == ("doubtful", ["odd_name"])


def test_a_form_that_names_the_person_may_change_name_and_phone(site: Site, office: Any) -> None:
    office.bring_in(HEAD + "1,甲某,19900005001,区测绘院工会,,,\n2,乙某,19900005002,区测绘院工会,,,\n")
    with site.database.reading() as db:
        uid = db.scalars(select(Person.uid).where(Person.name == "甲某")).one()

    def state_of(phone: str) -> str:
        row = make_row(1, {"name": "甲明", "phone": phone, "unit": "区测绘院工会"}, meant=uid)
        with site.database.writing() as db:
            kept = keep_preview(db, training_class=db.get_one(TrainingClass, office.training_class.id),
                                roster=Roster("表单", [row]), by_id=None, now=site.clock.now())
            state = preview_rows(kept)[0].verdict.state
            commit_roster(db, roster_import=kept, decisions={}, by_id=None, now=site.clock.now())
        return state

    assert state_of("19900005002") == "refused"  # somebody else's
    assert state_of("19900005009") == "changed"
    assert people(site) == [("甲明", "19900005009"), ("乙某", "19900005002")]


def test_an_importer_does_not_learn_the_names_of_another_class(
        site: Site, make: Any, elsewhere: Any, office_of: Any, person_with: Any) -> None:
    elsewhere.bring_in(HEAD + "1,隐名某,19900005001,区测绘院工会,秘书长,第1组,\n2,静静某,19900005003,区测绘院工会,,,\n")
    own_class = make("本班")
    officer = office_of(own_class, person_with("training_officer", own_class).id)
    preview = officer.preview(HEAD + "1,乙某,19900005001,区测绘院工会,,,\n2,静静某,19900005009,区测绘院工会,,,\n")
    rows = preview_rows(preview)
    assert codes(rows[0]) == ["phone_other_name"] and rows[0].verdict.candidates == ()
    assert "隐名某" not in str(preview.rows) and "秘书长" not in str(preview.rows)
    # One name and unit is no reason to show, or to change, a person whom the importer may not see.
    assert (rows[1].verdict.state, rows[1].verdict.candidates) == ("new", ())
    officer.commit(preview, _2="import")
    assert ("隐名某", "19900005001") in people(site) and ("乙某", None) in people(site)
