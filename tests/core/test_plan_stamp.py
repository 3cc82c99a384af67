"""Plans are kept in memory; the stamp says when they are old, whichever process changed them."""
from __future__ import annotations

import pytest
from sqlalchemy import select, update

from lms.core.attendance.check_in import check_in_by_staff
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.timetable import add_session
from lms.core.courses.shelf import Shelf
from lms.core.db import PLAN_STAMP
from lms.core.ids import new_uid
from lms.core.reports.plans import Plans


def stamp(site) -> int:
    with site.database.reading() as db:
        return db.scalar(select(PLAN_STAMP))


def rename(db, training):
    db.get_one(ClassSession, training.sessions[0].id).title = "改过的课"


def rename_in_bulk(db, training):
    db.execute(update(TrainingClass).where(TrainingClass.id == training.training_class.id).values(title="改过的班"))


def remove(db, training):
    db.delete(db.get_one(ClassSession, training.sessions[0].id))


@pytest.mark.parametrize("change", [rename, rename_in_bulk, remove])
def test_a_change_of_a_plan_moves_the_stamp_once(site, make_training, change):
    training, before = make_training(), stamp(site)
    before = stamp(site)
    with site.database.writing() as db:
        change(db, training)
    assert stamp(site) == before + 1


def test_what_is_no_plan_or_is_rolled_back_leaves_it(site, make_training, clock):
    training = make_training()
    before = stamp(site)
    with site.database.writing() as db:
        check_in_by_staff(db, session=db.get_one(ClassSession, training.sessions[0].id), person_id=training.people[0].id,
                          direction="in", by_id=training.people[1].id, method="staff", uid=new_uid(), now=clock.now())
    with pytest.raises(ZeroDivisionError), site.database.writing() as db:
        rename(db, training)
        db.flush()
        raise ZeroDivisionError
    assert stamp(site) == before


def test_a_plan_is_read_once_and_anew_when_the_stamp_has_moved(site, make_training, clock):
    training, plans = make_training(), Plans(Shelf())
    with site.database.reading() as db:
        first = plans.of(db, training.training_class.id, stamp(site))
        assert plans.of(db, training.training_class.id, stamp(site)) is first
    with site.database.writing() as db:
        made = db.get_one(TrainingClass, training.training_class.id)
        add_session(db, training_class=made, title="加的课", kind="lecture", day=training.sessions[0].day,
                    starts=training.sessions[0].ends, ends=training.sessions[1].starts, credit_hours=0, by_id=None, now=clock.now())
    with site.database.reading() as db:
        again = plans.of(db, training.training_class.id, stamp(site))
    assert "加的课" in [s.title for s, _, _ in again.sessions] and len(again.sessions) == len(first.sessions) + 1


def test_a_page_shows_what_staff_has_just_changed(site, make_training, log_in):
    training = make_training()
    phone = log_in(training.people[0])
    for path in ("/", "/timetable"):
        assert training.sessions[0].title in phone.get(path).get_data(as_text=True)
    with site.database.writing() as db:
        rename(db, training)
    for path in ("/", "/timetable"):
        text = phone.get(path).get_data(as_text=True)
        assert "改过的课" in text and training.sessions[0].title not in text
