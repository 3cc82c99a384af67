"""Statistics of a paper at the desk: the whole paper, each question, by unit and group, and all of it as a file."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, request
from sqlalchemy import select

from lms.core.access.service import fetch
from lms.core.audit.service import record as audit
from lms.core.classes.models import Group, TrainingClass
from lms.core.errors import NotFound
from lms.core.i18n import N_, translate
from lms.core.quizzes.counting import COUNTINGS
from lms.core.quizzes.kinds import kinds_of
from lms.core.quizzes.models import Paper
from lms.core.quizzes.results import PersonResult, paper_results
from lms.core.quizzes.statistics.choices import Choices
from lms.core.quizzes.statistics.paper import paper_figures
from lms.core.quizzes.statistics.reading import (
    BINS,
    Journal,
    QuestionRow,
    Records,
    Slice,
    histogram,
    question_rows,
    read_choices,
    read_journal,
    read_records,
    slices,
)
from lms.core.quizzes.statistics.remarks import remarks, warns
from lms.core.reports.exporters import exporters_of
from lms.core.reports.statistics import statistics_book
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.exports import file_answer
from lms.web.manage.invigilation import takers
from lms.web.manage.papers import may_here, paper_for_staff, paper_to_teach
from lms.web.papers import grace
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_statistics", __name__)
SORTS = ("code", "asked", "empty", "facility", "discrimination", "efficiency", "intended", "effective", "time")


@dataclass(frozen=True)
class Read:
    """A paper's people with what counts of them."""

    results: list[PersonResult]
    records: Records


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/statistics")
@login_required
def show(uid: str, paper_uid: str) -> str:
    """The whole paper; its questions for those who teach, in the order of ``?sort=``."""
    paper = paper_for_staff(uid, paper_uid)
    read, can_teach = _read(paper), may_here("teach", paper.class_id)
    order = request.args.get("sort", "discrimination")
    questions = _questions(read.records)[0] if can_teach else []
    groups, units = _slices(paper, read)
    return render_template(
        "lms/manage/papers/statistics.html", training_class=paper.training_class, paper=paper, figures=paper_figures(read.records.sheets),
        bins=_bins(read.records, paper), questions=_sorted(questions, order), sort=order, kinds=kinds_of(here().site.registry), warns=warns,
        groups=groups, units=units, counting=COUNTINGS[paper.counting], can_teach=can_teach, not_counted=_not_counted(read),
        exporters=exporters_of(here().site.registry) if may_here("export", paper.class_id) else {})


@pages.get("/manage/classes/<uid>/papers/<paper_uid>/statistics/<question_uid>")
@login_required
def question(uid: str, paper_uid: str, question_uid: str) -> str:
    """One question: its figures with what they say, and how often each option was chosen."""
    paper = paper_to_teach(here().db, uid, paper_uid)
    read = _read(paper)
    rows, journal = _questions(read.records, only=question_uid)
    if not rows:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    row = rows[0]
    choices = read_choices(here().db, read.records, journal, [row.id])[row.id]
    return render_template(
        "lms/manage/papers/statistics_question.html", training_class=paper.training_class, paper=paper, question=row, choices=choices,
        kind=kinds_of(here().site.registry).get(row.kind), remarks=remarks(row.figures, choices), counting=COUNTINGS[paper.counting])


@pages.post("/manage/classes/<uid>/papers/<paper_uid>/statistics.<ending>")
@login_required
def file(uid: str, paper_uid: str, ending: str) -> Response:
    """The same as a file. A POST: a unit may be one person, so it is noted who took it out."""
    fetch(here().db, here().viewer, TrainingClass, uid, "export")
    paper = paper_for_staff(uid, paper_uid)
    read = _read(paper)
    rows: list[QuestionRow] = []
    choices: dict[int, Choices] = {}
    if may_here("teach", paper.class_id):
        rows, journal = _questions(read.records)
        choices = read_choices(here().db, read.records, journal, [row.id for row in rows])
    groups, units = _slices(paper, read)
    book = statistics_book(figures=paper_figures(read.records.sheets), bins=_bins(read.records, paper), questions=rows, choices=choices,
                           groups=groups, units=units, kinds=kinds_of(here().site.registry), zone=paper.training_class.zone,
                           locale=here().locale)
    answer = file_answer(book, ending, translate(here().locale, N_("{title}-统计-{day}"), title=paper.title, day=f"{here().now:%Y%m%d}"))
    with writing() as db:
        audit(db, actor_id=here().viewer.person_id, action="results.statistics", thing=paper, now=here().now, class_id=paper.class_id,
              after={"people": len(read.records.sheets), "questions": len(rows)})
    return answer


def _read(paper: Paper) -> Read:
    results = paper_results(here().db, paper=paper, enrolments=takers(paper), now=here().now, grace=grace())
    return Read(results, read_records(here().db, results))


def _questions(records: Records, only: str | None = None) -> tuple[list[QuestionRow], Journal]:
    journal = read_journal(here().db, records)
    return question_rows(here().db, records, journal, only), journal


def _slices(paper: Paper, read: Read) -> tuple[list[Slice], list[Slice]]:
    """By group in the class's order, and by unit in that of the roster."""
    names: dict[int, str] = dict(here().db.execute(select(Group.id, Group.name).where(Group.class_id == paper.class_id)
                                                   .order_by(Group.position)).all())
    people = [result.enrolment for result in read.results]
    groups = slices(read.results, read.records, {e.id: names.get(e.group_id or 0, "") for e in people})
    order = list(names.values())
    return (sorted(groups, key=lambda one: order.index(one.name)),
            slices(read.results, read.records, {e.id: e.unit_name for e in people}))


def _not_counted(read: Read) -> dict[str, int]:
    """Why people are not in the figures: they wait for a mark, or have handed in nothing."""
    without = [result for result in read.results if result.best is None]
    waiting = sum(any(attempt.waiting for attempt in result.attempts) for result in without)
    return {"waiting": waiting, "absent": len(without) - waiting}


def _bins(records: Records, paper: Paper) -> list[dict[str, str | int]]:
    """Tenths of the full mark, for the histogram and the file."""
    found: list[dict[str, str | int]] = []
    for place, people in enumerate(histogram(records.sheets)):
        last = place == BINS - 1
        low, high = place * 10, 100 if last else place * 10 + 9
        fails = (place + 1) * 100 <= paper.pass_mark
        found.append({"label": f"{low}–{high}", "short": f"{low}", "value": people, "kind": "bad" if fails else "ok"})
    return found


def _sorted(questions: Sequence[QuestionRow], order: str) -> list[QuestionRow]:
    """By a column, falling with a minus before it; what has no value in it stands last either way."""
    key = order.removeprefix("-") if order.removeprefix("-") in SORTS else "discrimination"
    with_value = [(value, row) for row in questions if (value := _sort_value(row, key)) is not None]
    with_value.sort(key=lambda pair: pair[1].code)
    with_value.sort(key=lambda pair: pair[0], reverse=order.startswith("-"))
    return [row for _, row in with_value] + [row for row in questions if _sort_value(row, key) is None]


def _sort_value(row: QuestionRow, key: str) -> float | str | None:
    plain: dict[str, float | str | None] = {"code": row.code, "asked": row.figures.asked, "empty": row.empty, "time": row.time.median.value}
    return plain[key] if key in plain else getattr(row.figures, key).value
