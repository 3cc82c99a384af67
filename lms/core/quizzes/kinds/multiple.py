"""Multiple choice (多选题): two or more options are right, and all of them are asked for."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.kinds.options import check_options, chosen, offered, pose_options, read_options
from lms.core.quizzes.kinds.protocol import Answer, Choice, Flaw, FormValues, Kind, Policy, Posed, not_an_answer


class Multiple(Kind):
    """body as in single choice, key ``{"right": ["A", "C"], "weights": {"A": 60, "B": -50, "C": 40}}`` (``weights`` may be
    missing; per cent of the full mark), answer ``{"given": ["1", "3"]}``.

    All or nothing. Where the paper's policy is ``half``, some of the right ones and none wrong earn half the mark. Where
    it is ``weights``, what was chosen earns the sum of its weights, from 0 to the full mark; without weights of its own
    each right option is worth an equal share and each wrong one takes such a share away. Rounded down to 1/1000.
    """

    code = "multiple"
    title = N_("多选题")
    player = "lms/attempts/kinds/multiple.html"
    review = "lms/attempts/kinds/options_review.html"
    printed = "lms/attempts/kinds/options_print.html"
    editor = "lms/manage/banks/kinds/options.html"
    by_hand = False

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        flaws = check_options(body, key)
        if len(set(key.get("right") or [])) < 2:
            flaws.append(Flaw("answer_multiple", N_("多选题至少要有两个正确答案；只有一个的请改为单选题。"), "answer"))
        return flaws + _check_weights(body, key)

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        posed = pose_options(body, key, policy, rng)
        weights = key.get("weights") or {}
        placed = {"weights": [weights.get(letter, 0) for letter in posed.key["order"]]} if weights else {}
        return Posed(posed.shown, {**posed.key, "partial": policy.partial, **placed})

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
        if key.get("partial") == "weights":
            return _weighed(key, given, right, full_mark)
        return 0

    def tally(self, shown: dict[str, Any], key: dict[str, Any], answer: Answer) -> list[str]:
        return chosen(key, answer)

    def choices(self, shown: dict[str, Any], key: dict[str, Any]) -> list[Choice]:
        return offered(shown, key)

    def right_text(self, body: dict[str, Any], key: dict[str, Any]) -> str:
        return "".join(key.get("right") or ())

    def read_form(self, form: FormValues) -> tuple[dict[str, Any], dict[str, Any]]:
        body, key = read_options(form)
        letters = [option["id"] for option in body["options"]]
        return body, plain_weights(letters, key["right"], key.get("weights") or {})


def plain_weights(letters: Sequence[str], right: Sequence[str], weights: Mapping[str, Any]) -> dict[str, Any]:
    """A key with these weights, as it is stored: without those that are 0, and without any where they say what counts
    anyway (an equal share for each right option, taken away by each wrong one)."""
    kept = {letter: weights[letter] for letter in letters if weights.get(letter)}
    share = Fraction(100, len(right)) if right else Fraction(0)
    usual = {letter: share if letter in right else -share for letter in letters}
    return {"right": list(right), **({"weights": kept} if kept and kept != usual else {})}


def _weighed(key: dict[str, Any], given: set[str], right: set[str], full_mark: int) -> int:
    weights: list[int] = key.get("weights") or []
    if weights:
        earned, whole = sum(weights[int(place) - 1] for place in given), 100
    else:
        earned, whole = len(given & right) - len(given - right), len(right)
    return full_mark * min(max(earned, 0), whole) // whole


def _check_weights(body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
    """Weights let whoever finds all right options, and nobody else, reach the full mark."""
    weights, right = key.get("weights") or {}, set(key.get("right") or [])
    if not weights:
        return []
    if any(not isinstance(weight, int) or not -100 <= weight <= 100 for weight in weights.values()):
        return [Flaw("weight_range", N_("选项的权重要写 -100 到 100 的整数（百分比）。"), "options")]
    plus = {letter for letter, weight in weights.items() if weight > 0}
    if plus != right or sum(weights[letter] for letter in plus) != 100:
        return [Flaw("weight_sum", N_("正确选项的权重要大于 0，合起来正好 100；错误选项的权重为 0 或负数。"), "options")]
    return []
