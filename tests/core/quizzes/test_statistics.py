"""Figures of papers and questions: equal to an independent calculation, and blank with a reason where there are none."""
from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import textbook

from lms.core.quizzes.kinds.protocol import Choice
from lms.core.quizzes.statistics import figures as why
from lms.core.quizzes.statistics.choices import Choices, Chosen, OptionCount, count_choices
from lms.core.quizzes.statistics.figures import Figure
from lms.core.quizzes.statistics.paper import PaperFigures, paper_figures
from lms.core.quizzes.statistics.questions import QuestionFigures, question_figures
from lms.core.quizzes.statistics.reading import histogram
from lms.core.quizzes.statistics.remarks import BACKWARDS, FEW, TEMPTING, remarks
from lms.core.quizzes.statistics.sheets import Earned, Sheet, thirds
from lms.core.quizzes.statistics.times import Change, time_used, times_by_item

DATA = Path(__file__).parents[2] / "data"
PAPER = ("skewness", "kurtosis", "consistency", "error_ratio", "standard_error")
SPREAD = ("mean", "median", "deviation", "lowest", "highest")
QUESTION = ("facility", "deviation", "intended", "effective", "discrimination", "efficiency")
BEGAN = datetime(2026, 7, 8, 1, tzinfo=UTC)


def sheet(*marks: int, full: Sequence[int] = (), names: Sequence[int] = ()) -> Sheet:
    """Marks in 分, of 2 分 each unless *full* says otherwise; the questions are called 1, 2, 3 … or by *names*."""
    fulls, called = full or (2,) * len(marks), names or range(1, len(marks) + 1)
    earned = {name: Earned(mark * 1000, most * 1000) for name, mark, most in zip(called, marks, fulls, strict=True)}
    return Sheet(sum(marks) * 1000, sum(fulls) * 1000, earned)


def read_sheets() -> list[Sheet]:
    full, people = textbook.read_rows()
    found = []
    for person in people:
        marks = [int(person[name].replace(".", "").ljust(4, "0")) if "." in person[name] else int(person[name] or 0) * 1000
                 for name in textbook.names()]
        earned = {place: Earned(mark, int(most * 1000)) for place, (mark, most) in enumerate(zip(marks, full, strict=True), start=1)}
        found.append(Sheet(sum(marks), sum(one.full_mark for one in earned.values()), earned))
    return found


def of_paper(found: PaperFigures) -> dict[str, Figure]:
    return {name: getattr(found, name) for name in PAPER} | {name: getattr(found.spread, name) for name in SPREAD}


def of_question(found: QuestionFigures) -> dict[str, float | None]:
    return {name: getattr(found, name).value for name in QUESTION}


