"""A worked example is calculated with the course's own figures. Where this place has set another one, the example says so."""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lms.core.courses.facts import Amount
from lms.core.courses.markdown import plain, walk
from lms.core.courses.sections import FIGURES, section_number


@dataclass(frozen=True)
class Differing:
    """An amount with which an example calculates, and this place's own."""

    shipped: Amount
    local: Amount


def say_whose_figures(tree: list[dict[str, Any]], shipped: Mapping[str, Amount], local: Mapping[str, Amount]) -> list[dict[str, Any]]:
    """*tree* with a token ``whose_figures`` under the heading of the worked example, if it calculates with a figure that
    the module names and that is another one here."""
    named = dict.fromkeys(token["raw"] for token in walk(tree) if token["type"] == "amount")
    differing = [Differing(shipped[key], local[key]) for key in named
                 if key in shipped and key in local and _figure(shipped[key].value) != _figure(local[key].value)]
    start = next((n + 1 for n, token in enumerate(tree) if _opens_example(token)), None)
    if start is None:
        return tree
    end = next((n for n in range(start, len(tree)) if tree[n]["type"] in ("heading", "section")), len(tree))
    words = plain(tree[start:end])
    used = tuple(d for d in differing if _is_in(d.shipped.value, words))
    return [*tree[:start], {"type": "whose_figures", "attrs": {"differing": used}}, *tree[start:]] if used else tree


def _opens_example(token: dict[str, Any]) -> bool:
    return token["type"] == "heading" and section_number(plain(token["children"]).strip()) == FIGURES


def _is_in(value: str, words: str) -> bool:
    """As a figure of its own: 50 is not in 150 or 50.5."""
    return re.search(rf"(?<![\d.]){re.escape(value)}(?!\.?\d)", words) is not None


def _figure(value: str) -> str:
    return value.replace(" ", "")
