"""What else goes on in the house while a hall signs in: staff watch the board, certificates are rendered, videos pause."""
from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.load import Phone
from bench.rows import Place
from lms.core.certificates.models import Certificate
from lms.core.courses.models import ClassCourse, Course, Module
from lms.core.files.service import Stored
from lms.core.material.content import Content
from lms.core.material.service import add_material

STAFF, VIDEOS = 20, 40
_EVERY = 3.0  # seconds between two looks of an open board (static/js/board.js)
_VIDEO_SIZE = 30 * 1024 * 1024


@asynccontextmanager
async def disturbed(place: Place) -> AsyncIterator[Callable[[], Awaitable[str]]]:
    """All of it goes on inside; call what is given to hear what it came to."""
    looks: list[float] = []
    watchers = [asyncio.create_task(_watch(place, n, looks)) for n in range(STAFF)]
    videos = await _pause_videos(place, _add_video(place))
    await _ask_for_certificates(place)

    async def told() -> str:
        done = _certificates(place)
        slow = sorted(looks)[int(len(looks) * .95)] if looks else 0
        return (f"{STAFF} boards asked {len(looks)} times, p95 {slow * 1000:.0f} ms; {len(videos)} paused videos; "
                f"{done} of {len(place.world.people)} certificates done meanwhile")

    yield told
    for watcher in watchers:
        watcher.cancel()
    await asyncio.gather(*watchers, return_exceptions=True)
    for writer in videos:
        writer.close()


async def _watch(place: Place, number: int, looks: list[float]) -> None:
    phone, board = Phone(place.port, place.world.staff_cookie), f"/manage/sessions/{place.world.session.uid}/board.json"
    await asyncio.sleep(_EVERY * number / STAFF)
    while True:
        answer = await phone.get(board)
        looks.append(answer.seconds if answer.status == 200 else float("inf"))
        await asyncio.sleep(_EVERY)


def _add_video(place: Place) -> str:
    """A video in the first module of a course of the class; its uid."""
    site, now = place.world.site, datetime.now(UTC)
    sha256, size = site.storage.put(os.urandom(1024 * 1024) for _ in range(_VIDEO_SIZE // 1024 // 1024))
    with site.database.writing() as db:
        course, module = _first_module(db, place)
        return add_material(db, course=course, module_slug=module.slug, title="录像", now=now,
                            content=Content("video.mp4", Stored(sha256, size, "video/mp4"), "video", 600_000), by_id=place.world.people[0].id).uid


def _first_module(db: Session, place: Place) -> tuple[Course, Module]:
    course, module = db.execute(
        select(Course, Module).join(ClassCourse, ClassCourse.course_id == Course.id)
        .join(Module, Module.version_id == Course.current_version_id)
        .where(ClassCourse.class_id == place.world.training_class.id).order_by(Course.id, Module.position)).first() or (None, None)
    assert course is not None and module is not None
    return course, module


async def _pause_videos(place: Place, material: str) -> list[asyncio.StreamWriter]:
    """Forty phones ask for a video as a player does, read its beginning, and then nothing more."""
    writers = []
    for n in range(VIDEOS):
        reader, writer = await asyncio.open_connection("127.0.0.1", place.port, limit=2**16)
        cookie = place.world.cookies[n]
        writer.write(f"GET /material/{material}/file HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
                     "Range: bytes=0-\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert b" 206 " in head.split(b"\r\n")[0], head
        writers.append(writer)
    return writers


async def _ask_for_certificates(place: Place) -> None:
    answer = await Phone(place.port, place.world.staff_cookie).post(
        f"/manage/classes/{place.world.past_class.uid}/certificates/issue",
        {"csrf_token": place.world.token, "address_ok": "1"})
    assert answer.status == 303, answer
    until = asyncio.get_running_loop().time() + 20
    while not _certificates(place) and asyncio.get_running_loop().time() < until:
        await asyncio.sleep(0.1)


def _certificates(place: Place) -> int:
    with suppress(LookupError), place.world.site.database.reading() as db:
        return db.scalar(select(func.count()).where(Certificate.class_id == place.world.past_class.id,
                                                    Certificate.state == "valid")) or 0
    return 0
