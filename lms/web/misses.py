"""How often an address has asked for what is not there: kept in memory, because asking changes nothing.

Each server process counts for itself. A secret of 128 bits cannot be guessed at any speed; this keeps trying from costing us.
"""
from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=1)
MOST = 30  # misses of one address within the window; a hall behind one address scans codes that are there
_ADDRESSES = 10_000  # remembered at most


class Misses:
    """Counts within a window that begins with the first miss."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def seconds_to_wait(self, address: str, now: datetime) -> int:
        """0, or how long *address* has to wait."""
        with self._lock:
            since, count = self._seen.get(address, (now, 0))
        rest = (since + WINDOW - now).total_seconds()
        return max(1, int(rest)) if count >= MOST and rest > 0 else 0

    def note(self, address: str, now: datetime) -> None:
        """*address* asked for what is not there."""
        with self._lock:
            since, count = self._seen.pop(address, (now, 0))
            self._seen[address] = (since, count + 1) if now - since < WINDOW else (now, 1)
            while len(self._seen) > _ADDRESSES:
                self._seen.popitem(last=False)
