"""Ordering (排序题): entries are put into their right order."""
from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.kinds.form_values import lines_in, text_in
from lms.core.quizzes.kinds.options import LONGEST_OPTION, check_stem
from lms.core.quizzes.kinds.protocol import Answer, Choice, Flaw, FormValues, Kind, Policy, Posed, not_an_answer

FEWEST, MOST = 2, 12
LETTERS = "ABCDEFGHIJKL"


class Ordering(Kind):
    """body ``{"stem": …, "items": [{"id": "A", "text": …}]}`` in any order, key ``{"order": ["A", "B"]}``, answer
    ``{"given": ["2", "1"]}``: the place of each entry, in the order in which they were shown.

    All or nothing. The entries are always shuffled, never into the right order: authors write them in it.
    """

    code = "ordering"
    title = N_("排序题")
    player = "lms/attempts/kinds/ordering.html"
    review = "lms/attempts/kinds/ordering_review.html"
    printed = "lms/attempts/kinds/ordering_print.html"
    editor = "lms/manage/banks/kinds/ordering.html"
    by_hand = False

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        flaws, entries = check_stem(body), body.get("items") or []
        if not FEWEST <= len(entries) <= MOST:
            flaws.append(Flaw("entry_count", N_("有 {count} 项要排序，应有 {fewest} 到 {most} 项。"), "answer",
                              {"count": len(entries), "fewest": FEWEST, "most": MOST}))
        texts = [str(entry["text"]) for entry in entries]
        if any(not text.strip() or len(text) > LONGEST_OPTION or "\n" in text for text in texts):
            flaws.append(Flaw("entry_text", N_("排序的每一项都要有文字，不超过 {most} 个字。"), "answer", {"most": LONGEST_OPTION}))
        if len(set(texts)) < len(texts):
            flaws.append(Flaw("entry_twice", N_("有两项的文字相同。请改写其中一项。"), "answer"))
        if sorted(key.get("order") or []) != sorted(entry["id"] for entry in entries):
            flaws.append(Flaw("order_missing", N_("正确的顺序要包括每一项，各一次。"), "answer"))
        return flaws

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        entries, order = list(body["items"]), list(key["order"])
        rng.shuffle(entries)
        if [entry["id"] for entry in entries] == order:
            entries.append(entries.pop(0))
        ids = [entry["id"] for entry in entries]
        return Posed({"stem": body["stem"], "items": [entry["text"] for entry in entries]},
                     {"right": [str(order.index(i) + 1) for i in ids], "order": ids})

    def read_answer(self, shown: dict[str, Any], values: Sequence[str]) -> Answer:
        places = {str(place) for place in range(1, len(shown["items"]) + 1)}
        if values and (len(values) != len(places) or not set(values) <= places | {""}):
            raise not_an_answer()
        return {"given": list(values)} if any(values) else {}

    def grade(self, key: dict[str, Any], answer: Answer, full_mark: int) -> int:
        return full_mark if answer.get("given") == key["right"] else 0

    def tally(self, shown: dict[str, Any], key: dict[str, Any], answer: Answer) -> list[str]:
        """The whole order as one name, e.g. ``BAC``: a question of order has as many answers as it has orders."""
        placed = sorted((int(place), i) for place, i in zip(answer.get("given") or (), key["order"], strict=False) if place)
        return ["".join(i for _, i in placed)] if placed else []

    def choices(self, shown: dict[str, Any], key: dict[str, Any]) -> list[Choice]:
        """The right order; of the others there are too many to name."""
        placed = sorted((int(place), name, text) for place, name, text in zip(key["right"], key["order"], shown["items"], strict=True))
        return [Choice("".join(name for _, name, _ in placed), " → ".join(text for _, _, text in placed), True)]

    def right_text(self, body: dict[str, Any], key: dict[str, Any]) -> str:
        return " → ".join(self.lines(body, key))

    def lines(self, body: dict[str, Any], key: dict[str, Any]) -> list[str]:
        """The lines of ``from_lines`` again."""
        texts = {entry["id"]: entry["text"] for entry in body.get("items") or ()}
        return [texts.get(name, "") for name in key.get("order") or ()]

    def read_form(self, form: FormValues) -> tuple[dict[str, Any], dict[str, Any]]:
        return from_lines(text_in(form, "stem"), lines_in(form, "answer"))


def from_lines(stem: str, lines: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Body and key from the entries in their right order."""
    names = [LETTERS[place] if place < len(LETTERS) else str(place) for place in range(len(lines))]
    return ({"stem": stem, "items": [{"id": name, "text": line} for name, line in zip(names, lines, strict=True)]},
            {"order": names})

