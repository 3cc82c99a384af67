"""Questions of every kind, made up by hypothesis: as forms and files store them, so that they can be compared."""
from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as some

from lms.core.events import Events
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.kinds import fill_in, kinds_of, matching, ordering, register
from lms.core.quizzes.kinds.case import shared_out
from lms.core.quizzes.kinds.multiple import plain_weights
from lms.core.registry import Registry

REGISTRY = Registry()
register(REGISTRY, Events())
LETTERS = "ABCDEFGH"
# What people write, and what the formats take for their own.
_SIGNS = "甲乙丙丁工会经费拨缴比例 abcXYZ019,.;:：；，、!?%#=~{}\\[]<>&\"'-*/|@$^+()_"
_WHOLE = some.text(_SIGNS, min_size=1, max_size=30).map(str.strip).filter(bool)
_MARKS = ("____", "()", "( ")
line = _WHOLE.filter(lambda text: not fill_in.marks_in(text))
block = some.lists(line, min_size=1, max_size=3).map("\n".join)
word = some.text("预算决算经审ab12", min_size=1, max_size=6)


@some.composite
def choice(draw: Any, kind: str) -> tuple[dict[str, Any], dict[str, Any]]:
    texts = draw(some.lists(line, min_size=2, max_size=8, unique_by=lambda text: "".join(text.split())))
    letters = LETTERS[:len(texts)]
    body = {"stem": draw(block), "options": [{"id": i, "text": text} for i, text in zip(letters, texts, strict=True)]}
    if kind == "single":
        return body, {"right": [draw(some.sampled_from(letters))]}
    right = sorted(draw(some.sets(some.sampled_from(letters), min_size=2)))
    if draw(some.booleans()):
        return body, {"right": right}
    cuts = sorted(draw(some.sets(some.integers(1, 99), min_size=len(right) - 1, max_size=len(right) - 1)))
    weights = dict(zip(right, [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)], strict=True))
    weights |= {i: draw(some.integers(-100, 0)) for i in letters if i not in right}
    return body, plain_weights(letters, right, weights)


@some.composite
def blanks(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    variant = line.filter(lambda text: "|" not in text and fill_in.plain(text))
    number = some.builds(lambda a, b: f"{Decimal(a) / 100:f}±{Decimal(b) / 10:f}", some.integers(-10**6, 10**6), some.integers(0, 99))
    lines = draw(some.lists(some.lists(variant | number, min_size=1, max_size=3, unique=True), min_size=1, max_size=4))
    stem = draw(block) + ("____" * 1 if len(lines) == 1 else "、".join(["____"] * len(lines)))
    return {"stem": stem, "blanks": len(lines)}, {"blanks": lines}


@some.composite
def pairs(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    entry = line.filter(lambda text: "->" not in text and "=>" not in text and not text.endswith(("-", "=")) and not text.startswith(">"))
    left = draw(some.lists(entry, min_size=2, max_size=6, unique=True))
    right = draw(some.lists(entry, min_size=2, max_size=6, unique=True))
    made = [(text, draw(some.sampled_from(right))) for text in left]
    return matching.from_pairs(draw(block), [*made, *(("", text) for text in right if text not in {r for _, r in made})])


@some.composite
def short(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"stem": draw(block)}, {"reference": draw(block | some.just("")), "rubric": draw(some.lists(line, max_size=3))}


SIMPLE: dict[str, Any] = {
    "single": choice("single"), "multiple": choice("multiple"), "truefalse": some.tuples(
        block.map(lambda stem: {"stem": stem}), some.booleans().map(lambda right: {"right": right})),
    "fill_in": blanks(), "matching": pairs(), "short_answer": short(),
    "ordering": some.builds(ordering.from_lines, block, some.lists(line, min_size=2, max_size=6, unique=True))}


@some.composite
def case(draw: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    kinds = draw(some.lists(some.sampled_from(sorted(SIMPLE)), min_size=1, max_size=4))
    made = [draw(SIMPLE[kind]) for kind in kinds]
    parts = [{"id": str(n), "kind": kind, "share": 0, "body": body} for n, (kind, (body, _)) in enumerate(zip(kinds, made, strict=True), 1)]
    if len(parts) > 1 and draw(some.booleans()):
        parts[0]["share"] = draw(some.integers(1, 900))
    return ({"stem": draw(block), "parts": shared_out(parts)},
            {"parts": {str(n): key for n, (_, key) in enumerate(made, 1)}})


@some.composite
def content(draw: Any, kinds: tuple[str, ...] = (*SIMPLE, "case")) -> QuestionContent:
    """A question without a flaw, of any kind."""
    kind = draw(some.sampled_from(kinds))
    body, key = draw(case() if kind == "case" else SIMPLE[kind])
    if kinds_of(REGISTRY)[kind].check(body, key):
        from hypothesis import reject
        reject()
    return QuestionContent(
        kind, "/".join(draw(some.lists(word, max_size=3))), draw(some.integers(1, 3)), body, key, draw(block | some.just("")),
        draw(some.integers(0, 20)) * 500, tuple(draw(some.lists(some.just("FR-101") | some.just("FR-102"), unique=True))),
        tuple(draw(some.lists(word, max_size=3, unique=True))), draw(line | some.just("")))
