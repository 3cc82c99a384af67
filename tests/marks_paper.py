"""The data set ``marks-300x30.csv`` sat by people: each cell becomes an answer that earns just these marks."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import textbook
from exam_room import GRACE, Room
from sqlalchemy import select

from lms.core.classes.enrolments import enrol
from lms.core.classes.groups import add_group
from lms.core.classes.models import Group, TrainingClass
from lms.core.people.service import new_person
from lms.core.people.units import unit_named
from lms.core.quizzes.attempts import start
from lms.core.quizzes.closing import submit
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.frozen import Item, items_of
from lms.core.quizzes.journal import answer, read_entries
from lms.core.quizzes.kinds.fill_in import from_lines
from lms.core.quizzes.models import Paper, Question
from lms.core.quizzes.papers import make_paper, publish
from lms.core.quizzes.plans import Pick, Plan
from lms.core.quizzes.versions import add_questions

BLANKS = ("甲", "乙", "丙")


@dataclass
class Sat:
    """The paper, and who sat it.

    :param codes: of the questions, in the order of the data set
    :param seconds: on each question of everybody who answered it, by code
    """

    paper: Paper
    codes: list[str]
    seconds: dict[str, list[int]] = field(default_factory=dict)


def _content(number: int) -> QuestionContent:
    options = [{"id": letter, "text": f"第{number}题的选项{letter}"} for letter in "ABCD"]
    body: dict[str, Any] = {"stem": f"第{number}题", "options": options}
    if number <= 14:
        return QuestionContent("single", "one", 1, body, {"right": ["A"]}, "")
    if number <= 22:
        return QuestionContent("multiple", "one", 1, body, {"right": ["A", "B"]}, "")
    return QuestionContent("fill_in", "one", 1, *from_lines(f"第{number}题：____、____、____", BLANKS), "")


def _given(item: Item, cell: str) -> Any:
    """An answer that earns *cell*; the wrong option is the author's C."""
    if item.kind == "fill_in":
        right = {"0": 0, "1.333": 1, "2.666": 2, "4": 3}[cell]
        return [text if place < right else "错" for place, text in enumerate(BLANKS)]
    letters = {"single": {"0": "C", "2": "A"}, "multiple": {"0": "C", "2": "A", "4": "AB"}}[item.kind][cell]
    return [str(item.key["order"].index(letter) + 1) for letter in letters]


def sit_the_data_set(room: Room, people: int = 300, **settings: Any) -> Sat:
    """The first *people* of the file sit the paper, one after the other, a question every few seconds."""
    full, rows = textbook.read_rows()
    codes = [f"stat-{number:02d}" for number in range(1, len(full) + 1)]
    with room.site.database.writing() as db:
        add_questions(db, bank_id=room.bank.id, contents={code: _content(n) for n, code in enumerate(codes, 1)}, origin="file", by_id=None,
                      now=room.clock.now())
        training_class = db.get_one(TrainingClass, room.training_class.id)
        for name in sorted({row["group"] for row in rows}):
            add_group(db, training_class=training_class, name=name, by_id=None, now=room.clock.now())
        uids: dict[str, str] = dict(db.execute(select(Question.code, Question.uid).where(Question.code.in_(codes))).all())
        plan = Plan(tuple(Pick(uids[code], int(mark * 1000)) for code, mark in zip(codes, full, strict=True)))
        paper = make_paper(db, training_class=training_class, plan=plan, by_id=None, now=room.clock.now(), title="结业考试", kind="exam",
                           minutes=60, partial="half", **settings)
        publish(db, paper=paper, by_id=None, now=room.clock.now())
    sat = Sat(paper, codes, {code: [] for code in codes})
    with room.site.database.writing() as db:
        groups = {group.name: group for group in db.scalars(select(Group).where(Group.class_id == room.training_class.id))}
        for row in rows[:people]:
            _sit(db, room, sat, row, groups[row["group"]])
    return sat


def _sit(db: Any, room: Room, sat: Sat, row: dict[str, str], group: Group) -> None:
    now, later = room.clock.now(), room.clock.now() + timedelta(minutes=50)
    person = new_person(db, name=row["person"], now=now)
    enrol(db, training_class=db.get_one(TrainingClass, room.training_class.id), person=person, group=group,
          unit=unit_named(db, row["unit"]), by_id=None, now=now)
    attempt = start(db, paper=db.get_one(Paper, sat.paper.id), person_id=person.id, now=now, grace=GRACE)
    given, elapsed = [], 0
    for item in items_of(attempt.frozen):
        number = int(item.shown["stem"].removeprefix("第").split("题")[0])
        cell = row[f"q{number}"]
        if cell:
            spent = 5 + (number * 7 + int(row["person"][-3:]) * 3) % 60
            elapsed += spent
            sat.seconds[sat.codes[number - 1]].append(spent)
            given.append({"sequence": elapsed * 1_000_000, "item": item.number, "given": _given(item, cell)})
    answer(db, attempt=attempt, entries=read_entries(room.site.registry, attempt, given), now=later, grace=GRACE)
    submit(db, attempt=attempt, now=later, grace=GRACE)
