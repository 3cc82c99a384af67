"""Asking under a module, and answering: to whoever asked alone, or shown to the whole class without a name."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.courses.models import ClassCourse, Course
from lms.core.db import expect_version
from lms.core.discussion.models import ModuleQuestion
from lms.core.errors import Conflict, Forbidden, Invalid, TooOften
from lms.core.i18n import N_
from lms.core.notices.own import tell

STATES = {"asked": N_("等待解答"), "private": N_("只答复本人"), "shown": N_("全班可见")}
LONGEST_ANSWER = 4000
MOST_OPEN = 10  # questions of one person that wait for an answer in a class


def ask(db: Session, *, course: Course, module_slug: str, person_id: int, text: str, uid: str, now: datetime) -> ModuleQuestion:
    """Ask in the class that has the course; the latest, where somebody is in several.

    :param uid: made by the page; the same question sent twice is one
    :raises Invalid: nothing asked, or too long
    :raises Forbidden: the person is in no class that has the course
    :raises TooOften: many questions wait already
    """
    known = db.scalar(select(ModuleQuestion).where(ModuleQuestion.uid == uid))
    if known is not None:
        if known.person_id != person_id:
            raise Conflict("question_id_used", N_("页面已经用过，没有提交。请刷新页面后再问。"))
        return known
    text = text.replace("\r\n", "\n").strip()
    if not 2 <= len(text) <= 1000:
        raise Invalid("question_text", N_("请写下您的问题（2 到 1000 个字），没有提交。"), field="text")
    class_id = db.scalar(select(TrainingClass.id).join(ClassCourse, ClassCourse.class_id == TrainingClass.id)
                         .join(Enrolment, Enrolment.class_id == TrainingClass.id)
                         .where(ClassCourse.course_id == course.id, Enrolment.person_id == person_id, Enrolment.state == "enrolled",
                                TrainingClass.state == "published").order_by(TrainingClass.starts_on.desc()).limit(1))
    if class_id is None:
        raise Forbidden("question_no_class", N_("您没有参加学这门课程的培训班，或培训班已结束，不能提问。"))
    waiting = db.scalar(select(func.count()).select_from(ModuleQuestion).where(
        ModuleQuestion.class_id == class_id, ModuleQuestion.person_id == person_id, ModuleQuestion.state == "asked"))
    if (waiting or 0) >= MOST_OPEN:
        raise TooOften("questions_waiting", N_("您有 {count} 个问题还在等待解答，没有提交。请等讲师答复后再问。"), count=MOST_OPEN)
    made = ModuleQuestion(uid=uid, class_id=class_id, course_id=course.id, module_slug=module_slug, person_id=person_id, text=text, asked_at=now)
    db.add(made)
    db.flush()
    return made


def answer(db: Session, *, question: ModuleQuestion, text: str, shown: bool, version: int, by_id: int, now: datetime) -> None:
    """Answer, or correct an answer, and approve it for the class or for whoever asked.

    :param version: the version that the instructor saw
    :raises Invalid: no answer, or too long
    :raises Conflict: somebody answered meanwhile
    """
    text, state = text.replace("\r\n", "\n").strip(), "shown" if shown else "private"
    if not 1 <= len(text) <= LONGEST_ANSWER:
        raise Invalid("answer_text", N_("请写下解答（{most} 个字以内），没有保存。"), field="answer", most=LONGEST_ANSWER)
    if (question.answer, question.state, question.answered_by_id) == (text, state, by_id):
        return
    expect_version(question, version)
    before = {"state": question.state, "answer": question.answer}
    question.answer, question.state, question.answered_at, question.answered_by_id = text, state, now, by_id
    record(db, actor_id=by_id, action="discussion.answer", thing=question, now=now, class_id=question.class_id, before=before,
           after={"state": state, "answer": text})
    course = db.get_one(Course, question.course_id)
    tell(db, "question.answered", person_id=question.person_id, cause=f"question.answered:{question.uid}:{question.version}", now=now,
         way={"slug": course.slug, "module": question.module_slug}, title=course.titles)


def under_module(db: Session, *, course_id: int, module_slug: str, person_id: int) -> Sequence[ModuleQuestion]:
    """One's own questions, and those that are shown to one's classes; the latest first. One statement."""
    classes = select(Enrolment.class_id).where(Enrolment.person_id == person_id, Enrolment.state == "enrolled")
    return db.scalars(select(ModuleQuestion).where(
        ModuleQuestion.course_id == course_id, ModuleQuestion.module_slug == module_slug,
        or_(ModuleQuestion.person_id == person_id, and_(ModuleQuestion.state == "shown", ModuleQuestion.class_id.in_(classes))))
        .order_by(ModuleQuestion.id.desc()).limit(200)).all()


def of_class(db: Session, class_id: int) -> Sequence[tuple[ModuleQuestion, Course, str]]:
    """All questions of a class with course and the asker's name; those that wait first, in the order in which they came."""
    rows = db.execute(
        select(ModuleQuestion, Course, Enrolment.name).join(Course, Course.id == ModuleQuestion.course_id)
        .outerjoin(Enrolment, and_(Enrolment.class_id == ModuleQuestion.class_id, Enrolment.person_id == ModuleQuestion.person_id))
        .where(ModuleQuestion.class_id == class_id).order_by(ModuleQuestion.state != "asked", ModuleQuestion.id).limit(500))
    return [(row[0], row[1], row[2] or "") for row in rows]
