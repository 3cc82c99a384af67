"""Matching (匹配题): to each entry on the left belongs one on the right."""
from __future__ import annotations

import re
from collections.abc import Sequence
from random import Random
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.kinds.form_values import lines_in, text_in
from lms.core.quizzes.kinds.options import LONGEST_OPTION, check_stem
from lms.core.quizzes.kinds.protocol import Answer, Choice, Flaw, FormValues, Kind, Policy, Posed, not_an_answer

FEWEST, MOST = 2, 12
ARROW = "→"
LETTERS = "ABCDEFGHIJKL"
_ARROWS = re.compile("→|->|=>|⇒")


class Matching(Kind):
    """body ``{"stem": …, "left": [{"id": "1", "text": …}], "right": [{"id": "A", "text": …}]}``, key
    ``{"pairs": {"1": "A"}}``, answer ``{"given": ["2", "1"]}``: for each entry on the left a place on the right.

    Each pair has an equal share of the mark. The right side is always shuffled: authors write it pair by pair.
    """

    code = "matching"
    title = N_("匹配题")
    player = "lms/attempts/kinds/matching.html"
    review = "lms/attempts/kinds/matching_review.html"
    printed = "lms/attempts/kinds/matching_print.html"
    editor = "lms/manage/banks/kinds/matching.html"
    by_hand = False

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        flaws, left, right, pairs = check_stem(body), body.get("left") or [], body.get("right") or [], key.get("pairs") or {}
        if not (FEWEST <= len(left) <= MOST and FEWEST <= len(right) <= MOST):
            flaws.append(Flaw("pair_count", N_("左边有 {left} 项，右边有 {right} 项，各应有 {fewest} 到 {most} 项。"), "answer",
                              {"left": len(left), "right": len(right), "fewest": FEWEST, "most": MOST}))
        texts = [str(entry["text"]) for entry in (*left, *right)]
        if any(not text.strip() or len(text) > LONGEST_OPTION or "\n" in text or _ARROWS.search(text) for text in texts):
            flaws.append(Flaw("pair_text", N_("匹配的每一项都要有文字，不超过 {most} 个字，不能含有箭头。"), "answer",
                              {"most": LONGEST_OPTION}))
        for side in (left, right):
            if len({str(entry["text"]) for entry in side}) < len(side):
                flaws.append(Flaw("pair_twice", N_("同一边有两项的文字相同。请改写其中一项。"), "answer"))
        if set(pairs) != {entry["id"] for entry in left} or not set(pairs.values()) <= {entry["id"] for entry in right}:
            flaws.append(Flaw("pair_missing", N_("左边的每一项都要和右边的一项配对。"), "answer"))
        return flaws

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        left, right = list(body["left"]), list(body["right"])
        if policy.shuffle:
            rng.shuffle(left)
        rng.shuffle(right)
        places = {entry["id"]: str(place) for place, entry in enumerate(right, start=1)}
        shown = {"stem": body["stem"], "left": [entry["text"] for entry in left],
                 "right": [{"id": places[entry["id"]], "text": entry["text"]} for entry in right]}
        return Posed(shown, {"right": [places[key["pairs"][entry["id"]]] for entry in left],
                             "left": [entry["id"] for entry in left], "order": [entry["id"] for entry in right]})

    def read_answer(self, shown: dict[str, Any], values: Sequence[str]) -> Answer:
        if values and (len(values) != len(shown["left"])
                       or not set(values) <= {"", *(entry["id"] for entry in shown["right"])}):
            raise not_an_answer()
        return {"given": list(values)} if any(values) else {}

    def grade(self, key: dict[str, Any], answer: Answer, full_mark: int) -> int:
        wanted: list[str] = key["right"]
        right = sum(1 for given, place in zip(answer.get("given") or (), wanted, strict=False) if given == place)
        return full_mark * right // len(wanted)

    def tally(self, shown: dict[str, Any], key: dict[str, Any], answer: Answer) -> list[str]:
        return [f"{left}-{key['order'][int(given) - 1]}"
                for left, given in sorted(zip(key["left"], answer.get("given") or (), strict=False)) if given]

    def choices(self, shown: dict[str, Any], key: dict[str, Any]) -> list[Choice]:
        """Every pair that can be made."""
        lefts = sorted(zip(key["left"], shown["left"], key["right"], strict=True), key=lambda left: (len(left[0]), left))
        rights = sorted((name, entry) for name, entry in zip(key["order"], shown["right"], strict=True))
        return [Choice(f"{left}-{name}", f"{text} {ARROW} {entry['text']}", entry["id"] == place)
                for left, text, place in lefts for name, entry in rights]

    def right_text(self, body: dict[str, Any], key: dict[str, Any]) -> str:
        return "; ".join(self.lines(body, key))

    def lines(self, body: dict[str, Any], key: dict[str, Any]) -> list[str]:
        """The lines of ``from_lines`` again."""
        return [f"{left} {ARROW} {right}".strip() for left, right in pairs_of(body, key)]

    def read_form(self, form: FormValues) -> tuple[dict[str, Any], dict[str, Any]]:
        return from_lines(text_in(form, "stem"), lines_in(form, "answer"))


def from_lines(stem: str, lines: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Body and key from lines ``左 → 右``; ``→ 右`` adds a further entry that belongs to nothing."""
    halves = [(_ARROWS.split(line, maxsplit=1) + [""])[:2] for line in lines]
    return from_pairs(stem, [(left.strip(), right.strip()) for left, right in halves])


def from_pairs(stem: str, pairs: Sequence[tuple[str, str]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Body and key from pairs; two may share their right side, and one with an empty left side leads astray."""
    rights = [right for right in dict.fromkeys(right for _, right in pairs) if right]
    names = {text: LETTERS[place] if place < len(LETTERS) else str(place) for place, text in enumerate(rights)}
    lefts = [(left, names.get(right)) for left, right in pairs if left]
    body = {"stem": stem, "left": [{"id": str(n), "text": left} for n, (left, _) in enumerate(lefts, start=1)],
            "right": [{"id": name, "text": text} for text, name in names.items()]}
    return body, {"pairs": {str(n): name for n, (_, name) in enumerate(lefts, start=1) if name}}


def pairs_of(body: dict[str, Any], key: dict[str, Any]) -> list[tuple[str, str]]:
    """The pairs of ``from_pairs`` again."""
    texts, pairs = {entry["id"]: entry["text"] for entry in body.get("right") or ()}, key.get("pairs") or {}
    found = [(entry["text"], texts.get(pairs.get(entry["id"]), "")) for entry in body.get("left") or ()]
    return found + [("", text) for name, text in texts.items() if name not in pairs.values()]

