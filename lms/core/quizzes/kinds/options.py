"""What single and multiple choice share: options with letters, shuffled for everybody.

The browser sees positions (1, 2, 3 …) in place of the author's letters: the letters would give away the order in which
the author wrote them, and many authors write the right one first.
"""
from __future__ import annotations

import re
import unicodedata
from random import Random
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.kinds.form_values import text_in
from lms.core.quizzes.kinds.protocol import Answer, Choice, Flaw, FormValues, Policy, Posed

FEWEST, MOST = 2, 8
LONGEST_STEM, LONGEST_OPTION = 4000, 1000  # characters
LETTERS = "ABCDEFGH"


def check_stem(body: dict[str, Any]) -> list[Flaw]:
    stem = body.get("stem")
    if not isinstance(stem, str) or not stem.strip():
        return [Flaw("stem_missing", N_("没有题干。请写明问什么。"), "stem")]
    if len(stem) > LONGEST_STEM:
        return [Flaw("stem_long", N_("题干有 {count} 个字，超过 {most} 个。请缩短。"), "stem",
                     {"count": len(stem), "most": LONGEST_STEM})]
    return []


def check_options(body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
    """Flaws of stem, options, and of an answer that names an option which is not there."""
    flaws = check_stem(body)
    options = body.get("options") or []
    if not FEWEST <= len(options) <= MOST:
        flaws.append(Flaw("option_count", N_("有 {count} 个选项，应有 {fewest} 到 {most} 个。"), "options",
                          {"count": len(options), "fewest": FEWEST, "most": MOST}))
    seen: dict[str, str] = {}
    for option in options:
        text = str(option["text"])
        if not text.strip():
            flaws.append(Flaw("option_empty", N_("选项 {letter} 是空的。请写上文字，或删掉它。"), "options",
                              {"letter": option["id"]}))
        elif len(text) > LONGEST_OPTION:
            flaws.append(Flaw("option_long", N_("选项 {letter} 超过 {most} 个字。请缩短。"), "options",
                              {"letter": option["id"], "most": LONGEST_OPTION}))
        plain = re.sub(r"\s", "", text)
        if plain and plain in seen:
            flaws.append(Flaw("option_twice", N_("选项 {first} 和 {second} 的文字相同。请改写其中一个。"), "options",
                              {"first": seen[plain], "second": option["id"]}))
        seen.setdefault(plain, option["id"])
    strangers = sorted(set(map(str, key.get("right") or [])) - {option["id"] for option in options})
    if strangers:
        flaws.append(Flaw("answer_unknown", N_("答案 {letters} 不在选项里。"), "answer", {"letters": strangers}))
    return flaws


def pose_options(body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
    """Options in a new order under the names of their places; ``order`` in the key says which is which."""
    options = list(body["options"])
    if policy.shuffle:
        rng.shuffle(options)
    places = {option["id"]: str(place) for place, option in enumerate(options, start=1)}
    shown = {"stem": body["stem"], "options": [{"id": places[o["id"]], "text": o["text"]} for o in options]}
    return Posed(shown, {"right": sorted(places[i] for i in key["right"]), "order": [o["id"] for o in options]})


def chosen(key: dict[str, Any], answer: Answer) -> list[str]:
    """The author's letters of the options that were chosen."""
    given = answer.get("given") or []
    return sorted(key["order"][int(place) - 1] for place in ([given] if isinstance(given, str) else given))


def offered(shown: dict[str, Any], key: dict[str, Any]) -> list[Choice]:
    """The options under the author's letters, in the author's order."""
    letters = dict(zip((str(place) for place in range(1, len(key["order"]) + 1)), key["order"], strict=True))
    return sorted(Choice(letters[option["id"]], option["text"], option["id"] in key["right"]) for option in shown["options"])


def read_options(form: FormValues) -> tuple[dict[str, Any], dict[str, Any]]:
    """Body and key of an editor's form; an empty line between two options is closed up."""
    filled = [letter for letter in LETTERS if text_in(form, f"option-{letter}")]
    names = dict(zip(filled, LETTERS, strict=False))
    options = [{"id": names[letter], "text": text_in(form, f"option-{letter}")} for letter in filled]
    right = sorted(names[letter] for letter in form.get("right") or () if letter in names)
    weights = {names[letter]: _weight(text_in(form, f"weight-{letter}")) for letter in filled
               if text_in(form, f"weight-{letter}")}
    return {"stem": text_in(form, "stem"), "options": options}, {"right": right, **({"weights": weights} if weights else {})}


def _weight(text: str) -> int | str:
    """Per cent as a whole number; what is none stays as it is, for ``check`` to name."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "-").removesuffix("%").strip()
    return int(plain) if re.fullmatch(r"[+-]?\d{1,4}", plain, re.ASCII) else text
