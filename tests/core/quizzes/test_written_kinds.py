"""Fill-in, matching, ordering, short answer and case: marks are exact and never leak, answers that do not fit are refused."""
from __future__ import annotations

import json
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lms.core.errors import Conflict, Invalid
from lms.core.events import Events
from lms.core.quizzes.kinds import (
    Case,
    FillIn,
    Kind,
    Matching,
    Multiple,
    Ordering,
    Policy,
    Posed,
    ShortAnswer,
    fill_in,
    kinds_of,
    matching,
    needs_a_marker,
    ordering,
    pieces_of,
    register,
)
from lms.core.registry import Registry

REGISTRY = Registry()
register(REGISTRY, Events())
marks = some.integers(1, 1_000_000)
words = some.text("甲乙丙丁戊己庚辛壬癸子丑寅卯", min_size=1, max_size=6)
several = some.lists(words, min_size=2, max_size=8, unique=True)


def posed(kind: Kind, body: dict[str, Any], key: dict[str, Any], seed: int = 0, **policy: Any) -> Posed:
    assert kind.check(body, key) == []
    return kind.freeze(body, key, Policy(**policy), Random(seed))


# ---- fill-in

@given(some.lists(words, min_size=1, max_size=10), some.data(), marks)
def test_each_blank_earns_its_share_and_all_of_them_the_full_mark(right: list[str], data: Any, full: int) -> None:
    kind, (body, key) = FillIn(), fill_in.from_lines("填空", right)
    asked = posed(kind, body, key)
    hits = data.draw(some.lists(some.booleans(), min_size=len(right), max_size=len(right)))
    answer = kind.read_answer(asked.shown, [text if hit else "错" + text for text, hit in zip(right, hits, strict=True)])
    assert kind.grade(asked.key, answer, full) == full * sum(hits) // len(right)
    assert kind.grade(asked.key, {}, full) == 0


@given(some.integers(-10**6, 10**6), some.integers(0, 10**4), some.integers(-2 * 10**4, 2 * 10**4))
def test_a_number_within_the_tolerance_is_right_and_the_next_one_is_not(number: int, tolerance: int, off: int) -> None:
    """In hundredths, so that the ends are hit exactly."""
    as_text = [format(Decimal(value) / 100, "f") for value in (number, tolerance, number + off)]
    assert fill_in.fits(as_text[2], [f"{as_text[0]}±{as_text[1]}"]) is (abs(off) <= tolerance)


@pytest.mark.parametrize(("variants", "text", "right"), [
    (["2%", "百分之二"], "２％", True), (["2%", "百分之二"], " 百分之 二 ", True), (["2%"], "0.02", False), (["Flask"], "FLASK", True),
    (["2.5"], "2.50", True), (["1000"], "1,000", True), (["1000"], "1，000", True), (["1000"], "10,00", False), (["500±5"], "495", True),
    (["500±5"], "494.99", False), (["500±5"], "五百", False), (["500±5"], "", False), (["2"], "2..", False), (["1"], "1e0", False),
    (["1"], "١", False), (["nan"], "nan", True), (["1±1"], "nan", False), (["1±1"], "inf", False)])
def test_spellings_and_numbers_as_people_write_them(variants: list[str], text: str, right: bool) -> None:
    assert fill_in.fits(text, variants) is right


# ---- matching and ordering

@given(several, several, some.integers(), some.data(), marks)
def test_each_pair_earns_its_share(left: list[str], right: list[str], seed: int, data: Any, full: int) -> None:
    pairs = [(f"左{text}", right[place % len(right)]) for place, text in enumerate(left)]
    spare = [("", text) for text in right if text not in {r for _, r in pairs}]
    kind, (body, key) = Matching(), matching.from_pairs("配对", [*pairs, *spare])
    asked = posed(kind, body, key, seed)
    names = {entry["text"]: entry["id"] for entry in asked.shown["right"]}
    wanted = [names[dict(pairs)[text]] for text in asked.shown["left"]]
    chosen = [data.draw(some.sampled_from(["", *names.values()])) for _ in wanted]
    answer = kind.read_answer(asked.shown, chosen)
    assert kind.grade(asked.key, answer, full) == full * sum(a == b for a, b in zip(chosen, wanted, strict=True)) // len(wanted)
    assert kind.grade(asked.key, kind.read_answer(asked.shown, wanted), full) == full
    assert matching.from_lines("配对", kind.lines(body, key)) == (body, key)


