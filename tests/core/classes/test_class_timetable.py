from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.timetable import (
    SESSION_KINDS,
    add_session,
    cancel_session,
    change_session,
    instants,
    restore_session,
)
from lms.core.classes.timetable_template import add_three_days
from lms.core.errors import Conflict, Invalid
from lms.site import Site

MORNING: dict[str, Any] = {"title": "工会财务制度", "kind": "lecture", "day": date(2026, 7, 7), "starts": time(8, 30),
                           "ends": time(11, 50), "credit_hours": 400}


def add(site: Site, training_class: TrainingClass, **values: Any) -> ClassSession:
    with site.database.writing() as db:
        return add_session(db, training_class=db.get_one(TrainingClass, training_class.id), by_id=None,
                           now=site.clock.now(), **{**MORNING, **values})


def test_a_session_has_utc_instants_by_the_zone_of_its_class(site: Site, training_class: TrainingClass) -> None:
    session = add(site, training_class)
    assert instants(session, "Asia/Shanghai") == (datetime(2026, 7, 7, 0, 30, tzinfo=UTC),
                                                  datetime(2026, 7, 7, 3, 50, tzinfo=UTC))
    assert instants(session, "Europe/Berlin")[0] == datetime(2026, 7, 7, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(("values", "field"), [
    ({"ends": time(8, 30)}, "ends"),
    ({"ends": time(7, 0)}, "ends"),
    ({"day": date(2026, 7, 5)}, "day"),
    ({"day": date(2026, 7, 9)}, "day"),
    ({"title": "  "}, "title"),
    ({"kind": "party"}, "kind"),
    ({"credit_hours": -1}, "credit_hours"),
    ({"credit_hours": 2401}, "credit_hours"),
])
def test_an_impossible_session_is_refused_at_its_field(site: Site, training_class: TrainingClass,
                                                       values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        add(site, training_class, **values)
    assert refused.value.data["field"] == field
    with site.database.reading() as db:
        assert db.scalars(select(ClassSession)).all() == []


def test_two_sessions_cannot_overlap_but_may_touch(site: Site, training_class: TrainingClass) -> None:
    add(site, training_class)
    add(site, training_class, title="答疑", starts=time(11, 50), ends=time(12, 10))
    with pytest.raises(Invalid) as refused:
        add(site, training_class, title="座谈", starts=time(11, 0), ends=time(11, 30))
    assert refused.value.code == "session_overlaps"
    assert refused.value.data["title"] == "工会财务制度"


def test_another_class_may_meet_at_the_same_time(site: Site, training_class: TrainingClass, make: Any) -> None:
    add(site, training_class)
    assert add(site, make("另一个班")).id


def test_a_change_counts_only_on_what_the_editor_saw(site: Site, training_class: TrainingClass) -> None:
    session = add(site, training_class)

    def change(version: int, **values: Any) -> None:
        with site.database.writing() as db:
            change_session(db, session=db.get_one(ClassSession, session.id), version=version, by_id=None,
                           now=site.clock.now(), **{**MORNING, **values})

    change(1, starts=time(9, 0))
    with pytest.raises(Conflict):
        change(1, starts=time(10, 0))
    with pytest.raises(Invalid):
        change(2, ends=time(8, 0))
    with site.database.reading() as db:
        kept = db.get_one(ClassSession, session.id)
        assert (kept.starts, kept.version) == (time(9, 0), 2)


def test_a_cancelled_session_stays_and_frees_its_time(site: Site, training_class: TrainingClass) -> None:
    session = add(site, training_class)
    with site.database.writing() as db:
        for _ in range(2):
            cancel_session(db, session=db.get_one(ClassSession, session.id), by_id=None, now=site.clock.now())
    add(site, training_class, title="代替的课")
    with pytest.raises(Conflict), site.database.writing() as db:
        restore_session(db, session=db.get_one(ClassSession, session.id), by_id=None, now=site.clock.now())
    with site.database.reading() as db:
        kept = db.get_one(ClassSession, session.id)
        assert (kept.cancelled, kept.version) == (True, 2)


def test_a_cancelled_session_can_be_put_back(site: Site, training_class: TrainingClass) -> None:
    session = add(site, training_class)
    with site.database.writing() as db:
        cancel_session(db, session=db.get_one(ClassSession, session.id), by_id=None, now=site.clock.now())
    with site.database.writing() as db:
        restore_session(db, session=db.get_one(ClassSession, session.id), by_id=None, now=site.clock.now())
    with site.database.reading() as db:
        assert not db.get_one(ClassSession, session.id).cancelled


def test_the_three_day_template_holds_what_such_a_class_has_and_24_hours(site: Site, make: Any) -> None:
    training_class = make()
    with site.database.writing() as db:
        made = add_three_days(db, training_class=db.get_one(TrainingClass, training_class.id), by_id=None,
                              now=site.clock.now())
        assert sum(session.credit_hours for session in made) == 2400
        assert {session.kind for session in made} == set(SESSION_KINDS)
        assert {session.day for session in made} == {date(2026, 7, 6), date(2026, 7, 7), date(2026, 7, 8)}
        assert [s.sign_out for s in made if s.kind == "field_visit"] == [True]
    with pytest.raises(Conflict), site.database.writing() as db:
        add_three_days(db, training_class=db.get_one(TrainingClass, training_class.id), by_id=None,
                       now=site.clock.now())


def test_the_template_follows_the_hours_of_the_class(site: Site, make: Any) -> None:
    training_class = make()
    with site.database.writing() as db:
        known = db.get_one(TrainingClass, training_class.id)
        known.rules = {"half_day_hours": 300}
        made = add_three_days(db, training_class=known, by_id=None, now=site.clock.now())
        assert sum(session.credit_hours for session in made) == 1800


def test_the_template_does_not_fit_a_two_day_class(site: Site, make: Any) -> None:
    training_class = make(ends_on=date(2026, 7, 7))
    with pytest.raises(Conflict), site.database.writing() as db:
        add_three_days(db, training_class=db.get_one(TrainingClass, training_class.id), by_id=None,
                       now=site.clock.now())
