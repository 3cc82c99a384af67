from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.classes.models import TrainingClass
from lms.core.classes.service import close_class, find_class, publish, update_class, withdraw_to_draft
from lms.core.classes.timetable import add_session
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.people.units import unit_named
from lms.site import Site


def values(site: Site, **changed: Any) -> dict[str, Any]:
    with site.database.writing() as db:
        organiser_id = unit_named(db, "样例区总工会").id
    return {"title": "工会干部培训班", "organiser_id": organiser_id, "starts_on": date(2026, 7, 6),
            "ends_on": date(2026, 7, 8), "zone": "Asia/Shanghai", **changed}


def update(site: Site, training_class: TrainingClass, version: int = 1, **changed: Any) -> None:
    given = values(site, **changed)
    with site.database.writing() as db:
        update_class(db, training_class=db.get_one(TrainingClass, training_class.id), version=version, by_id=None,
                     now=site.clock.now(), **given)


def add_one_session(site: Site, training_class: TrainingClass, day: date = date(2026, 7, 6)) -> None:
    with site.database.writing() as db:
        add_session(db, training_class=db.get_one(TrainingClass, training_class.id), title="开班式",
                    kind="opening_ceremony", day=day, starts=time(8, 30), ends=time(9, 0), by_id=None,
                    now=site.clock.now())


def test_a_class_gets_a_short_name_that_no_other_has(make: Any) -> None:
    assert make("工会干部培训班", intake=3).slug == "2026-ghgbpxb-3"
    assert make("工会干部培训班", intake=3).slug == "2026-ghgbpxb-3-2"
    assert make("工会干部培训班").slug == "2026-ghgbpxb"
    assert make("★★★").slug == "2026-class"
    assert make("培训班", slug="2026-Summer ").slug == "2026-summer"


@pytest.mark.parametrize("slug", ["a b", "../etc", "Ä", "x" * 61, "-a", "a--b"])
def test_a_short_name_is_safe_in_addresses_and_files(make: Any, slug: str) -> None:
    with pytest.raises(Invalid):
        make(slug=slug)


def test_a_short_name_is_taken_once(make: Any) -> None:
    make(slug="summer")
    with pytest.raises(Invalid):
        make(slug="summer")


def test_a_class_is_found_by_its_short_name(site: Site, training_class: TrainingClass) -> None:
    with site.database.reading() as db:
        assert find_class(db, training_class.slug).id == training_class.id
        with pytest.raises(NotFound):
            find_class(db, "none")


@pytest.mark.parametrize(("wrong", "field"), [
    ({"title": " "}, "title"), ({"ends_on": date(2026, 7, 5)}, "ends_on"), ({"ends_on": date(2062, 7, 8)}, "ends_on"),
    ({"starts_on": date(206, 7, 6)}, "starts_on"), ({"starts_on": date.max, "ends_on": date.max}, "starts_on"),
    ({"zone": "Mars/Base"}, "zone"), ({"zone": "../etc/passwd"}, "zone"),
])
def test_an_impossible_class_is_refused_at_its_field(make: Any, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        make(**wrong)
    assert refused.value.data["field"] == field


def test_a_change_needs_the_version_that_was_seen(site: Site, training_class: TrainingClass) -> None:
    update(site, training_class, title="新的名称")
    with pytest.raises(Conflict):
        update(site, training_class, title="别人的名称", version=1)
    with site.database.reading() as db:
        kept = db.get_one(TrainingClass, training_class.id)
        assert (kept.title, kept.version, kept.slug) == ("新的名称", 2, training_class.slug)


def test_dates_cannot_leave_a_session_outside(site: Site, training_class: TrainingClass) -> None:
    add_one_session(site, training_class)
    with pytest.raises(Invalid) as refused:
        update(site, training_class, starts_on=date(2026, 7, 7))
    assert refused.value.data["count"] == 1


def test_a_class_without_a_timetable_is_not_published(site: Site, training_class: TrainingClass) -> None:
    with pytest.raises(Conflict), site.database.writing() as db:
        publish(db, training_class=db.get_one(TrainingClass, training_class.id), by_id=None, now=site.clock.now())


def test_publishing_twice_is_publishing_once_and_every_step_is_logged(
        site: Site, training_class: TrainingClass) -> None:
    add_one_session(site, training_class)
    for step in (publish, publish, close_class, withdraw_to_draft, publish):
        with site.database.writing() as db:
            step(db, training_class=db.get_one(TrainingClass, training_class.id), by_id=None, now=site.clock.now())
    with site.database.reading() as db:
        assert db.get_one(TrainingClass, training_class.id).state == "published"
        actions = db.scalars(select(AuditEntry.action).where(AuditEntry.class_id == training_class.id)
                             .order_by(AuditEntry.id)).all()
    assert actions == ["class.make", "session.add", "class.published", "class.closed", "class.draft",
                       "class.published"]
