"""Background work: written in the transaction that causes it, run by the job child, seen by whoever waits for it."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.clock import Clock
from lms.core.db import Database, after_commit
from lms.core.errors import LmsError
from lms.core.files.storage import Storage
from lms.core.i18n import N_
from lms.core.jobs.models import Job

UNFINISHED = ("queued", "running")


class Workplace(Protocol):
    """What a job handler works with: an installation."""

    database: Database
    storage: Storage
    clock: Clock
    settings: Any
    registry: Any

    def key(self, purpose: str) -> bytes: ...


class Cancelled(Exception):
    """Somebody cancelled the job; what it finished stays."""


class Progress:
    """A running job's way to say how far it is. Each step is a short transaction of its own."""

    def __init__(self, place: Workplace, job_uid: str) -> None:
        self._place, self._uid = place, job_uid

    def step(self, done: int, total: int) -> None:
        """Say how far the work is.

        :raises Cancelled: somebody cancelled it
        """
        with self._place.database.writing() as db:
            state = db.scalar(select(Job.state).where(Job.uid == self._uid))
            db.execute(update(Job).where(Job.uid == self._uid).values(done=done, total=total))
        if state == "cancelled":
            raise Cancelled


Handler = Callable[[Workplace, dict[str, Any], Progress], dict[str, Any]]


def enqueue(db: Session, *, kind: str, arguments: dict[str, Any], by_id: int | None, now: datetime, key: str | None = None,
            class_id: int | None = None) -> Job:
    """Ask for a piece of work. It starts after the commit.

    :param arguments: plain JSON, no secrets
    :param key: while a job with this key is unfinished, asking again gives that job
    """
    if key is not None:
        known = db.scalar(select(Job).where(Job.key == key, Job.state.in_(UNFINISHED)))
        if known is not None:
            return known
        db.execute(update(Job).where(Job.key == key, Job.state.not_in(UNFINISHED)).values(key=None))  # it makes room
    insert: Any = postgresql.insert if db.get_bind().dialect.name == "postgresql" else sqlite.insert
    made = db.scalar(insert(Job).values(kind=kind, arguments=arguments, key=key, created_by_id=by_id, created_at=now,
                                        class_id=class_id).on_conflict_do_nothing().returning(Job.id))
    if made is None:  # somebody asked at the same moment and was first
        return db.scalars(select(Job).where(Job.key == key)).one()
    job = db.get_one(Job, made)
    wake = db.info.get("wake_worker")
    if wake is not None:
        uid = job.uid
        after_commit(db, lambda: wake(uid))
    return job


def cancel(db: Session, job: Job, *, now: datetime) -> None:
    """Stop a job before its next step; a finished one stays as it is."""
    if job.state in UNFINISHED:
        job.state, job.finished_at = "cancelled", now


def run_job(place: Workplace, uid: str) -> bool:
    """Run one queued job to its end; False if it was not there to be run (done, cancelled, or somebody else's)."""
    with place.database.writing() as db:
        claimed = db.execute(update(Job).where(Job.uid == uid, Job.state == "queued")
                             .values(state="running", started_at=place.clock.now())).rowcount  # type: ignore[attr-defined]
        job = db.scalar(select(Job).where(Job.uid == uid)) if claimed else None
        facts = (job.kind, dict(job.arguments)) if job else None
    if facts is None:
        return False
    kind, arguments = facts
    handler: Handler | None = place.registry.get("job", kind)
    outcome: dict[str, Any]
    try:
        if handler is None:
            raise LmsError("unknown_job", N_("没有能处理“{kind}”的程序，可能缺少插件。"), kind=kind)
        outcome = {"state": "done", "result": handler(place, arguments, Progress(place, uid))}
    except Cancelled:
        outcome = {"state": "cancelled"}
    except LmsError as error:
        outcome = {"state": "failed", "error": error.message, "error_data": {k: str(v) for k, v in error.data.items()}}
    except Exception:
        _close(place, uid, {"state": "failed", "error": N_("后台任务出错，没有做完；已完成的部分保留。请再试一次，仍不行请查看日志。")})
        raise
    _close(place, uid, outcome)
    return True


def _close(place: Workplace, uid: str, outcome: dict[str, Any]) -> None:
    with place.database.writing() as db:
        db.execute(update(Job).where(Job.uid == uid).values(finished_at=place.clock.now(), **outcome))


def requeue_interrupted(db: Session) -> Sequence[str]:
    """After a restart: what was running starts again (handlers go on where they stopped). All uids that wait."""
    db.execute(update(Job).where(Job.state == "running").values(state="queued"))
    return waiting(db)


def waiting(db: Session) -> Sequence[str]:
    """Uids of the jobs that nobody has begun, oldest first."""
    return db.scalars(select(Job.uid).where(Job.state == "queued").order_by(Job.id)).all()
