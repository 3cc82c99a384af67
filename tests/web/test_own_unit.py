"""A unit's staff see their own people with class, attendance and certificate, and nobody else."""
from __future__ import annotations

from typing import Any

import pytest
from certificate_desk import BY_ATTENDANCE, Desk

from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.people.models import Unit
from lms.site import Site
from lms.testing import Browser, Training


@pytest.fixture
def desk(site: Site, make_training: Any) -> Desk:
    made = Desk(site, make_training(people=3, rules=BY_ATTENDANCE))
    made.finish()
    return made


def staff_of(site: Site, enrolment: Enrolment, person_with: Any, log_in: Any) -> Browser:
    with site.database.reading() as db:
        unit = db.get_one(Unit, enrolment.unit_id)
    made: Browser = log_in(person_with("unit_hr", unit))
    return made


def test_own_people_with_hours_and_certificate(desk: Desk, site: Site, person_with: Any, log_in: Any, run_jobs: Any) -> None:
    training: Training = desk.training
    one, other = training.enrolments[0], training.enrolments[1]
    browser = staff_of(site, one, person_with, log_in)
    before = browser.get("/manage/unit").get_data(as_text=True)
    assert one.name in before and "还没有证书" in before and training.training_class.title in before
    same = [e.name for e in training.enrolments if e.unit_id == one.unit_id]
    assert [e.name in before for e in training.enrolments] == [e.name in same for e in training.enrolments]
    assert other.unit_id == one.unit_id or other.name not in before
    desk.ask()
    run_jobs()
    numbers = {c.enrolment_id: c.number for c in desk.certificates()}
    after = browser.get("/manage/unit").get_data(as_text=True)
    assert [n in after for n in numbers.values()] == [e == one.id for e in numbers] and "还没有证书" not in after


def test_their_front_page_leads_there(desk: Desk, site: Site, person_with: Any, log_in: Any) -> None:
    browser = staff_of(site, desk.training.enrolments[0], person_with, log_in)
    assert browser.get("/").location == "/manage/unit"
    assert 'href="/manage/unit"' in browser.get("/manage").get_data(as_text=True)


def test_other_classes_and_drafts_are_not_found(desk: Desk, site: Site, make_training: Any, person_with: Any, log_in: Any) -> None:
    browser = staff_of(site, desk.training.enrolments[0], person_with, log_in)
    other = make_training("class-b", people=2)
    shares = desk.training.enrolments[0].unit_id in {e.unit_id for e in other.enrolments}
    assert browser.get(f"/manage/unit?class={other.training_class.uid}").status_code == (200 if shares else 404)
    assert browser.get("/manage/unit?class=nonsense").status_code == 404
    with site.database.writing() as db:
        db.get_one(TrainingClass, desk.training.training_class.id).state = "draft"
    assert browser.get(f"/manage/unit?class={desk.training.training_class.uid}").status_code == 404
    assert desk.training.enrolments[0].name not in browser.get("/manage/unit").get_data(as_text=True)
