"""Is a paper ready? Enough questions for each cell, every key present, times that fit."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.i18n import N_
from lms.core.quizzes.kinds.protocol import Flaw
from lms.core.quizzes.models import Bank, Paper, Question, QuestionVersion
from lms.core.quizzes.plans import Cell, Plan, draw
from lms.core.quizzes.topics import lines

MOST_QUESTIONS = 300


@dataclass(frozen=True)
class Candidate:
    """A question that may be asked."""

    uid: str
    bank: str
    kind: str
    topic: str
    difficulty: int
    state: str
    version_id: int | None
    topics: frozenset[str] = frozenset()  # its topic and those above it


def candidates(db: Session, plan: Plan) -> list[Candidate]:
    """The questions of the plan's banks, and those picked by hand. One statement."""
    q = Question
    query = select(Bank, q.uid, q.kind, q.topic, q.difficulty, q.state, q.current_version_id).join(Bank, Bank.id == q.bank_id)
    wanted = Bank.slug.in_({cell.bank for cell in plan.draw}) | q.uid.in_([pick.question for pick in plan.fixed])
    above: dict[str, dict[str, frozenset[str]]] = {}
    found = []
    for row in db.execute(query.where(wanted).order_by(q.id)):
        bank, topic = row[0], row[3]
        if bank.slug not in above:
            above[bank.slug] = lines(bank.topics)
        found.append(Candidate(row[1], bank.slug, row[2], topic, row[4], row[5], row[6], above[bank.slug].get(topic, frozenset({topic}))))
    return found


def fits(cell: Cell, question: Candidate) -> bool:
    return (question.bank == cell.bank and (not cell.topic or cell.topic in question.topics)
            and cell.kind in ("", question.kind) and cell.difficulty in (0, question.difficulty))


def pools_of(plan: Plan, found: Sequence[Candidate]) -> list[list[int]]:
    """For each pick and cell the versions that it may use now."""
    usable = [(question, question.version_id) for question in found
              if question.state == "reviewed" and question.version_id is not None]
    picked = {question.uid: version_id for question, version_id in usable}
    fixed = [[picked[pick.question]] if pick.question in picked else [] for pick in plan.fixed]
    return fixed + [[version_id for question, version_id in usable if fits(cell, question)] for cell in plan.draw]


def check_paper(db: Session, paper: Paper, *, now: datetime) -> list[Flaw]:
    """All that stands against publishing *paper*; an empty list if it is ready. Two statements at most."""
    plan = Plan.of(paper.plan)
    flaws = _check_times(paper, now)
    if not plan.questions:
        return [Flaw("no_questions", N_("试卷里还没有题目。请先选题，或写明从哪个题库抽几题。")), *flaws]
    if plan.questions > MOST_QUESTIONS:
        flaws.append(Flaw("too_many_questions", N_("共 {count} 题，超过 {most} 题。请减少题数。"),
                          data={"count": plan.questions, "most": MOST_QUESTIONS}))
    if any(mark <= 0 for mark in plan.marks):
        flaws.append(Flaw("mark_missing", N_("有题目没有分值。请给每道题写上分值。")))
    if paper.full_mark and plan.full_mark != paper.full_mark:
        flaws.append(Flaw("marks_add_up", N_("各题分值合起来是 {sum} 分，试卷满分应为 {wanted} 分。请调整题数或分值，或改试卷设置里的满分。"),
                          data={"sum": f"{plan.full_mark / 1000:g}", "wanted": f"{paper.full_mark / 1000:g}"}))
    flaws += _check_door(paper)
    pools = pools_of(plan, candidates(db, plan))
    short = _check_pools(plan, pools)
    return [*flaws, *short, *_check_questions(db, pools)]


def _check_door(paper: Paper) -> list[Flaw]:
    """Whoever shall sit it must be able to begin."""
    flaws = []
    if paper.door == "signed_in" and paper.session_id is None:
        flaws.append(Flaw("door_without_session", N_("设了“已签到的人才能开始”，还没有选对应的课次。请在试卷设置里选课次。"), "session"))
    if any(not ids for ids in paper.takers.values()):
        flaws.append(Flaw("no_takers", N_("参加的人一个也没有选。请在试卷设置里选组，或选全班。"), "takers"))
    return flaws


def _check_times(paper: Paper, now: datetime) -> list[Flaw]:
    flaws = []
    if paper.opens_at and paper.closes_at and paper.closes_at <= paper.opens_at:
        flaws.append(Flaw("closes_early", N_("结束时间要晚于开始时间。"), "closes_at"))
    elif paper.closes_at and paper.closes_at <= now:
        flaws.append(Flaw("closes_past", N_("结束时间已经过去。请改为以后的时间，或留空。"), "closes_at"))
    return flaws


def _check_pools(plan: Plan, pools: list[list[int]]) -> list[Flaw]:
    flaws = []
    fixed = len(plan.fixed)
    gone = sum(not pool for pool in pools[:fixed])
    if gone:
        flaws.append(Flaw("picks_gone", N_("有 {count} 道选好的题已停用。请从试卷里移除，或在题库里恢复使用。"),
                          data={"count": gone}))
    for number, (cell, pool) in enumerate(zip(plan.draw, pools[fixed:], strict=True), start=1):
        if len(pool) < cell.count:
            flaws.append(Flaw("cell_short", N_("抽题第 {number} 行要 {count} 题，题库里只有 {found} 题。请减少题数或放宽条件。"),
                              "draw", {"number": number, "count": cell.count, "found": len(pool)}))
    if not flaws and draw(pools, plan.counts, Random(0)) is None:
        flaws.append(Flaw("cells_share", N_("几行抽题的范围有重叠，合起来题目不够，不能保证一张卷子里没有重复的题。"
                                            "请减少题数或放宽条件。"), "draw"))
    return flaws


def _check_questions(db: Session, pools: list[list[int]]) -> list[Flaw]:
    """Every question that could come up must be sound; its key present and its kind known."""
    ids = sorted({number for pool in pools for number in pool})
    kinds = db.info["registry"]
    bad: list[str] = []
    for start in range(0, len(ids), 5000):
        v = QuestionVersion
        rows = db.execute(select(Question.code, Question.kind, v.body, v.key).join(v, v.question_id == Question.id)
                          .where(v.id.in_(ids[start:start + 5000])))
        for code, kind, body, key in rows:
            found = kinds.get("question_kind", kind)
            if found is None or found.check(body, key):
                bad.append(code)
    if not bad:
        return []
    return [Flaw("questions_flawed", N_("有 {count} 道题不完整（{codes}）。请在题库里补全题干、选项和答案，或停用。"),
                 data={"count": len(bad), "codes": bad[:5]})]
