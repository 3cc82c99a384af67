from datetime import timedelta

import pytest

from lms.core.access.models import Grant
from lms.core.access.service import load_viewer
from lms.core.audit.models import AuditEntry
from lms.core.classes.roles import give_role, has_duties, take_role
from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.people.logins import find_login, open_login
from lms.core.people.models import Person

HALF_A_DAY = timedelta(hours=12)


@pytest.fixture
def give(database, clock):
    def call(by, person, role, scope=None):
        with database.writing() as db:
            thing = None if scope is None else db.get(type(scope), scope.id)
            return give_role(db, person=db.get(Person, person.id), role=role, scope=thing, by=load_viewer(db, by.id),
                             staff_login=HALF_A_DAY, now=clock.now())

    return call


def grants_of(database, person):
    with database.reading() as db:
        return [(role, kind) for role, kind, _ in load_viewer(db, person.id).grants]


def test_an_administrator_gives_and_takes_any_role(database, clock, give, person_with):
    administrator, person = person_with("administrator"), person_with()
    made = give(administrator, person, "administrator")
    assert grants_of(database, person) == [("administrator", "site")]
    with database.writing() as db:
        take_role(db, person=person, made=db.get(Grant, made.id), by=load_viewer(db, administrator.id), now=clock.now())
    assert grants_of(database, person) == []
    with database.reading() as db:
        assert [entry.action for entry in db.query(AuditEntry).order_by(AuditEntry.id)] == ["role.give", "role.take"]


def test_an_officer_gives_roles_in_their_own_class_and_nowhere_else(database, give, make_training, person_with):
    own, other = make_training(), make_training("class-b")
    officer, person = person_with("training_officer", own.training_class), person_with()
    give(officer, person, "class_teacher", own.training_class)
    give(officer, person, "group_leader", own.groups[0])
    for role, scope in (("class_teacher", other.training_class), ("group_leader", other.groups[0]),
                        ("administrator", None)):
        with pytest.raises(Forbidden):
            give(officer, person, role, scope)
    assert grants_of(database, person) == [("class_teacher", "class"), ("group_leader", "group")]


@pytest.mark.parametrize("role", ["class_teacher", "group_leader", "instructor", None])
def test_who_does_not_manage_gives_nothing(database, give, make_training, person_with, role):
    training = make_training()
    by = person_with(role, training.groups[0] if role == "group_leader" else training.training_class if role else None)
    for scope, wanted in ((training.training_class, "class_teacher"), (training.groups[0], "group_leader"),
                          (None, "administrator")):
        with pytest.raises(Forbidden):
            give(by, by, wanted, scope)


def test_a_role_needs_the_right_kind_of_scope(give, make_training, person_with):
    with pytest.raises(Invalid):
        give(person_with("administrator"), person_with(), "administrator", make_training().training_class)


def test_nobody_takes_their_own_administrators_role(database, clock, give, person_with):
    administrator = person_with("administrator")
    with database.writing() as db, pytest.raises(Conflict):
        take_role(db, person=administrator, made=db.query(Grant).one(), by=load_viewer(db, administrator.id),
                  now=clock.now())


def test_duties_shorten_the_long_login_of_a_phone(database, clock, give, make_training, person_with):
    training, administrator = make_training(), person_with("administrator")
    leader, teacher = training.people[:2]
    with database.writing() as db:
        secrets = [open_login(db, person=p, method="activation", lasts=timedelta(days=30), now=clock.now())
                   for p in (leader, teacher)]
    give(administrator, leader, "group_leader", training.groups[0])
    give(administrator, teacher, "class_teacher", training.training_class)
    clock.move(hours=13)
    with database.reading() as db:
        assert [find_login(db, secret, now=clock.now()) is not None for secret in secrets] == [True, False]


def test_which_roles_are_duties():
    assert has_duties(["administrator"]) and has_duties(["instructor"]) and has_duties(["group_leader", "class_teacher"])
    assert not has_duties(["group_leader"]) and not has_duties(["class_monitor"]) and not has_duties([])
