"""Papers (试卷) of a class: made, planned, published, closed."""
from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NotRequired, TypedDict, Unpack

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.notices.own import tell
from lms.core.quizzes.counting import COUNTINGS
from lms.core.quizzes.kinds import Flaw
from lms.core.quizzes.models import Attempt, Bank, Paper
from lms.core.quizzes.paper_check import MOST_QUESTIONS, candidates, check_paper, pools_of
from lms.core.quizzes.plans import Cell, Plan

KINDS = {"quiz": N_("测验"), "exam": N_("考试"), "practice": N_("练习")}
STATES = {"draft": N_("草稿"), "published": N_("已发布"), "closed": N_("已结束")}
MOMENTS = {"after_submit": N_("交卷后"), "after_close": N_("考试结束后"), "never": N_("不公布")}
# What a trainee may see of an attempt afterwards, each from a moment of its own.
SHOWN = {"show_marks": N_("得分"), "show_own": N_("自己的答案"), "review": N_("正确答案"), "show_why": N_("解析")}
DRAWS = {"person": N_("每人分别抽题"), "once": N_("抽一次，人人同一套题")}
DOORS = {"open": N_("到时间就能开始"), "signed_in": N_("已签到对应课次的人才能开始"), "code": N_("输入大屏幕上的口令才能开始")}
LAYOUTS = {"one": N_("一次一题"), "all": N_("全部题目在一页")}
PARTIALS = {"none": N_("多选题全对才得分"), "half": N_("多选题少选但没有选错，得一半分"),
            "weights": N_("多选题按各选项的权重得分，选错倒扣，最低 0 分")}
_DEFAULTS = {"kind": "quiz", "minutes": 0, "attempts": 1, "pass_mark": 600, "shuffle": True, "layout": "one",
             "partial": "none", "review": "after_close", "counting": "best", "drawn": "person", "door": "open",
             "full_mark": 0, "takers": {}, "show_marks": "after_submit"}
_CHOICES: dict[str, Mapping[str, str]] = {"kind": KINDS, "layout": LAYOUTS, "partial": PARTIALS, "counting": COUNTINGS,
                                          "drawn": DRAWS, "door": DOORS}
# What may still be changed while people sit the paper.
_ANY_TIME = ("title", "opens_at", "closes_at", "attempts", "layout", "door", *SHOWN)


class PaperValues(TypedDict):
    """What a paper is made of. ``minutes`` 0 = no time limit, ``attempts`` 0 = any number, ``pass_mark`` in 1/1000 of
    the full mark; ``full_mark`` is what the marks must add up to, 0 = whatever they do. ``show_own`` and ``show_why`` are
    as ``review`` where they are not given."""

    title: str
    kind: NotRequired[str]
    session_id: NotRequired[int | None]
    course_slug: NotRequired[str]
    module_slug: NotRequired[str]
    minutes: NotRequired[int]
    pass_mark: NotRequired[int]
    attempts: NotRequired[int]
    opens_at: NotRequired[datetime | None]
    closes_at: NotRequired[datetime | None]
    shuffle: NotRequired[bool]
    layout: NotRequired[str]
    partial: NotRequired[str]
    review: NotRequired[str]
    show_marks: NotRequired[str]
    show_own: NotRequired[str]
    show_why: NotRequired[str]
    counting: NotRequired[str]
    drawn: NotRequired[str]
    door: NotRequired[str]
    takers: NotRequired[dict[str, Any]]
    full_mark: NotRequired[int]
    resit_of_id: NotRequired[int | None]


def make_paper(db: Session, *, training_class: TrainingClass, plan: Plan | None = None, by_id: int | None, now: datetime,
               **values: Unpack[PaperValues]) -> Paper:
    """A new paper, as a draft that trainees do not see.

    :raises Invalid: a value is wrong, ``field`` says which
    """
    chosen = {**_DEFAULTS, **_clean(values)}
    chosen = {"show_own": chosen["review"], "show_why": chosen["review"], **chosen}
    paper = Paper(class_id=training_class.id, plan=(plan or Plan()).stored(), state="draft", version=1, created_at=now,
                  **chosen)
    _check(db, paper)
    db.add(paper)
    db.flush()
    record(db, actor_id=by_id, action="paper.make", thing=paper, now=now, after=_facts(paper), class_id=paper.class_id)
    return paper


