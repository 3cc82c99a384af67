"""A SCORM package is done when all its parts are; what they report is checked, what is done stays done, time is the server's."""
from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.core.errors import Invalid, NotFound
from lms.core.files.service import store_bytes
from lms.core.material.content import Content
from lms.core.material.models import Material, ScormRecord
from lms.core.material.scorm import read_report, records_of, save_report
from lms.core.material.standing import Standing, standings

PARTS = [{"id": f"I{n}", "title": "", "file": f"{n}.html", "sco": True} for n in (1, 2)]


@pytest.fixture
def package(site, add):
    return add(Content("a.zip", store_bytes(site.storage, b"zip", "application/zip"), "scorm", about={"parts": PARTS}))


@pytest.fixture
def tell(site, clock, package, person_with):
    person = person_with(name="学员")

    def report(part: str, status: str = "incomplete", **more: object) -> Standing:
        with site.database.writing() as db:
            save_report(db, person_id=person.id, material=db.get_one(Material, package.id),
                        report=read_report({"part": part, "status": status, **more}), now=clock.now())
        with site.database.reading() as db:
            return standings(db, person_ids=select(ScormRecord.person_id), material_ids=[package.id])[person.id, package.id]

    return report


def test_one_of_two_parts_is_half_and_not_done(tell):
    assert tell("I1", "completed", raw="80") == Standing(500, False, 800)
    assert tell("I2", "failed", raw="40") == Standing(500, False, 600)
    assert tell("I2", "passed", raw="100") == Standing(1000, True, 900)


def test_what_is_done_stays_done_when_it_is_opened_again(tell):
    tell("I1", "completed")
    tell("I2", "passed")
    assert tell("I1", "incomplete").done


def test_it_goes_on_where_it_stopped(tell, site, clock, package):
    tell("I1", location="p7", suspend_data="状态" * 3000, exit="suspend")
    with site.database.reading() as db:
        [record] = db.scalars(select(ScormRecord)).all()
        found = records_of(db, person_id=record.person_id, version_id=db.get_one(Material, package.id).current.id)["I1"]
    assert (found.location, found.suspend_data, found.exit) == ("p7", "状态" * 3000, "suspend")


def test_time_is_what_the_server_measured(tell, site, clock):
    for gap in (60, 60, 40_000, 60):
        tell("I1")
        clock.move(seconds=gap)
    tell("I1", session_time="9999:00:00")
    with site.database.reading() as db:
        assert db.scalars(select(ScormRecord.seconds)).one() == 180, "nobody studies through the night before one page"


@pytest.mark.parametrize(("sent", "score"), [({"raw": "15", "min": "10", "max": "20"}, 500), ({"raw": "150"}, 1000), ({"raw": "-5"}, 0),
                                             ({"raw": ""}, None), ({"raw": "5", "min": "9", "max": "9"}, None), ({"raw": "7", "max": "0"}, None)])
def test_scores_are_shares_of_what_can_be_reached(sent, score):
    assert read_report({"part": "I1", "status": "completed", **sent}).score == score


@pytest.mark.parametrize("sent", [
    {}, {"part": "I1"}, {"part": "I1", "status": "done"}, {"part": 1, "status": "passed"}, {"part": "I1", "status": "passed", "raw": "NaN"},
    {"part": "I1", "status": "passed", "raw": "inf"}, {"part": "I1", "status": "passed", "raw": [1]}, {"part": "I1", "status": "passed", "raw": "9" * 400},
    {"part": "I1", "status": "passed", "location": "x" * 256}, {"part": "I1", "status": "passed", "suspend_data": "x" * 65_537},
    {"part": "I1", "status": "passed", "suspend_data": "a\0b"}, {"part": "I1", "status": "passed", "exit": "window.close()"}])
def test_reports_that_are_none_are_refused(sent):
    with pytest.raises(Invalid, match="bad_scorm_report"):
        read_report(sent)


def test_a_part_that_the_package_has_not_is_refused(tell):
    with pytest.raises(NotFound, match="no_such_part"):
        tell("I3", "passed")
