"""After the date, traces are empty in the tables, in exports and in a new backup; records, results and their proofs are as before."""
from __future__ import annotations

import gzip
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from kept import export
from sqlalchemy import func, select

from lms.core.attendance.models import AttendanceEvent
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.audit.service import Origin, record
from lms.core.backup.make import make_backup
from lms.core.clock import SettableClock
from lms.core.people.logins import open_login
from lms.core.people.models import LoginSession
from lms.core.privacy import purge as purging
from lms.core.privacy.fields import FIELDS, kept_days
from lms.core.privacy.purge import EachDay, purge
from lms.site import Site

DEVICE, ADDRESS, AGENT = "device-digest-of-a-phone", "192.0.2.77", "A Browser of 2026"


@pytest.fixture
def traced(site: Site, make_training: Any, clock: SettableClock) -> Site:
    """Six people signed in, each on a phone; somebody of the staff has been at work; the class is over."""
    training = make_training(people=6, days=1)
    with site.database.writing() as db:
        db.info["origin"] = Origin(ADDRESS, AGENT)
        for number, enrolment in enumerate(training.enrolments[:5]):
            db.add(AttendanceEvent(class_id=enrolment.class_id, session_id=training.sessions[0].id, person_id=enrolment.person_id, kind="in",
                                   at=clock.now(), received_at=clock.now(), method="hall", device=f"{DEVICE}-{number // 2}",
                                   flags=["shared_device"] if number % 2 else []))
        record(db, actor_id=training.people[0].id, action="class.update", thing=training.training_class, now=clock.now(), reason="改地点")
        open_login(db, person=training.people[0], method="activation", lasts=timedelta(days=30), now=clock.now())
    clock.move(days=2)
    return site


def everything(site: Site, folder: Path) -> bytes:
    """All bytes that a new backup has of the database."""
    backup = make_backup(site, folder, reason="asked")
    return gzip.decompress(b"".join((backup.folder / part.name).read_bytes() for part in backup.manifest.database))


def test_on_the_day_the_traces_are_gone_and_the_results_stand(traced: Site, clock: SettableClock, tmp_path: Path) -> None:
    before = export(traced)
    assert purge(traced, now=clock.now()) == {"devices": 0, "links": 0, "addresses": 0, "logins": 0, "notices": 0}
    assert DEVICE.encode() in everything(traced, tmp_path / "before")
    clock.move(days=traced.settings.trace_days + 31)
    counts = purge(traced, now=clock.now())
    assert (counts["devices"], counts["logins"]) == (5, 1) and counts["addresses"] > 0
    with traced.database.reading() as db:
        assert db.scalar(select(func.count()).where(AttendanceEvent.device.is_not(None))) == 0
        assert db.scalar(select(func.count()).where((AuditDetail.address != "") | (AuditDetail.agent != ""))) == 0
        assert db.scalar(select(func.count()).select_from(LoginSession)) == 0
        assert db.scalars(select(AttendanceEvent.flags).order_by(AttendanceEvent.id)).all() == [[], ["shared_device"]] * 2 + [[]]
        assert "改地点" in db.scalars(select(AuditDetail.reason)).all()  # what was done and why stays
        assert db.scalars(select(AuditEntry.action).order_by(AuditEntry.id.desc()).limit(1)).one() == "privacy.purge"
    data = everything(traced, tmp_path / "after")
    assert not any(trace.encode() in data for trace in (DEVICE, ADDRESS, AGENT))
    clock.move(days=-traced.settings.trace_days - 31)
    assert export(traced) == before


def test_a_purge_that_forgets_one_would_be_noticed(traced: Site, clock: SettableClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(purging._STEPS, "addresses")
    clock.move(days=400)
    purge(traced, now=clock.now())
    assert ADDRESS.encode() in everything(traced, tmp_path / "after")


def test_it_goes_on_until_none_is_left(traced: Site, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "_AT_ONCE", 2)
    clock.move(days=400)
    assert purge(traced, now=clock.now())["devices"] == 5


def test_each_day_does_it_once(traced: Site, clock: SettableClock) -> None:
    clock.move(days=400)
    daily = EachDay()
    daily(traced)
    daily(traced)
    with traced.database.reading() as db:
        assert db.scalar(select(func.count()).where(AuditEntry.action == "privacy.purge")) == 1


def test_every_term_that_is_told_is_a_setting(site: Site) -> None:
    assert {field.setting for field in FIELDS if "{days}" in field.kept} == {"leave_proof_days", "trace_days", "notice_days"}
    assert all(bool(kept_days(field, site.settings)) == ("{days}" in field.kept) for field in FIELDS)