@given(several, some.integers(), some.booleans(), marks)
def test_only_the_right_order_earns_anything_and_it_is_never_shown(texts: list[str], seed: int, shuffle: bool, full: int) -> None:
    kind, (body, key) = Ordering(), ordering.from_lines("排序", texts)
    asked = posed(kind, body, key, seed, shuffle=shuffle)
    assert asked.shown["items"] != texts and sorted(asked.shown["items"]) == sorted(texts)
    places = [str(texts.index(text) + 1) for text in asked.shown["items"]]
    assert kind.grade(asked.key, kind.read_answer(asked.shown, places), full) == full
    assert kind.grade(asked.key, kind.read_answer(asked.shown, [*places[1:], places[0]]), full) == 0
    assert kind.tally(asked.shown, asked.key, {"given": places}) == ["".join(key["order"])], "whatever the shuffling"


# ---- weights

@given(some.integers(2, 6), some.integers(0, 2), some.data(), some.integers(), marks)
def test_weights_add_up_between_nothing_and_the_full_mark(right: int, wrong: int, data: Any, seed: int, full: int) -> None:
    letters = "ABCDEFGH"[:right + wrong]
    cuts = sorted(data.draw(some.sets(some.integers(1, 99), min_size=right - 1, max_size=right - 1)))
    weights = dict(zip(letters, [b - a for a, b in zip([0, *cuts], [*cuts, 100], strict=True)], strict=False))
    weights |= {letter: data.draw(some.integers(-100, 0)) for letter in letters[right:]}
    body = {"stem": "哪些对？", "options": [{"id": letter, "text": f"项{letter}"} for letter in letters]}
    asked = posed(Multiple(), body, {"right": list(letters[:right]), "weights": weights}, seed, partial="weights")
    chosen = data.draw(some.sets(some.sampled_from(letters)))
    places = [option["id"] for option in asked.shown["options"] if option["text"][-1] in chosen]
    earned = Multiple().grade(asked.key, Multiple().read_answer(asked.shown, places), full)
    assert earned == full * max(0, min(100, sum(weights[letter] for letter in chosen))) // 100
    assert Multiple().tally(asked.shown, asked.key, {"given": places}) == sorted(chosen)


def test_without_weights_of_its_own_each_wrong_option_takes_what_a_right_one_gives() -> None:
    body = {"stem": "?", "options": [{"id": letter, "text": letter} for letter in "ABCD"]}
    asked = posed(Multiple(), body, {"right": ["A", "B", "C"]}, partial="weights", shuffle=False)
    earned = [Multiple().grade(asked.key, {"given": given}, 1000) for given in (["1"], ["1", "2"], ["1", "2", "3"], ["1", "4"], ["4"],
                                                                               ["1", "2", "4"])]
    assert earned == [333, 666, 1000, 0, 0, 333]


@pytest.mark.parametrize("weights", [{"A": 50, "B": 60}, {"A": 100, "B": 0}, {"A": 50, "B": 50, "C": 1}, {"A": 50.0, "B": 50},
                                     {"A": 150, "B": -50}, {"A": "多", "B": 50}])
def test_weights_that_nobody_could_reach_the_full_mark_with_are_refused(weights: dict[str, Any]) -> None:
    body = {"stem": "?", "options": [{"id": letter, "text": letter} for letter in "ABCD"]}
    assert {flaw.code for flaw in Multiple().check(body, {"right": ["A", "B"], "weights": weights})} <= {"weight_sum", "weight_range"}
    assert Multiple().check(body, {"right": ["A", "B"], "weights": weights})


# ---- short answer and case

def test_a_short_answer_is_marked_by_people_alone() -> None:
    asked = posed(ShortAnswer(), {"stem": "怎么办？"}, {"reference": "先审批", "rubric": ["依据，2 分"]})
    assert ShortAnswer().by_hand and asked.shown == {"stem": "怎么办？"}
    with pytest.raises(Conflict, match="marked_by_hand"):
        ShortAnswer().grade(asked.key, {"given": "先审批"}, 1000)


