"""One word to fill in (填词题): one blank, any of several spellings is right."""
from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from random import Random
from typing import Any

from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.quizzes.kinds import Answer, Flaw, Kind, Policy, Posed

LONGEST = 200  # characters


def plain(text: str) -> str:
    """What two spellings have in common: width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


class OneWord(Kind):
    """body ``{"stem": …}``, key ``{"right": ["2%", "百分之二"]}``, answer ``{"given": "2%"}``."""

    code = "one_word"
    title = N_("填词题")
    player = "one_word/player.html"
    review = "one_word/review.html"

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        flaws = []
        if not str(body.get("stem") or "").strip():
            flaws.append(Flaw("stem_missing", N_("没有题干。请写明问什么。"), "stem"))
        if not any(plain(str(right)) for right in key.get("right") or []):
            flaws.append(Flaw("answer_one_word", N_("填词题至少要有一个正确答案。"), "answer"))
        return flaws

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        return Posed({"stem": body["stem"]}, {"right": list(key["right"])})

    def read_answer(self, shown: dict[str, Any], values: Sequence[str]) -> Answer:
        if len(values) > 1 or any(len(value) > LONGEST for value in values):
            raise Invalid("one_word_long", N_("答案最多 {most} 个字，没有保存。"), most=LONGEST)
        given = values[0].strip() if values else ""
        return {"given": given} if given else {}

    def grade(self, key: dict[str, Any], answer: Answer, full_mark: int) -> int:
        given = plain(str(answer.get("given") or ""))
        return full_mark if given and given in {plain(right) for right in key["right"]} else 0
