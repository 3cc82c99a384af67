"""The wake-up queue between server and job child; what is durable about a job stands in its row (``core.jobs``)."""
from __future__ import annotations

from pathlib import Path

from huey import SqliteHuey


def make_queue(folder: Path) -> SqliteHuey:
    """The queue of the installation in *folder*."""
    return SqliteHuey("lms", filename=str(folder / "queue.db"), results=False, utc=True)
