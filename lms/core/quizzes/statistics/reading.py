"""From the database to figures: the marks, answers and questions behind the attempts that count."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.quizzes.answers import answered
from lms.core.quizzes.attempts import Past
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.kinds.protocol import Answer, Choice, Kind
from lms.core.quizzes.models import Attempt, JournalEntry, Mark, Question, QuestionVersion
from lms.core.quizzes.results import PersonResult
from lms.core.quizzes.statistics.choices import Choices, Chosen, count_choices
from lms.core.quizzes.statistics.paper import Spread, spread_of
from lms.core.quizzes.statistics.questions import QuestionFigures, question_figures
from lms.core.quizzes.statistics.sheets import Earned, Sheet, scale_of, thirds, totals
from lms.core.quizzes.statistics.times import Change, TimeUsed, time_used, times_by_item

BINS = 10


@dataclass(frozen=True)
class Records:
    """The attempts that count, each with its person, its marks and which question stood at which place.

    :param asked: by attempt and item, the question's id
    :param versions: by question, the id of the version that was marked last
    """

    results: tuple[PersonResult, ...]
    attempts: tuple[Past, ...]
    sheets: tuple[Sheet, ...]
    asked: dict[tuple[int, int], int]
    versions: dict[int, int]

    @property
    def ids(self) -> list[int]:
        return [attempt.id for attempt in self.attempts]


@dataclass(frozen=True)
class QuestionRow:
    """A question with its figures.

    :param empty: how many left it without an answer; they are in the figures with 0
    """

    id: int
    uid: str
    code: str
    kind: str
    stem: str
    figures: QuestionFigures
    empty: int
    time: TimeUsed


@dataclass(frozen=True)
class Slice:
    """A unit or a group: how many are expected, the totals of those whose attempt counts, and how many passed."""

    name: str
    expected: int
    spread: Spread
    passed: int


def read_records(db: Session, results: Sequence[PersonResult]) -> Records:
    """The attempts that count with their marks. One statement.

    :param results: a row a person; whoever has no attempt that counts yet is left out
    """
    best = [(result, result.best) for result in results if result.best is not None and result.best.full_mark]
    m, v = Mark, QuestionVersion
    marks: dict[int, dict[int, Earned]] = {}
    asked: dict[tuple[int, int], int] = {}
    versions: dict[int, int] = {}
    for attempt_id, item, question, mark, full, version in db.execute(
            select(m.attempt_id, m.item, v.question_id, func.sum(m.mark), func.sum(m.full_mark), func.max(v.id))
            .join(v, v.id == m.question_version_id)
            .where(m.attempt_id.in_([attempt.id for _, attempt in best]), m.replaced_at.is_(None))
            .group_by(m.attempt_id, m.item, v.question_id).order_by(m.attempt_id, m.item)):
        marks.setdefault(attempt_id, {})[question] = Earned(int(mark or 0), int(full or 0))
        asked[attempt_id, item] = question
        versions[question] = max(version, versions.get(question, 0))
    return Records(tuple(result for result, _ in best), tuple(attempt for _, attempt in best),
                   tuple(Sheet(attempt.mark or 0, attempt.full_mark, marks.get(attempt.id, {})) for _, attempt in best), asked, versions)


@dataclass(frozen=True)
class Journal:
    """What was answered and when, of the attempts that count: by attempt, then by item."""

    answers: dict[int, dict[int, Answer]]
    times: dict[int, dict[int, int]]


def read_journal(db: Session, records: Records) -> Journal:
    """One statement."""
    j = JournalEntry
    answers: dict[int, dict[int, Answer]] = {}
    changes: dict[int, list[Change]] = {}
    for attempt_id, item, sequence, received_at, answer in db.execute(
            select(j.attempt_id, j.item, j.sequence, j.received_at, j.answer).where(j.attempt_id.in_(records.ids))
            .order_by(j.attempt_id, j.sequence)):
        answers.setdefault(attempt_id, {})[item] = answer
        changes.setdefault(attempt_id, []).append(Change(item, sequence, received_at))
    times = {attempt.id: times_by_item(changes.get(attempt.id, ()), attempt.started_at) for attempt in records.attempts}
    return Journal(answers, times)


def question_rows(db: Session, records: Records, journal: Journal, only: str | None = None) -> list[QuestionRow]:
    """The questions that were asked, with their figures, in the order of the first paper. One statement.

    :param only: uid of the one that is wanted; none is found where it was not asked
    """
    figures = question_figures(records.sheets)
    q, v = Question, QuestionVersion
    query = select(q.id, q.uid, q.code, q.kind, v.body).join(v, v.question_id == q.id).where(v.id.in_(records.versions.values()))
    found = {row.id: row for row in db.execute(query.where(q.uid == only) if only else query)}
    empty, spent = _by_question(records, journal)
    return [QuestionRow(row.id, row.uid, row.code, row.kind, str(row.body.get("stem", "")), figures[row.id], empty.get(row.id, 0),
                        time_used(spent.get(row.id, ()))) for row in (found[key] for key in figures if key in found)]


def _by_question(records: Records, journal: Journal) -> tuple[dict[int, int], dict[int, list[int]]]:
    """How many left each question empty, and the times spent on it."""
    empty: dict[int, int] = {}
    spent: dict[int, list[int]] = {}
    given = {attempt_id: answered(answers) for attempt_id, answers in journal.answers.items()}
    for (attempt_id, item), question in records.asked.items():
        if item not in given.get(attempt_id, ()):
            empty[question] = empty.get(question, 0) + 1
        if item in journal.times[attempt_id]:
            spent.setdefault(question, []).append(journal.times[attempt_id][item])
    return empty, spent


def read_choices(db: Session, records: Records, journal: Journal, wanted: Collection[int]) -> dict[int, Choices]:
    """How often each option was chosen, by question, for those *wanted*. One statement.

    Letters are the author's, whatever order somebody saw; what is right is what it was when the paper was sat.
    """
    third_of = dict(zip(records.ids, thirds(records.sheets), strict=True))
    people: dict[int, list[Chosen]] = {question: [] for question in wanted}
    known: dict[int, dict[str, Choice]] = {question: {} for question in wanted}
    registry = db.info["registry"]
    for attempt_id, frozen in db.execute(select(Attempt.id, Attempt.frozen).where(Attempt.id.in_(records.ids))
                                         .order_by(Attempt.id)):
        answers = journal.answers.get(attempt_id, {})
        given = answered(answers)
        for item in items_of(frozen):
            question = records.asked.get((attempt_id, item.number))
            if question not in people:
                continue
            kind: Kind | None = registry.get("question_kind", item.kind)  # None: its plugin is gone, the marks are there
            names = kind.tally(item.shown, item.key, answers.get(item.number, {})) if kind else []
            people[question].append(Chosen(third_of[attempt_id], names, item.number in given))
            for choice in kind.choices(item.shown, item.key) if kind else ():
                known[question].setdefault(choice.name, choice)
    return {question: count_choices(known[question].values(), chosen) for question, chosen in people.items()}


def histogram(sheets: Sequence[Sheet]) -> list[int]:
    """How many have a share of the full mark in each tenth; the last one holds the full mark as well."""
    found = [0] * BINS
    for sheet in sheets:
        found[min(int(sheet.share * BINS), BINS - 1)] += 1
    return found


def slices(results: Sequence[PersonResult], records: Records, name_of: dict[int, str]) -> list[Slice]:
    """The people by what *name_of* calls them, in the order in which the names first come.

    :param name_of: by the enrolment's id; whoever has an empty name is in no slice
    """
    scale = scale_of(records.sheets)
    column = {result.enrolment.id: total for result, total in
              zip(records.results, totals(records.sheets, scale), strict=True)}
    members: dict[str, list[PersonResult]] = {}
    for result in results:
        if name := name_of.get(result.enrolment.id, ""):
            members.setdefault(name, []).append(result)
    return [Slice(name, len(people), spread_of([column[p.enrolment.id] for p in people if p.enrolment.id in column], scale),
                  sum(bool(p.passed) for p in people)) for name, people in members.items()]
