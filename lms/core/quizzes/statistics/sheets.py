"""What the statistics are made from: the attempts that count, as plain numbers, whatever asked and marked them."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import NamedTuple


class Earned(NamedTuple):
    """What a question brought, of how much; both in 1/1000. A full mark of 0: it was taken out of the paper."""

    mark: int
    full_mark: int


@dataclass(frozen=True)
class Sheet:
    """The attempt of one person that counts.

    :param mark: in 1/1000, the sum over *marks*; likewise *full_mark*
    :param marks: by the question's id, in the order in which they were asked; what was left empty is there with 0
    """

    mark: int
    full_mark: int
    marks: Mapping[int, Earned]

    @property
    def share(self) -> Fraction:
        """Of the full mark; 0 where every question was taken out."""
        return Fraction(self.mark, self.full_mark) if self.full_mark else Fraction(0)


@dataclass(frozen=True)
class Scale:
    """In what the totals of a paper are counted.

    :param full_mark: of everybody, in 1/1000; None where people have different ones, and then totals are per cent
    :param steps: whole numbers of a column to one 分, or to one per cent
    """

    full_mark: int | None
    steps: int


def scale_of(sheets: Sequence[Sheet]) -> Scale:
    """Marks where everybody has the same full mark, else per cent."""
    fulls = {sheet.full_mark for sheet in sheets if sheet.full_mark}
    return Scale(next(iter(fulls)), 1000) if len(fulls) == 1 else Scale(None, lcm(*fulls))


def totals(sheets: Sequence[Sheet], scale: Scale) -> list[int]:
    """The total of each sheet in whole steps of *scale*, exactly."""
    if scale.full_mark is not None:
        return [sheet.mark for sheet in sheets]
    return [100 * sheet.mark * (scale.steps // sheet.full_mark) if sheet.full_mark else 0 for sheet in sheets]


def places(sheets: Sequence[Sheet]) -> list[list[int]] | None:
    """The marks by place on the paper, a column for each place; None where people have different numbers of questions.

    A question that everybody has is a place. Where people drew different ones, the first that is not common to all is the
    first place after those, and so on: places hold questions by turns, as a random question does in Moodle.
    """
    asked = [{question: earned.mark for question, earned in sheet.marks.items() if earned.full_mark} for sheet in sheets]
    common = [question for question in (asked[0] if asked else ()) if all(question in marks for marks in asked)]
    shared = set(common)
    drawn = [[mark for question, mark in marks.items() if question not in shared] for marks in asked]
    if len({len(marks) for marks in drawn}) > 1:
        return None
    return [[marks[question] for marks in asked] for question in common] + [list(column) for column in zip(*drawn, strict=True)]


def thirds(sheets: Sequence[Sheet]) -> list[int]:
    """For each sheet 0 (lower third), 1 (middle) or 2 (upper third) by its total.

    People with the same total are never told apart: who stands level with the first beyond a third belongs to the middle.
    So a third may be smaller than a third, and where all totals are the same everybody is in the middle.
    """
    ordered = sorted(sheet.share for sheet in sheets)
    third = len(ordered) // 3
    if not third:
        return [1] * len(sheets)
    low, high = ordered[third], ordered[-third - 1]
    return [0 if sheet.share < low else 2 if sheet.share > high else 1 for sheet in sheets]
