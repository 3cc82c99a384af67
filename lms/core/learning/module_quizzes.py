"""A quiz for every module of the courses of a class, drawn from the course's bank."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.classes.models import TrainingClass
from lms.core.courses.models import ClassCourse, Course, Module
from lms.core.quizzes.models import Bank, Paper
from lms.core.quizzes.papers import module_quiz


def make_module_quizzes(db: Session, *, training_class: TrainingClass, by_id: int | None, now: datetime) -> list[Paper]:
    """Make and publish what is missing; those that are there already are left alone. Gives the new ones.

    A module whose topic has no question gets none.
    """
    known = set(db.execute(select(Paper.course_slug, Paper.module_slug).where(Paper.class_id == training_class.id,
                                                                              Paper.kind == "quiz")).all())
    rows = db.execute(select(Module, Bank).join(Course, Course.current_version_id == Module.version_id)
                      .join(ClassCourse, ClassCourse.course_id == Course.id).join(Bank, Bank.course_slug == Course.slug)
                      .where(ClassCourse.class_id == training_class.id).order_by(ClassCourse.position, Module.position)).all()
    made = [module_quiz(db, training_class=training_class, bank=bank, topic=module.slug,
                        title=module.titles.get("zh", module.slug), by_id=by_id, now=now)
            for module, bank in rows if (bank.course_slug, module.slug) not in known]
    return [paper for paper in made if paper is not None]
