"""Questions under a module: asked in one's class, answered by the instructor, shown to the class without a name."""
from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.core.classes.models import TrainingClass
from lms.core.courses.library import assign_course
from lms.core.courses.models import Course
from lms.core.discussion.models import ModuleQuestion
from lms.core.discussion.service import MOST_OPEN, answer, ask, of_class, under_module
from lms.core.errors import Conflict, Forbidden, Invalid, LmsError, TooOften
from lms.core.ids import new_uid


class Desk:
    def __init__(self, site, training, other, instructor):
        self.site, self.training, self.other, self.instructor = site, training, other, instructor
        with site.database.writing() as db:
            course = Course(slug="course", titles={"zh": "课程"}, created_at=self.now())
            db.add(course)
            db.flush()
            for each in (training, other):
                assign_course(db, class_id=each.training_class.id, course=course, by_id=None, now=self.now())
            self.course = course.id

    def now(self):
        return self.site.clock.now()

    def ask(self, person=None, text="怎样报销差旅费？", uid=None):
        with self.site.database.writing() as db:
            return ask(db, course=db.get_one(Course, self.course), module_slug="first", person_id=(person or self.training.people[0]).id, text=text,
                       uid=uid or new_uid(), now=self.now()).id

    def answer(self, asked, text="按标准凭票报销。", shown=True, version=1):
        with self.site.database.writing() as db:
            answer(db, question=db.get_one(ModuleQuestion, asked), text=text, shown=shown, version=version, by_id=self.instructor.id, now=self.now())

    def seen(self, person, module="first"):
        with self.site.database.reading() as db:
            return [q.id for q in under_module(db, course_id=self.course, module_slug=module, person_id=person.id)]


@pytest.fixture
def desk(site, make_training, person_with):
    training = make_training(people=2)
    return Desk(site, training, make_training("class-b", people=1), person_with("instructor", training.training_class))


def refused(act, *args, **values) -> LmsError:
    with pytest.raises(LmsError) as error:
        act(*args, **values)
    return error.value


def test_a_question_is_shown_to_the_class_once_it_is_approved(desk):
    (me, other), [stranger] = desk.training.people, desk.other.people
    asked = desk.ask()
    assert (desk.seen(me), desk.seen(other)) == ([asked], [])
    desk.answer(asked, shown=False)
    assert (desk.seen(me), desk.seen(other)) == ([asked], [])
    desk.answer(asked, version=2)
    assert (desk.seen(me), desk.seen(other), desk.seen(stranger), desk.seen(me, "second")) == ([asked], [asked], [], [])


def test_the_desk_has_what_waits_first(desk):
    first, second = desk.ask(), desk.ask(text="第二问")
    desk.answer(first)
    with desk.site.database.reading() as db:
        assert [(q.id, name) for q, _, name in of_class(db, desk.training.training_class.id)] == [(second, "class-a学员1"), (first, "class-a学员1")]
        assert of_class(db, desk.other.training_class.id) == []


def test_the_same_question_twice_is_one_and_nobody_takes_anothers_id(desk):
    uid = new_uid()
    assert desk.ask(uid=uid) == desk.ask(uid=uid)
    assert isinstance(refused(desk.ask, desk.training.people[1], uid=uid), Conflict)


def test_refusals(desk, person_with):
    for text in ("", "？", "长" * 1001):
        assert isinstance(refused(desk.ask, text=text), Invalid)
    assert isinstance(refused(desk.ask, person_with()), Forbidden)
    asked = desk.ask()
    assert isinstance(refused(desk.answer, asked, text=" "), Invalid)
    assert isinstance(refused(desk.answer, asked, text="长" * 4001), Invalid)
    assert isinstance(refused(desk.answer, asked, version=7), Conflict)
    desk.answer(asked)
    desk.answer(asked)  # the same form once more
    for n in range(MOST_OPEN):
        desk.ask(text=f"第 {n} 问")
    assert isinstance(refused(desk.ask), TooOften)
    with desk.site.database.writing() as db:
        db.get_one(TrainingClass, desk.training.training_class.id).state = "closed"
    assert isinstance(refused(desk.ask), Forbidden)
    with desk.site.database.reading() as db:
        assert len(db.scalars(select(ModuleQuestion)).all()) == MOST_OPEN + 1
