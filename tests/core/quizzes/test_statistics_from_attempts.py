"""The whole way: people sit a paper, what was marked and journalled becomes the figures."""
from __future__ import annotations

from typing import Any

import pytest
import textbook
from exam_room import GRACE, Room, right_answer, wrong_answer
from marks_paper import sit_the_data_set
from sqlalchemy import select
from written_room import hand_in_written, with_short_answers, written_paper

from lms.core.classes.models import Enrolment
from lms.core.quizzes.corrections import correct, effects
from lms.core.quizzes.models import Paper, Question
from lms.core.quizzes.plans import Cell
from lms.core.quizzes.results import PersonResult, paper_results
from lms.core.quizzes.statistics import figures as why
from lms.core.quizzes.statistics.choices import Choices
from lms.core.quizzes.statistics.paper import PaperFigures, paper_figures
from lms.core.quizzes.statistics.reading import (
    QuestionRow,
    Slice,
    question_rows,
    read_choices,
    read_journal,
    read_records,
    slices,
)

SPREAD = ("mean", "median", "deviation", "lowest", "highest")
QUESTION = ("facility", "deviation", "intended", "effective", "discrimination", "efficiency")


class Read:
    """Everything that the pages show of a paper."""

    def __init__(self, room: Room, paper: Paper) -> None:
        with room.site.database.reading() as db:
            people = db.scalars(select(Enrolment).where(Enrolment.class_id == room.training_class.id,
                                                        Enrolment.state == "enrolled").order_by(Enrolment.number)).all()
            self.results: list[PersonResult] = paper_results(db, paper=db.get_one(Paper, paper.id), enrolments=people,
                                                             now=room.clock.now(), grace=GRACE)
            records = read_records(db, self.results)
            journal = read_journal(db, records)
            self.paper: PaperFigures = paper_figures(records.sheets)
            self.questions: dict[str, QuestionRow] = {row.code: row for row in question_rows(db, records, journal)}
            self.choices: dict[str, Choices] = {}
            by_id = read_choices(db, records, journal, [row.id for row in self.questions.values()])
            for code, row in self.questions.items():
                self.choices[code] = by_id[row.id]
            self.units: list[Slice] = slices(self.results, records, {e.id: e.unit_name for e in people})


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_data_set_sat_by_people_gives_the_same_figures(room: Room) -> None:
    """Options are shuffled for everybody, and everybody has the questions in an order of their own."""
    people = 60
    sat = sit_the_data_set(room, people)
    read, matrix, (full, rows) = Read(room, sat.paper), textbook.read_matrix()[:people], textbook.read_rows()
    expected = textbook.paper(matrix)
    assert {name: getattr(read.paper.spread, name).value for name in SPREAD} == pytest.approx({k: expected[k] for k in SPREAD}, abs=1e-9)
    for name in ("skewness", "kurtosis", "consistency", "error_ratio", "standard_error"):
        assert getattr(read.paper, name).value == pytest.approx(expected[name], abs=1e-9), name
    totals = [sum(row) for row in matrix]
    for place, (code, figures) in enumerate(zip(sat.codes, textbook.questions(matrix, full), strict=True)):
        row, cells = read.questions[code], [person[f"q{place + 1}"] for person in rows[:people]]
        assert {name: getattr(row.figures, name).value for name in QUESTION} == pytest.approx(figures, abs=1e-9), code
        assert row.empty == cells.count("") and row.time.people == people - row.empty
        assert row.time.median.value == pytest.approx(textbook.statistics.median(sat.seconds[code]), abs=1e-9)
        if place < 14:
            assert {o.name: o.counts for o in read.choices[code].options} == by_thirds(totals, cells), code
    assert sum(one.spread.people for one in read.units) == people and len(read.units) > 10


