"""One writer at a time on SQLite, first come first served, across threads and processes.

SQLite's own busy wait polls and starves: measured, one of two processes got one commit in three seconds. Threads
queue here in order; the process then takes an OS file lock that server, jobs and command line share.
"""
from __future__ import annotations

import os
import sys
import threading
import time
from collections import deque
from pathlib import Path
from types import TracebackType


class LockBusy(Exception):
    """Somebody holds the lock for longer than a person at a phone would wait."""


class WriteLock:
    """A fair lock on the file *path*. Not reentrant: a write inside a write is a fault of ours.

    :param patience: seconds to wait for it; a process that hangs with the lock must not take every thread of ours
    """

    def __init__(self, path: Path | None, patience: float) -> None:
        self._path, self._patience = path, patience
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._busy = False
        self._file: int | None = None
        self._ahead: _Ahead | None = None

    def __enter__(self) -> None:
        """:raises LockBusy: it did not come free in time"""
        until = time.monotonic() + self._patience
        turn: threading.Lock | None = None
        with self._guard:
            if self._busy:
                turn = threading.Lock()
                turn.acquire()
                self._waiting.append(turn)
            self._busy = True
        if turn is not None and not turn.acquire(timeout=self._patience):
            self._give_up(turn)
        try:
            self._lock_file(until)
        except BaseException:
            self._pass_on()
            raise

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._unlock_file()
        finally:
            self._pass_on()

    def _give_up(self, turn: threading.Lock) -> None:
        with self._guard:
            if turn in self._waiting:  # else it came after all, at the last moment
                self._waiting.remove(turn)
                raise LockBusy

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._busy = False

    def _lock_file(self, until: float) -> None:
        if self._path is None:
            return
        if self._file is None:
            self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if self._ahead is None or self._ahead.idle:
            self._ahead = None
            if try_lock(self._file):
                return
            self._ahead = _Ahead(self._file)
        if not self._ahead.take(until - time.monotonic()):
            raise LockBusy  # whoever is next takes over the place in line
        self._ahead = None

    def _unlock_file(self) -> None:
        if self._file is not None:
            unlock(self._file)


class _Ahead:
    """Stands in line with other processes in a thread of its own: the system's queue is fair but knows no time limit."""

    def __init__(self, file: int) -> None:
        self._file, self._wanted, self._held = file, True, False
        self._state = threading.Condition()
        self.idle = False  # the turn came when nobody of ours wanted it any more, and was passed on
        threading.Thread(target=self._stand, name="write-lock", daemon=True).start()

    def _stand(self) -> None:
        _lock(self._file)
        with self._state:
            self._held, self.idle = self._wanted, not self._wanted
            if self.idle:
                unlock(self._file)
            self._state.notify_all()

    def take(self, seconds: float) -> bool:
        """Wait for the turn; False if it does not come in time."""
        with self._state:
            self._wanted = True
            self._wanted = self._state.wait_for(lambda: self._held, max(seconds, 0))
            return self._wanted


if sys.platform == "win32":
    import msvcrt

    def _lock(file: int) -> None:
        while not try_lock(file):
            time.sleep(0.002)

    def try_lock(file: int) -> bool:
        try:
            os.lseek(file, 0, os.SEEK_SET)
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def unlock(file: int) -> None:
        os.lseek(file, 0, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def try_lock(file: int) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def unlock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)
