"""Import of attendance: keep a preview, commit it at once, undo it. Each leaves its events and an entry in the log."""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.write import new_event, voiding, write_events
from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.roster_rows import Remark
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.paperwork.events import uid_within
from lms.core.paperwork.import_judge import STATES, Change, change_of, judge
from lms.core.paperwork.import_known import Knowledge, load_knowledge
from lms.core.paperwork.import_read import AttendanceFile, Entry
from lms.core.paperwork.models import AttendanceImport

METHOD = "import"
_NAMED = 10  # people named in a refusal


def keep_preview(db: Session, *, training_class: TrainingClass, file: AttendanceFile, session_uid: str = "",
                 by_id: int | None, now: datetime) -> AttendanceImport:
    """Judge what *file* says and keep it until somebody decides; an older open preview of the same person is dropped.

    :param session_uid: of the session that a list is about where it does not say
    :raises Invalid: the file is the matrix of another class
    """
    if file.class_uid and file.class_uid != training_class.uid:
        raise Invalid("matrix_of_another_class", N_("“{filename}”是另一个培训班的考勤表，没有保存任何内容。请打开那个班再导入。"),
                      filename=file.name)
    for older in db.scalars(select(AttendanceImport).where(
            AttendanceImport.class_id == training_class.id, AttendanceImport.state == "previewed",
            AttendanceImport.created_by_id == by_id if by_id is not None else AttendanceImport.created_by_id.is_(None))):
        older.state, older.rows = "dropped", []
    made = AttendanceImport(class_id=training_class.id, kind=file.kind, file_name=file.name[:200], created_by_id=by_id,
                            created_at=now, notes=[asdict(note) for note in file.notes], rows=[], counts={"session": session_uid})
    _judge(made, file.entries, load_knowledge(db, training_class, now))
    db.add(made)
    db.flush()
    return made


def judge_again(db: Session, *, made: AttendanceImport, now: datetime) -> None:
    """Bring an open preview up to what is known now, so that nobody has to upload the file again."""
    if made.state == "previewed":
        _judge(made, _entries(made), load_knowledge(db, db.get_one(TrainingClass, made.class_id), now))


def changes_of(made: AttendanceImport) -> list[Change]:
    """What the file would do; once committed, what was saved and what was left out."""
    return [change_of(kept["change"]) for kept in made.rows]


def saved_keys(made: AttendanceImport) -> frozenset[str]:
    """Which of ``changes_of`` were saved."""
    return frozenset(kept["change"]["key"] for kept in made.rows if kept.get("events"))


def file_notes(made: AttendanceImport) -> list[Remark]:
    return [Remark(**note) for note in made.notes]


def commit_import(db: Session, *, made: AttendanceImport, decisions: Mapping[str, str], by_id: int | None,
                  now: datetime) -> dict[str, Any]:
    """Save what is new and what was decided, in this one transaction. Committing twice has the effect of once.

    :param decisions: by key: ``import`` for doubtful entries, ``skip`` for new ones; without one, new entries are saved
        and doubtful ones are not
    :raises Conflict: the attendance has changed since the preview, or a later file has taken its place
    :raises Invalid: a decision that does not fit its entry
    """
    locked = _locked(db, made)
    if locked.state in ("committed", "undone"):
        return locked.counts
    if locked.state == "dropped":
        raise Conflict("import_dropped", N_("这份预览已被后来上传的文件取代，没有保存任何内容。请打开新的预览。"))
    training_class = db.get_one(TrainingClass, locked.class_id, with_for_update=True)
    known = load_knowledge(db, training_class, now)
    changes = judge(locked.kind, _entries(locked), known, locked.counts.get("session", ""))
    if changes != changes_of(locked):
        raise Conflict("import_stale", N_("预览以后，考勤已有变动，没有保存任何内容。请核对新的预览再保存。"))
    wanted = _wanted(changes, decisions)
    events = {c.key: _events(locked, c, known, by_id, now) for c in wanted}
    write_events(db, [event for made_now in events.values() for event in made_now])
    counts = {**locked.counts, "saved": len(wanted), "left": sum(c.state in ("doubtful", "refused") for c in changes) - sum(
        c.state == "doubtful" for c in wanted)}
    locked.rows = [{"change": c.plain(), "events": [e["uid"] for e in events.get(c.key, ())]} for c in changes
                   if c.key in events or c.state in ("doubtful", "refused")]
    locked.counts, locked.state, locked.committed_at, locked.committed_by_id = counts, "committed", now, by_id
    record(db, actor_id=by_id, action="attendance.import", thing=locked, now=now, class_id=locked.class_id,
           before={c.key: c.was for c in wanted[:500]},
           after={"file": locked.file_name, "saved": len(wanted),
                  "changes": {c.key: [c.enrolment, c.session, *(a.status or a.at for a in c.acts)] for c in wanted[:500]}})
    return counts