def change_paper(db: Session, *, paper: Paper, version: int, by_id: int | None, now: datetime,
                 **values: Unpack[PaperValues]) -> None:
    """Change a paper's settings.

    :param version: the version that the editor saw
    :raises Conflict: somebody saved meanwhile, or the paper is published and this can no longer be changed
    :raises Invalid: a value is wrong
    """
    before = _facts(paper)
    cleaned = _clean(values)
    late = [name for name, value in cleaned.items() if name not in _ANY_TIME and getattr(paper, name) != value]
    if late and paper.state != "draft":
        raise Conflict("paper_published", N_("试卷已发布，时长、及格线和题目不能再改，修改没有保存。如还没有人作答，可以先撤回发布。"))
    expect_version(paper, version)
    for name, value in cleaned.items():
        setattr(paper, name, value)
    _check(db, paper)
    record(db, actor_id=by_id, action="paper.change", thing=paper, now=now, before=before, after=_facts(paper),
           class_id=paper.class_id)


def set_plan(db: Session, *, paper: Paper, version: int, plan: Plan, by_id: int | None, now: datetime) -> None:
    """Say which questions the paper has.

    :raises Conflict: somebody saved meanwhile, or the paper is published
    :raises Invalid: too many questions
    """
    if paper.state != "draft":
        raise Conflict("paper_published", N_("试卷已发布，时长、及格线和题目不能再改，修改没有保存。如还没有人作答，可以先撤回发布。"))
    if plan.questions > MOST_QUESTIONS:
        raise Invalid("too_many_questions", N_("共 {count} 题，超过 {most} 题，没有保存。请减少题数。"), count=plan.questions,
                      most=MOST_QUESTIONS)
    expect_version(paper, version)
    before, paper.plan = Plan.of(paper.plan), plan.stored()
    record(db, actor_id=by_id, action="paper.plan", thing=paper, now=now, class_id=paper.class_id,
           before={"questions": before.questions, "full_mark": before.full_mark},
           after={"questions": plan.questions, "full_mark": plan.full_mark})


def publish(db: Session, *, paper: Paper, by_id: int | None, now: datetime) -> None:
    """Show the paper to the class's trainees. From here on its questions stand as they are now. Twice is once.

    :raises Invalid: something is missing; ``flaws`` says how many, ``check_paper`` names them all
    """
    if paper.state == "published":
        return
    flaws = check_paper(db, paper, now=now)
    if flaws:
        raise _not_ready(flaws)
    plan = Plan.of(paper.plan)
    pools = pools_of(plan, candidates(db, plan))
    paper.plan = replace(plan, pools=tuple(map(tuple, pools)), seed=secrets.randbits(53)).stored()
    _set_state(db, paper, "published", by_id, now)
    for person_id in (paper.takers or {}).get("people", ()):
        tell(db, "paper.resit", person_id=person_id, cause=f"paper.resit:{paper.uid}", now=now, way={"uid": paper.uid}, title=paper.title)


def withdraw(db: Session, *, paper: Paper, by_id: int | None, now: datetime) -> None:
    """Take a published paper back into preparation.

    :raises Conflict: somebody has begun it
    """
    if db.scalar(select(func.count()).where(Attempt.paper_id == paper.id)):
        raise Conflict("paper_begun", N_("已经有人开始作答，不能撤回。可以结束这次考试，另建一份试卷。"))
    plan = Plan.of(paper.plan)
    paper.plan = replace(plan, pools=(), seed=0).stored()
    _set_state(db, paper, "draft", by_id, now)


def close_paper(db: Session, *, paper: Paper, by_id: int | None, now: datetime, reason: str = "") -> None:
    """End the exam: nobody can begin, nobody can answer. What is running counts as handed in with what was saved;
    ``closing.close_overdue`` marks it, in steps."""
    if paper.state != "closed":
        paper.closes_at = min(paper.closes_at, now) if paper.closes_at else now
        paper.paused_at = None
        _set_state(db, paper, "closed", by_id, now, reason)


