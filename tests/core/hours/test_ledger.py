"""Hours from a class: entered when it closes, set right when attendance is corrected, never edited, never twice."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hours_office import Office
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.core.access.service import load_viewer
from lms.core.attendance.corrections import void
from lms.core.attendance.models import AttendanceEvent
from lms.core.certificates.jobs import ask_to_issue
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.timetable import cancel_session, restore_session
from lms.core.courses.models import ClassCourse, Course, CourseVersion, Module
from lms.core.db import Database
from lms.core.errors import Conflict, Invalid
from lms.core.hours.by_unit import lines, people
from lms.core.hours.ledger import live
from lms.core.hours.rules import KINDS, HoursRules, converted, rule_book
from lms.core.hours.statement import make_statement, statement_book, year_total
from lms.core.learning.models import ModuleProgress
from lms.core.people.models import Person

PRESENT = ["present"] * 6


def test_closing_enters_what_was_attended_with_its_evidence(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.change(4, kind="field_visit")
    office.attend(["present", "late", "personal_leave", "absent", "present", "left_early"])
    assert office.entries() == []  # nothing is entered before the class is over
    office.close()
    found = {e.kind: e for e in office.entries()}
    assert {kind: e.hours for kind, e in found.items()} == {"offjob": 1200, "visit": 400}
    assert [item["title"] for item in found["offjob"].evidence["items"]] == ["class-a第1天上午", "class-a第1天下午", "class-a第3天下午"]
    assert found["offjob"].rule == "attendance" and found["offjob"].rule_version == 0
    assert office.entries(1) == []  # who was never there has earned nothing


def test_doing_it_twice_adds_nothing(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.attend(PRESENT)
    office.close()
    before = [e.uid for e in office.entries()]
    assert office.post() == 0 and office.post() == 0
    assert [e.uid for e in office.entries()] == before


def test_a_session_that_is_called_off_after_the_close_is_reversed_and_comes_back(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.attend(PRESENT)
    office.close()
    with office.site.database.writing() as db:
        cancel_session(db, session=db.get_one(ClassSession, office.training.sessions[0].id), reason="讲师生病", by_id=office.by_id, now=office.site.clock.now())
    assert office.hours() == 2000 and office.post() == 0
    with office.site.database.writing() as db:
        restore_session(db, session=db.get_one(ClassSession, office.training.sessions[0].id), by_id=office.by_id, now=office.site.clock.now())
    assert office.hours() == 2400


def test_what_stands_under_a_merged_record_counts_once_everywhere(make_office: Callable[..., Office], person_with: Any) -> None:
    office = make_office()
    office.enter(0, hours="8")
    office.enter(1, hours="5", title="区级班")
    kept, merged = office.training.people[:2]
    with office.site.database.writing() as db:
        db.get_one(Person, merged.id).merged_into_id, db.get_one(Person, merged.id).state = kept.id, "deactivated"
    with pytest.raises(Conflict, match="hours_twice"):  # the same proof again, now under the kept record
        office.enter(0, hours="5", title="区级班")
    admin = person_with("administrator")
    with office.site.database.reading() as db:
        viewer = load_viewer(db, admin.id)
        by_unit = {line.person.id: line.total.total for line in lines(db, viewer, people(viewer), 2026)}
    assert office.hours(0) == by_unit[kept.id] == 1300


def test_a_later_correction_reverses_and_enters_the_difference(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.attend(PRESENT)
    office.close()
    [first] = office.entries()
    office.correct(0, "absent")
    entries = office.entries()
    assert [e.hours for e in entries] == [2400, -2400, 2000]
    assert entries[1].reverses_id == first.id and entries[1].reason == "考勤更正"
    assert (first.hours, first.uid) == (entries[0].hours, entries[0].uid)  # what was entered stays as it is
    office.correct(0, "present")
    assert office.hours() == 2400 and len(office.entries()) == 5
    assert len(live(office.entries())) == 1


def test_a_correction_that_changes_nothing_enters_nothing(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.attend(PRESENT)
    office.close()
    office.correct(0, "late")
    assert len(office.entries()) == 1


def test_voiding_an_event_counts_too(make_office: Callable[..., Office], database: Database) -> None:
    office = make_office()
    office.attend(PRESENT)
    office.close()
    with database.writing() as db:
        session = db.get_one(ClassSession, office.training.sessions[5].id)
        event = db.query(AttendanceEvent).filter_by(session_id=session.id).one()
        void(db, session=session, person_id=event.person_id, event_uid=event.uid, reason="签错了人", by_id=office.by_id,
             now=office.site.clock.now())
    office.site.clock.move(days=4)  # type: ignore[attr-defined]
    assert office.hours() == 2000


def test_a_certificate_enters_before_the_class_closes_and_closing_does_not_again(make_office: Callable[..., Office], run_jobs: Any) -> None:
    office = make_office()
    office.attend(PRESENT)
    office.attend(PRESENT, 1)
    office.site.clock.move(days=4)  # type: ignore[attr-defined]
    with office.site.database.writing() as db:
        ask_to_issue(db, training_class=db.get_one(TrainingClass, office.training.training_class.id),
                     enrolments=office.training.enrolments[:1], base="https://a.example", by_id=None, now=office.site.clock.now())
    run_jobs()
    assert office.hours(0) == 2400 and office.entries(1) == []
    office.close()
    assert len(office.entries(0)) == 1 and office.hours(1) == 2400


def test_a_class_over_new_year_counts_in_both_years(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.change(0, day=date(2025, 12, 31))
    office.attend(PRESENT)
    office.close()
    assert (office.hours(year=2025), office.hours(year=2026)) == (400, 2000)


def test_online_modules_count_once_in_two_classes(make_office: Callable[..., Office], database: Database) -> None:
    one, two = make_office("class-a", online_hours=True), make_office("class-b", online_hours=True)
    now = one.site.clock.now()
    person = one.training.people[0]
    with database.writing() as db:
        course = Course(slug="c", titles={"zh": "网课"}, created_at=now)
        db.add(course)
        db.flush()
        version = CourseVersion(course_id=course.id, number=1, content_hash="x", origin="local", titles={}, summaries={}, created_at=now)
        version.modules = [Module(slug=s, position=n, titles={}, summaries={}, minutes=25, body="") for n, s in enumerate("ab")]
        db.add(version)
        db.flush()
        course.current_version_id = version.id
        db.add_all(ClassCourse(class_id=o.training.training_class.id, course_id=course.id, required=False, position=0) for o in (one, two))
        db.add_all(ModuleProgress(person_id=person.id, course_id=course.id, module_slug=s, opened_at=now, last_at=now, completed_at=now)
                   for s in "ab")
        two.training.enrolments[0].person_id = person.id
        db.merge(two.training.enrolments[0])
    one.close()
    two.close()
    [entry] = one.entries()
    assert (entry.kind, entry.hours, entry.evidence["minutes"]) == ("online", 150, 50)  # 50 min: one whole, 20 left over


@pytest.mark.parametrize(("minutes", "hours"), [(0, 0), (14, 0), (15, 50), (16, 50), (29, 50), (30, 100), (31, 100), (44, 100), (45, 150),
                                                (59, 150), (60, 200), (-5, 0)])
def test_minutes_convert_at_each_limit(minutes: int, hours: int) -> None:
    assert converted(minutes, HoursRules()) == hours


def test_no_halves_where_the_rule_says_so() -> None:
    assert [converted(m, HoursRules(unit_minutes=45, half_minutes=0)) for m in (44, 45, 89, 90)] == [0, 100, 100, 200]


@pytest.mark.parametrize(("online", "over"), [(2900, 0), (3000, 0), (3100, 100)])
def test_network_hours_beyond_the_cap_do_not_count(online: int, over: int) -> None:
    total = year_total([("online", online), ("offjob", 500)], HoursRules(online_cap=3000))
    assert (total.over, total.total) == (over, online - over + 500)


@pytest.mark.parametrize(("hours", "gap"), [(8900, 100), (9000, 0), (9100, 0)])
def test_the_gap_at_the_target(hours: int, gap: int) -> None:
    assert year_total([("offjob", hours)], HoursRules()).gap == gap


def test_a_changed_rule_leaves_old_years_and_entries_as_they_are(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.enter(day="2025-07-01", kind="online", hours="", minutes="60")
    office.enter(title="早先的", kind="online", hours="", minutes="60")
    assert office.rules(target="60", unit_minutes="60", online_cap="1") == 1
    office.enter(title="后来的", kind="online", hours="", minutes="60")
    old, new = office.statement(year=2025), office.statement()
    assert (old.total.target, old.total.total, old.rule_version) == (9000, 200, 0)
    assert (new.total.target, new.total.kinds["online"], new.total.over, new.rule_version) == (6000, 300, 200, 1)
    assert [e.rule_version for e in new.entries] == [0, 1]


@pytest.mark.parametrize(("field", "value", "code"), [
    ("target", "1001", "hours_rule_value"), ("target", "-1", "hours_rule_value"), ("target", "9.001", "hours_rule_value"),
    ("target", "NaN", "hours_rule_value"), ("unit_minutes", "0", "hours_rule_value"), ("unit_minutes", "601", "hours_rule_value"),
    ("unit_minutes", "1.5", "hours_rule_value"), ("half_minutes", "30", "hours_half"), ("online_cap", "x", "hours_rule_value")])
def test_rules_refuse_what_cannot_be(make_office: Callable[..., Office], field: str, value: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        make_office().rules(**{field: value})
    assert refused.value.code == code and refused.value.data["field"] == field


def test_rules_at_their_limits(make_office: Callable[..., Office]) -> None:
    office = make_office()
    assert office.rules(target="1000", unit_minutes="600", half_minutes="599", online_cap="1000") == 1
    assert office.rules(target="0", unit_minutes="1", half_minutes="0", seen=1, from_year=2100) == 2
    for year in (2025, 2101):
        with pytest.raises(Invalid):
            office.rules(from_year=year, seen=2)
    with pytest.raises(Conflict):
        office.rules(seen=1)


def test_taking_back_keeps_both_and_happens_once(make_office: Callable[..., Office]) -> None:
    office = make_office()
    entry = office.enter()
    made = office.take_back(entry)
    assert office.take_back(entry).id == made.id and office.hours() == 0 and len(office.entries()) == 2
    with pytest.raises(Conflict):
        office.take_back(made)
    again = office.enter()  # what was taken back may be entered again, as another one
    assert again.id != entry.id and office.hours() == 800


def test_what_comes_from_attendance_is_not_taken_back_by_hand(make_office: Callable[..., Office]) -> None:
    office = make_office()
    office.attend(PRESENT)
    office.close()
    with pytest.raises(Conflict, match="hours_not_by_hand"):
        office.take_back(office.entries()[0])


_ACTS = st.lists(st.tuples(st.sampled_from(["correct", "enter", "back", "post", "close"]), st.integers(0, 5),
                           st.sampled_from(["present", "late", "absent", "sick_leave"])), max_size=10)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=_ACTS)
def test_the_sum_equals_the_statement_whatever_the_order(make_office: Callable[..., Office], acts: list[Any]) -> None:
    """After any acts, the page, the workbook and the plain sum of the entries agree, and they equal what the record says."""
    office = make_office(f"class-{id(acts)}-{len(acts)}", people=1)
    now_is, own, closed = {}, {}, False
    for act, number, status in acts:
        if act == "correct":
            office.correct(number, status)
            now_is[number] = status
        elif act == "enter" and f"班{number}" not in own:
            own[f"班{number}"] = office.enter(title=f"班{number}", hours=str(number + 1))
        elif act == "back" and f"班{number}" in own:
            office.take_back(own.pop(f"班{number}"))
        elif act == "post" and closed:
            assert office.post() == 0
        elif act == "close" and not closed:
            office.close()
            closed = True
    found = office.statement()
    attended = sum(400 for status in now_is.values() if status in ("present", "late")) if closed else 0
    expected = attended + sum(entry.hours for entry in own.values())
    assert found.total.total == sum(e.hours for e in found.entries) == expected
    sheet = statement_book(found, locale="zh_CN", zone="Asia/Shanghai").sheets[0]
    assert sum((row[3] for row in sheet.rows), Decimal(0)) * 100 == expected  # type: ignore[misc]
    shuffled = list(reversed(office.entries()))
    with office.site.database.reading() as db:
        assert make_statement(shuffled, rule_book(db), 2026).total == found.total
    assert set(found.total.kinds) == set(KINDS)
