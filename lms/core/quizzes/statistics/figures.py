"""A figure of the statistics, or the reason why there is none; and the exact sums that they are all made of.

Marks are whole numbers, so sums, variances and covariances are worked out exactly, as whole numbers and fractions; only
a square root or the last division leaves that. Two calculations of the same figure therefore agree to the last digits.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from lms.core.i18n import N_

NOBODY = N_("没有人有成绩")
ONE_PERSON = N_("只有 1 人，至少要 2 人")
TWO_PEOPLE = N_("不到 3 人")
THREE_PEOPLE = N_("不到 4 人")
SAME_TOTALS = N_("各人总分都一样")
SAME_MARKS = N_("各人这题得分都一样")
SAME_RESTS = N_("各人其余题的得分都一样")
ONE_QUESTION = N_("只有 1 道题，没有其余的题可比")
NOT_COUNTED = N_("这题不计分")
AGAINST = N_("得分和总分反着走")
NOT_EVERYBODY = N_("不是人人都考到这题")
UNEVEN = N_("各人计分的题数不同")
NO_TIMES = N_("没有可用的答题记录")


@dataclass(frozen=True)
class Figure:
    """A value, or a message id that says why it is not defined; never both."""

    value: float | None
    why: str = ""


def missing(why: str) -> Figure:
    return Figure(None, why)


def figure(value: Fraction | float) -> Figure:
    return Figure(float(value))


def deviations(column: Sequence[int]) -> list[int]:
    """*n* times how far each value is from the mean of the *n*: whole numbers, nothing is rounded."""
    count, whole = len(column), sum(column)
    return [count * value - whole for value in column]


def covariance(one: Sequence[int], other: Sequence[int]) -> Fraction:
    """C(x, y) = Σ(x - x̄)(y - ȳ) / (n - 1), of a sample of at least two."""
    count = len(one)
    return Fraction(sum(x * y for x, y in zip(deviations(one), deviations(other), strict=True)), count * count * (count - 1))


def variance(column: Sequence[int]) -> Fraction:
    """V(x) = C(x, x), of a sample of at least two."""
    return covariance(column, column)


def median(column: Sequence[int]) -> Fraction:
    """The value in the middle; the mean of the two middle ones where the number is even."""
    ordered, half = sorted(column), len(column) // 2
    return Fraction(ordered[half]) if len(column) % 2 else Fraction(ordered[half - 1] + ordered[half], 2)


def root(value: Fraction) -> float:
    """The square root. Numerator and denominator may be larger than a float can hold, their quotient is not."""
    return sqrt(value)