def by_thirds(totals: list[float], cells: list[str]) -> dict[str, tuple[int, ...]]:
    """How often A (right) and C (wrong) were chosen, worked out from the file."""
    ordered = sorted(totals)
    low, high = ordered[len(totals) // 3], ordered[-1 - len(totals) // 3]
    third = ["lower" if total < low else "upper" if total > high else "middle" for total in totals]
    chosen = {"A": "2", "B": "-", "C": "0", "D": "-"}
    return {letter: tuple(sum(t == name and cell == wanted for t, cell in zip(third, cells, strict=True))
                          for name in ("lower", "middle", "upper")) for letter, wanted in chosen.items()}


def test_who_waits_for_a_mark_is_not_counted_as_nothing(room: Room) -> None:
    paper = written_paper(with_short_answers(room), drawn="once")
    hand_in_written(room, paper, "待阅卷的")
    hand_in_written(room, paper, "没写简答的", text="")
    read = Read(room, paper)
    assert (read.paper.spread.people, read.paper.spread.mean.value) == (1, 20)
    assert read.paper.spread.deviation.why == why.ONE_PERSON
    written = next(row for row in read.questions.values() if row.kind == "short_answer")
    assert (written.empty, read.choices[written.code].options, read.choices[written.code].empty) == (1, (), (0, 1, 0))


def test_nobody_has_sat(room: Room) -> None:
    read = Read(room, room.paper())
    assert (read.paper.spread.people, read.paper.spread.mean.why, read.questions, read.units) == (0, why.NOBODY, {}, [])


@pytest.mark.parametrize(("counting", "mark"), [("best", 60), ("first", 20), ("last", 40)])
def test_the_attempt_that_counts_is_the_one_of_the_paper(room: Room, counting: str, mark: int) -> None:
    paper, person = room.paper(attempts=3, counting=counting), room.person()
    for right in ((1, 2), range(1, 7), (1, 2, 3, 4)):
        attempt = room.start(paper, person)
        room.answer_all(attempt, right)
        room.submit(attempt)
        room.clock.move(minutes=1)
    assert Read(room, paper).paper.spread.mean.value == mark


def test_a_question_taken_out_has_no_figures_and_the_others_do(room: Room) -> None:
    paper = room.paper(Cell("sample", kind="single", count=3, mark=10_000), drawn="once")
    for number, right in enumerate(((), (1,), (1, 2), (1, 2, 3))):
        attempt = room.start(paper, room.person(f"学员{number}"))
        room.answer_all(attempt, right)
        room.submit(attempt)
    out = next(iter(Read(room, paper).questions.values()))
    with room.site.database.writing() as db:
        asked: dict[str, Any] = {"paper": db.get_one(Paper, paper.id), "question": db.get_one(Question, out.id), "action": "drop"}
        correct(db, reason="题目有误", seal=effects(db, **asked).seal, by_id=None, now=room.clock.now(), **asked)
    read = Read(room, paper)
    assert read.paper.full_mark == 20_000 and read.paper.questions == 2
    assert {getattr(read.questions[out.code].figures, name).why for name in QUESTION} == {why.NOT_COUNTED}
    assert all(row.figures.facility.value is not None for code, row in read.questions.items() if code != out.code)


def test_each_person_draws_their_own_questions(room: Room) -> None:
    paper = room.paper(Cell("sample", kind="truefalse", count=3, mark=10_000))
    for number in range(12):
        attempt = room.start(paper, room.person(f"学员{number}"))
        for item in range(1, 4):
            given = right_answer(attempt, item) if (number + item) % 3 else wrong_answer(attempt, item)
            room.answer(attempt, {"sequence": item, "item": item, "given": given})
        room.submit(attempt)
    read = Read(room, paper)
    assert read.paper.questions == 3 and len(read.questions) > 3
    assert sum(row.figures.asked for row in read.questions.values()) == 36
    assert {row.figures.effective.why for row in read.questions.values()} == {why.NOT_EVERYBODY}
    assert all(sum(o.people for o in found.options) == read.questions[code].figures.asked for code, found in read.choices.items())
