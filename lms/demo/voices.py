"""What the class is told, and what its people write: announcements, reflections (心得体会), questions, the survey."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.announcements.service import announce, confirm_read
from lms.core.assignments.handing import hand_in, save_draft, work_on
from lms.core.assignments.marking import give_back, mark
from lms.core.assignments.service import AssignmentValues, make_assignment, move_assignment
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.courses.models import ClassCourse, Course, CourseVersion
from lms.core.discussion.service import answer as answer_question
from lms.core.discussion.service import ask
from lms.core.ids import new_uid
from lms.core.surveys.answering import answer
from lms.core.surveys.questions import Question, starting_questions
from lms.core.surveys.service import close_survey, make_survey, open_survey

_TOLD = (("报到须知", "请各位学员开班当天 8:00 前到教学楼一层大厅报到，领取学员证和教材。\n午餐凭学员证在一层食堂就餐。", 0.8),
         ("实地教学集合安排", "实地教学按分组乘车，请提前 10 分钟到校门口集合，组长清点人数后发车。\n请穿便于步行的鞋，带好学员证。", 0.3))
_THOUGHTS = (
    "这次学习让我弄清楚了工会经费收支的基本规矩。过去报账只看有没有发票，现在知道还要看预算、看审批、看签收。回去以后准备先把慰问品发放的签收表补齐。",
    "印象最深的是“钱从哪里来、能花在哪里、谁来批”这三个问题。我所在的单位人少，出纳和会计曾由一个人兼任，这是要马上改的。",
    "服务职工不是发东西，而是解决问题。课上讲的困难职工档案怎样建、怎样动态管理，对我们街道很有用，计划下月先走访一遍。",
    "预算不是财务一个人的事。听了案例才明白，没有预算的支出，事后补手续也说不清。今年下半年的活动，我会先列预算再办。")
_ASKED = (("案例里的情况我们单位也遇到过，处理的依据查哪一条？", "依据列在本节末尾的“来源”里，写明了文件和条号；办事时请再核对现行文件。"),
          ("我们是几家企业联合建的工会，这一节讲的也适用吗？", ""))


def tell(db: Session, training_class: TrainingClass, people: Sequence[Enrolment], *, by_id: int, now: datetime, chance: Random) -> None:
    """Two announcements, which a part of the class has confirmed."""
    for days, (title, body, share) in enumerate(_TOLD):
        at = now - timedelta(days=1 - days, hours=2)
        made = announce(db, training_class=training_class, title=title, body=body, by_id=by_id, now=at)
        for person in chance.sample(people, int(len(people) * share)):
            confirm_read(db, announcement=made, person_id=person.person_id, now=at + timedelta(minutes=chance.uniform(3, 90)))


def reflect(db: Session, training_class: TrainingClass, people: Sequence[Enrolment], *, by_id: int, now: datetime, chance: Random) -> None:
    """An assignment that some have handed in: marked, given back, and waiting."""
    values = AssignmentValues(title="学习心得体会", prompt="结合本单位实际，写一写这次学习的收获和打算，不少于 50 字。可以附一张照片。", least_chars=50, most_files=3,
                              due_at=None, late_ok=True, required=False, needs="handed_in")
    made = make_assignment(db, training_class=training_class, by_id=by_id, now=now - timedelta(days=1), **values)
    move_assignment(db, assignment=made, to="published", by_id=by_id, now=now - timedelta(days=1))
    for number, person in enumerate(chance.sample(people, 14)):
        at = now - timedelta(hours=10) + timedelta(minutes=31 * number)
        work = work_on(db, assignment=made, person_id=person.person_id, now=at)
        save_draft(db, submission=work, text=_THOUGHTS[number % len(_THOUGHTS)], version=work.version, now=at)
        hand_in(db, submission=work, now=at)
        if number < 5:
            mark(db, submission=work, level=("excellent", "good", "pass")[number % 3], mark_=None, comment="联系了本单位的实际，写得具体。",
                 version=work.version, by_id=by_id, now=at + timedelta(hours=1))
        elif number == 5:
            give_back(db, submission=work, comment="请补充一下打算怎样做、什么时候做。", version=work.version, by_id=by_id, now=at + timedelta(hours=1))


def ask_and_answer(db: Session, training_class: TrainingClass, people: Sequence[Enrolment], *, by_id: int, now: datetime, chance: Random) -> None:
    """Under the first module of a course: a question with its answer, and one that waits."""
    course = db.scalars(select(Course).join(ClassCourse, ClassCourse.course_id == Course.id).where(ClassCourse.class_id == training_class.id)
                        .order_by(ClassCourse.position)).first()
    if course is None:
        return
    slug = db.get_one(CourseVersion, course.current_version_id).modules[0].slug
    for person, (text, reply) in zip(chance.sample(people, len(_ASKED)), _ASKED, strict=True):
        question = ask(db, course=course, module_slug=slug, person_id=person.person_id, text=text, uid=new_uid(), now=now - timedelta(hours=5))
        if reply:
            db.flush()
            answer_question(db, question=question, text=reply, shown=True, version=question.version, by_id=by_id, now=now - timedelta(hours=4))


def survey(db: Session, training_class: TrainingClass, people: Sequence[Enrolment], *, by_id: int, now: datetime, chance: Random,
           over: bool) -> None:
    """The usual survey, open; or *over*, with everybody's answers."""
    sessions = db.scalars(select(ClassSession).where(ClassSession.class_id == training_class.id).order_by(ClassSession.day, ClassSession.starts)).all()
    questions = starting_questions(sessions, "zh_CN")
    made = make_survey(db, training_class=training_class, title="培训满意度评价", intro="不记名。请按实际感受填写，约需三分钟。", questions=questions,
                       by_id=by_id, now=now, required=False)
    open_survey(db, survey=made, by_id=by_id, now=now)
    for person in people if over else ():
        answer(db, survey=made, person_id=person.person_id, answers={q.id: _answer(q, chance) for q in questions if q.required or chance.random() < .4})
    if over:
        close_survey(db, survey=made, by_id=by_id, now=now)


def _answer(question: Question, chance: Random) -> object:
    if question.kind == "text":
        return chance.choice(("课程实用，案例多一些更好。", "希望增加实地教学的时间。", "组织得很周到。", "考试系统很方便，手机上就能做。"))
    place = min(int(chance.expovariate(1.3)), len(question.options) - 1)
    return [place] if question.kind == "choices" else place
