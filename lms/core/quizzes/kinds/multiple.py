"""Multiple choice (多选题): two or more options are right, and all of them are asked for."""
from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.kinds.options import check_options, pose_options
from lms.core.quizzes.kinds.protocol import Answer, Flaw, Policy, Posed, not_an_answer


class Multiple:
    """body as in single choice, key ``{"right": ["A", "C"]}``, answer ``{"given": ["1", "3"]}``.

    All or nothing. Where the paper's policy is ``half``, some of the right ones and none wrong earn half the mark,
    rounded down to 1/1000.
    """

    code = "multiple"
    title = N_("多选题")
    player = "lms/attempts/kinds/multiple.html"
    review = "lms/attempts/kinds/options_review.html"

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        flaws = check_options(body, key)
        if len(set(key.get("right") or [])) < 2:
            flaws.append(Flaw("answer_multiple", N_("多选题至少要有两个正确答案；只有一个的请改为单选题。"), "answer"))
        return flaws

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        posed = pose_options(body, key, policy, rng)
        return Posed(posed.shown, {**posed.key, "partial": policy.partial})

    def read_answer(self, shown: dict[str, Any], values: Sequence[str]) -> Answer:
        given = sorted(set(values))
        if not set(given) <= {option["id"] for option in shown["options"]}:
            raise not_an_answer()
        return {"given": given} if given else {}

    def grade(self, key: dict[str, Any], answer: Answer, full_mark: int) -> int:
        given, right = set(answer.get("given") or ()), set(key["right"])
        if given == right:
            return full_mark
        if given and given < right and key.get("partial") == "half":
            return full_mark // 2
        return 0
