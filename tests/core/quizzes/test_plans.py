"""Drawing questions: never twice, never outside a cell, and only impossible draws fail."""
from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from lms.core.quizzes.plans import Cell, Pick, Plan, draw

pools = some.lists(some.lists(some.integers(1, 12), unique=True, max_size=8), min_size=1, max_size=5)


@given(pools, some.data())
def test_a_draw_keeps_to_its_cells_and_takes_nothing_twice(given_pools: list[list[int]], data: Any) -> None:
    counts = [data.draw(some.integers(0, 3)) for _ in given_pools]
    drawn = draw(given_pools, counts, Random(data.draw(some.integers())))
    if drawn is None:
        assert not possible(given_pools, counts)
        return
    assert [len(part) for part in drawn] == counts
    assert all(set(part) <= set(pool) for part, pool in zip(drawn, given_pools, strict=True))
    everything = [number for part in drawn for number in part]
    assert len(everything) == len(set(everything))


def possible(given_pools: list[list[int]], counts: list[int]) -> bool:
    """By trying everything, as slowly as it is surely right."""
    slots = [set(pool) for pool, count in zip(given_pools, counts, strict=True) for _ in range(count)]

    def fill(rest: list[set[int]], used: frozenset[int]) -> bool:
        return not rest or any(fill(rest[1:], used | {number}) for number in rest[0] - used)

    return fill(sorted(slots, key=len), frozenset())


def test_a_cell_of_any_topic_leaves_to_the_narrow_one_what_only_that_can_use() -> None:
    assert all(draw([[1, 2], [1]], [1, 1], Random(seed)) == [[2], [1]] for seed in range(50))


def test_every_question_of_a_cell_comes_up_equally_often() -> None:
    seen = Counter(number for seed in range(3000) for number in draw([list(range(10))], [3], Random(seed))[0])  # type: ignore[index]
    assert all(800 < seen[number] < 1000 for number in range(10))


def test_a_plan_survives_being_stored() -> None:
    plan = Plan((Pick("u1", 2000),), (Cell("bank", "topic", "single", 2, 5, 1500),), ((1,), (2, 3, 4, 5, 6)))
    assert Plan.of(plan.stored()) == plan
    assert (plan.questions, plan.full_mark, plan.counts, plan.marks) == (6, 9500, [1, 5], [2000, 1500])
