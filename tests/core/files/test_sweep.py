"""Files that nothing refers to make room after a week; what anything refers to stays, and what is stored meanwhile is never lost."""
from __future__ import annotations

import os
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.clock import Clock
from lms.core.files.models import FileReference, StoredFile
from lms.core.files.service import keep, store_bytes
from lms.core.files.sweep import GRACE, sweep_files, unreferenced
from lms.core.models import Base


@pytest.fixture
def old(site, clock):
    """``old(data)``: bytes and a row from before the grace."""

    def make(data: bytes, *, row: bool = True) -> str:
        stored, then = store_bytes(site.storage, data, "text/plain"), clock.now() - GRACE - timedelta(hours=1)
        os.utime(site.storage.path(stored.sha256), (then.timestamp(), then.timestamp()))
        if row:
            with site.database.writing() as db:
                keep(db, stored, now=then)
        return stored.sha256

    return make


def there(site) -> set[str]:
    return set(site.storage.all())


def test_only_what_nothing_refers_to_goes(site, clock, old):
    kept, gone, stray, new = old(b"kept"), old(b"gone"), old(b"stray", row=False), store_bytes(site.storage, b"new", "text/plain").sha256
    with site.database.writing() as db:
        file = db.scalars(select(StoredFile).where(StoredFile.sha256 == kept)).one()
        db.add(FileReference(file_id=file.id, owner_type="x", owner_uid="x", name="x", created_at=clock.now()))
    os.utime(site.storage.path(new), (clock.now().timestamp(), clock.now().timestamp()))
    assert there(site) == {kept, gone, stray, new}
    assert sweep_files(site) == 1
    assert there(site) == {kept, new}
    assert sweep_files(site) == 0


def test_bytes_that_are_stored_anew_while_the_sweep_runs_stay(site, old, clock):
    sha256 = old(b"again", row=False)
    store_bytes(site.storage, b"again", "text/plain")
    site.storage.remove_older(sha256, clock.now() - GRACE)
    assert there(site) == {sha256}
    with site.storage.open(sha256) as file:
        assert file.read() == b"again"


@pytest.mark.parametrize("column", [c for t in Base.metadata.sorted_tables for c in t.columns for k in c.foreign_keys
                                    if k.target_fullname == "lms_stored_file.id"], ids=str)
def test_every_use_of_a_file_is_seen(column):
    """A certificate's PDF must not go because its table was forgotten: the sweep reads the tables themselves."""
    assert f"{column.table.name}.{column.name}" in str(unreferenced(Clock().now()))