def test_the_data_set_is_what_its_script_makes() -> None:
    spec = importlib.util.spec_from_file_location("make_marks", DATA / "make_marks.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.made() == textbook.FILE.read_text(encoding="utf-8")
    cells = [person[name] for person in textbook.read_rows()[1] for name in textbook.names()]
    assert len(cells) == 9000 and cells.count("") > 200 and cells.count("1.333") > 200, "unanswered and partial marks are in it"


def test_every_figure_agrees_with_an_independent_calculation() -> None:
    """300 people and 30 questions, to 1e-9."""
    sheets, matrix = read_sheets(), textbook.read_matrix()
    assert {name: one.value for name, one in of_paper(paper_figures(sheets)).items()} == pytest.approx(textbook.paper(matrix), abs=1e-9)
    expected = textbook.questions(matrix, textbook.read_rows()[0])
    found = [of_question(one) for one in question_figures(sheets).values()]
    assert len(found) == 30 and sum(value is None for one in found for value in one.values()) == 5
    for number, (one, other) in enumerate(zip(found, expected, strict=True), start=1):
        assert one == pytest.approx(other, abs=1e-9), f"question {number}"
    assert sum(one["effective"] or 0 for one in found) == pytest.approx(1, abs=1e-9)


def test_a_wrong_key_shows_as_a_negative_discrimination() -> None:
    found = question_figures(read_sheets())
    assert [number for number, one in found.items() if (one.discrimination.value or 0) < 0] == [5]
    assert found[5].efficiency.value is not None and found[5].efficiency.value < 0
    assert (found[5].effective.value, found[5].effective.why) == (None, why.AGAINST)
    assert [text for text, _ in remarks(found[5])][0] == BACKWARDS


def test_a_dozen_marks_by_hand() -> None:
    """Four people, two questions of 2 分: 0+0, 0+2, 2+0, 2+2. Nothing hangs together, and the mean is 2."""
    found = paper_figures([sheet(0, 0), sheet(0, 2), sheet(2, 0), sheet(2, 2)])
    assert (found.full_mark, found.questions, found.spread.mean.value, found.spread.median.value) == (4000, 2, 2, 2)
    assert (found.consistency.value, found.error_ratio.value, found.skewness.value) == (0, 1, 0)
    assert found.spread.deviation.value == pytest.approx((8 / 3) ** 0.5)
    assert of_question(question_figures([sheet(0, 0), sheet(0, 2), sheet(2, 0), sheet(2, 2)])[1]) == pytest.approx(
        {"facility": 0.5, "deviation": (4 / 3) ** 0.5, "intended": 0.5, "effective": 0.5, "discrimination": 0, "efficiency": 0})


@pytest.mark.parametrize(("sheets", "paper", "question"), [
    ([], {"mean": why.NOBODY, "deviation": why.NOBODY, "skewness": why.NOBODY, "consistency": why.NOBODY, "error_ratio": why.NOBODY}, {}),
    ([sheet(1, 2)], {"deviation": why.ONE_PERSON, "skewness": why.TWO_PEOPLE, "kurtosis": why.THREE_PEOPLE, "consistency": why.ONE_PERSON,
                     "error_ratio": why.ONE_PERSON, "standard_error": why.ONE_PERSON},
     {"deviation": why.ONE_PERSON, "discrimination": why.ONE_PERSON, "efficiency": why.ONE_PERSON, "effective": why.ONE_PERSON}),
    ([sheet(1, 2)] * 5, {"skewness": why.SAME_TOTALS, "kurtosis": why.SAME_TOTALS, "consistency": why.SAME_TOTALS,
                         "error_ratio": why.SAME_TOTALS, "standard_error": why.SAME_TOTALS},
     {"discrimination": why.SAME_MARKS, "efficiency": why.SAME_MARKS, "effective": why.SAME_TOTALS}),
    ([sheet(1), sheet(2), sheet(2), sheet(0)], {"consistency": why.ONE_QUESTION, "error_ratio": why.ONE_QUESTION,
                                                "standard_error": why.ONE_QUESTION},
     {"discrimination": why.ONE_QUESTION, "efficiency": why.ONE_QUESTION}),
    ([sheet(0, 2), sheet(1, 2), sheet(2, 2), sheet(2, 2)], {}, {"discrimination": why.SAME_RESTS, "efficiency": why.SAME_RESTS}),
    ([sheet(0, 1, 2), sheet(0, 2, 2), sheet(0, 0, 1), sheet(0, 0, 2)], {}, {"discrimination": why.SAME_MARKS, "efficiency": why.SAME_MARKS}),
    ([sheet(0, 1, 2, full=(0, 2, 2)), sheet(0, 2, 2, full=(0, 2, 2)), sheet(0, 0, 0, full=(0, 2, 2)), sheet(0, 2, 1, full=(0, 2, 2))], {},
     dict.fromkeys(QUESTION, why.NOT_COUNTED)),
], ids=["nobody", "one person", "all the same", "one question", "rest the same", "item the same", "taken out"])
def test_what_is_not_defined_is_blank_and_says_why(sheets: list[Sheet], paper: dict[str, str], question: dict[str, str]) -> None:
    """*question* is about the first one. A value and a reason never stand together, and nothing else is blank."""
    found = of_paper(paper_figures(sheets))
    blank = {name: one.why for name, one in found.items() if one.value is None}
    assert blank == ({**dict.fromkeys(found, why.NOBODY)} if not sheets else paper)
    assert all(bool(one.why) != (one.value is not None) for one in found.values())
    first = next(iter(question_figures(sheets).values()), None)
    got = {name: getattr(first, name).why for name in QUESTION if getattr(first, name).value is None} if first else {}
    assert got == question


def test_people_who_drew_different_questions() -> None:
    """1 is asked of everybody; beside it two of 2, 3 and 4. Places are compared for the paper, people for a question."""
    sheets = [sheet(2, 2, 1, names=(1, 2, 3)), sheet(1, 1, 0, names=(1, 4, 2)), sheet(0, 0, 1, names=(3, 1, 4)), sheet(2, 2, 2, names=(2, 4, 1))]
    found, single = question_figures(sheets), paper_figures(sheets)
    assert single.questions == 3
    places = [[2, 2, 1], [1, 1, 0], [0, 0, 1], [2, 2, 2]]  # question 1, then what was drawn first, then second
    assert single.consistency.value == pytest.approx(textbook.paper(places)["consistency"])
    assert (found[3].asked, found[3].effective.why) == (2, why.NOT_EVERYBODY) and found[1].effective.value is not None
    assert found[2].discrimination.value == pytest.approx(3 ** 0.5 / 2), "2, 0, 2 beside the 3, 2, 4 of the same three people"


def test_different_full_marks_are_counted_in_per_cent() -> None:
    """Whoever drew a question that was taken out has less to earn."""
    sheets = [sheet(1, 1, names=(1, 2)), sheet(1, 0, full=(2, 0), names=(1, 3)), sheet(2, 2, names=(1, 2))]
    found = paper_figures(sheets)
    assert (found.full_mark, found.questions, found.consistency.why) == (None, None, why.UNEVEN)
    assert (found.spread.mean.value, found.spread.median.value, found.spread.highest.value) == (pytest.approx(200 / 3), 50, 100)
    assert found.spread.deviation.value == pytest.approx((2500 / 3) ** 0.5)
    assert question_figures(sheets)[1].effective.why == why.UNEVEN


def test_thirds_never_part_people_with_the_same_total() -> None:
    assert thirds([sheet(mark, full=(10,)) for mark in (1, 2, 3, 4, 5, 6)]) == [0, 0, 1, 1, 2, 2]
    assert thirds([sheet(mark, full=(10,)) for mark in (1, 2, 2, 2, 5, 6)]) == [0, 1, 1, 1, 2, 2], "level with who is beyond the third"
    assert thirds([sheet(3, full=(10,))] * 6) == [1] * 6 and thirds([sheet(1), sheet(2)]) == [1, 1]


def test_options_are_counted_by_third_and_a_tempting_wrong_one_is_named() -> None:
    offered = [Choice("A", "预算", True), Choice("B", "决算", False), Choice("C", "结余", False)]
    people = [Chosen(0, ["A"], True), Chosen(0, [], False), Chosen(1, ["B"], True), Chosen(2, ["B"], True), Chosen(2, ["B"], True),
              Chosen(2, ["A"], True), Chosen(1, ["另外写的"], True)]
    found = count_choices(offered, people)
    assert {option.name: option.counts for option in found.options} == {"A": (1, 0, 1), "B": (0, 1, 2), "C": (0, 0, 0), "另外写的": (0, 1, 0)}
    assert (found.asked, found.empty, found.options[-1].right) == ((2, 2, 3), (1, 0, 0), None)
    some = question_figures(read_sheets())[1]
    assert [text for text, data in remarks(some, found)] == [TEMPTING]
    assert (TEMPTING, {"option": "B", "n": 2}) in remarks(some, found)
    assert remarks(some) == [] and [text for text, _ in remarks(replace(some, asked=3), found)] == [TEMPTING, FEW]


def test_of_very_many_answers_those_that_came_are_listed() -> None:
    pairs = [Choice(f"{left}-{right}", "", left == right) for left in "123456" for right in "123456"]
    found = count_choices(pairs, [Chosen(1, ["1-2", "2-2"], True)])
    assert [option.name for option in found.options] == ["1-1", "1-2", "2-2", "3-3", "4-4", "5-5", "6-6"]
    found = count_choices([], [Chosen(1, [f"1: {n}"], True) for n in range(40)])
    assert (len(found.options), found.more) == (30, 10) and isinstance(found, Choices) and isinstance(found.options[0], OptionCount)


def test_time_goes_to_the_question_that_was_answered_at_its_end() -> None:
    """10 s on 1, 20 s on 2, back to 1 for 5 s; then a form with 3 and 4 at once, of which nobody knows."""
    late = BEGAN + timedelta(minutes=5)
    changes = [Change(item, at, late) for at, item in ((10_000_000, 1), (30_000_000, 2), (35_000_000, 1), (60_000_000, 3), (60_000_001, 4),
                                                      (70_000_001, 5))]
    assert times_by_item(changes, BEGAN) == {1: 15_000_000, 2: 20_000_000, 5: 10_000_000}
    early = [Change(1, 90_000_000_000, BEGAN + timedelta(seconds=40)), Change(2, 90_000_000_001, BEGAN + timedelta(seconds=50))]
    assert times_by_item(early, BEGAN) == {1: 40_000_000, 2: 10_000_000}, "a clock that runs ahead adds no time"
    used = time_used([10_000_000, 15_000_000, 500_000_000])
    assert (used.people, used.median.value, used.mean.value) == (3, 15, 175) and time_used([]).median.why == why.NO_TIMES


def test_the_histogram_has_a_place_for_everybody() -> None:
    assert histogram([sheet(mark, full=(10,)) for mark in (0, 1, 5, 9, 10)]) == [1, 1, 0, 0, 0, 1, 0, 0, 0, 2]
    assert sum(histogram(read_sheets())) == 300
