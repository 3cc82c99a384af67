"""One writer at a time on SQLite, first come first served, across threads and processes.

SQLite's own busy wait polls and starves: measured, one of two processes got one commit in three seconds. Threads
queue here in order; the process then takes an OS file lock that server, jobs and command line share.
"""
from __future__ import annotations

import os
import sys
import threading
from collections import deque
from pathlib import Path
from types import TracebackType


class WriteLock:
    """A fair lock on the file *path*. Not reentrant: a write inside a write is a fault of ours."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._busy = False
        self._file: int | None = None

    def __enter__(self) -> None:
        turn: threading.Lock | None = None
        with self._guard:
            if self._busy:
                turn = threading.Lock()
                turn.acquire()
                self._waiting.append(turn)
            self._busy = True
        if turn is not None:
            turn.acquire()
        try:
            self._lock_file()
        except BaseException:
            self._pass_on()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._unlock_file()
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False

    def _lock_file(self) -> None:
        if self._path is None:
            return
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        _lock(self._file)

    def _unlock_file(self) -> None:
        if self._file is not None:
            _unlock(self._file)


if sys.platform == "win32":
    import msvcrt
    import time

    def _lock(file: int) -> None:
        while True:
            try:
                os.lseek(file, 0, os.SEEK_SET)
                msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
                return
            except OSError:
                time.sleep(0.002)

    def _unlock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