def a_case(*shares: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """A case of true/false parts, all of them true."""
    parts = [{"id": str(n), "kind": "truefalse", "share": share, "body": {"stem": f"小题{n}"}} for n, share in enumerate(shares, 1)]
    return {"stem": "材料", "parts": parts}, {"parts": {part["id"]: {"right": True} for part in parts}}


@given(some.lists(some.integers(1, 999), min_size=1, max_size=7, unique=True).filter(lambda cuts: len(cuts) < 8), some.data(), marks)
def test_the_mark_of_a_case_is_the_sum_of_its_parts(cuts: list[int], data: Any, full: int) -> None:
    ends = [0, *sorted(cuts), 1000]
    kind, (body, key) = Case(REGISTRY), a_case(*(b - a for a, b in zip(ends, ends[1:], strict=False)))
    asked = posed(kind, body, key)
    hits = {part["id"]: data.draw(some.booleans()) for part in body["parts"]}
    answer = kind.read_answer(asked.shown, [f"{name}={str(hit).lower()}" for name, hit in hits.items()])
    pieces = pieces_of(REGISTRY, kind="case", shown=asked.shown, key=asked.key, answer=answer, full_mark=full)
    earned = [piece.kind.grade(piece.key, piece.answer, piece.full_mark) for piece in pieces]
    assert sum(piece.full_mark for piece in pieces) == full
    assert earned == [piece.full_mark * hits[piece.part] for piece in pieces]
    assert kind.grade(asked.key, answer, full) == sum(earned)


def test_a_part_that_people_mark_is_told_apart_from_the_rest() -> None:
    body, key = a_case(600, 400)
    body["parts"][1] |= {"kind": "short_answer"}
    key["parts"]["2"] = {"reference": "先审批"}
    asked = posed(Case(REGISTRY), body, key)
    pieces = pieces_of(REGISTRY, kind="case", shown=asked.shown, key=asked.key, full_mark=10_000,
                       answer={"1": {"given": "true"}, "2": {"given": "写了"}})
    assert [(p.part, p.kind.by_hand, p.full_mark, p.answer["given"]) for p in pieces] == [
        ("1", False, 6000, "true"), ("2", True, 4000, "写了")]
    assert needs_a_marker(REGISTRY, kind="case", shown=asked.shown, key=asked.key)
    assert Case(REGISTRY).grade(asked.key, {"1": {"given": "true"}}, 10_000) == 6000


def test_a_flaw_in_a_case_says_in_which_part_it_is() -> None:
    body, key = a_case(500, 400)
    body["parts"][1]["body"] = {"stem": " "}
    flaws = Case(REGISTRY).check(body, key)
    assert [(flaw.code, flaw.part) for flaw in flaws] == [("part_shares", ""), ("stem_missing", "2")]
    assert flaws[1].text("zh_CN").startswith("小题 2：")


def test_a_case_within_a_case_is_refused() -> None:
    body, key = a_case(1000)
    body["parts"][0]["kind"] = "case"
    assert [flaw.code for flaw in Case(REGISTRY).check(body, key)] == ["part_kind"]


# ---- all kinds

SAMPLES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "single": ({"stem": "?", "options": [{"id": "A", "text": "a"}, {"id": "B", "text": "b"}]}, {"right": ["A"]}),
    "multiple": ({"stem": "?", "options": [{"id": "A", "text": "a"}, {"id": "B", "text": "b"}]}, {"right": ["A", "B"]}),
    "truefalse": ({"stem": "?"}, {"right": True}),
    "fill_in": fill_in.from_lines("____ ____", ["密钥一|密钥二", "500±5"]),
    "matching": matching.from_lines("?", ["左一 → 右一", "左二 → 右二"]),
    "ordering": ordering.from_lines("?", ["先", "后"]),
    "short_answer": ({"stem": "?"}, {"reference": "密钥", "rubric": ["密钥"]}),
    "case": ({"stem": "?", "parts": [{"id": "1", "kind": "short_answer", "share": 1000, "body": {"stem": "?"}}]},
             {"parts": {"1": {"reference": "密钥"}}}),
}


@pytest.mark.parametrize("code", list(kinds_of(REGISTRY)))
def test_what_can_be_chosen_goes_by_the_names_of_the_tally(code: str) -> None:
    """Whatever the shuffling: names, order and what is right are the author's, and the right answer is tallied by them."""
    kind, (body, key) = kinds_of(REGISTRY)[code], SAMPLES[code]
    asked, again = posed(kind, body, key, 1), posed(kind, body, key, 5)
    found = kind.choices(asked.shown, asked.key)
    assert found == kind.choices(again.shown, again.key)
    right = {"single": ["A"], "multiple": ["A", "B"], "truefalse": ["true"], "matching": ["1-A", "2-B"], "ordering": ["AB"],
             "fill_in": ["1: 密钥一", "1: 密钥二", "2: 500±5"]}.get(code, [])
    assert [choice.name for choice in found if choice.right] == right
    if code in ("single", "multiple", "truefalse", "matching", "ordering"):
        assert kind.tally(asked.shown, asked.key, {"given": right_of(asked)}) == right
    if code in ("single", "matching"):
        assert len(found) == (2 if code == "single" else 4)


def right_of(asked: Posed) -> Any:
    return asked.key["right"] if isinstance(asked.key["right"], list) else str(asked.key["right"]).lower()


def test_the_parts_of_a_case_bring_their_choices() -> None:
    part = {"id": "1", "kind": "truefalse", "share": 1000, "body": {"stem": "?"}}
    asked = posed(kinds_of(REGISTRY)["case"], {"stem": "?", "parts": [part]}, {"parts": {"1": {"right": False}}})
    found = kinds_of(REGISTRY)["case"].choices(asked.shown, asked.key)
    assert [(choice.name, choice.right, choice.ours) for choice in found] == [("1. true", False, True), ("1. false", True, True)]


