"""A class that sits papers: for the tests of quizzes, core and web."""
from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

from lms.core.classes.enrolments import enrol
from lms.core.classes.models import TrainingClass
from lms.core.classes.service import make_class
from lms.core.clock import SettableClock
from lms.core.people.models import Person
from lms.core.people.service import new_person
from lms.core.people.units import unit_named
from lms.core.quizzes.attempts import start
from lms.core.quizzes.banks import make_bank
from lms.core.quizzes.closing import submit
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.journal import answer, read_entries
from lms.core.quizzes.kinds.fill_in import from_lines
from lms.core.quizzes.models import Attempt, Paper
from lms.core.quizzes.papers import make_paper, publish
from lms.core.quizzes.plans import Cell, Plan
from lms.core.quizzes.versions import add_questions
from lms.site import Site

GRACE = timedelta(seconds=30)


def single(number: int, topic: str = "one", **more: Any) -> QuestionContent:
    """A single choice whose right option says so, so that a test can find it after shuffling."""
    options = [{"id": letter, "text": f"{'对' if letter == 'A' else '错'}-{number}-{letter}"} for letter in "ABCD"]
    return QuestionContent("single", topic, 1, {"stem": f"单选第{number}题", "options": options}, {"right": ["A"]},
                           f"解析-{number}", **more)


def multiple(number: int, topic: str = "one") -> QuestionContent:
    options = [{"id": letter, "text": f"{'对' if letter in 'AB' else '错'}-{number}-{letter}"} for letter in "ABCD"]
    return QuestionContent("multiple", topic, 2, {"stem": f"多选第{number}题", "options": options}, {"right": ["A", "B"]},
                           f"解析-{number}")


def truefalse(number: int, topic: str = "two") -> QuestionContent:
    return QuestionContent("truefalse", topic, 3, {"stem": f"判断第{number}题"}, {"right": number % 2 == 0}, f"解析-{number}")


class Room:
    """A class with a bank of ten questions of each kind, and people who sit papers in it."""

    def __init__(self, site: Site, clock: SettableClock) -> None:
        self.site, self.clock = site, clock
        with site.database.writing() as db:
            self.training_class = make_class(
                db, title="工会干部培训班", organiser_id=unit_named(db, "样例区总工会").id, starts_on=date(2026, 7, 6),
                ends_on=date(2026, 7, 8), zone="Asia/Shanghai", by_id=None, now=clock.now())
            self.training_class.state = "published"
            self.bank = make_bank(db, slug="sample", title="样例题库", course_slug="sample", by_id=None, now=clock.now())
            self.bank.topics = [{"id": "one", "title": {"zh": "第一模块"}}, {"id": "two", "title": {"zh": "第二模块"}}]
            contents = {f"{kind.__name__}-{n}": kind(n) for kind in (single, multiple, truefalse) for n in range(1, 11)}
            add_questions(db, bank_id=self.bank.id, contents=contents, origin="file", by_id=None, now=clock.now())

    def person(self, name: str = "王芳", *, enrolled: bool = True) -> Person:
        with self.site.database.writing() as db:
            person = new_person(db, name=name, now=self.clock.now())
            if enrolled:
                enrol(db, training_class=db.get_one(TrainingClass, self.training_class.id), person=person, by_id=None,
                      now=self.clock.now())
            return person

    def paper(self, *cells: Cell, published: bool = True, **values: Any) -> Paper:
        """By default two single choices, two multiple choices and two true/false, 10 分 each, 30 minutes."""
        cells = cells or tuple(Cell("sample", kind=kind, count=2, mark=10_000) for kind in ("single", "multiple", "truefalse"))
        with self.site.database.writing() as db:
            given = {"title": "结业考试", "kind": "exam", "minutes": 30, **values}
            paper = make_paper(db, training_class=db.get_one(TrainingClass, self.training_class.id), plan=Plan(draw=cells),
                               by_id=None, now=self.clock.now(), **given)
            if published:
                publish(db, paper=paper, by_id=None, now=self.clock.now())
            return paper

    def start(self, paper: Paper, person: Person) -> Attempt:
        with self.site.database.writing() as db:
            return start(db, paper=paper, person_id=person.id, now=self.clock.now(), grace=GRACE)

    def answer(self, attempt: Attempt, *given: dict[str, Any]) -> int:
        entries = read_entries(self.site.registry, attempt, list(given))
        with self.site.database.writing() as db:
            return answer(db, attempt=attempt, entries=entries, now=self.clock.now(), grace=GRACE).last

    def submit(self, attempt: Attempt) -> Attempt:
        with self.site.database.writing() as db:
            return submit(db, attempt=attempt, now=self.clock.now(), grace=GRACE)

    def answer_all(self, attempt: Attempt, right: Iterable[int], *, base: int = 1) -> None:
        """Answer every item, those in *right* rightly."""
        right = set(right)
        self.answer(attempt, *({"sequence": base + item.number, "item": item.number,
                                "given": right_answer(attempt, item.number) if item.number in right
                                else wrong_answer(attempt, item.number)} for item in items_of(attempt.frozen)))

    def fresh(self, attempt: Attempt) -> Attempt:
        with self.site.database.reading() as db:
            return db.get_one(Attempt, attempt.id)

    def in_database(self, change: Callable[..., Any], **arguments: Any) -> Any:
        """``change(db, …)`` in a transaction of its own."""
        with self.site.database.writing() as db:
            return change(db, **arguments)


def right_answer(attempt: Attempt, number: int) -> Any:
    key = items_of(attempt.frozen)[number - 1].key
    return key["right"] if isinstance(key["right"], list) else str(key["right"]).lower()


def wrong_answer(attempt: Attempt, number: int) -> Any:
    item = items_of(attempt.frozen)[number - 1]
    if isinstance(item.key["right"], list):
        return [next(option["id"] for option in item.shown["options"] if option["id"] not in item.key["right"])]
    return str(not item.key["right"]).lower()


def case_with_blanks(room: Room) -> None:
    """A case in the room's bank: a statement that is true, then two blanks."""
    blanks, key = from_lines("____和____", ["2%|百分之二", "密钥甲"])
    parts = [{"id": "1", "kind": "truefalse", "share": 400, "body": {"stem": "材料说得对。"}},
             {"id": "2", "kind": "fill_in", "share": 600, "body": blanks}]
    content = QuestionContent("case", "one", 1, {"stem": "一段材料", "parts": parts}, {"parts": {"1": {"right": True}, "2": key}}, "密钥乙")
    with room.site.database.writing() as db:
        add_questions(db, bank_id=room.bank.id, contents={"case-1": content}, origin="file", by_id=None, now=room.clock.now())
