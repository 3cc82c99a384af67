"""Devices that nobody uses are forgotten, once a day, by the job child."""
from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select

from lms.core.clock import SettableClock
from lms.core.people import housekeeping
from lms.core.people.models import LoginThrottle
from lms.core.people.throttle import note_success
from lms.site import Site
from lms.worker import do_every_minute


def devices(site: Site) -> int:
    with site.database.reading() as db:
        return db.scalar(select(func.count()).select_from(LoginThrottle)) or 0


def known(site: Site, clock: SettableClock, device: str) -> None:
    with site.database.writing() as db:
        note_success(db, account="19900000001", device=device, now=clock.now())


def test_a_device_unused_for_over_a_year_is_forgotten(site: Site, clock: SettableClock) -> None:
    known(site, clock, "old")
    clock.move(days=300)
    known(site, clock, "new")
    do_every_minute(site)
    assert devices(site) == 2
    clock.move(days=101)
    do_every_minute(site)
    assert devices(site) == 1


def test_it_is_done_once_a_day_and_again_where_it_failed(site: Site, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []

    def forget(db: Any, *, now: Any) -> None:
        done.append(now)
        if len(done) == 1:
            raise OSError("the disk is full")

    monkeypatch.setattr(housekeeping, "forget_devices", forget)
    for _ in range(4):
        do_every_minute(site)
        clock.move(minutes=1)
    assert len(done) == 2
    clock.move(days=1)
    do_every_minute(site)
    assert len(done) == 3