@pytest.mark.parametrize("code", list(kinds_of(REGISTRY)))
def test_every_kind_brings_all_that_is_asked_of_one(code: str) -> None:
    kind, (body, key) = kinds_of(REGISTRY)[code], SAMPLES[code]
    asked = posed(kind, body, key)
    assert "密钥" not in json.dumps(asked.shown, ensure_ascii=False) and "right_text" not in asked.shown
    assert kind.right_text(body, key)
    assert kind.tally(asked.shown, asked.key, {}) == []
    assert "by_hand" in vars(type(kind)), "each kind says whether people mark it"
    assert kind.read_answer(asked.shown, []) == {}
    assert kind.check(*kind.read_form({})), "an empty form is no question"


@pytest.mark.parametrize(("code", "values"), [
    ("fill_in", ["a"]), ("fill_in", ["a", "b", "c"]), ("fill_in", ["a", "b" * 201]), ("matching", ["1"]), ("matching", ["1", "9"]),
    ("ordering", ["1"]), ("ordering", ["1", "3"]), ("ordering", ["1", "0"]), ("short_answer", ["a", "b"]),
    ("short_answer", ["a" * 3001]), ("case", ["写了"]), ("case", ["2=写了"]), ("case", ["1=a", "1=b"])])
def test_an_answer_that_fits_no_question_is_refused(code: str, values: list[str]) -> None:
    kind, (body, key) = kinds_of(REGISTRY)[code], SAMPLES[code]
    with pytest.raises(Invalid, match="not_an_answer"):
        kind.read_answer(posed(kind, body, key).shown, values)


@pytest.mark.parametrize(("code", "body", "key", "flaw"), [
    ("fill_in", {"stem": "?", "blanks": 2}, {"blanks": [["a"]]}, "blanks_differ"),
    ("fill_in", {"stem": "?", "blanks": 1}, {"blanks": [[" "]]}, "blank_empty"),
    ("fill_in", {"stem": "?", "blanks": 0}, {}, "blank_count"),
    ("fill_in", {"stem": "?", "blanks": 1}, {"blanks": [["a|b"]]}, "blank_long"),
    ("matching", *matching.from_lines("?", ["左 → 右", "左二"]), "pair_missing"),
    ("matching", *matching.from_lines("?", ["左 → 右"]), "pair_count"),
    ("matching", *matching.from_lines("?", ["左 → 右", "左 → 右二"]), "pair_twice"),
    ("ordering", *ordering.from_lines("?", ["一"]), "entry_count"),
    ("ordering", *ordering.from_lines("?", ["一", "一"]), "entry_twice"),
    ("ordering", {"stem": "?", "items": [{"id": "A", "text": "一"}, {"id": "B", "text": "二"}]}, {"order": ["A", "A"]}, "order_missing"),
    ("short_answer", {"stem": "?"}, {"reference": "", "rubric": ["长" * 501]}, "rubric_long"),
    ("fill_in", {"stem": "____和____", "blanks": 1}, {"blanks": [["a"]]}, "blanks_differ"),
    ("case", {"stem": "?", "parts": []}, {"parts": {}}, "part_count"),
])
def test_a_question_that_cannot_be_asked_is_named(code: str, body: dict[str, Any], key: dict[str, Any], flaw: str) -> None:
    assert flaw in [found.code for found in kinds_of(REGISTRY)[code].check(body, key)]


def test_a_case_is_written_in_a_form_part_by_part() -> None:
    kind = Case(REGISTRY)
    body, key = kind.with_new_part(*kind.with_new_part(*kind.read_form({"stem": ["材料"]}), "single"), "fill_in")
    assert [(part["kind"], part["share"]) for part in body["parts"]] == [("single", 0), ("fill_in", 0)]
    body, key = kind.read_form({
        "stem": ["材料"], "part": ["1", "2", "3"], "part-1-kind": ["single"], "part-1-stem": ["选哪个？"], "part-1-option-A": ["甲"],
        "part-1-option-B": ["乙"], "part-1-right": ["B"], "part-2-kind": ["single"], "part-2-stem": [""],
        "part-3-kind": ["fill_in"], "part-3-stem": ["填____"], "part-3-answer": ["2%|百分之二"]})
    assert [(part["id"], part["kind"], part["share"]) for part in body["parts"]] == [("1", "single", 500), ("2", "fill_in", 500)]
    assert key == {"parts": {"1": {"right": ["B"]}, "2": {"blanks": [["2%", "百分之二"]]}}} and kind.check(body, key) == []
