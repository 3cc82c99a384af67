"""Fill-in (填空题): one or several blanks; each takes any of its variants, or a number within a tolerance."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.kinds.form_values import lines_in, text_in
from lms.core.quizzes.kinds.options import check_stem
from lms.core.quizzes.kinds.protocol import Answer, Choice, Flaw, FormValues, Kind, Policy, Posed, not_an_answer

MOST_BLANKS, LONGEST = 10, 200
BETWEEN = "|"  # stands between the variants of a blank where they are written in one line
WIDE_BAR = chr(0xFF5C)
_NUMBER = r"[+-]?\d{1,15}(?:\.\d{1,10})?"
_BLANK = re.compile(r"_{2,}|[\uff08(\u3010]\s*[\u3011)\uff09]")
_WITH_TOLERANCE = re.compile(rf"({_NUMBER})±(\d{{1,15}}(?:\.\d{{1,10}})?)", re.ASCII)


class FillIn(Kind):
    """body ``{"stem": "拨缴比例是____", "blanks": 1}``, key ``{"blanks": [["2%", "百分之二"]]}``, answer
    ``{"given": ["2%"]}``, a text for each blank.

    A variant that is a number is compared as a number (``2.50`` is ``2.5``); ``500±5`` takes any number from 495 to 505.
    Width, case, spaces and a comma between thousands do not count. Each blank has an equal share of the mark.
    """

    code = "fill_in"
    title = N_("填空题")
    player = "lms/attempts/kinds/fill_in.html"
    review = "lms/attempts/kinds/fill_in_review.html"
    printed = "lms/attempts/kinds/stem_print.html"
    editor = "lms/manage/banks/kinds/fill_in.html"
    by_hand = False

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        flaws, blanks = check_stem(body), key.get("blanks") or []
        if not 1 <= len(blanks) <= MOST_BLANKS:
            flaws.append(Flaw("blank_count", N_("有 {count} 个空，应有 1 到 {most} 个。请每个空写一行答案。"), "answer",
                              {"count": len(blanks), "most": MOST_BLANKS}))
        for number, variants in enumerate(blanks, start=1):
            if not any(plain(variant) for variant in variants):
                flaws.append(Flaw("blank_empty", N_("第 {number} 空没有答案。请补上。"), "answer", {"number": number}))
            if any(len(v) > LONGEST or BETWEEN in v or "\n" in v for v in variants):
                flaws.append(Flaw("blank_long", N_("第 {number} 空的答案超过 {most} 个字，或含有“|”。请改写。"), "answer",
                                  {"number": number, "most": LONGEST}))
        if body.get("blanks") != len(blanks) or marks_in(str(body.get("stem") or "")) not in (0, len(blanks)):
            flaws.append(Flaw("blanks_differ", N_("题里有 {blanks} 个空，答案有 {count} 个。请改成一样多。"), "answer",
                              {"blanks": marks_in(str(body.get("stem") or "")), "count": len(blanks)}))
        return flaws

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        return Posed({"stem": body["stem"], "blanks": body["blanks"]}, {"blanks": [list(v) for v in key["blanks"]]})

    def read_answer(self, shown: dict[str, Any], values: Sequence[str]) -> Answer:
        if values and (len(values) != shown["blanks"] or any(len(value) > LONGEST for value in values)):
            raise not_an_answer()
        given = [value.strip() for value in values]
        return {"given": given} if any(given) else {}

    def grade(self, key: dict[str, Any], answer: Answer, full_mark: int) -> int:
        given, blanks = answer.get("given") or [], key["blanks"]
        right = sum(fits(text, variants) for text, variants in zip(given, blanks, strict=False))
        return full_mark * right // len(blanks)

    def tally(self, shown: dict[str, Any], key: dict[str, Any], answer: Answer) -> list[str]:
        return [f"{number}: {text}" for number, text in enumerate(answer.get("given") or (), start=1) if text]

    def choices(self, shown: dict[str, Any], key: dict[str, Any]) -> list[Choice]:
        """The variants that are accepted."""
        return [Choice(f"{number}: {variant}", "", True) for number, variants in enumerate(key["blanks"], start=1)
                for variant in variants]

    def right_text(self, body: dict[str, Any], key: dict[str, Any]) -> str:
        return "; ".join(self.lines(body, key))

    def lines(self, body: dict[str, Any], key: dict[str, Any]) -> list[str]:
        """The lines of ``from_lines`` again."""
        return [BETWEEN.join(variants) for variants in key.get("blanks") or ()]

    def fits(self, text: str, variants: Sequence[str]) -> bool:
        """Whether *text* is one of the variants of a blank."""
        return fits(text, variants)

    def read_form(self, form: FormValues) -> tuple[dict[str, Any], dict[str, Any]]:
        return from_lines(text_in(form, "stem"), lines_in(form, "answer"))


def from_lines(stem: str, lines: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Body and key from a line for each blank, its variants with a ``|`` between them."""
    blanks = [[variant.strip() for variant in line.replace(WIDE_BAR, BETWEEN).split(BETWEEN) if variant.strip()] for line in lines]
    return {"stem": stem, "blanks": len(blanks)}, {"blanks": blanks}


def marks_in(stem: str) -> int:
    """How many blanks the stem shows: ``____`` or empty brackets."""
    return len(_BLANK.findall(stem))


def number_with(value: Decimal, tolerance: Decimal, *, exact: bool = False) -> str:
    """The variant that takes numbers from *value* - *tolerance* to *value* + *tolerance*.

    :param exact: without a tolerance: the number alone
    :raises ValueError: not a number
    """
    if not (value.is_finite() and tolerance.is_finite()):
        raise ValueError
    return f"{value:f}" if exact else f"{value:f}±{abs(tolerance):f}"


def number_in(variant: str) -> tuple[Decimal, Decimal] | None:
    """Number and tolerance of a variant that ``number_with`` would write in the same way."""
    match = _WITH_TOLERANCE.fullmatch(variant)
    found = (Decimal(match[1]), Decimal(match[2])) if match else None
    return found if found and number_with(*found) == variant else None


def plain(text: str) -> str:
    """What two spellings have in common: width, case and spaces do not count."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def fits(text: str, variants: Sequence[str]) -> bool:
    """Whether *text* is one of the variants of a blank."""
    given = plain(text)
    return bool(given) and any(_same(given, plain(variant)) for variant in variants)


def _same(given: str, variant: str) -> bool:
    number = _number(given)
    within = _WITH_TOLERANCE.fullmatch(variant)
    if within:
        return number is not None and abs(number - Decimal(within[1])) <= Decimal(within[2])
    wanted = _number(variant)
    return given == variant if number is None or wanted is None else number == wanted


def _number(text: str) -> Decimal | None:
    bare = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text)
    return Decimal(bare) if re.fullmatch(_NUMBER, bare, re.ASCII) else None
