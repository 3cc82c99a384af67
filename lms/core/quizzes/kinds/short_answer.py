"""Short answer (简答题): written by the trainee, marked by people."""
from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from lms.core.errors import Conflict
from lms.core.i18n import N_
from lms.core.quizzes.kinds.form_values import lines_in, text_in
from lms.core.quizzes.kinds.options import check_stem
from lms.core.quizzes.kinds.protocol import Answer, Flaw, FormValues, Kind, Policy, Posed, not_an_answer

LONGEST, LONGEST_REFERENCE, MOST_POINTS = 3000, 4000, 20


class ShortAnswer(Kind):
    """body ``{"stem": …}``, key ``{"reference": …, "rubric": ["写出依据，2 分", …]}``, answer ``{"given": …}``.

    The rubric (评分要点) is for the markers; each line of it is one point that they look for.
    """

    code = "short_answer"
    title = N_("简答题")
    player = "lms/attempts/kinds/short_answer.html"
    review = "lms/attempts/kinds/short_answer_review.html"
    printed = "lms/attempts/kinds/short_answer_print.html"
    editor = "lms/manage/banks/kinds/short_answer.html"
    by_hand = True

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        flaws, reference, rubric = check_stem(body), str(key.get("reference") or ""), key.get("rubric") or []
        if len(reference) > LONGEST_REFERENCE:
            flaws.append(Flaw("reference_long", N_("参考答案超过 {most} 个字。请缩短。"), "answer", {"most": LONGEST_REFERENCE}))
        if len(rubric) > MOST_POINTS or any(len(point) > 500 or "\n" in point for point in rubric):
            flaws.append(Flaw("rubric_long", N_("评分要点最多 {most} 条，每条最多 500 个字。"), "rubric", {"most": MOST_POINTS}))
        return flaws

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        return Posed({"stem": body["stem"]}, {"reference": key["reference"], "rubric": list(key.get("rubric") or ())})

    def read_answer(self, shown: dict[str, Any], values: Sequence[str]) -> Answer:
        if len(values) > 1 or any(len(value) > LONGEST for value in values):
            raise not_an_answer()
        given = values[0].replace("\r\n", "\n").strip() if values else ""
        return {"given": given} if given else {}

    def grade(self, key: dict[str, Any], answer: Answer, full_mark: int) -> int:
        """:raises Conflict: always; only people can mark it"""
        raise Conflict("marked_by_hand", N_("这道题由人评分。请在阅卷页面评分。"))

    def right_text(self, body: dict[str, Any], key: dict[str, Any]) -> str:
        return str(key.get("reference") or "")

    def read_form(self, form: FormValues) -> tuple[dict[str, Any], dict[str, Any]]:
        return {"stem": text_in(form, "stem")}, {"reference": text_in(form, "answer"), "rubric": lines_in(form, "rubric")}
