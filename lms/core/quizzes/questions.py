"""Questions (题目) written and edited by hand."""
from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.db import expect_version
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.quizzes.content import QuestionContent, stem_key
from lms.core.quizzes.kinds import Flaw, Kind
from lms.core.quizzes.models import Bank, Question, QuestionVersion
from lms.core.quizzes.versions import add_questions, change_questions, tag_column

STATES = {"draft": N_("草稿"), "reviewed": N_("可用"), "retired": N_("停用")}
DIFFICULTIES = {1: N_("易"), 2: N_("中"), 3: N_("难")}


def flaws_of(db: Session, content: QuestionContent) -> list[Flaw]:
    """All that keeps this question from being asked."""
    kind: Kind | None = db.info["registry"].get("question_kind", content.kind)
    if kind is None:
        return [Flaw("unknown_kind", N_("没有名为“{kind}”的题型，可能缺少插件。"), "kind", {"kind": content.kind})]
    try:
        flaws = kind.check(content.body, content.key)
        flaws += [] if flaws else _wrong_fields(content)
    except (KeyError, TypeError, AttributeError, ValueError):  # from a file that somebody wrote by hand
        return [Flaw("malformed", N_("题目的内容不完整，或者格式不对。"))]
    return flaws


def _wrong_fields(content: QuestionContent) -> list[Flaw]:
    flaws = []
    if content.difficulty not in DIFFICULTIES:
        flaws.append(Flaw("difficulty", N_("难度只能是易、中、难。"), "difficulty"))
    if not 0 <= content.mark <= 1_000_000:
        flaws.append(Flaw("mark", N_("分值要在 0 到 1000 之间。"), "mark"))
    if len(content.explanation) > 4000:
        flaws.append(Flaw("explanation_long", N_("解析超过 4000 个字。请缩短。"), "explanation"))
    if len(content.source) > 500:
        flaws.append(Flaw("source_long", N_("来源超过 {most} 个字。请缩短。"), "source", {"most": 500}))
    if len(tag_column(content.tags)) > 500 or any("|" in tag for tag in content.tags):
        flaws.append(Flaw("tags_long", N_("标签太多或太长，或含有“|”。请减少。"), "tags"))
    return flaws


def write_question(db: Session, *, bank: Bank, content: QuestionContent, code: str = "", state: str = "reviewed",
                   by_id: int | None, now: datetime) -> Question:
    """A new question in the bank.

    :param code: stable name within the bank; made where empty
    :raises Invalid: the question has a flaw (the first one is told), or the code is taken
    """
    _refuse_flaws(db, content)
    code = code or free_codes(db, bank, 1)[0]
    if db.scalar(select(Question.id).where(Question.bank_id == bank.id, Question.code == code)) is not None:
        raise Invalid("code_taken", N_("题库里已有编号为 {taken} 的题目，请换一个编号。"), taken=code)
    add_questions(db, bank_id=bank.id, contents={code: content}, origin="local", by_id=by_id, now=now, state=state)
    question = db.scalars(select(Question).where(Question.bank_id == bank.id, Question.code == code)).one()
    record(db, actor_id=by_id, action="question.write", thing=question, now=now, after=_facts(content))
    return question


def edit_question(db: Session, *, question: Question, version: int, content: QuestionContent, by_id: int | None,
                  now: datetime) -> bool:
    """Save an edit as a new version; False if nothing differs. Published papers keep the version they were made with.

    :param version: the version of the row that the editor saw
    :raises Conflict: somebody saved meanwhile
    :raises Invalid: the question has a flaw
    """
    _refuse_flaws(db, content)
    assert question.current is not None
    if question.current.content_hash == content.hash:
        return False
    expect_version(question, version)
    before = _facts(content_now(question))
    db.flush()
    change_questions(db, contents={question.id: content}, origin="local", by_id=by_id, now=now)
    db.expire(question)
    record(db, actor_id=by_id, action="question.edit", thing=question, now=now, before=before, after=_facts(content))
    return True


def set_state(db: Session, *, question: Question, state: str, by_id: int | None, now: datetime) -> None:
    """Retire a question, or make it usable again; papers that have it keep it.

    :raises Invalid: no such state
    """
    if state not in STATES:
        raise Invalid("question_state", N_("没有这种状态，请从页面上的按钮操作。"))
    if question.state == state:
        return
    before, question.state = question.state, state
    question.version += 1
    record(db, actor_id=by_id, action="question.state", thing=question, now=now, before={"state": before},
           after={"state": state})


def review_question(db: Session, *, question: Question, reviewer: str, review_by: date | None, by_id: int | None,
                    now: datetime) -> None:
    """Somebody has checked the current version: it may be asked, until it is to be checked again.

    :param review_by: the day by which that is due; None: no day
    :raises Invalid: a day that has passed
    """
    if review_by is not None and review_by < now.date():
        raise Invalid("review_by_past", N_("下次复核的日期已经过去，没有保存。请选以后的日期。"), field="review_by")
    assert question.current_version_id is not None
    version = db.get_one(QuestionVersion, question.current_version_id)
    before = {"state": question.state, "reviewer": version.reviewer}
    question.state, version.reviewer, version.review_by = "reviewed", reviewer[:120], review_by
    question.version += 1
    record(db, actor_id=by_id, action="question.review", thing=question, now=now, before=before,
           after={"state": "reviewed", "reviewer": reviewer, "review_by": review_by.isoformat() if review_by else ""})


def content_now(question: Question) -> QuestionContent:
    """The content of the question's current version."""
    version = question.current
    assert version is not None
    return content_of_version(question, version)


def content_of_version(question: Question, version: QuestionVersion) -> QuestionContent:
    """The content of one version; kind, topic, difficulty and mark are the question's."""
    source = version.source
    return QuestionContent(question.kind, question.topic, question.difficulty, version.body, version.key,
                           version.explanation, question.mark, tuple(source.get("facts") or ()),
                           tuple(source.get("tags") or ()), source.get("text") or "", version.author, version.reviewer,
                           version.review_by)


def same_stem(db: Session, bank: Bank, stem: str, *, but: int | None = None) -> Question | None:
    """Another question of the bank that asks the same, as far as letters go."""
    query = select(Question).where(Question.bank_id == bank.id, Question.stem_key == stem_key(stem))
    return db.scalars(query.where(Question.id != but) if but else query).first()


def free_codes(db: Session, bank: Bank, count: int) -> list[str]:
    """Codes that no question of the bank has had."""
    taken = set(db.scalars(select(Question.code).where(Question.bank_id == bank.id, Question.code.like("q-%"))))
    found: list[str] = []
    number = len(taken)
    while len(found) < count:
        number += 1
        if (code := f"q-{number:04d}") not in taken:
            found.append(code)
    return found


def _refuse_flaws(db: Session, content: QuestionContent) -> None:
    flaws = flaws_of(db, content)
    if flaws:
        raise Invalid(flaws[0].code, flaws[0].message, **{**flaws[0].data, "field": flaws[0].about})


def _facts(content: QuestionContent) -> dict[str, object]:
    """For the log: which question in which wording, never its key."""
    return {"kind": content.kind, "stem": content.stem[:200], "hash": content.hash[:16]}
