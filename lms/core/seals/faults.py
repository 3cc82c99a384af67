"""What a walk along a chain finds."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ChainFault:
    """Something that is not as it was sealed.

    :param code: for machines and tests, e.g. ``record_changed``
    :param sentence: message id, filled from *data*: what it is and which record
    """

    code: str
    sentence: str
    data: dict[str, Any] = field(default_factory=dict)
