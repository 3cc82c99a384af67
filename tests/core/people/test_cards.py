import pytest

from lms.core.errors import Conflict, NotFound
from lms.core.people.cards import card_code, card_holder
from lms.core.people.models import Person

KEY = b"c" * 32


def test_a_card_says_who_holds_it(database, zhang):
    with database.reading() as db:
        assert card_holder(db, card_code(zhang, key=KEY), key=KEY).id == zhang.id
        assert card_holder(db, card_code(zhang, key=KEY).upper(), key=KEY).id == zhang.id


@pytest.mark.parametrize("change", [lambda c: c[:-1] + ("a" if c[-1] != "a" else "b"), lambda c: c[:32], lambda c: "",
                                    lambda c: "0" * 48, lambda c: c + "a", lambda c: c[:32] + "é" * 16])
def test_an_altered_card_is_unknown(database, zhang, change):
    with database.reading() as db, pytest.raises(NotFound):
        card_holder(db, change(card_code(zhang, key=KEY)), key=KEY)


def test_another_installations_card_is_unknown(database, zhang):
    with database.reading() as db, pytest.raises(NotFound):
        card_holder(db, card_code(zhang, key=b"d" * 32), key=KEY)


def test_a_lost_card_dies_with_the_next_serial(database, zhang):
    lost = card_code(zhang, key=KEY)
    with database.writing() as db:
        person = db.get(Person, zhang.id)
        person.card_serial += 1
        db.flush()
        with pytest.raises(Conflict) as refused:
            card_holder(db, lost, key=KEY)
        assert refused.value.code == "card_replaced"
        assert card_holder(db, card_code(person, key=KEY), key=KEY).id == zhang.id
