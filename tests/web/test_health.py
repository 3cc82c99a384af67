"""The server says that it is well, and what an operator should mend; nothing that helps a stranger."""
from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lms.core.backup.jobs import MAKE
from lms.core.clock import SettableClock
from lms.core.jobs.service import enqueue
from lms.site import Site
from lms.testing import Browser


def test_the_server_says_that_it_is_well(browser: Browser) -> None:
    answer = browser.get("/healthz")
    assert answer.json == {"status": "ok", "problems": []}
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_full_disk_is_told_before_it_is_full(browser: Browser, monkeypatch: pytest.MonkeyPatch, person_with: Any, log_in: Any) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=200 * 1024 * 1024))
    assert browser.get("/healthz").json["problems"] == ["disk"]
    assert "只剩 200 MB" in log_in(person_with("administrator")).get("/manage/backups").get_data(as_text=True)


def test_jobs_that_nobody_begins_and_backups_that_are_missing_are_told(browser: Browser, site: Site, clock: SettableClock,
                                                                       run_jobs: Any) -> None:
    with site.database.writing() as db:
        enqueue(db, kind=MAKE, arguments={"reason": "asked"}, by_id=None, now=clock.now())
    assert browser.get("/healthz").json["problems"] == []
    clock.move(minutes=11)
    assert browser.get("/healthz").json["problems"] == ["jobs"]
    run_jobs()
    assert browser.get("/healthz").json["problems"] == []
    clock.move(days=2)
    assert browser.get("/healthz").json["problems"] == ["backup"]
    site.settings.values["backup_daily_at"] = "off"
    assert browser.get("/healthz").json["problems"] == []
