"""What the parts of a SCORM 1.2 package report (ADL, SCORM Run-Time Environment 1.2, 3.4). A package is done when all its parts are.

Status and score come from the content in the browser, and nobody can prove them; time is the server's own.
"""
from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_
from lms.core.material.models import Material, MaterialProgress, ScormRecord
from lms.core.material.playing import progress_row
from lms.core.material.standing import ADVANCED

STATUSES = {"not attempted": N_("没有开始"), "incomplete": N_("进行中"), "browsed": N_("浏览过"), "completed": N_("已完成"), "passed": N_("已通过"),
            "failed": N_("未通过")}
DONE = ("completed", "passed")
_EXITS = ("", "suspend", "time-out", "logout")
_LONGEST_GAP = 300  # seconds between two reports that count as study
_LONGEST = {"location": 255, "suspend_data": 65_536}  # the standard says 4096; tools write more


@dataclass(frozen=True)
class Report:
    """What a part told, checked."""

    part: str
    status: str
    score: int | None
    location: str
    suspend_data: str
    exit: str


def read_report(sent: dict[str, Any]) -> Report:
    """:raises Invalid: values that SCORM 1.2 does not know, or of the wrong kind or length"""
    texts = {name: sent.get(name, "") for name in ("part", "status", "location", "suspend_data", "exit")}
    if not all(isinstance(text, str) and "\0" not in text for text in texts.values()) or texts["status"] not in STATUSES \
            or texts["exit"] not in _EXITS or any(len(texts[name]) > most for name, most in _LONGEST.items()):
        raise _bad()
    return Report(**texts, score=_score(sent))


def save_report(db: Session, *, person_id: int, material: Material, report: Report, now: datetime) -> MaterialProgress:
    """Keep what a part told; what is done stays done.

    :raises NotFound: the package has no such part
    """
    parts = material.current.about.get("parts", [])
    part = next((p for p in parts if p["id"] == report.part), None)
    if part is None:
        raise NotFound("no_such_part", N_("课件里没有这个部分，进度没有保存。请刷新页面。"))
    record = _record(db, person_id, material.current.id, report.part, now)
    gap = (now - record.last_at).total_seconds()
    record.seconds += int(gap) if 0 < gap <= _LONGEST_GAP else 0
    record.status, record.location, record.suspend_data = report.status, report.location, report.suspend_data
    record.exit, record.last_at = report.exit, max(now, record.last_at)
    record.score = report.score if report.score is not None else record.score
    if record.done_at is None and (report.status in DONE or not part["sco"]):
        record.done_at = now
    db.flush()
    return _sum_up(db, person_id, material, parts, now)


def records_of(db: Session, *, person_id: int, version_id: int) -> dict[str, ScormRecord]:
    """What each part has told of a person."""
    return {r.part: r for r in db.scalars(select(ScormRecord).where(ScormRecord.person_id == person_id, ScormRecord.version_id == version_id))}


def _sum_up(db: Session, person_id: int, material: Material, parts: Sequence[dict[str, Any]], now: datetime) -> MaterialProgress:
    """All parts together."""
    progress = progress_row(db, person_id=person_id, material=material, now=now)
    known = records_of(db, person_id=person_id, version_id=material.current.id)
    records = [known[p["id"]] for p in parts if p["id"] in known]
    done, scores = sum(r.done_at is not None for r in records), [r.score for r in records if r.score is not None]
    progress.share, progress.last_at = max(progress.share, done * 1000 // len(parts)), now
    progress.score = sum(scores) // len(scores) if scores else None
    if progress.done_at is None and done == len(parts):
        progress.done_at = now
    db.flush()
    db.info["events"].send(db, ADVANCED, person_id=person_id, material=material, now=now)
    return progress


def _record(db: Session, person_id: int, version_id: int, part: str, now: datetime) -> ScormRecord:
    """The row, held until the commit; made where there is none."""
    dialect: Any = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    db.execute(dialect.insert(ScormRecord).values(
        person_id=person_id, version_id=version_id, part=part, status="not attempted", location="", suspend_data="", exit="", seconds=0,
        opened_at=now, last_at=now).on_conflict_do_nothing())
    return db.scalars(select(ScormRecord).where(ScormRecord.person_id == person_id, ScormRecord.version_id == version_id,
                                                ScormRecord.part == part).with_for_update()).one()


def _score(sent: dict[str, Any]) -> int | None:
    """1/1000 of what can be reached: of min and max where they are given, else of 100 (RTE 1.2, cmi.core.score)."""
    raw, low, high = (_number(sent.get(name, "")) for name in ("raw", "min", "max"))
    if raw is None:
        return None
    low, high = (low or 0.0), (high if high is not None else 100.0)
    return round(min(max((raw - low) / (high - low), 0), 1) * 1000) if high > low else None


def _number(given: object) -> float | None:
    if given == "":
        return None
    try:
        number = float(given)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        raise _bad() from None
    if not math.isfinite(number):
        raise _bad()
    return number


def _bad() -> Invalid:
    return Invalid("bad_scorm_report", N_("课件报来的进度格式不对，没有保存。"))
