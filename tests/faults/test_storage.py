"""Storage that refuses: a clear page with status 503, nothing acknowledged, and work goes on without a restart."""
from __future__ import annotations

import asyncio
import fcntl
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from hall import Hall

from bench.load import Answer

pytestmark = pytest.mark.fault
Obstacle = Callable[[Hall], AbstractContextManager[None]]


@contextmanager
def locked_by_a_foreign_tool(hall: Hall) -> Iterator[None]:
    """Somebody opened the database with another program and began to write."""
    other = sqlite3.connect(hall.world.folder / "lms.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


@contextmanager
def locked_by_a_hanging_command(hall: Hall) -> Iterator[None]:
    """One of our own commands holds the write lock and hangs."""
    with (hall.world.folder / "lms.db.write-lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def disk_full(hall: Hall) -> Iterator[None]:
    """No file can grow any more: a write of the server fails as on a full disk."""
    assert hall.process is not None
    before = resource.prlimit(hall.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(hall.process.pid, resource.RLIMIT_FSIZE, (1, before[1]))
    yield
    resource.prlimit(hall.process.pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("obstacle", [locked_by_a_foreign_tool, locked_by_a_hanging_command, disk_full])
def test_a_refusing_storage_is_told_and_recovers_by_itself(hall: Hall, obstacle: Obstacle) -> None:
    asyncio.run(_tap_at(hall, obstacle))


async def _tap_at(hall: Hall, obstacle: Obstacle) -> None:
    phones = [hall.phone(n) for n in range(5)]
    tickets = await hall.tickets(phones)
    with obstacle(hall):
        refused = await asyncio.gather(*(hall.tap(p, t) for p, t in zip(phones, tickets, strict=True)))
        page = await phones[0].get("/s")
    assert [answer.status for answer in refused] == [503] * 5
    assert all("系统暂时无法保存数据，本次操作没有生效" in answer.body.decode() for answer in refused)
    assert all(answer.headers["content-type"].startswith("text/html") for answer in refused)
    assert page.status == 200, "what only reads goes on"
    assert not hall.events("in")
    again = await asyncio.gather(*(hall.tap(p, t) for p, t in zip(phones, tickets, strict=True)))
    assert [answer.status for answer in again] == [200] * 5
    assert set(hall.events("in").values()) == {1}


def test_a_roster_at_a_full_disk_leaves_nothing_behind(hall: Hall) -> None:
    """A roster that cannot be kept leaves no row, and is taken once there is room."""
    asyncio.run(_upload_at_full_disk(hall))


async def _upload_at_full_disk(hall: Hall) -> None:
    staff, address = hall.staff(), f"/manage/classes/{hall.world.training_class.uid}/roster/import"
    with disk_full(hall):
        refused = await _upload(hall, address)
    assert refused.status == 503, refused
    assert hall.rows("SELECT count(*) FROM lms_roster_import") == [(0,)]
    accepted = await _upload(hall, address)
    assert accepted.status == 303, accepted
    assert (await staff.get(accepted.headers["location"])).status == 200


async def _upload(hall: Hall, address: str) -> Answer:
    roster = "姓名,单位,手机号\n王新,测试单位1,19900030001\n"
    return await hall.staff().upload(address, {"csrf_token": hall.world.token}, "file", "roster.csv", roster.encode())


def test_a_read_only_folder_is_named_at_the_start(make_hall: Callable[..., Hall], tmp_path: Path) -> None:
    """``lms serve`` says which folder it cannot write, and ends."""
    hall = make_hall()
    hall.world.folder.chmod(0o555)
    try:
        code, said = hall.start_and_fail()
    finally:
        hall.world.folder.chmod(0o755)
    assert code == 3
    assert str(hall.world.folder) in said
    assert hall.start() < 30
