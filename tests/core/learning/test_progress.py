"""Reading counts by the server's clock; what a phone reports is evidence, not credit."""
from __future__ import annotations

import pytest

from lms.core.courses.models import Course
from lms.core.learning.progress import END, least_seconds, report

MINUTES = 10


@pytest.fixture
def read(site, clock, person_with):
    person = person_with()
    with site.database.writing() as db:
        course = Course(slug="sample", titles={"zh": "样例"}, created_at=clock.now())
        db.add(course)

    def tell(read_to: int, opened=None):
        with site.database.writing() as db:
            return report(db, person_id=person.id, course_id=course.id, module_slug="one", minutes=MINUTES, read_to=read_to,
                          opened_at=opened or start, now=clock.now())

    start = clock.now()
    return tell


def test_the_end_in_one_request_is_not_reading(read):
    assert read(1000).completed_at is None


def test_read_to_the_end_with_the_least_time_is_complete(read, clock):
    assert least_seconds(MINUTES) == 60
    clock.move(seconds=59)
    assert read(END).completed_at is None
    clock.move(seconds=1)
    assert read(END).completed_at == clock.now()


def test_time_without_reading_on_completes_nothing(read, clock):
    clock.move(seconds=100)
    assert read(END - 1).completed_at is None


def test_an_open_page_that_nobody_looks_at_earns_two_minutes_at_most(read, clock):
    clock.move(hours=10)
    assert read(100).seconds == 120


def test_ten_reports_in_one_second_earn_one_second(read, clock):
    clock.move(seconds=1)
    for _ in range(10):
        row = read(500)
    assert row.seconds == 1


def test_two_phones_at_once_earn_the_time_once(read, clock):
    for _ in range(6):
        clock.move(seconds=10)
        read(500)
        row = read(500)
    assert row.seconds == 60


@pytest.mark.parametrize(("sent", "kept"), [(-5, 0), (5000, 1000)])
def test_impossible_places_are_cut(read, sent, kept):
    assert read(sent).read_to == kept


def test_going_back_loses_nothing(read, clock):
    read(700)
    clock.move(seconds=5)
    assert read(100).read_to == 700
