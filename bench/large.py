"""A class of a hundred thousand people in thirty sessions: its attendance leaves as a file, in bounded memory."""
from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import String, case, cast, func, insert, literal, null, select
from sqlalchemy.orm import Session

from bench.rows import Place, Row
from lms.core.attendance.models import AttendanceEvent
from lms.core.classes.groups import add_group
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.service import make_class, publish
from lms.core.classes.timetable import add_session, instants
from lms.core.ids import new_uid
from lms.core.people.models import Person
from lms.core.people.units import unit_named
from lms.site import Site

PEOPLE, DAYS, A_DAY = 100_000, 15, 2
_FIRST = date(2026, 9, 1)


async def measure(place: Place) -> list[Row]:
    site = place.world.site
    fill(site, PEOPLE)
    rows = []
    for ending in ("csv", "xlsx"):
        file = place.world.folder / f"large.{ending}"
        seconds, megabytes, status = await asyncio.to_thread(_export, place.world.folder, file, str(site.settings.url))
        kept = status == 0 and megabytes < 300 and _lines(file) in (None, PEOPLE + 1)
        rows.append(Row(f"attendance, {PEOPLE:,} × {DAYS * A_DAY}, .{ending}",
                        f"{seconds:.0f} s, peak {megabytes:.0f} MB, file {file.stat().st_size / 2**20:.0f} MB", "< 300 MB", kept))
        file.unlink()
    return rows


def _export(folder: Path, file: Path, url: str) -> tuple[float, float, int]:
    """The command, as an office would run it: seconds, the most memory it held (MB), and how it ended."""
    began = time.perf_counter()
    process = os.posix_spawn(sys.executable, [sys.executable, "-m", "lms.cli", "export", "attendance", "--data", str(folder),
                                              "--class", "bench-large", "-o", str(file)], {**os.environ, "LMS_DATABASE_URL": url})
    _, status, used = os.wait4(process, 0)
    return time.perf_counter() - began, used.ru_maxrss / 1024, status


def _lines(file: Path) -> int | None:
    """Lines of a text file; None for any other."""
    if file.suffix != ".csv":
        return None
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


def fill(site: Site, people: int) -> None:
    """The class and its record: nearly everybody signed in, some late, some on leave, some doubtful."""
    now = datetime.now(UTC)
    with site.database.writing() as db:
        made = _class(db, now)
        sessions = db.scalars(select(ClassSession).where(ClassSession.class_id == made.id).order_by(ClassSession.id)).all()
        starts = [(s.id, instants(s, made.zone)[0]) for s in sessions]
        groups = [add_group(db, training_class=made, name=f"第{n}组", by_id=None, now=now).id for n in range(1, 101)]
        units = [(unit_named(db, f"压力测试单位{n}").id, f"压力测试单位{n}") for n in range(1000)]
        begin = db.scalar(select(func.max(Person.id))) or 0
        class_id = made.id
        _insert(db, Person, ({"id": begin + n, "uid": new_uid(), "name": f"测试学员{n}", "name_key": f"测试学员{n}", "created_at": now}
                             for n in range(1, people + 1)))
        _insert(db, Enrolment, ({"uid": new_uid(), "class_id": class_id, "person_id": begin + n, "group_id": groups[n % 100], "number": n,
                                 "unit_id": units[n % 1000][0], "unit_name": units[n % 1000][1], "name": f"测试学员{n}", "created_at": now}
                                for n in range(1, people + 1)))
    for session_id, start in starts:
        with site.database.writing() as db:
            _sign_in(db, class_id, session_id, start)


def _class(db: Session, now: datetime) -> TrainingClass:
    made = make_class(db, slug="bench-large", title="十万人培训班", organiser_id=unit_named(db, "测试主办单位").id, starts_on=_FIRST,
                      ends_on=_FIRST + timedelta(days=DAYS - 1), zone="Asia/Shanghai", by_id=None, now=now)
    for day in range(DAYS):
        for part in range(A_DAY):
            add_session(db, training_class=made, title=f"第{day + 1}天第{part + 1}节", kind="lecture", day=_FIRST + timedelta(days=day),
                        starts=clock_time(8 + 6 * part), ends=clock_time(11 + 6 * part, 30), place="报告厅", lecturer="测试老师",
                        credit_hours=400, by_id=None, now=now)
    publish(db, training_class=made, by_id=None, now=now)
    return made


def _sign_in(db: Session, class_id: int, session_id: int, start: datetime) -> None:
    """By the database itself: three million rows would take longer to send than to measure."""
    person, turn = Enrolment.person_id, (Enrolment.person_id * 31 + session_id) % 100
    at = case((turn < 50, literal(start - timedelta(minutes=20))), (turn < 95, literal(start - timedelta(minutes=1))),
              else_=literal(start + timedelta(minutes=15)))
    values: dict[str, Any] = {
        "uid": literal(f"large-{session_id}-") + cast(person, String), "class_id": literal(class_id), "session_id": literal(session_id),
        "person_id": person, "kind": case((turn == 3, "status"), else_="in"), "status": case((turn == 3, "sick_leave"), else_=null()),
        "at": at, "received_at": at, "method": case((turn == 3, "leave"), else_="hall"), "reason": literal(""),
        "flags": case((turn == 4, literal(["shared_device"], AttendanceEvent.flags.type)), else_=literal([], AttendanceEvent.flags.type))}
    db.execute(insert(AttendanceEvent).from_select(list(values), select(*values.values()).where(
        Enrolment.class_id == class_id, turn >= 3), include_defaults=False))  # three in a hundred stayed away


def _insert(db: Session, model: type[Any], rows: Iterator[dict[str, Any]]) -> None:
    while part := list(islice(rows, 5_000)):
        db.execute(insert(model), part)
