"""Import of a roster (名册): read the file, preview what would become of each row, decide, commit at once.

``read_roster`` parses and needs no database: do it before a write transaction. ``keep_preview`` judges the rows and
keeps them; ``commit_roster`` judges them again, so that nothing rests on what has changed meanwhile.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.classes.models import RosterImport, TrainingClass
from lms.core.classes.roster_headers import EXPECTED, columns, is_header
from lms.core.classes.roster_judge import STATES, Verdict, judge
from lms.core.classes.roster_known import Knowledge, load_knowledge
from lms.core.classes.roster_rows import Remark, RosterRow, make_row
from lms.core.classes.roster_save import save_rows
from lms.core.documents.raw_table import as_text
from lms.core.documents.table_read import read_table
from lms.core.errors import Conflict, Invalid, TooLarge
from lms.core.i18n import N_

MOST_ROWS = 5_000


@dataclass
class Roster:
    """A roster as it was read: clean rows, and notes about the file."""

    file_name: str
    rows: list[RosterRow]
    notes: list[Remark] = field(default_factory=list)


@dataclass(frozen=True)
class PreviewRow:
    """A row with its verdict, as a preview keeps it."""

    row: RosterRow
    verdict: Verdict


def read_roster(data: bytes, filename: str) -> Roster:
    """The roster in an .xlsx or .csv file; titles above the heading are skipped.

    :raises Invalid: it is not a spreadsheet, is damaged, or has no heading with 姓名
    :raises TooLarge: more rows than a class can have, or more than a table may unpack to
    """
    table = read_table(data, filename, find_header=is_header, expected=EXPECTED)
    if len(table.rows) > MOST_ROWS:
        raise TooLarge("roster_too_long", N_("名册有 {count} 行，一次最多导入 {most} 行。请分成几个文件。"
                                               "没有保存任何内容。"), count=len(table.rows), most=MOST_ROWS)
    places, unread = columns(table.header)
    notes = [Remark(note.code, note.message, data=note.data) for note in table.notes]
    if unread:
        notes.append(Remark("columns_unread", N_("这些列没有导入：{names}"), data={"names": list(unread)}))
    rows = [make_row(raw.number, {name: as_text(raw.cells[place]) for name, place in places.items()})
            for raw in table.rows]
    if not rows:
        raise Invalid("roster_empty", N_("“{filename}”只有表头，没有人员。没有保存任何内容。"), filename=filename)
    return Roster(filename, rows, notes)


def preview_roster(db: Session, *, training_class: TrainingClass, data: bytes, filename: str, by_id: int | None,
                   now: datetime) -> RosterImport:
    """Read a file and keep its preview; nobody is enrolled yet. For doors that hold no lock while they parse.

    :raises Invalid: see ``read_roster``
    """
    return keep_preview(db, training_class=training_class, roster=read_roster(data, filename), by_id=by_id, now=now)


def keep_preview(db: Session, *, training_class: TrainingClass, roster: Roster, by_id: int | None,
                 now: datetime) -> RosterImport:
    """Judge the rows of *roster* and keep them until somebody decides.

    A file replaces the file that the same importer previewed before; a row typed into a form has no file name and
    replaces nothing.
    """
    if roster.file_name:
        _drop_older(db, training_class, by_id)
    knowledge = load_knowledge(db, training_class, roster.rows, by_id)
    verdicts = judge(roster.rows, knowledge)
    made = RosterImport(class_id=training_class.id, file_name=roster.file_name[:200], created_by_id=by_id,
                        created_at=now, rows=_stored(roster.rows, verdicts),
                        notes=[asdict(note) for note in roster.notes],
                        counts=_count(roster.rows, verdicts, knowledge))
    db.add(made)
    db.flush()
    return made


def judge_again(db: Session, *, roster_import: RosterImport) -> None:
    """Bring an open preview up to what is known now, so that nobody has to upload the file again."""
    if roster_import.state != "previewed":
        return
    rows = [kept.row for kept in preview_rows(roster_import)]
    knowledge = load_knowledge(db, db.get_one(TrainingClass, roster_import.class_id), rows,
                               roster_import.created_by_id)
    verdicts = judge(rows, knowledge)
    roster_import.rows, roster_import.counts = _stored(rows, verdicts), _count(rows, verdicts, knowledge)


def preview_rows(roster_import: RosterImport) -> list[PreviewRow]:
    """The rows that *roster_import* keeps. After the commit these are only the ones that were left out."""
    return [PreviewRow(_row(kept["row"]), _verdict(kept["verdict"])) for kept in roster_import.rows]


def file_notes(roster_import: RosterImport) -> list[Remark]:
    """What is to be said about the file as a whole."""
    return [Remark(**note) for note in roster_import.notes]


def choices(row: PreviewRow) -> list[str]:
    """What may be decided about a row, the default first: ``import``, ``skip``, ``merge:<uid of a person>``."""
    state = row.verdict.state
    if state in ("new", "changed"):
        return ["import", "skip"]
    if state != "doubtful":
        return []
    merges = [f"merge:{uid}" for uid in row.verdict.candidates]
    return ["skip", *merges] if row.verdict.has("withdrawn") else ["skip", *merges, "import"]


def commit_roster(db: Session, *, roster_import: RosterImport, decisions: Mapping[int | str, str], by_id: int | None,
                  now: datetime) -> dict[str, Any]:
    """Save what was decided, in this one transaction. Committing twice has the effect of once.

    :param decisions: by line; rows that it does not name follow their default (new and changed are imported,
        doubtful ones left out)
    :return: counts: ``saved`` ``updated`` ``unchanged`` ``skipped`` ``held_back`` ``duplicate`` ``without_phone``
    :raises Conflict: people or classes have changed since the preview; nothing is saved
    :raises Invalid: a decision that does not fit its row
    """
    locked = db.scalars(select(RosterImport).where(RosterImport.id == roster_import.id).with_for_update()
                        .execution_options(populate_existing=True)).one()
    if locked.state == "committed":
        return locked.counts
    if locked.state == "dropped":
        raise Conflict("roster_dropped", N_("这份预览已被后来上传的名册取代，没有保存任何内容。请打开新的预览。"))
    training_class = db.get_one(TrainingClass, locked.class_id, with_for_update=True)
    kept = preview_rows(locked)
    chosen = _chosen(kept, decisions)
    knowledge = _expect_unchanged(db, training_class, kept, locked.created_by_id)
    try:
        counts, report = save_rows(db, training_class=training_class, kept=[(k.row, k.verdict) for k in kept],
                                   chosen=chosen, knowledge=knowledge, now=now)
    except IntegrityError as error:
        raise _stale() from error
    left_out = [k for k in kept if k.verdict.state == "refused" or (
        k.verdict.state == "doubtful" and chosen.get(k.row.line) == "skip")]
    locked.rows = _stored([k.row for k in left_out], [k.verdict for k in left_out])
    locked.counts, locked.state, locked.committed_at = {**locked.counts, **counts}, "committed", now
    record(db, actor_id=by_id, action="roster.import", thing=locked, now=now, class_id=training_class.id,
           after={"file": locked.file_name, "counts": counts, **report})
    return locked.counts


def _expect_unchanged(db: Session, training_class: TrainingClass, kept: Sequence[PreviewRow],
                      importer_id: int | None) -> Knowledge:
    """What is known now, if it still gives the verdicts of the preview."""
    rows = [k.row for k in kept]
    knowledge = load_knowledge(db, training_class, rows, importer_id)
    if any(now_is != k.verdict for now_is, k in zip(judge(rows, knowledge), kept, strict=True)):
        raise _stale()
    return knowledge


def _stale() -> Conflict:
    return Conflict("roster_stale", N_("预览以后，名册或人员资料已有变动，没有保存任何内容。"
                                       "请核对新的预览再保存。"))


def _chosen(kept: Sequence[PreviewRow], decisions: Mapping[int | str, str]) -> dict[int, str]:
    """The decision about every row that needs one."""
    given = {str(line): decision for line, decision in decisions.items()}
    chosen: dict[int, str] = {}
    for row in kept:
        allowed = choices(row)
        decision = given.pop(str(row.row.line), allowed[0] if allowed else "")
        if decision and decision not in allowed:
            raise Invalid("roster_decision", N_("第 {line} 行不能这样处理。请刷新页面后重选。"), line=row.row.line)
        if decision:
            chosen[row.row.line] = decision
    if given:
        raise Invalid("roster_line", N_("文件里没有第 {line} 行。请刷新页面后重选。"), line=str(next(iter(given)))[:20])
    merged = Counter(decision for decision in chosen.values() if decision.startswith("merge:"))
    if any(count > 1 for count in merged.values()):
        raise Invalid("roster_merged_twice", N_("有两行都选了与同一个人合并。请只留一行，另一行改为不导入。"))
    return chosen


def _drop_older(db: Session, training_class: TrainingClass, by_id: int | None) -> None:
    """One open preview a person and class: the rows of older ones are purged."""
    for older in db.scalars(select(RosterImport).where(
            RosterImport.class_id == training_class.id, RosterImport.state == "previewed",
            RosterImport.created_by_id == by_id if by_id is not None else RosterImport.created_by_id.is_(None))):
        older.state, older.rows = "dropped", []


def _count(rows: Sequence[RosterRow], verdicts: Sequence[Verdict], knowledge: Knowledge) -> dict[str, Any]:
    states = Counter(verdict.state for verdict in verdicts)
    units = {row.keys[1]: row.values["unit"] for row in rows if row.values.get("unit")}
    return {
        "rows": len(rows), **{state: states[state] for state in STATES},
        "duplicate": sum(verdict.has("duplicate_row") for verdict in verdicts),
        "phone_missing": sum(any(n.code == "phone_missing" for n in row.notices) for row in rows),
        "stations": len({row.values["station"] for row in rows if row.values.get("station")}),
        "groups": len({row.values["group"] for row in rows if row.values.get("group")}),
        "new_units": sorted(name for key, name in units.items() if key not in knowledge.units)}


def _stored(rows: Sequence[RosterRow], verdicts: Sequence[Verdict]) -> list[Any]:
    return [{"row": asdict(row), "verdict": asdict(verdict)} for row, verdict in zip(rows, verdicts, strict=True)]


def _row(kept: dict[str, Any]) -> RosterRow:
    return RosterRow(**{**kept, "notices": [Remark(**r) for r in kept["notices"]],
                        "faults": [Remark(**r) for r in kept["faults"]]})


def _verdict(kept: dict[str, Any]) -> Verdict:
    return Verdict(**{**kept, "reasons": tuple(Remark(**r) for r in kept["reasons"]),
                      "candidates": tuple(kept["candidates"])})
