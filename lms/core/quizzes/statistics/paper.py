"""Figures of a whole paper, over the attempt of each person that counts.

The formulas are those of Moodle's quiz statistics (docs.moodle.org, "Quiz statistics calculations" and "Quiz report
statistics"): with n people, totals T, their mean T̄, and central moments m_r = Σ(T - T̄)^r / n,

- k2 = n·m2 / (n - 1), k3 = n²·m3 / ((n - 1)(n - 2)),
  k4 = n²·((n + 1)·m4 - 3(n - 1)·m2²) / ((n - 1)(n - 2)(n - 3));
- standard deviation √k2 (of a sample), skewness k3 / k2^(3/2), kurtosis k4 / k2² (0 for a normal distribution);
- internal consistency, Cronbach's alpha, with p places on the paper and V(x_i) the variance of the marks at place i:
  p / (p - 1) · (1 - ΣV(x_i) / V(T));
- error ratio √(1 - alpha), standard error = error ratio · standard deviation.

Moodle writes the last three as per cent; here they are shares, and the standard error has the unit of the totals.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt

from lms.core.quizzes.statistics.figures import (
    NOBODY,
    ONE_PERSON,
    ONE_QUESTION,
    SAME_TOTALS,
    THREE_PEOPLE,
    TWO_PEOPLE,
    UNEVEN,
    Figure,
    deviations,
    figure,
    median,
    missing,
    root,
    variance,
)
from lms.core.quizzes.statistics.sheets import Scale, Sheet, places, scale_of, totals


@dataclass(frozen=True)
class Spread:
    """Totals of some people: in 分, or in per cent where their full marks differ."""

    people: int
    mean: Figure
    median: Figure
    deviation: Figure
    lowest: Figure
    highest: Figure


@dataclass(frozen=True)
class PaperFigures:
    """A whole paper.

    :param full_mark: of everybody, in 1/1000; None: they differ, and *spread* and *standard_error* are per cent
    :param questions: places on the paper that count; None where people have different numbers of them
    """

    full_mark: int | None
    questions: int | None
    spread: Spread
    skewness: Figure
    kurtosis: Figure
    consistency: Figure
    error_ratio: Figure
    standard_error: Figure


def paper_figures(sheets: Sequence[Sheet]) -> PaperFigures:
    """All figures of the paper; those that are not defined say why."""
    scale = scale_of(sheets)
    column, columns = totals(sheets, scale), places(sheets)
    alpha = _consistency(columns)
    ratio = missing(alpha.why) if alpha.value is None else figure(sqrt(1 - _exact_consistency(columns or [])))
    spread = spread_of(column, scale)
    error = missing(ratio.why)
    if ratio.value is not None and spread.deviation.value is not None:
        error = figure(ratio.value * spread.deviation.value)
    return PaperFigures(scale.full_mark, None if columns is None else len(columns), spread, _skewness(column), _kurtosis(column),
                        alpha, ratio, error)


def spread_of(column: Sequence[int], scale: Scale) -> Spread:
    """Middle, spread and ends of some totals, counted in steps of *scale*."""
    if not column:
        none = missing(NOBODY)
        return Spread(0, none, none, none, none, none)

    def scaled(value: Fraction | int) -> Figure:
        return figure(Fraction(value) / scale.steps)

    deviation = missing(ONE_PERSON) if len(column) < 2 else figure(root(variance(column) / scale.steps ** 2))
    return Spread(len(column), scaled(Fraction(sum(column), len(column))), scaled(median(column)), deviation, scaled(min(column)),
                  scaled(max(column)))


def _moment(column: Sequence[int], order: int) -> Fraction:
    """m_r."""
    count = len(column)
    return Fraction(sum(value ** order for value in deviations(column)), count ** (order + 1))


def _skewness(column: Sequence[int]) -> Figure:
    n = len(column)
    if n < 3:
        return missing(TWO_PEOPLE if n else NOBODY)
    k2 = _moment(column, 2) * n / (n - 1)
    k3 = _moment(column, 3) * n * n / ((n - 1) * (n - 2))
    return figure(float(k3 / k2) / root(k2)) if k2 else missing(SAME_TOTALS)


def _kurtosis(column: Sequence[int]) -> Figure:
    n = len(column)
    if n < 4:
        return missing(THREE_PEOPLE if n else NOBODY)
    m2, m4 = _moment(column, 2), _moment(column, 4)
    k2 = m2 * n / (n - 1)
    k4 = n * n * ((n + 1) * m4 - 3 * (n - 1) * m2 * m2) / ((n - 1) * (n - 2) * (n - 3))
    return figure(k4 / (k2 * k2)) if k2 else missing(SAME_TOTALS)


def _consistency(columns: list[list[int]] | None) -> Figure:
    if columns is None:
        return missing(UNEVEN)
    people = len(columns[0]) if columns else 0
    if people < 2:
        return missing(ONE_PERSON if people else NOBODY)
    if len(columns) < 2:
        return missing(ONE_QUESTION)
    if not variance(_sums(columns)):
        return missing(SAME_TOTALS)
    return figure(_exact_consistency(columns))


def _exact_consistency(columns: list[list[int]]) -> Fraction:
    """Never above 1, so that the error ratio is always defined: of the exact value that holds, of a rounded one it may not."""
    p = len(columns)
    return Fraction(p, p - 1) * (1 - sum(map(variance, columns), Fraction(0)) / variance(_sums(columns)))


def _sums(columns: list[list[int]]) -> list[int]:
    return [sum(marks) for marks in zip(*columns, strict=True)]