def reopen_paper(db: Session, *, paper: Paper, by_id: int | None, now: datetime) -> None:
    """Let people begin a closed paper again. Attempts that were closed stay closed (see ``closing.add_time``)."""
    if paper.state == "closed":
        paper.closes_at = None
        _set_state(db, paper, "published", by_id, now)


def module_quiz(db: Session, *, training_class: TrainingClass, bank: Bank, topic: str, title: str, count: int = 5,
                mark: int = 20_000, pass_mark: int = 600, by_id: int | None, now: datetime) -> Paper | None:
    """The quiz of a module: so many questions of its topic, any number of attempts, answers shown at once. Published.

    Asked for again it is the one that there is; None where the bank has no question on the topic.

    :param topic: the module's slug
    """
    known = db.scalar(select(Paper).where(Paper.class_id == training_class.id, Paper.kind == "quiz",
                                          Paper.course_slug == bank.course_slug, Paper.module_slug == topic))
    if known is not None:
        return known
    cell = Cell(bank.slug, topic, count=count, mark=mark)
    there = len(pools_of(Plan(draw=(cell,)), candidates(db, Plan(draw=(cell,))))[0])
    if not there:
        return None
    plan = Plan(draw=(Cell(bank.slug, topic, count=min(count, there), mark=mark),))
    paper = make_paper(db, training_class=training_class, plan=plan, by_id=by_id, now=now, title=title, kind="quiz",
                       course_slug=bank.course_slug, module_slug=topic, attempts=0, pass_mark=pass_mark,
                       review="after_submit")
    publish(db, paper=paper, by_id=by_id, now=now)
    return paper


def _set_state(db: Session, paper: Paper, state: str, by_id: int | None, now: datetime, reason: str = "") -> None:
    before, paper.state = paper.state, state
    paper.version += 1
    record(db, actor_id=by_id, action=f"paper.{state}", thing=paper, now=now, before={"state": before},
           after={"state": state, **_facts(paper)}, class_id=paper.class_id, reason=reason)


def _not_ready(flaws: list[Flaw]) -> Invalid:
    data = {**flaws[0].data, "flaws": len(flaws)}
    return Invalid(flaws[0].code, flaws[0].message, **data)


def _clean(values: PaperValues) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}


def _check(db: Session, paper: Paper) -> None:
    if not paper.title or len(paper.title) > 200:
        raise Invalid("paper_title", N_("请填写试卷的名称（最多 200 个字）。"), field="title")
    for name, known in (*_CHOICES.items(), *((shown, MOMENTS) for shown in ("review", *SHOWN))):
        if getattr(paper, name) not in known or (name, getattr(paper, name)) == ("show_marks", "never"):
            raise Invalid("paper_choice", N_("没有这个选项，请从列表中选择。"), field=name)
    for name, most in (("minutes", 1440), ("attempts", 100), ("pass_mark", 1000), ("full_mark", 10_000_000)):
        if not 0 <= getattr(paper, name) <= most:
            raise Invalid(f"paper_{name}", N_("这个数要在 0 到 {most} 之间。"), field=name, most=most)
    if paper.opens_at and paper.closes_at and paper.closes_at <= paper.opens_at:
        raise Invalid("closes_early", N_("结束时间要晚于开始时间。"), field="closes_at")
    if paper.session_id is not None and db.scalar(select(ClassSession.class_id).where(
            ClassSession.id == paper.session_id)) != paper.class_id:
        raise Invalid("paper_session", N_("这个课次不属于本培训班。请刷新页面后重选。"), field="session_id")


def _facts(paper: Paper) -> dict[str, Any]:
    facts = {name: getattr(paper, name) for name in ("title", "kind", "minutes", "pass_mark", "attempts", "counting", "shuffle",
                                                     "drawn", "layout", "partial", "door", "full_mark", *SHOWN)}
    for name in ("opens_at", "closes_at"):
        at = getattr(paper, name)
        facts[name] = at.isoformat() if at else None
    return facts
