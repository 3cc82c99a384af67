"""Files that come in pieces: cut anywhere they become the same file, and what was not acknowledged leaves no trace."""
from __future__ import annotations

import base64
import hashlib
import random
import resource
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.errors import Conflict, Invalid, Mismatch, TooLarge, Unavailable
from lms.core.files.incoming import Incoming
from lms.core.files.models import StoredFile, Upload
from lms.core.files.service import Stored, keep
from lms.core.files.storage import LocalStorage
from lms.core.files.uploads import begin
from lms.site import Site

WHOLE = random.Random(6).randbytes(100_000)
UID = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def incoming(tmp_path: Path) -> Incoming:
    return Incoming(tmp_path / "uploads")


def append(incoming: Incoming, start: int, *pieces: bytes, checksum: str = "", size: int = len(WHOLE)) -> int:
    with incoming.hold(UID) as part:
        return part.append(start, pieces, size=size, checksum=checksum)


@pytest.mark.parametrize("seed", range(8))
def test_cut_at_any_byte_it_becomes_the_same_file(incoming, tmp_path, seed):
    """Each cut also leaves a tail that nobody was told of, as a power cut may; it is written over."""
    cuts, here = random.Random(seed), 0
    while here < len(WHOLE):
        until = min(len(WHOLE), here + cuts.randint(1, 30_000))
        here = append(incoming, here, WHOLE[here:until])
        with incoming.path(UID).open("ab") as file:
            file.write(b"\0" * cuts.randint(0, 5000))
    with incoming.hold(UID) as part:
        part.append(here, (), size=len(WHOLE))
    assert LocalStorage(tmp_path / "files").take(incoming.path(UID)) == (hashlib.sha256(WHOLE).hexdigest(), len(WHOLE))


def test_a_taken_file_may_be_deleted_where_it_came_from(incoming, tmp_path):
    append(incoming, 0, WHOLE)
    storage = LocalStorage(tmp_path / "files")
    sha256, _ = storage.take(incoming.path(UID))
    assert storage.take(incoming.path(UID))[0] == sha256, "taking twice is taking once"
    incoming.remove(UID)
    with storage.open(sha256) as file:
        assert file.read() == WHOLE
    assert [p.name for p in storage.root.rglob("*") if p.is_file()] == [sha256]


def test_more_than_the_file_has_is_refused_and_cut_off(incoming):
    append(incoming, 0, WHOLE[:10])
    with pytest.raises(TooLarge):
        append(incoming, 10, WHOLE[10:], b"x")
    assert incoming.path(UID).read_bytes() == WHOLE[:10]


def test_a_damaged_piece_is_noticed_by_its_checksum(incoming):
    right = "sha256 " + base64.b64encode(hashlib.sha256(b"abc").digest()).decode()
    assert append(incoming, 0, b"ab", b"c", checksum=right) == 3
    with pytest.raises(Mismatch):
        append(incoming, 3, b"abd", checksum=right)
    assert incoming.path(UID).read_bytes() == b"abc"


@pytest.mark.parametrize("checksum", ["md5 AAAA", "sha256", "sha256 ???", "shake_128 AAAA"])
def test_a_checksum_of_another_kind_is_refused(incoming, checksum):
    with pytest.raises(Invalid, match="bad_checksum"):
        append(incoming, 0, b"abc", checksum=checksum)


def test_two_cannot_write_at_once(incoming):
    refused = []

    def other() -> None:
        try:
            append(incoming, 0, b"other")
        except Conflict as error:
            refused.append(error.code)

    with incoming.hold(UID) as part:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        part.append(0, [b"mine"], size=10)
    assert refused == ["upload_busy"] and incoming.path(UID).read_bytes() == b"mine"


def test_a_full_disk_is_told_and_keeps_what_was_there(incoming):
    append(incoming, 0, WHOLE[:1000])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, before[1]))
    try:
        with pytest.raises(Unavailable, match="no_room"):
            append(incoming, 1000, WHOLE[1000:])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert incoming.path(UID).read_bytes() == WHOLE[:1000]
    assert append(incoming, 1000, WHOLE[1000:]) == len(WHOLE)


@pytest.mark.parametrize("uid", ["../../etc/passwd", "", "a/b", "é"])
def test_only_a_uid_is_an_address(incoming, uid):
    with pytest.raises(ValueError):
        incoming.path(uid)


def test_a_film_of_three_gigabytes_is_announced_and_counted_on_either_engine(site: Site, person_with: Any) -> None:
    size, now, owner = 3_000_000_000, site.clock.now(), person_with("administrator")
    with site.database.writing() as db:
        upload = begin(db, person_id=owner.id, name="课堂录像.mp4", size=size, limit=4096 * 1024 * 1024, days=1, now=now)
        upload.received = size
        keep(db, Stored("0" * 64, size, "video/mp4"), now=now)
    with site.database.reading() as db:
        assert (db.scalar(select(Upload.received)), db.scalar(select(StoredFile.size))) == (size, size)
