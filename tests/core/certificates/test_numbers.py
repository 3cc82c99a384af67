"""Numbers: sequential, gap-free, void ones kept, whoever issues at the same time; patterns that reach nothing but their names."""
from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from certificate_desk import Desk
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.certificates.issue import reserve, revoke
from lms.core.certificates.models import Certificate
from lms.core.certificates.numbers import next_number, number_key
from lms.core.certificates.wording import fill
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Invalid
from lms.site import Site
from lms.testing import KEY

MakeDesk = Callable[..., Desk]
SCRIPT = Path(__file__).with_name("issuing_process.py")


def reserve_some(site: Site, desk: Desk, numbers: list[int]) -> list[str]:
    """Phase one for the people with these places in the class; the numbers that they got."""
    with site.database.writing() as db:
        people = [db.get_one(Enrolment, desk.training.enrolments[n].id) for n in numbers]
        made = reserve(db, training_class=db.get_one(TrainingClass, desk.training.training_class.id), enrolments=people,
                       key=site.key("certificate"), by_id=None, now=site.clock.now(), sample=False)
        return [certificate.number for certificate in made]


def serials(desk: Desk) -> list[int]:
    return [certificate.serial for certificate in desk.certificates()]


def test_three_hundred_get_one_to_three_hundred(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=300)
    desk.finish()
    for start in range(0, 300, 25):
        reserve_some(site, desk, list(range(start, start + 25)))
    made = desk.certificates()
    assert [c.serial for c in made] == list(range(1, 301))
    assert [c.number for c in made] == [f"培结〔2026〕第{n:03}号" for n in range(1, 301)]
    assert [c.enrolment_id for c in made] == [e.id for e in desk.training.enrolments]
    assert len({c.code_digest for c in made}) == 300


def test_who_does_not_complete_leaves_no_gap(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=6)
    desk.finish()
    desk.mark(["unexcused"] * 3, desk.training.people[1:4:2])
    assert len(reserve_some(site, desk, list(range(6)))) == 4
    assert serials(desk) == [1, 2, 3, 4]
    assert not {desk.training.enrolments[1].id, desk.training.enrolments[3].id} & {c.enrolment_id for c in desk.certificates()}


def test_a_rollback_gives_its_numbers_back(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=4)
    desk.finish()
    with pytest.raises(ZeroDivisionError), site.database.writing() as db:
        reserve(db, training_class=db.get_one(TrainingClass, desk.training.training_class.id),
                enrolments=[db.get_one(Enrolment, e.id) for e in desk.training.enrolments], key=b"k", by_id=None,
                now=site.clock.now(), sample=False)
        raise ZeroDivisionError
    assert desk.certificates() == []
    reserve_some(site, desk, [0, 1, 2, 3])
    assert serials(desk) == [1, 2, 3, 4]


def test_a_void_number_stays_and_the_next_one_is_new(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=2)
    desk.finish()
    reserve_some(site, desk, [0, 1])
    with site.database.writing() as db:
        revoke(db, certificate=db.get_one(Certificate, desk.certificates()[0].id), reason="姓名有误",
               by_id=desk.training.people[0].id, now=site.clock.now())
    assert reserve_some(site, desk, [0, 1]) == ["培结〔2026〕第003号"]
    assert [(c.serial, c.state) for c in desk.certificates()] == [(1, "revoked"), (2, "reserved"), (3, "reserved")]


def test_a_year_is_counted_across_classes_of_one_organiser(make_desk: MakeDesk, site: Site) -> None:
    first, second = make_desk("first", serial_scope="year"), make_desk("second", serial_scope="year")
    with site.database.writing() as db:
        organiser = db.get_one(TrainingClass, first.training.training_class.id).organiser_id
        db.get_one(TrainingClass, second.training.training_class.id).organiser_id = organiser
    first.finish()
    second.mark(["present"] * 6)
    assert reserve_some(site, first, [0]) + reserve_some(site, second, [0]) == ["培结〔2026〕第001号", "培结〔2026〕第002号"]


