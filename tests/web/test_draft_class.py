"""A class in preparation, or taken back into it, shows its trainees nothing: not by a list and not by an address."""
from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from lms.content import import_shipped
from lms.core.classes.models import TrainingClass
from lms.core.classes.service import publish, withdraw_to_draft
from lms.core.courses.models import ClassCourse, Course
from lms.core.quizzes.models import Paper
from lms.site import Site


@pytest.fixture
def addresses(site: Site, make_training: Any, log_in: Any) -> Any:
    """What a trainee of a published class can open; ``addresses(state)`` asks for each with the class in that state."""
    training = make_training()
    import_shipped(site, by_id=None, now=site.clock.now())
    with site.database.writing() as db:
        course = db.scalars(select(Course)).first()
        assert course is not None
        paper = Paper(class_id=training.training_class.id, title="练习", kind="practice", plan={}, state="published",
                      created_at=site.clock.now())
        db.add_all([paper, ClassCourse(class_id=training.training_class.id, course_id=course.id, required=True, position=0)])
    me = log_in(training.people[0])

    def ask(change: Any) -> list[int]:
        with site.database.writing() as db:
            change(db, training_class=db.get_one(TrainingClass, training.training_class.id), by_id=None, now=site.clock.now())
        return [me.get(path).status_code for path in (f"/papers/{paper.uid}", f"/courses/{course.slug}")] + [
            me.post(f"/papers/{paper.uid}/start").status_code == 404, paper.uid in me.get("/papers").get_data(as_text=True)]

    return ask


def test_papers_and_courses_of_a_draft_are_not_there(addresses: Any) -> None:
    assert addresses(publish) == [200, 200, False, True]
    assert addresses(withdraw_to_draft) == [404, 404, True, False]
    assert addresses(publish) == [200, 200, False, True]
