"""What gets a mark of its own: a question, or each part of one that has parts (案例题)."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lms.core.quizzes.kinds.protocol import Answer, Kind, kind_of
from lms.core.registry import Registry


@dataclass(frozen=True)
class Piece:
    """A question, or one part of it. *part* is empty for a question that is marked as a whole."""

    part: str
    kind: Kind
    shown: dict[str, Any]
    key: dict[str, Any]
    answer: Answer
    full_mark: int


def pieces_of(registry: Registry, *, kind: str, shown: dict[str, Any], key: dict[str, Any], answer: Answer,
              full_mark: int) -> list[Piece]:
    """What of a question is marked one by one, in its order; their full marks make up *full_mark*.

    :raises Invalid: a kind is missing
    """
    whole = kind_of(registry, kind)
    parts = whole.parts(shown, key, full_mark)
    if not parts:
        return [Piece("", whole, shown, key, answer, full_mark)]
    return [Piece(part.id, kind_of(registry, part.kind), part.shown, part.key, answer.get(part.id) or {}, part.full_mark)
            for part in parts]


def needs_a_marker(registry: Registry, *, kind: str, shown: dict[str, Any], key: dict[str, Any]) -> bool:
    """Whether people mark this question or a part of it."""
    return any(piece.kind.by_hand for piece in pieces_of(registry, kind=kind, shown=shown, key=key, answer={}, full_mark=0))
