"""Weights of options as percentages with decimals, as Moodle writes them, to and from the whole per cent of a key."""
from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from lms.core.quizzes.kinds.multiple import plain_weights

_FINE = Decimal("0.00001")


def decimals_of(body: Mapping[str, Any], key: Mapping[str, Any]) -> dict[str, Decimal]:
    """Per cent by letter: what the key says, else an equal share for each right option, taken away by each wrong one."""
    letters, right = [option["id"] for option in body["options"]], key["right"]
    if key.get("weights"):
        return {letter: Decimal(key["weights"].get(letter, 0)) for letter in letters}
    share = (Decimal(100) / len(right)).quantize(_FINE, ROUND_HALF_EVEN)
    return {letter: share if letter in right else -share for letter in letters}


def key_from(weights: Mapping[str, Decimal]) -> dict[str, Any]:
    """The key of a multiple choice with these weights; shares such as 33.33333 become whole ones that make 100."""
    right = [letter for letter, weight in weights.items() if weight > 0]
    share = (Decimal(100) / len(right)).quantize(_FINE, ROUND_HALF_EVEN) if right else Decimal(0)
    if all(abs(abs(weight) - share) <= Decimal("0.01") for weight in weights.values()):
        return {"right": right}
    whole = {letter: int(weight.to_integral_value(ROUND_HALF_EVEN)) for letter, weight in weights.items()}
    short = 100 - sum(whole[letter] for letter in right)
    for letter in right[:abs(short)]:
        whole[letter] += 1 if short > 0 else -1
    return plain_weights(list(weights), right, whole)
