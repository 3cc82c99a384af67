"""Results as the office files them: people × papers, and every attempt with its times.

The rows come from the same results that the screen shows, so a mark on paper equals the one on the page.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.documents.tables import Book, Column, Sheet, Value
from lms.core.i18n import N_, translate
from lms.core.quizzes.models import Paper
from lms.core.quizzes.papers import KINDS
from lms.core.quizzes.results import STATES, PersonResult, class_results, state_of


def results_book(db: Session, *, training_class: TrainingClass, papers: Sequence[Paper] | None = None,
                 enrolments: Sequence[Enrolment] | None = None, now: datetime, grace: timedelta, locale: str) -> Book:
    """Marks of a class, or of those of its people and papers that are given. At most four statements.

    :param papers: None: all that were published, in order
    :param enrolments: None: everybody enrolled, by number
    :param grace: see ``quizzes.closing.is_over``
    """
    if papers is None:
        papers = db.scalars(select(Paper).where(Paper.class_id == training_class.id, Paper.state != "draft")
                            .order_by(Paper.kind.desc(), Paper.id)).all()
    if enrolments is None:
        enrolments = db.scalars(select(Enrolment).where(Enrolment.class_id == training_class.id,
                                                        Enrolment.state == "enrolled").order_by(Enrolment.number)).all()
    groups = dict(db.execute(select(Group.id, Group.name).where(Group.class_id == training_class.id)).all())
    results = class_results(db, papers=papers, enrolments=enrolments, now=now, grace=grace)
    sheets = (_marks_sheet(papers, enrolments, results, groups, locale),
              _attempts_sheet(papers, results, now, grace, locale))
    return Book(sheets, zone=training_class.zone, locale=locale)


def _marks_sheet(papers: Sequence[Paper], enrolments: Sequence[Enrolment], results: dict[int, list[PersonResult]],
                 groups: dict[int, str], locale: str) -> Sheet:
    """One row a person; for each paper the best mark and whether it is a pass."""
    columns = [_column("number", N_("序号"), locale, "number"), _column("name", N_("姓名"), locale, width=14),
               _column("unit", N_("单位"), locale, width=34), _column("position", N_("职务"), locale, width=16),
               _column("group", N_("组别"), locale, width=8)]
    for paper in papers:
        columns.append(Column(f"{paper.uid}.mark", paper.title, "number", 12))
        columns.append(Column(f"{paper.uid}.passed", translate(locale, N_("{title} 是否及格"), title=paper.title), width=12))
    words = {True: translate(locale, N_("及格")), False: translate(locale, N_("不及格")), None: ""}
    rows: list[Sequence[Value]] = []
    for place, e in enumerate(enrolments):
        row: list[Value] = [e.number, e.name, e.unit_name, e.position, groups.get(e.group_id or 0, "")]
        for paper in papers:
            result = results[paper.id][place]
            row += [marks(result.best.mark) if result.best else None, words[result.passed]]
        rows.append(row)
    return Sheet(translate(locale, N_("成绩表")), columns, rows, frozen=2)


def _attempts_sheet(papers: Sequence[Paper], results: dict[int, list[PersonResult]], now: datetime, grace: timedelta,
                    locale: str) -> Sheet:
    """Every attempt, with when it began and ended and how."""
    columns = [_column("paper", N_("试卷"), locale, width=30), _column("kind", N_("类别"), locale, width=8),
               _column("number", N_("序号"), locale, "number"), _column("name", N_("姓名"), locale, width=14),
               _column("unit", N_("单位"), locale, width=34), _column("attempt", N_("第几次"), locale, "number"),
               _column("started_at", N_("开始时间"), locale, "instant"), _column("ended_at", N_("交卷时间"), locale, "instant"),
               _column("state", N_("状态"), locale, width=14), _column("mark", N_("得分"), locale, "number"),
               _column("full_mark", N_("满分"), locale, "number"), _column("passed", N_("是否及格"), locale, width=10),
               _column("uid", N_("记录编号"), locale, width=34)]
    return Sheet(translate(locale, N_("作答记录")), columns, _attempt_rows(papers, results, now, grace, locale), frozen=0)


def _attempt_rows(papers: Sequence[Paper], results: dict[int, list[PersonResult]], now: datetime, grace: timedelta,
                  locale: str) -> Iterator[Sequence[Value]]:
    words = {True: translate(locale, N_("及格")), False: translate(locale, N_("不及格")), None: ""}
    for paper in papers:
        for result in results[paper.id]:
            for a in result.attempts:
                state = state_of(a, paper, now, grace)
                yield (paper.title, translate(locale, KINDS[paper.kind]), result.enrolment.number, result.enrolment.name,
                       result.enrolment.unit_name, a.number, a.started_at, a.submitted_at,
                       translate(locale, STATES[state]), marks(a.mark), marks(a.full_mark), words[a.passed], a.uid)


def marks(thousandths: int | None) -> Decimal | None:
    """Marks as a number for a cell, exact; none where there is no mark, never 0 instead."""
    return None if thousandths is None else Decimal(thousandths) / 1000


def _column(key: str, title: str, locale: str, kind: str = "text", width: float | None = None) -> Column:
    return Column(key, translate(locale, title), kind, width)  # type: ignore[arg-type]
