"""One snapshot per session and second, shared by all who watch: twenty screens cost as much as one."""
from __future__ import annotations

import threading
from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.attendance.board import Board, board
from lms.core.classes.models import ClassSession

_KEPT = 200


class Snapshots:
    """The latest board of each session, at most a second old."""

    def __init__(self) -> None:
        self._boards: dict[int, tuple[int, Board]] = {}
        self._making: dict[int, threading.Lock] = {}
        self._guard = threading.Lock()

    def of(self, db: Session, session: ClassSession, now: datetime) -> Board:
        """The whole class's board; callers check that the viewer may see the whole class."""
        second = int(now.timestamp())
        with self._guard:
            lock = self._making.setdefault(session.id, threading.Lock())
        with lock:
            known = self._boards.get(session.id)
            if known is not None and known[0] == second:
                return known[1]
            made = board(db, session=session, training_class=session.training_class, now=now)
            if len(self._boards) > _KEPT:
                self._boards.clear()
            self._boards[session.id] = (second, made)
            return made
