"""Question banks (题库): made by hand, or brought in from a bank's file."""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_
from lms.core.quizzes.content import content_of, stem_key
from lms.core.quizzes.files import BankFile
from lms.core.quizzes.models import Bank, Question, QuestionVersion
from lms.core.quizzes.topics import ids_by_name, with_topic
from lms.core.quizzes.versions import add_questions, change_questions, duplicates, known_questions

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class BankImport:
    """What an import of a bank's file did, by question codes.

    :param kept: changed in the file, but edited here meanwhile: ours stayed
    :param missing: in the bank, no longer in the file: they stay
    :param doubled: code -> an earlier question with the same stem
    """

    bank: Bank
    new: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    kept: tuple[str, ...]
    missing: tuple[str, ...]
    doubled: dict[str, str]


def find_bank(db: Session, slug: str) -> Bank:
    """The bank with this short name.

    :raises NotFound: there is none
    """
    bank = db.scalar(select(Bank).where(Bank.slug == slug))
    if bank is None:
        raise NotFound("no_such_bank", N_("没有短名为 {slug} 的题库。请先在“题库”页新建，或检查短名。"), slug=slug)
    return bank


def make_bank(db: Session, *, slug: str, title: str, course_slug: str = "", by_id: int | None, now: datetime) -> Bank:
    """An empty bank.

    :param slug: short name: small letters, digits, hyphens
    :raises Invalid: no title, or a short name that is malformed or taken
    """
    title, slug = title.strip(), slug.strip()
    if not title:
        raise Invalid("bank_title", N_("请填写题库的名称。"), field="title")
    if not _SLUG.fullmatch(slug) or len(slug) > 60:
        raise Invalid("bank_slug", N_("短名“{slug}”不能用：只能有小写字母、数字和连字符，最多 60 个字符。"), field="slug",
                      slug=slug)
    if db.scalar(select(Bank.id).where(Bank.slug == slug)) is not None:
        raise Invalid("bank_slug_taken", N_("短名 {slug} 已经用于另一个题库，请换一个。"), field="slug", slug=slug)
    bank = Bank(slug=slug, titles={"zh": title}, topics=[], course_slug=course_slug, created_at=now)
    db.add(bank)
    db.flush()
    record(db, actor_id=by_id, action="bank.make", thing=bank, now=now, after={"slug": slug, "title": title})
    return bank


def add_topic(db: Session, *, bank: Bank, title: str, by_id: int | None, now: datetime) -> str:
    """A topic (知识点) of the bank, or the one that has this title; gives its id.

    :param title: a path with slashes makes a tree: 经费/收缴
    """
    title = title.strip()
    if not title:
        return ""
    known = ids_by_name(bank.topics).get(title)
    if known is not None:
        return known
    bank.topics, topic_id = with_topic(bank.topics, title)
    record(db, actor_id=by_id, action="bank.topic", thing=bank, now=now, after={"id": topic_id, "title": title[:120]})
    return topic_id


def import_bank(db: Session, bank_file: BankFile, *, by_id: int | None = None, now: datetime,
                overwrite: bool = False) -> BankImport:
    """Bring a bank's file into rows.

    A question that is unchanged gets no new version, a changed one does, one that the file no longer has stays. What
    was edited here is not overwritten: a version made by hand wins over a file that changed as well.

    :param overwrite: the file wins (somebody asked for it); the edited version stays as history
    """
    bank, contents = _bank_row(db, bank_file, now), {q.id: content_of(q, bank_file) for q in bank_file.questions}
    known = known_questions(db, bank.id)
    new = {code: content for code, content in contents.items() if code not in known}
    differing = {code: content for code, content in contents.items()
                 if code in known and content.hash != known[code].hash}
    edited = set() if overwrite else {code for code in differing if known[code].origin == "local"}
    changed = {code: content for code, content in differing.items() if code not in edited}
    add_questions(db, bank_id=bank.id, contents=new, origin="file", by_id=by_id, now=now)
    change_questions(db, contents={known[code].id: content for code, content in changed.items()}, origin="file",
                     by_id=by_id, now=now)
    outcome = BankImport(
        bank, tuple(new), tuple(changed), tuple(c for c in contents if c in known and c not in differing),
        tuple(sorted(edited)), tuple(sorted(set(known) - set(contents))),
        duplicates((code, stem_key(content.stem)) for code, content in contents.items()))
    if new or changed:
        record(db, actor_id=by_id, action="bank.import", thing=bank, now=now,
               after={"new": len(new), "changed": len(changed), "kept": len(edited), "hash": bank_file.content_hash})
    return outcome


def _bank_row(db: Session, bank_file: BankFile, now: datetime) -> Bank:
    bank = db.scalar(select(Bank).where(Bank.slug == bank_file.id))
    if bank is None:
        bank = Bank(slug=bank_file.id, created_at=now)
        db.add(bank)
    own = [t for t in bank.topics or [] if t["id"] not in {topic.id for topic in bank_file.topics}]
    bank.titles, bank.course_slug, bank.content_hash = bank_file.title, bank_file.course, bank_file.content_hash
    bank.topics = [{"id": topic.id, "title": topic.title} for topic in bank_file.topics] + own
    db.flush()
    return bank


def versions_of(db: Session, question: Question) -> list[QuestionVersion]:
    """Every version of a question, the latest first."""
    return list(db.scalars(select(QuestionVersion).where(QuestionVersion.question_id == question.id)
                           .order_by(QuestionVersion.number.desc())))
