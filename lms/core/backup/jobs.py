"""Backups as background work: asked for on a page, made every day, and tried out."""
from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.backup.collection import one_backup, prune
from lms.core.backup.make import make_backup
from lms.core.backup.place import Place, backup_folder
from lms.core.backup.restore import drill
from lms.core.clock import local, local_instant
from lms.core.errors import Invalid
from lms.core.events import Events
from lms.core.i18n import N_
from lms.core.jobs.models import Job
from lms.core.jobs.service import UNFINISHED, Progress, enqueue
from lms.core.registry import Registry

MAKE, DRILL = "backup.make", "backup.drill"
_AGAIN = timedelta(hours=1)  # after a backup that failed
_OFTEN = 0.5  # seconds between two reports of progress: each is a write


def register(registry: Registry, events: Events) -> None:
    registry.add("job", MAKE, make)
    registry.add("job", DRILL, try_out)
    registry.add("every_minute", "backup", back_up_daily)


def ask_to_make(db: Session, *, by_id: int | None, now: datetime) -> Job:
    """Ask for a backup. Asking again while one is being made gives the same job."""
    return enqueue(db, kind=MAKE, arguments={"reason": "scheduled" if by_id is None else "asked"}, by_id=by_id, now=now, key=MAKE)


def ask_to_try(db: Session, name: str, *, by_id: int, now: datetime) -> Job:
    """Ask for a drill of the backup *name*."""
    return enqueue(db, kind=DRILL, arguments={"name": name}, by_id=by_id, now=now, key=f"{DRILL}:{name}")


def make(place: Place, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job. Killed in the middle it begins anew: files that were copied are there already."""
    root = backup_folder(place.settings)
    made = make_backup(place, root, reason=arguments["reason"], tell=_calmly(progress), passphrase=passphrase_of(place.settings))
    removed = prune(root, place.settings.backup_keep)
    with place.database.writing() as db:
        record(db, actor_id=None, action="backup.make", thing=made.name, now=place.clock.now(),
               after={"rows": made.manifest.rows, "files": len(made.manifest.files), "removed": len(removed)})
    return {"name": made.name, "rows": made.manifest.rows, "files": len(made.manifest.files)}


def try_out(place: Place, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job: a drill."""
    backup = one_backup(backup_folder(place.settings), arguments["name"])
    found = drill(place, backup, tell=_calmly(progress))
    return {"name": backup.name, "tables": len(found.lines), "rows": found.rows, "files": found.files}


def back_up_daily(place: Place) -> None:
    """Each minute: ask for the day's backup when its time has come; an hour later again if it failed."""
    settings, now = place.settings, place.clock.now()
    if settings.backup_daily_at == "off" or settings.demo:
        return
    since = last_due(now, settings.backup_daily_at, settings.zone)
    with place.database.reading() as db:
        if db.scalar(_made_or_just_tried(since, now)) is not None:
            return
    with place.database.writing() as db:
        if db.scalar(_made_or_just_tried(since, now)) is None:
            ask_to_make(db, by_id=None, now=now)


def last_due(now: datetime, at: str, zone: str) -> datetime:
    """The latest instant at which the day's backup was due."""
    today = local(now, zone).date()
    hour, minute = map(int, at.split(":"))
    due = local_instant(today, datetime.min.time().replace(hour=hour, minute=minute), zone)
    return due if due <= now else due - timedelta(days=1)


def passphrase_of(settings: Any) -> str:
    """The passphrase in the file that the settings name; empty without one.

    :raises Invalid: the file cannot be read
    """
    if not settings.backup_passphrase_file:
        return ""
    return read_passphrase(Path(settings.backup_passphrase_file))


def read_passphrase(file: Path) -> str:
    """:raises Invalid: it cannot be read"""
    try:
        return file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid("passphrase_unreadable", N_("读不到口令文件 {file}，没有制作备份。请检查路径和权限。"), file=str(file)) from error


def _made_or_just_tried(since: datetime, now: datetime) -> Any:
    good = and_(Job.created_at >= since, Job.state.in_((*UNFINISHED, "done")))
    return select(Job.id).where(Job.kind == MAKE, Job.created_by_id.is_(None), or_(good, Job.created_at > now - _AGAIN)).limit(1)


def _calmly(progress: Progress) -> Callable[[int, int], None]:
    """Reports of progress, not more often than people look."""
    last = 0.0

    def tell(done: int, total: int) -> None:
        nonlocal last
        if done >= total or time.monotonic() - last > _OFTEN:
            last = time.monotonic()
            progress.step(done, total)

    return tell
