"""What units returned becomes one roster to preview: replies by link, or a hundred workbooks at once."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.classes.models import RosterImport, TrainingClass
from lms.core.classes.roster import MOST_ROWS, Roster, keep_preview, read_roster
from lms.core.classes.roster_rows import Remark, RosterRow, make_row
from lms.core.errors import Conflict, Invalid, LmsError, TooLarge
from lms.core.i18n import N_
from lms.core.people.names import clean_name, name_key
from lms.core.registration.models import EnrolmentReply
from lms.core.registration.quotas import replies_of

MOST_FILES = 500


def gather_replies(db: Session, *, training_class: TrainingClass, file_name: str, by_id: int | None, now: datetime) -> RosterImport:
    """A preview of everybody whom units have named through their links.

    :param file_name: what the preview is called
    :raises Conflict: nobody has replied yet
    """
    rows: list[RosterRow] = []
    for reply in replies_of(db, training_class):
        rows += [make_row(len(rows) + n, {**person, "unit": reply.unit.name}) for n, person in enumerate(reply.people, start=1)]
    if not rows:
        raise Conflict("no_replies", N_("还没有单位填报，没有可以汇总的人。"))
    return keep_preview(db, training_class=training_class, roster=Roster(file_name, rows, []), by_id=by_id, now=now)


def merge_workbooks(files: Iterable[tuple[str, bytes]], *, name: str) -> Roster:
    """One roster from many returned workbooks. Parses, and needs no database: do it before the transaction.

    Rows are numbered through; each says from which file and line it came. A file that cannot be read is named and left out.

    :param files: (file name, bytes); may be a generator, so that one is held at a time
    :param name: what the merged roster is called
    :raises Invalid: no file had a person in it
    :raises TooLarge: more files or people than a class can have
    """
    rows: list[RosterRow] = []
    notes: list[Remark] = []
    count = 0
    for count, (file_name, data) in enumerate(files, start=1):
        if count > MOST_FILES:
            raise TooLarge("too_many_files", N_("一次最多合并 {most} 个文件，没有保存任何内容。请分几次。"), most=MOST_FILES)
        try:
            read = read_roster(data, file_name)
        except LmsError as error:
            notes.append(Remark("file_unread", N_("“{file}”没有读取，其余照常：请单独检查这个文件（{code}）"), data={"file": file_name, "code": error.code}))
            continue
        notes += [Remark("file_note", N_("“{file}”有一处提示：{note}"), data={"file": file_name, "note": note.text("zh_CN")}) for note in read.notes]
        rows += [_from(file_name, row, len(rows) + n) for n, row in enumerate(read.rows, start=1)]
        if len(rows) > MOST_ROWS:
            raise TooLarge("roster_too_long", N_("名册有 {count} 行，一次最多导入 {most} 行。请分成几个文件。"
                                                   "没有保存任何内容。"), count=len(rows), most=MOST_ROWS)
    if not rows:
        raise Invalid("nothing_merged", N_("选的 {count} 个文件里没有读到一个人，没有保存任何内容。请检查文件。"), count=count)
    notes.insert(0, Remark("files_merged", N_("合并了 {files} 个文件，共 {rows} 行"),
                           data={"files": count - sum(n.code == "file_unread" for n in notes), "rows": len(rows)}))
    return Roster(name, rows, notes)


def _from(file_name: str, row: RosterRow, line: int) -> RosterRow:
    """The row in the merged roster: the order numbers of a hundred files would clash, so they are left out; a row without unit
    belongs to the unit that the file is called after."""
    values = {key: value for key, value in row.values.items() if key != "number"}
    notices = [*row.notices, Remark("from_file", N_("来自“{file}”第 {line} 行"), data={"file": file_name, "line": row.line})]
    if not values.get("unit"):
        values["unit"] = clean_name(file_name.rsplit(".", 1)[0])[:200]
        notices.append(Remark("unit_from_file", N_("表里没有写单位，按文件名填为“{unit}”"), "unit", {"unit": values["unit"]}))
    return replace(row, line=line, values=values, notices=notices)


def against_quotas(replies: Sequence[EnrolmentReply], roster: Roster) -> list[Remark]:
    """Which units sent more people than their quota, and which of them sent no file."""
    named = Counter(name_key(row.values.get("unit") or "") for row in roster.rows if not row.faults)
    over = [Remark("over_quota", N_("“{unit}”报了 {named} 人，名额是 {quota} 人"), data={"unit": r.unit.name, "named": named[name_key(r.unit.name)],
                                                                               "quota": r.quota})
            for r in replies if named[name_key(r.unit.name)] > r.quota]
    silent = [r.unit.name for r in replies if not named[name_key(r.unit.name)] and not r.people]
    if silent:
        over.append(Remark("units_silent", N_("还有 {count} 个单位没有报名：{units}"), data={"count": len(silent), "units": silent[:30]}))
    return over
