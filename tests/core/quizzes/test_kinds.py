"""Marks are exact integers, answers that fit no question are refused, and nothing that is shown tells what is right."""
from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from lms.core.errors import Invalid
from lms.core.events import Events
from lms.core.quizzes.kinds import Multiple, Policy, Posed, Single, TrueFalse, kind_of, kinds_of, register
from lms.core.registry import Registry

LETTERS = "ABCDEFGH"
marks = some.integers(1, 1_000_000)


def body(count: int) -> dict[str, Any]:
    return {"stem": "下列哪些正确？", "options": [{"id": letter, "text": f"选项{letter}的文字"} for letter in LETTERS[:count]]}


@some.composite
def posed_multiple(draw: Any, partial: str = "none") -> Posed:
    count = draw(some.integers(2, 8))
    right = draw(some.sets(some.sampled_from(LETTERS[:count]), min_size=2, max_size=count))
    return Multiple().freeze(body(count), {"right": sorted(right)}, Policy(partial=partial), Random(draw(some.integers())))


def options_of(posed: Posed) -> set[str]:
    return {option["id"] for option in posed.shown["options"]}


@given(some.integers(2, 8), some.integers(), some.data(), marks)
def test_single_earns_all_for_the_right_option_and_nothing_for_any_other(count: int, seed: int, data: Any, full: int) -> None:
    right = data.draw(some.sampled_from(LETTERS[:count]))
    posed = Single().freeze(body(count), {"right": [right]}, Policy(), Random(seed))
    earned = {Single().grade(posed.key, Single().read_answer(posed.shown, [i]), full) for i in options_of(posed)}
    winner = next(o for o in posed.shown["options"] if o["text"] == f"选项{right}的文字")
    assert earned == {0, full}
    assert Single().grade(posed.key, {"given": winner["id"]}, full) == full
    assert Single().grade(posed.key, {}, full) == 0


@given(posed_multiple(), some.data(), marks)
def test_multiple_is_all_or_nothing(posed: Posed, data: Any, full: int) -> None:
    given_now = data.draw(some.sets(some.sampled_from(sorted(options_of(posed)))))
    answer = Multiple().read_answer(posed.shown, sorted(given_now))
    assert Multiple().grade(posed.key, answer, full) == (full if given_now == set(posed.key["right"]) else 0)


@given(posed_multiple("half"), some.data(), marks)
def test_half_for_some_of_the_right_ones_and_none_wrong(posed: Posed, data: Any, full: int) -> None:
    given_now = data.draw(some.sets(some.sampled_from(sorted(options_of(posed)))))
    right = set(posed.key["right"])
    expected = full if given_now == right else full // 2 if given_now and given_now < right else 0
    assert Multiple().grade(posed.key, Multiple().read_answer(posed.shown, list(given_now)), full) == expected


@given(some.booleans(), some.sampled_from(["true", "false", None]), marks)
def test_truefalse(right: bool, said: str | None, full: int) -> None:
    posed = TrueFalse().freeze({"stem": "工会是群团组织。"}, {"right": right}, Policy(), Random(1))
    answer = TrueFalse().read_answer(posed.shown, [said] if said else [])
    assert TrueFalse().grade(posed.key, answer, full) == (full if said == str(right).lower() else 0)


@given(some.integers(2, 8), some.integers())
def test_the_same_seed_poses_the_same_and_every_option_stays(count: int, seed: int) -> None:
    first, again = (Single().freeze(body(count), {"right": ["A"]}, Policy(), Random(seed)) for _ in range(2))
    assert first == again
    assert {o["text"] for o in first.shown["options"]} == {o["text"] for o in body(count)["options"]}


@given(some.integers(0, 300))
def test_what_is_shown_names_neither_key_nor_the_order_of_the_author(seed: int) -> None:
    posed = Single().freeze(body(4), {"right": ["A"]}, Policy(), Random(seed))
    assert set(posed.shown) == {"stem", "options"}
    assert [option["id"] for option in posed.shown["options"]] == ["1", "2", "3", "4"]
    assert "right" not in json.dumps(posed.shown) and "order" not in json.dumps(posed.shown)


def test_the_right_option_stands_everywhere_equally_often() -> None:
    places = [Single().freeze(body(4), {"right": ["A"]}, Policy(), Random(seed)).key["right"][0] for seed in range(2000)]
    assert all(400 < places.count(place) < 600 for place in "1234")


def test_without_shuffling_the_order_of_the_author_stays() -> None:
    posed = Single().freeze(body(4), {"right": ["C"]}, Policy(shuffle=False), Random(5))
    assert [o["text"][2] for o in posed.shown["options"]] == list("ABCD") and posed.key["right"] == ["3"]


@pytest.mark.parametrize(("kind", "values"), [
    (Single(), ["5"]), (Single(), ["1", "2"]), (Single(), ["A"]), (Single(), [""]), (Multiple(), ["1", "9"]),
    (TrueFalse(), ["maybe"]), (TrueFalse(), ["true", "false"])])
def test_an_answer_that_fits_no_question_is_refused(kind: Any, values: list[str]) -> None:
    with pytest.raises(Invalid) as refusal:
        kind.read_answer({"stem": "?", "options": [{"id": str(n), "text": "x"} for n in (1, 2, 3, 4)]}, values)
    assert refusal.value.code == "not_an_answer"


@pytest.mark.parametrize(("kind", "asked", "key", "code"), [
    (Single(), body(4) | {"stem": " "}, {"right": ["A"]}, "stem_missing"),
    (Single(), body(4), {"right": ["A", "B"]}, "answer_single"),
    (Single(), body(4), {}, "answer_single"),
    (Single(), body(4), {"right": ["F"]}, "answer_unknown"),
    (Single(), body(1), {"right": ["A"]}, "option_count"),
    (Single(), {"stem": "?", "options": [{"id": "A", "text": "一 样"}, {"id": "B", "text": "一样"}]}, {"right": ["A"]},
     "option_twice"),
    (Single(), {"stem": "?", "options": [{"id": "A", "text": ""}, {"id": "B", "text": "有"}]}, {"right": ["B"]}, "option_empty"),
    (Multiple(), body(4), {"right": ["A"]}, "answer_multiple"),
    (TrueFalse(), {"stem": "?"}, {"right": "对"}, "answer_truefalse"),
])
def test_a_question_that_cannot_be_asked_is_named(kind: Any, asked: dict[str, Any], key: dict[str, Any], code: str) -> None:
    assert code in [flaw.code for flaw in kind.check(asked, key)]


def test_a_plugin_adds_a_kind_by_the_same_slot() -> None:
    registry = Registry()
    register(registry, Events())

    class OneWord(TrueFalse):
        code = "one_word"

    registry.add("question_kind", "one_word", OneWord())
    assert list(kinds_of(registry))[-2:] == ["case", "one_word"]
    with pytest.raises(Invalid, match="unknown_kind"):
        kind_of(registry, "essay")
