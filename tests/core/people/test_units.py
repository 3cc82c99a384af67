import pytest

from lms.core.errors import Conflict, Invalid
from lms.core.people.units import descendants, place_under, unit_named


def test_a_unit_is_found_again_whatever_the_spaces(database):
    with database.writing() as db:
        first = unit_named(db, "区司法局机关工会", "机关工会")
        assert unit_named(db, " 区司法局　机关工会") is first
        assert unit_named(db, "区财政局机关工会") is not first
        assert unit_named(db, "区司法局机关工会", "别的").category == "机关工会"


def test_a_unit_needs_a_name(database):
    with database.writing() as db, pytest.raises(Invalid):
        unit_named(db, "　\u200b")


def test_no_unit_stands_above_itself(database):
    with database.writing() as db:
        top, middle, low = (unit_named(db, name) for name in ("区总工会", "镇总工会", "村工会"))
        place_under(db, middle, top)
        place_under(db, low, middle)
        db.flush()
        assert descendants(db, top) == {top.id, middle.id, low.id}
        with pytest.raises(Conflict):
            place_under(db, top, low)
