"""In-transaction events: a lower level says what happened, higher levels react inside the same transaction."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

Handler = Callable[..., None]


class Events:
    """Subscriptions of one installation. Handlers run in the order they were added and share the session."""

    def __init__(self) -> None:
        self._handlers: dict[str, list[Handler]] = defaultdict(list)

    def on(self, name: str, handler: Handler) -> None:
        """Call *handler(db, **data)* whenever *name* is sent; what it raises rolls the whole transaction back."""
        self._handlers[name].append(handler)

    def send(self, db: Any, name: str, **data: Any) -> None:
        for handler in self._handlers[name]:
            handler(db, **data)
