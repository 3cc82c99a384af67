"""On which processor cores threads run. The interpreter lets one thread compute at a time, whatever the cores.

Threads that hand the interpreter to one another across cores wake a sleeping core each time: measured on two cores, 300
phones that scan and tap at once took two to eight times as long as on one. So a server keeps to one core, and what
computes outside the interpreter (a password's hash) goes where there is room. Where the system knows no affinity
(Windows, macOS) nothing changes.
"""
from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_ours: set[int] = set()  # the cores that this process was given; empty while it uses them all

if sys.platform == "linux":
    def _allowed() -> set[int]:
        return os.sched_getaffinity(0)

    def _use(cores: set[int]) -> None:
        os.sched_setaffinity(0, cores)  # 0: the calling thread, and those that it begins from now on
else:
    def _allowed() -> set[int]:
        return set()

    def _use(cores: set[int]) -> None:
        """Nothing to choose here."""


def keep_to_one() -> None:
    """From here on this thread and all that it begins share one core. The last one: interrupts often go to the first."""
    cores = _allowed()
    if len(cores) > 1:
        _ours.update(cores)
        _use({max(cores)})


@contextmanager
def every_core() -> Iterator[None]:
    """Meanwhile this thread, and the processes that it begins, may use all the cores again."""
    kept = _allowed() if _ours else set()
    if kept:
        _use(_ours)
    try:
        yield
    finally:
        if kept:
            _use(kept)
