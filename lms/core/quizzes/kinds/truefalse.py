"""True/false (判断题)."""
from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.kinds.form_values import text_in
from lms.core.quizzes.kinds.options import check_stem
from lms.core.quizzes.kinds.protocol import Answer, Choice, Flaw, FormValues, Kind, Policy, Posed, not_an_answer


class TrueFalse(Kind):
    """body ``{"stem": …}``, key ``{"right": true}``, answer ``{"given": "true"}``. 对 always stands before 错."""

    code = "truefalse"
    title = N_("判断题")
    player = "lms/attempts/kinds/truefalse.html"
    review = "lms/attempts/kinds/truefalse_review.html"
    printed = "lms/attempts/kinds/truefalse_print.html"
    editor = "lms/manage/banks/kinds/truefalse.html"
    by_hand = False

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        flaws = check_stem(body)
        if not isinstance(key.get("right"), bool):
            flaws.append(Flaw("answer_truefalse", N_("判断题的答案要写“对”或“错”。"), "answer"))
        return flaws

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        return Posed({"stem": body["stem"]}, {"right": key["right"]})

    def read_answer(self, shown: dict[str, Any], values: Sequence[str]) -> Answer:
        if not values:
            return {}
        if len(values) != 1 or values[0] not in ("true", "false"):
            raise not_an_answer()
        return {"given": values[0]}

    def grade(self, key: dict[str, Any], answer: Answer, full_mark: int) -> int:
        return full_mark if answer.get("given") == ("true" if key["right"] else "false") else 0

    def tally(self, shown: dict[str, Any], key: dict[str, Any], answer: Answer) -> list[str]:
        return [answer["given"]] if answer.get("given") else []

    def choices(self, shown: dict[str, Any], key: dict[str, Any]) -> list[Choice]:
        return [Choice("true", N_("对"), key["right"], ours=True), Choice("false", N_("错"), not key["right"], ours=True)]

    def right_text(self, body: dict[str, Any], key: dict[str, Any]) -> str:
        return "√" if key.get("right") else "×"

    def read_form(self, form: FormValues) -> tuple[dict[str, Any], dict[str, Any]]:
        right = {"true": True, "false": False}.get(text_in(form, "right"))
        return {"stem": text_in(form, "stem")}, {"right": right}