def undo_import(db: Session, *, made: AttendanceImport, by_id: int | None, now: datetime) -> int:
    """Make everything that an import saved count no longer; how many events. Undoing twice is undoing once.

    Pages and exports are then as they were before; the log shows the import and its undoing.

    :raises Conflict: not committed; or somebody's record has changed since, whom ``data["names"]`` lists: nothing is undone
    """
    locked = _locked(db, made)
    if locked.state == "undone":
        return 0
    if locked.state != "committed":
        raise Conflict("import_not_committed", N_("这份文件没有导入过，不用撤销。"))
    uids = [uid for kept in locked.rows for uid in kept.get("events", ())]
    ours = [e for part in range(0, len(uids), 500) for e in db.scalars(
        select(AttendanceEvent).where(AttendanceEvent.uid.in_(uids[part:part + 500])))]
    _expect_untouched(db, locked, ours)
    write_events(db, [voiding(e, uid=uid_within(locked.uid, "undo", e.uid), method=METHOD, by_id=by_id, now=now, reason=locked.file_name)
                      for e in ours])
    locked.state, locked.undone_at, locked.undone_by_id = "undone", now, by_id
    record(db, actor_id=by_id, action="attendance.undo_import", thing=locked, now=now, class_id=locked.class_id,
           after={"file": locked.file_name, "events": len(ours)})
    return len(ours)


def _expect_untouched(db: Session, made: AttendanceImport, ours: Sequence[AttendanceEvent]) -> None:
    """Go on only if nothing came after the import for the same people in the same sessions."""
    own, first = {e.id for e in ours}, min((e.id for e in ours), default=0)
    pairs = {(e.person_id, e.session_id) for e in ours}
    later = db.execute(select(AttendanceEvent.person_id, AttendanceEvent.session_id, AttendanceEvent.id).where(
        AttendanceEvent.class_id == made.class_id, AttendanceEvent.id > first)).all()
    touched = {(row.person_id, row.session_id) for row in later if row.id not in own} & pairs
    if not touched:
        return
    seats = dict(db.execute(select(Enrolment.person_id, Enrolment.name).where(
        Enrolment.class_id == made.class_id, Enrolment.person_id.in_({person for person, _ in touched}))).all())
    titles = dict(db.execute(select(ClassSession.id, ClassSession.title).where(
        ClassSession.id.in_({session for _, session in touched}))).all())
    names = sorted(f"{seats.get(person, '')} {titles.get(session, '')}".strip() for person, session in touched)
    raise Conflict("import_changed_since", N_("导入以后，{count} 条记录又有改动，没有撤销任何内容：{names}。请先处理这些记录。"),
                   count=len(names), names=names[:_NAMED])


def _events(made: AttendanceImport, change: Change, known: Knowledge, by_id: int | None, now: datetime) -> list[dict[str, Any]]:
    seat, session = known.seats[change.enrolment], known.sessions[change.session]
    reason = "　".join(part for part in (made.file_name, change.note) if part)
    return [new_event(session, uid=uid_within(made.uid, change.key, act.kind), person_id=seat.person_id, kind=act.kind, at=datetime.fromisoformat(act.at) if act.at else now, now=now,
                      method=METHOD, by_id=by_id, reason=reason, status=act.status or None) for act in change.acts]


def _wanted(changes: Sequence[Change], decisions: Mapping[str, str]) -> list[Change]:
    """What is to be saved."""
    given, wanted = dict(decisions), []
    for change in changes:
        decision = given.pop(change.key, "")
        fits = {"new": ("", "skip"), "doubtful": ("", "import", "skip")}.get(change.state, ("",))
        if decision not in fits or (decision == "import" and not change.acts):
            raise Invalid("import_decision", N_("第 {line} 行不能这样处理。请刷新页面后重选。"), line=change.line)
        if (change.state == "new" and decision != "skip") or decision == "import":
            wanted.append(change)
    if given:
        raise Invalid("import_line", N_("文件里没有第 {line} 行。请刷新页面后重选。"), line=str(next(iter(given)))[:20])
    return wanted


def _judge(made: AttendanceImport, entries: Sequence[Entry], known: Knowledge) -> None:
    """Fill rows and counts. Of a matrix only what differs is kept; there are thousands of cells."""
    changes = judge(made.kind, entries, known, made.counts.get("session", ""))
    kept = [(e, c) for e, c in zip(entries, changes, strict=True) if made.kind == "list" or c.state != "same"]
    made.rows = [{"entry": asdict(entry), "change": change.plain()} for entry, change in kept]
    states = Counter(change.state for change in changes)
    made.counts = {"session": made.counts.get("session", ""), "rows": len(changes), **{state: states[state] for state in STATES}}


def _entries(made: AttendanceImport) -> list[Entry]:
    return [Entry(**kept["entry"]) for kept in made.rows]


def _locked(db: Session, made: AttendanceImport) -> AttendanceImport:
    return db.scalars(select(AttendanceImport).where(AttendanceImport.id == made.id).with_for_update()
                      .execution_options(populate_existing=True)).one()
