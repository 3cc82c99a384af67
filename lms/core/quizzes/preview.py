"""An import of questions in two steps: see what would happen to each, then save it in one transaction."""
from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.bulk import collector_resting
from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_
from lms.core.quizzes.banks import add_topic, find_bank
from lms.core.quizzes.content import QuestionContent, stem_key
from lms.core.quizzes.formats.protocol import QuestionFormat, ReadQuestions, ReadRow, ReadTable
from lms.core.quizzes.kinds.protocol import Flaw
from lms.core.quizzes.models import Bank
from lms.core.quizzes.pictures import Taken, add_pictures, settled
from lms.core.quizzes.questions import flaws_of, free_codes
from lms.core.quizzes.topics import ids_by_name
from lms.core.quizzes.versions import Known, add_questions, change_questions, known_questions

# What becomes of a row.
STATES = {"new": N_("新增"), "changed": N_("有改动"), "same": N_("相同"), "duplicate": N_("重复"), "refused": N_("不能导入")}


@dataclass
class PreviewRow:
    """A question on its way into the bank: ``state`` is one of ``STATES``."""

    line: int
    state: str
    code: str
    content: QuestionContent | None
    reasons: list[Flaw] = field(default_factory=list)
    notices: list[Flaw] = field(default_factory=list)
    sheet: str = ""


