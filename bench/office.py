"""What the office waits for: attendance as a workbook, 300 certificates, a roster with its preview."""
from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from statistics import median

from sqlalchemy import func, select

from bench.load import Answer, Phone
from bench.rows import REPEATS, Place, Row, milliseconds
from lms.core.attendance.models import AttendanceEvent
from lms.core.certificates.models import Certificate
from lms.core.classes.models import ClassSession
from lms.core.classes.timetable import instants
from lms.core.files.models import StoredFile


async def measure_export(place: Place) -> list[Row]:
    """300 people × 18 sessions, everybody signed in."""
    _sign_everybody_in(place)
    staff, token = Phone(place.port, place.world.staff_cookie), place.world.token
    address = f"/manage/classes/{place.world.past_class.uid}/attendance.xlsx"
    seconds, answer = await _repeated(lambda: staff.post(address, {"csrf_token": token}))
    return [Row("attendance export, 300 × 18", f"{milliseconds(seconds)}, {len(answer.body) / 1024:.0f} KB",
                "< 500 ms", answer.status == 200 and seconds < 0.5)]


def _sign_everybody_in(place: Place) -> None:
    world = place.world
    with world.site.database.writing() as db:
        sessions = db.scalars(select(ClassSession).where(ClassSession.class_id == world.past_class.id)).all()
        for session in sessions:
            at = instants(session, world.past_class.zone)[0] - timedelta(minutes=5)
            db.add_all(AttendanceEvent(class_id=session.class_id, session_id=session.id, person_id=person.id, kind="in", at=at,
                                       received_at=at, method="hall") for person in world.people)


async def _repeated(act: Callable[[], Awaitable[Answer]]) -> tuple[float, Answer]:
    """The median time of several runs, and the last answer."""
    answers = [await act() for _ in range(REPEATS)]
    return median(answer.seconds for answer in answers), answers[-1]


async def measure_certificates(place: Place) -> list[Row]:
    """Asked for by the form, rendered by the job child, until the last one is valid."""
    world, staff, began = place.world, Phone(place.port, place.world.staff_cookie), time.perf_counter()
    asked = await staff.post(f"/manage/classes/{world.past_class.uid}/certificates/issue",
                             {"csrf_token": world.token, "address_ok": "1"})
    while _issued(place) < len(world.people) and time.perf_counter() - began < 120:
        await asyncio.sleep(0.1)
    seconds, largest = time.perf_counter() - began, _largest(place)
    served, _ = await _repeated(lambda: staff.get(f"/certificates/{_any_certificate(place)}.pdf"))
    kept = asked.status == 303 and seconds < 10 and largest < 100 * 1024 and _issued(place) == len(world.people)
    return [Row(f"{_issued(place)} certificates", f"{seconds:.1f} s, the largest {largest / 1024:.0f} KB; a frozen one served in "
                f"{milliseconds(served)}", "< 10 s, each < 100 KB", kept)]


def _issued(place: Place) -> int:
    with place.world.site.database.reading() as db:
        return db.scalar(select(func.count()).where(Certificate.state == "valid")) or 0


def _largest(place: Place) -> int:
    with place.world.site.database.reading() as db:
        return db.scalar(select(func.max(StoredFile.size)).join(Certificate, Certificate.file_id == StoredFile.id)) or 0


def _any_certificate(place: Place) -> str:
    with place.world.site.database.reading() as db:
        return str(db.scalar(select(Certificate.uid).where(Certificate.state == "valid").limit(1)))


async def measure_roster(place: Place) -> list[Row]:
    """Upload 300 new people, look at the preview; then save it."""
    staff, token = Phone(place.port, place.world.staff_cookie), place.world.token
    previews, saves, failed = [], [], ""
    for batch in range(REPEATS):
        began = time.perf_counter()
        uploaded = await staff.upload(f"/manage/classes/{place.world.training_class.uid}/roster/import", {"csrf_token": token},
                                      "file", "roster.csv", _roster(batch))
        address = uploaded.headers.get("location", "/")
        page = await staff.get(address)
        previews.append(time.perf_counter() - began)
        saved = await staff.post(address, {"csrf_token": token})
        saves.append(saved.seconds)
        if (uploaded.status, page.status, saved.status) != (303, 200, 303):
            failed = f"; failed: {uploaded.status}, {page.status}, {saved.status}"
    return [Row("roster, 300 rows with preview", f"{milliseconds(median(previews))}, saved in {milliseconds(median(saves))}{failed}",
                "preview < 1000 ms", median(previews) < 1 and not failed)]


def _roster(batch: int) -> bytes:
    """300 people who are not known yet, with names as people have them."""
    names = itertools.islice(("".join(letters) for letters in itertools.product(
        "王李张刘陈杨赵黄周吴", "建秀志文明丽国海晓玉", "华英强芳军敏平静")), 300)
    lines = [f"{name},测试单位{n % 100},1991{batch:02}{n:05}" for n, name in enumerate(names)]
    return "\n".join(["姓名,单位,手机号", *lines]).encode()
