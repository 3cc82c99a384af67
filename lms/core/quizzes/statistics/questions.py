"""Figures of each question, over those who were asked it.

The formulas are those of Moodle's quiz statistics (docs.moodle.org, "Quiz statistics calculations"): with the marks x of
a question, the totals T of the same people, and the marks of the rest of the paper X = T - x,

- facility x̄ / x_max; standard deviation √V(x), of a sample;
- intended weight x_max / T_max;
- effective weight √C(x, T) / Σ√C(x_i, T), the sum over all places with C ≥ 0; not defined where C(x, T) < 0;
- discrimination index C(x, X) / √(V(x)·V(X)), the correlation of the question with the rest of the paper;
- discriminative efficiency C(x, X) / C_max(x, X), C_max being what C would be if both columns stood in rising order.

All are shares of 1 where Moodle writes per cent. Of a question that only some people drew, Moodle sets x beside T; here the
question is left out of what it is compared with there too, for beside its own marks every question looks better than it is.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from lms.core.quizzes.statistics.figures import (
    AGAINST,
    NOT_COUNTED,
    NOT_EVERYBODY,
    ONE_PERSON,
    ONE_QUESTION,
    SAME_MARKS,
    SAME_RESTS,
    SAME_TOTALS,
    UNEVEN,
    Figure,
    covariance,
    figure,
    missing,
    root,
    variance,
)
from lms.core.quizzes.statistics.sheets import Earned, Sheet, places


@dataclass(frozen=True)
class QuestionFigures:
    """One question.

    :param asked: by how many people's counting attempts
    :param full_mark: in 1/1000; None where it is worth different marks to different people
    """

    asked: int
    full_mark: int | None
    facility: Figure
    deviation: Figure
    intended: Figure
    effective: Figure
    discrimination: Figure
    efficiency: Figure


def question_figures(sheets: Sequence[Sheet]) -> dict[int, QuestionFigures]:
    """By the question's id, in the order in which the first sheets have them."""
    asked: dict[int, list[Sheet]] = {}
    for sheet in sheets:
        for question in sheet.marks:
            asked.setdefault(question, []).append(sheet)
    whole = _weights(sheets)
    return {question: _figures(question, having, len(having) == len(sheets), whole) for question, having in asked.items()}


def _figures(question: int, having: Sequence[Sheet], everybody: bool, whole: float | None) -> QuestionFigures:
    earned = [sheet.marks[question] for sheet in having]
    full = sum(one.full_mark for one in earned)
    fulls = {one.full_mark for one in earned}
    if not full:
        none = missing(NOT_COUNTED)
        return QuestionFigures(len(having), 0, none, none, none, none, none, none)
    marks = [one.mark for one in earned]
    return QuestionFigures(
        len(having), fulls.pop() if len(fulls) == 1 else None,
        facility=figure(Fraction(sum(marks), full)),
        deviation=missing(ONE_PERSON) if len(marks) < 2 else figure(root(variance(marks) / 1000 ** 2)),
        intended=figure(Fraction(full, sum(sheet.full_mark for sheet in having))),
        effective=_effective(marks, having, everybody, whole),
        **_compared(earned, having))


def _compared(earned: Sequence[Earned], having: Sequence[Sheet]) -> dict[str, Figure]:
    """Discrimination index and efficiency: the question beside the rest of the paper."""
    marks = [one.mark for one in earned]
    rests = [sheet.mark - mark for sheet, mark in zip(having, marks, strict=True)]
    why = ""
    if len(marks) < 2:
        why = ONE_PERSON
    elif all(sheet.full_mark == one.full_mark for sheet, one in zip(having, earned, strict=True)):
        why = ONE_QUESTION
    elif not variance(marks):
        why = SAME_MARKS
    elif not variance(rests):
        why = SAME_RESTS
    if why:
        return {"discrimination": missing(why), "efficiency": missing(why)}
    common = covariance(marks, rests)
    return {"discrimination": figure(float(common) / root(variance(marks) * variance(rests))),
            "efficiency": figure(common / covariance(sorted(marks), sorted(rests)))}


def _weights(sheets: Sequence[Sheet]) -> float | None:
    """Σ√C(x_i, T) over the places with C ≥ 0; None where there are no places to sum over."""
    columns = places(sheets)
    if columns is None or len(sheets) < 2:
        return None
    totals = [sheet.mark for sheet in sheets]
    return sum(root(common) for common in (covariance(column, totals) for column in columns) if common > 0)


def _effective(marks: Sequence[int], having: Sequence[Sheet], everybody: bool, whole: float | None) -> Figure:
    if not everybody:
        return missing(NOT_EVERYBODY)
    if len(marks) < 2:
        return missing(ONE_PERSON)
    if whole is None:
        return missing(UNEVEN)
    common = covariance(marks, [sheet.mark for sheet in having])
    if common < 0:
        return missing(AGAINST)
    return figure(root(common) / whole) if whole else missing(SAME_TOTALS)
