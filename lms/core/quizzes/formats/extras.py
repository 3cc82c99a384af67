"""What a foreign format has no place for, carried in a comment of its files, so that what goes out comes back equal.

A reader of ours takes it up again; other programs pass it over. A kind that the format does not know goes whole.
"""
from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from lms.core.quizzes.content import QuestionContent, well_typed

_PLAIN = ("difficulty", "mark", "source")


@dataclass(frozen=True)
class Extras:
    """*fields* of the content that the format cannot hold, *key* entries likewise, or the *whole* question."""

    fields: dict[str, Any]
    key: dict[str, Any]
    whole: QuestionContent | None = None


def read_extras(text: str) -> Extras:
    """What the comment says; nothing where it is none of ours or was spoilt: the rest of the question still counts."""
    try:
        data = json.loads(text) if text and len(text) < 200_000 else {}
        if "whole" in data:
            whole = QuestionContent.from_stored(data["whole"])
            return Extras({}, {}, whole if well_typed(whole) else None)
        fields = {name: data[name] for name in _PLAIN if name in data}
        if not isinstance(fields.get("source", ""), str) or not all(isinstance(fields.get(n, 0), int) for n in _PLAIN[:2]):
            return Extras({}, {})
        return Extras({**fields, "facts": tuple(map(str, data.get("facts", ())))}, dict(data.get("key", {})))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return Extras({}, {})


def content_with(extras: Extras, kind: str, topic: str, body: dict[str, Any], key: dict[str, Any], explanation: str,
                 tags: tuple[str, ...]) -> QuestionContent:
    """A question that was read, with its extras; a key of theirs fills what the format left empty."""
    filled = {**key, **{name: value for name, value in extras.key.items() if not key.get(name)}}
    return replace(QuestionContent(kind, topic, 2, body, filled, explanation, tags=tags), **extras.fields)


def extras_of(content: QuestionContent, *, key: tuple[str, ...] = ()) -> str:
    """JSON for a comment, of the plain fields and of the *key* entries that the format has no place for."""
    data: dict[str, Any] = {name: getattr(content, name) for name in _PLAIN if getattr(content, name)}
    if content.facts:
        data["facts"] = list(content.facts)
    kept = {name: content.key[name] for name in key if content.key.get(name)}
    return _dumped({**data, **({"key": kept} if kept else {})})


def whole_of(content: QuestionContent) -> str:
    """JSON for a comment, of all of a question."""
    return _dumped({"whole": content.stored()})


def _dumped(data: dict[str, Any]) -> str:
    # No two hyphens in a row: they would end an XML comment.
    return json.dumps(data, ensure_ascii=False, sort_keys=True).replace("--", "-\\u002d").replace("--", "-\\u002d")