def test_threads_at_once_leave_no_gap_and_certify_nobody_twice(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=24)
    desk.finish()
    lots = [list(range(24)), list(range(12)), list(range(6, 18)), list(range(12, 24))] * 2
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(lambda lot: reserve_some(site, desk, lot), lots))
    assert serials(desk) == list(range(1, 25))
    assert sorted(n for numbers in given for n in numbers) == [c.number for c in desk.certificates()]
    assert len({c.enrolment_id for c in desk.certificates()}) == 24


def test_processes_at_once_leave_no_gap_and_certify_nobody_twice(make_desk: MakeDesk, site: Site, database_url: str,
                                                                 tmp_path: Path) -> None:
    desk = make_desk(people=12)
    desk.finish()
    arguments = [sys.executable, str(SCRIPT), str(tmp_path / "data"), database_url, desk.training.training_class.uid,
                 site.clock.now().isoformat()]
    running = [subprocess.Popen(arguments, env={**os.environ, "LMS_SECRET_KEY": KEY}) for _ in range(3)]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    made = desk.certificates()
    assert [c.serial for c in made] == list(range(1, 13))
    assert {c.state for c in made} == {"valid"} and len({c.enrolment_id for c in made}) == 12
    with site.database.reading() as db:
        issued = db.scalars(select(AuditEntry.thing_uid).where(AuditEntry.action == "certificate.issue")).all()
    assert sorted(issued) == sorted(c.uid for c in made)


@pytest.mark.parametrize("pattern", [
    "{year.__class__}{serial}", "{serial.__class__.__mro__}", "{year[0]}{serial}", "{serial!r}", "{}{serial}", "{0}",
    "{serial:>9999999}", "{serial:{year}}", "{nothing}{serial}", "{serial", "serial}", "{serial:d}", "{year:%Y}{serial}"])
def test_a_pattern_reaches_nothing_but_its_names(pattern: str) -> None:
    with pytest.raises(Invalid) as refused:
        fill(pattern, {"year": 2026, "serial": 7, "intake": 3})
    assert refused.value.code == "pattern_unusable"


def test_a_bad_pattern_in_the_database_takes_no_number(make_desk: MakeDesk, site: Site) -> None:
    """However it got there: the form refuses it."""
    desk = make_desk(certificate_number="{serial.__class__}")
    desk.finish()
    with pytest.raises(Invalid):
        reserve_some(site, desk, [0])
    assert desk.certificates() == []


@pytest.mark.parametrize(("pattern", "number"), [
    ("密工培结字〔{year}〕第{serial:03}号", "密工培结字〔2026〕第007号"), ("〔{year}〕{serial}号", "〔2026〕7号"),
    ("{{{serial:5}}}", "{    7}"), ("第{intake}期-{serial:02}", "第3期-07")])
def test_patterns_that_offices_use(pattern: str, number: str) -> None:
    assert fill(pattern, {"year": 2026, "serial": 7, "intake": 3}) == number


def test_the_wording_reaches_nothing_but_its_names() -> None:
    assert fill("{name}于{starts}", {"name": "{starts}", "starts": "7月"}) == "{starts}于7月"
    with pytest.raises(Invalid):
        fill("{name.__class__}", {"name": "王芳"})


def test_the_next_number_is_told_before_it_is_taken(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=2)
    desk.finish()
    for expected in ("培结〔2026〕第001号", "培结〔2026〕第002号"):
        with site.database.reading() as db:
            assert next_number(db, db.get_one(TrainingClass, desk.training.training_class.id), site.clock.now()) == expected
        reserve_some(site, desk, [0] if expected.endswith("1号") else [1])


@pytest.mark.parametrize("typed", ["培结〔2026〕第001号", "培结[2026]第001号", "培结（2026）第 001 号", "培结【２０２６】第００１号",
                                   " 培结(2026)第001号 "])
def test_a_number_is_found_whichever_brackets_are_typed(typed: str) -> None:
    assert number_key(typed) == number_key("培结〔2026〕第001号")
    assert number_key("培结〔2026〕第002号") != number_key("培结〔2026〕第001号")
