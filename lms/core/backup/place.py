"""What backup needs of an installation."""
from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol

from sqlalchemy import Engine

from lms.core.clock import Clock
from lms.core.db import Database
from lms.core.files.storage import Storage


class Place(Protocol):
    """An installation: where its rows and files are, and how tables of a certain revision are made."""

    database: Database
    storage: Storage
    clock: Clock
    settings: Any
    program: str  # the version of this program

    def key(self, purpose: str) -> bytes: ...

    def migrate(self, engine: Engine, revision: str = "head") -> None:
        """Make or bring the tables to *revision*."""
        ...

    def knows(self, revision: str) -> bool:
        """Whether this program has that revision."""
        ...


def backup_folder(settings: Any) -> Path:
    """Where backups go: the setting ``backup_folder``, else ``backups`` in the data folder."""
    return Path(settings.backup_folder) if settings.backup_folder else Path(settings.data_folder) / "backups"
