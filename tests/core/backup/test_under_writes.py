"""A backup while two hundred writes a second go on: nothing that was confirmed before it is missing, nothing is half there,
nobody waits; and restored elsewhere it gives the same exports, byte for byte."""
from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from kept import export
from sqlalchemy import func, select

from lms.core.attendance.models import AttendanceEvent
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.audit.service import record
from lms.core.backup import snapshot
from lms.core.backup.make import make_backup
from lms.core.backup.restore import restore
from lms.core.ids import new_uid
from lms.site import Site
from lms.testing import Training

NewPlace = Callable[..., Site]
RATE = 200  # a second


class Writers:
    """Somebody signs in again and again, each time in a transaction of its own with its entry in the log."""

    def __init__(self, site: Site, training: Training) -> None:
        self.site, self.training = site, training
        self.confirmed: list[tuple[str, float]] = []
        self._going = True
        self._thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        due = time.monotonic()
        while self._going:
            uid, now = new_uid(), self.site.clock.now()
            with self.site.database.writing() as db:
                db.add(AttendanceEvent(uid=uid, class_id=self.training.training_class.id, session_id=self.training.sessions[0].id,
                                       person_id=self.training.people[0].id, kind="in", at=now, received_at=now, method="card"))
                record(db, actor_id=None, action="attendance.in", thing=uid, now=now)
            self.confirmed.append((uid, time.monotonic()))
            due += 1 / RATE
            time.sleep(max(0.0, due - time.monotonic()))

    def wait_for(self, more: int) -> None:
        wanted, until = len(self.confirmed) + more, time.monotonic() + 60
        while len(self.confirmed) < wanted:
            assert time.monotonic() < until and self._thread.is_alive(), "the writers have stopped"
            time.sleep(0.005)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._going = False
        self._thread.join()


@contextmanager
def writing_on(site: Site, training: Training) -> Iterator[Writers]:
    writers = Writers(site, training)
    writers.start()
    try:
        writers.wait_for(30)
        yield writers
    finally:
        writers.stop()


def events(site: Site) -> list[str]:
    with site.database.reading() as db:
        return list(db.scalars(select(AttendanceEvent.uid).order_by(AttendanceEvent.id)))


def test_nothing_confirmed_is_missing_and_nobody_waits(site: Site, make_training: Any, new_place: NewPlace, tmp_path: Path) -> None:
    training, place = make_training(people=3, days=1), new_place()
    with writing_on(site, training) as writers:
        before = [uid for uid, _ in writers.confirmed]
        began = time.monotonic()
        backup = make_backup(site, tmp_path / "stick", reason="asked")
        took = time.monotonic() - began
        writers.wait_for(10)
        times = [at for _, at in writers.confirmed]
    assert took < 10, "database and certificates within 10 s"
    assert restore(place, backup).equal
    found, written = events(place), [uid for uid, _ in writers.confirmed]
    assert set(before) <= set(found), "confirmed before the backup began"
    assert found == written[:len(found)], "as it was at one moment"
    with place.database.reading() as db:
        assert db.scalar(select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "attendance.in")) == len(found)
        assert db.scalar(select(func.count()).select_from(AuditDetail)) == db.scalar(select(func.count()).select_from(AuditEntry))
    assert max(b - a for a, b in zip(times, times[1:], strict=False)) < 5, "no writer was kept waiting"
    quiet = new_place()
    assert restore(quiet, make_backup(site, tmp_path / "stick", reason="asked")).equal
    assert export(quiet) == export(site) and events(quiet) == events(site)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_mere_copy_of_the_file_would_be_noticed(site: Site, make_training: Any, new_place: NewPlace, tmp_path: Path,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    """``cp`` of a database in use leaves behind what is still in its write-ahead log."""
    def copy(engine: Any, file: Path) -> Any:
        shutil.copyfile(Path(site.settings.data_folder) / "lms.db", file)
        return snapshot.read_snapshot(file)

    monkeypatch.setattr(snapshot, "_from_sqlite", copy)
    training, place = make_training(people=3, days=1), new_place()
    with writing_on(site, training) as writers:
        before = [uid for uid, _ in writers.confirmed]
        restore(place, make_backup(site, tmp_path / "stick", reason="asked"))
    assert set(before) - set(events(place))