@dataclass
class QuestionPreview:
    """What an import would do.

    :param bank: the bank's short name
    :param blocked: the file has faults and is only usable as a whole
    :param about: what the file says about the bank itself, see ``ReadQuestions.bank``
    :param tables: the worksheets of a file with faults, as plain ``ReadTable``; for giving it back with them marked
    :param pictures: those that came with the file; ``pictures.store_pictures`` keeps their bytes, this only says which they are
    """

    bank: str
    filename: str
    rows: list[PreviewRow]
    notes: list[Flaw]
    blocked: bool = False
    about: dict[str, Any] = field(default_factory=dict)
    tables: list[dict[str, Any]] = field(default_factory=list)
    pictures: Taken = field(default_factory=Taken)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each state."""
        found = Counter(row.state for row in self.rows)
        return {state: found[state] for state in STATES}

    def stored(self) -> dict[str, Any]:
        """Plain JSON, to be kept until somebody decides."""
        rows = [{**vars(row), "content": row.content.stored() if row.content else None,
                 "reasons": [asdict(f) for f in row.reasons], "notices": [asdict(f) for f in row.notices]}
                for row in self.rows]
        plain = {name: value for name, value in vars(self).items() if name != "pictures"}
        return {**plain, "rows": rows, "notes": [asdict(note) for note in self.notes]}

    @classmethod
    def from_stored(cls, data: dict[str, Any]) -> QuestionPreview:
        with collector_resting():
            return cls._from_stored(data)

    @classmethod
    def _from_stored(cls, data: dict[str, Any]) -> QuestionPreview:
        rows = [PreviewRow(**{**row, "content": QuestionContent.from_stored(row["content"]) if row["content"] else None,
                              "reasons": [Flaw(**f) for f in row["reasons"]],
                              "notices": [Flaw(**f) for f in row["notices"]]}) for row in data["rows"]]
        return cls(**{**data, "rows": rows, "notes": [Flaw(**note) for note in data["notes"]]})


def preview_questions(db: Session, *, bank: str, data: bytes, filename: str) -> QuestionPreview:
    """Read a file and say what an import would do with each question. Saves nothing.

    :param bank: short name; a bank's own file (.yaml) may name one that does not exist yet
    :raises Invalid: no format for this file, or nothing readable in it
    :raises TooLarge: more than an import takes
    :raises NotFound: no such bank
    """
    ending = filename.rsplit(".", 1)[-1].lower()
    reader: QuestionFormat | None = db.info["registry"].get("question_format", ending)
    if reader is None:
        known = [f".{name}" for name, _ in db.info["registry"].all("question_format")]
        raise Invalid("question_format", N_("“{filename}”不是能导入的题目文件（可用：{known}）。没有保存任何内容。"),
                      filename=filename, known=known)
    with collector_resting():
        return judge_questions(db, bank=bank, read=reader(data, filename), filename=filename)


def judge_questions(db: Session, *, bank: str, read: ReadQuestions, filename: str) -> QuestionPreview:
    """What an import would do with questions that were read already. Errors as above."""
    if read.bank and read.bank["id"] != bank:
        raise Invalid("another_bank", N_("文件里的题库是 {found}，不是 {bank}。没有保存任何内容。请核对文件，或导入到 {found}。"),
                      found=read.bank["id"], bank=bank)
    found = db.scalar(select(Bank).where(Bank.slug == bank))
    if found is None and not read.bank and not read.blocked:
        find_bank(db, bank)  # refuses: only a bank's own file can make its bank
    pictures = settled(db, read)
    rows = _judge(db, found, read)
    faulty = any(row.state in ("refused", "duplicate") for row in rows)
    _with_pictures(read.tables, rows)
    return QuestionPreview(bank, filename, rows, read.notes, read.blocked, read.bank,
                           [asdict(table) for table in read.tables] if faulty else [], pictures)


def _with_pictures(tables: Iterable[ReadTable], rows: Iterable[PreviewRow]) -> None:
    """Pictures leave a workbook that is given back; their marks go into its cells, so that what they belong to stays the same."""
    contents = {(row.sheet, row.line): row.content for row in rows if row.content}
    for table in tables:
        for number, cells in table.rows:
            content = contents.get((table.sheet, number))
            texts = {**{o["id"]: o["text"] for o in content.body.get("options") or ()}, "stem": content.stem,
                     "explanation": content.explanation} if content else {}
            for name, text in texts.items():
                if "](picture:" in text and name in table.places:
                    cells[table.places[name]] = text


def _judge(db: Session, bank: Bank | None, read: ReadQuestions, *, checked: bool = False) -> list[PreviewRow]:
    """:param checked: no question here has a flaw: a preview of ours has found none"""
    known = known_questions(db, bank.id) if bank else {}
    topics = ids_by_name(bank.topics if bank else [])
    by_stem = {question.stem_key: question for question in known.values()}
    lines: dict[str, int] = {}
    judged = []
    for row in read.rows:
        content = row.content
        if content and content.topic in topics:
            content = replace(content, topic=topics[content.topic])
        reasons = row.reasons or (flaws_of(db, content) if content and not checked else [])
        if any(reason.code == "malformed" for reason in reasons):
            content = None  # nothing that a page could show
        made = PreviewRow(row.line, "refused", row.code, content, reasons, row.notices, row.sheet)
        if content and not reasons and not read.blocked:
            _compare(made, content, known, by_stem, lines)
        judged.append(made)
    return judged


def _compare(row: PreviewRow, content: QuestionContent, known: dict[str, Known], by_stem: dict[str, Known],
             lines: dict[str, int]) -> None:
    """New, changed, the same, or a question that was there already: in the file, or in the bank under another code."""
    key = stem_key(content.stem)
    twin = by_stem.get(key)
    if key in lines:
        row.state = "duplicate"
        row.reasons.append(Flaw("stem_twice", N_("题干与第 {line} 行相同"), "stem", {"line": lines[key]}))
        return
    lines[key] = row.line
    if twin is not None and not row.code:
        row.code = twin.code
    mine = known.get(row.code) if row.code else None
    if mine is None and twin is not None:
        row.state = "duplicate"
        row.reasons.append(Flaw("stem_in_bank", N_("题干与题库中的 {other} 相同"), "stem", {"other": twin.code}))
    elif mine is None:
        row.state = "new"
    elif mine.hash == content.hash:
        row.state = "same"
    else:
        row.state = "changed"
        if mine.origin == "local":
            row.notices.append(Flaw("edited_here", N_("这道题在网页上改过，导入后以文件为准，原来的版本保留"), data={}))


def import_questions(db: Session, *, preview: QuestionPreview, by_id: int | None, now: datetime,
                     leave: Collection[int] = ()) -> dict[str, int]:
    """Save what the preview showed as new or changed, in this transaction; how many of each state.

    What was saved by others meanwhile is judged again, so nothing is doubled.

    :param leave: places in ``preview.rows``, from 0, of rows that somebody does not want
    :raises Invalid: the file has faults, or holds nothing that can be imported
    """
    if preview.blocked:
        raise Invalid("file_has_faults", N_("文件有 {count} 处错误，没有保存任何内容。请按提示改正后重新上传。"),
                      count=len(preview.rows))
    bank = _bank(db, preview, now)
    wanted = [ReadRow(r.line, r.code, r.content, notices=list(r.notices)) for place, r in enumerate(preview.rows)
              if r.state in ("new", "changed") and r.content and place not in leave]
    rows = _judge(db, bank, ReadQuestions(wanted), checked=True)
    new, changed = [r for r in rows if r.state == "new"], [r for r in rows if r.state == "changed"]
    codes = iter(free_codes(db, bank, sum(not r.code for r in new)))
    topics = _new_topics(db, bank, [r.content.topic for r in (*new, *changed) if r.content], by_id, now)
    add_pictures(db, bank_id=bank.id, contents=[r.content for r in (*new, *changed) if r.content], now=now)
    add_questions(db, bank_id=bank.id, contents={r.code or next(codes): _placed(r, topics) for r in new}, origin="file",
                  by_id=by_id, now=now)
    if changed:
        known = known_questions(db, bank.id)
        change_questions(db, contents={known[r.code].id: _placed(r, topics) for r in changed}, origin="file", by_id=by_id, now=now)
    counts = {**preview.counts, "new": len(new), "changed": len(changed)}
    record(db, actor_id=by_id, action="questions.import", thing=bank, now=now,
           after={"file": preview.filename, **counts})
    return counts


def _bank(db: Session, preview: QuestionPreview, now: datetime) -> Bank:
    bank = db.scalar(select(Bank).where(Bank.slug == preview.bank))
    about = preview.about
    if bank is None:
        if not about:
            raise NotFound("no_such_bank", N_("没有短名为 {slug} 的题库。请先在“题库”页新建，或检查短名。"),
                           slug=preview.bank)
        bank = Bank(slug=preview.bank, titles=about["titles"], topics=[], created_at=now)
        db.add(bank)
    if about:
        own = [t for t in bank.topics if t["id"] not in {topic["id"] for topic in about["topics"]}]
        bank.titles, bank.course_slug, bank.content_hash = about["titles"], about["course"], about["hash"]
        bank.topics = [*about["topics"], *own]
    db.flush()
    return bank


def _new_topics(db: Session, bank: Bank, names: Iterable[str], by_id: int | None, now: datetime) -> dict[str, str]:
    """Topic ids for what the rows call their topics; a title that the bank does not know becomes a topic."""
    for name in dict.fromkeys(names):
        if name and name not in ids_by_name(bank.topics):
            add_topic(db, bank=bank, title=name, by_id=by_id, now=now)
    return ids_by_name(bank.topics)


def _placed(row: PreviewRow, topics: dict[str, str]) -> QuestionContent:
    assert row.content is not None
    topic = topics.get(row.content.topic, "")
    return row.content if topic == row.content.topic else replace(row.content, topic=topic)
