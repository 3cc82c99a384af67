"""Single choice (单选题): exactly one option is right."""
from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.kinds.options import check_options, chosen, offered, pose_options, read_options
from lms.core.quizzes.kinds.protocol import Answer, Choice, Flaw, FormValues, Kind, Policy, Posed, not_an_answer


class Single(Kind):
    """body ``{"stem": …, "options": [{"id": "A", "text": …}]}``, key ``{"right": ["B"]}``, answer ``{"given": "2"}``."""

    code = "single"
    title = N_("单选题")
    player = "lms/attempts/kinds/single.html"
    review = "lms/attempts/kinds/options_review.html"
    printed = "lms/attempts/kinds/options_print.html"
    editor = "lms/manage/banks/kinds/options.html"
    by_hand = False

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        flaws = check_options(body, key)
        if len(key.get("right") or []) != 1:
            flaws.append(Flaw("answer_single", N_("单选题要有且只有一个正确答案。"), "answer"))
        return flaws

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        return pose_options(body, key, policy, rng)

    def read_answer(self, shown: dict[str, Any], values: Sequence[str]) -> Answer:
        if not values:
            return {}
        if len(values) != 1 or values[0] not in {option["id"] for option in shown["options"]}:
            raise not_an_answer()
        return {"given": values[0]}

    def grade(self, key: dict[str, Any], answer: Answer, full_mark: int) -> int:
        return full_mark if [answer.get("given")] == key["right"] else 0

    def tally(self, shown: dict[str, Any], key: dict[str, Any], answer: Answer) -> list[str]:
        return chosen(key, answer)

    def choices(self, shown: dict[str, Any], key: dict[str, Any]) -> list[Choice]:
        return offered(shown, key)

    def right_text(self, body: dict[str, Any], key: dict[str, Any]) -> str:
        return "".join(key.get("right") or ())

    def read_form(self, form: FormValues) -> tuple[dict[str, Any], dict[str, Any]]:
        body, key = read_options(form)
        return body, {"right": key["right"]}
