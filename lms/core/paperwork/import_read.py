"""Reads a file of attendance: a list of times or statuses, or the class matrix that was exported and edited.

No database is asked: do it before a write transaction. What the entries come to is judged by ``import_judge``.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lms.core.classes.roster_rows import Remark
from lms.core.documents.raw_table import RawRow, RawTable, as_text, heading
from lms.core.documents.table_read import read_table
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_
from lms.core.paperwork.import_words import EXPECTED, columns, field_of, is_list_header, status_of_word
from lms.core.paperwork.matrix_keys import Keys, is_key_title, read_keys

MOST_ENTRIES = 20_000
_LONGEST = 500


@dataclass(frozen=True)
class Entry:
    """Something that a file says about one person.

    :param key: unique in the file
    :param line: the row's number as the spreadsheet program shows it
    :param values: of a list: text by field (``import_words.FIELDS``); of a matrix: ``uid`` ``number`` ``name`` of the
        person, ``session`` (uid), ``word`` (what the cell says) and ``was`` (the code that was exported, if known)
    """

    key: str
    line: int
    values: dict[str, str]


@dataclass
class AttendanceFile:
    """A file as it was read. *kind* is ``list`` or ``matrix``; *class_uid* stands in an exported matrix."""

    name: str
    kind: str
    entries: list[Entry]
    notes: list[Remark] = field(default_factory=list)
    class_uid: str = ""


def read_attendance(data: bytes, filename: str, *, labels: Mapping[str, list[str]]) -> AttendanceFile:
    """The attendance in an .xlsx or .csv file; titles above the heading are skipped.

    :param labels: heading of each session in our own matrix -> uids, for files that do not bring their own
    :raises Invalid: it is not a spreadsheet, is damaged, or has no heading that says who and when
    :raises TooLarge: more than an import takes
    """
    keys = read_keys(data) if data.startswith(b"PK\x03\x04") and len(data) < 50 * 1024 * 1024 else Keys()
    known = keys.sessions if keys.known else {heading(label): uids for label, uids in labels.items()}

    def is_matrix(titles: list[str]) -> bool:
        who = any(is_key_title(t) for t in titles) or "name" in {field_of(t) for t in titles}
        return who and any(t in known for t in titles)

    table = read_table(data, filename, find_header=lambda titles: is_matrix(titles) or is_list_header(titles), expected=EXPECTED)
    matrix = is_matrix(table.header)
    notes = [Remark(note.code, note.message, data=note.data) for note in table.notes
             if not (matrix and keys.known and note.code == "one_sheet_read")]
    made = AttendanceFile(filename, "matrix" if matrix else "list", [], notes, keys.class_uid if matrix else "")
    made.entries = list(_matrix(table, keys, known, made.notes) if matrix else _list(table, made.notes))
    if not table.rows:
        raise Invalid("attendance_empty", N_("“{filename}”只有表头，没有内容。没有保存任何内容。"), filename=filename)
    if len(made.entries) > MOST_ENTRIES:
        raise TooLarge("attendance_too_long", N_("文件里有 {count} 条，一次最多导入 {most} 条。请分成几个文件。没有保存任何内容。"),
                       count=len(made.entries), most=MOST_ENTRIES)
    return made


def _list(table: RawTable, notes: list[Remark]) -> Iterator[Entry]:
    places, unread = columns(table.header)
    if unread:
        notes.append(Remark("columns_unread", N_("这些列没有导入：{names}"), data={"names": unread}))
    for row in table.rows:
        yield Entry(str(row.number), row.number, {name: _text(row, place) for name, place in places.items()})


def _matrix(table: RawTable, keys: Keys, known: Mapping[str, list[str]], notes: list[Remark]) -> Iterator[Entry]:
    """The cells that differ from what was exported; all of them where that is not known."""
    fields = {name: place for name in ("number", "name")
              if (place := next((n for n, title in enumerate(table.header) if field_of(title) == name), None)) is not None}
    uid_place = next((n for n, title in enumerate(table.header) if is_key_title(title)), None)
    if not keys.known:
        notes.append(Remark("no_keys", N_("文件里没有导出时的底稿（不是 .xlsx，或隐藏的工作表被删），与系统里现在的考勤比较")))
    sessions = _session_places(table.header, known)
    for row in table.rows:
        who = {name: _text(row, place) for name, place in fields.items()}
        who["uid"] = _text(row, uid_place) if uid_place is not None else ""
        for place, session in sessions.items():
            word, was = _text(row, place), keys.statuses.get((who["uid"], session), "")
            if (status_of_word(word) == was) if was else not word:
                continue
            yield Entry(f"{row.number}.{place}", row.number, {**who, "session": session, "word": word, "was": was})


def _session_places(header: list[str], known: Mapping[str, list[str]]) -> dict[int, str]:
    """Column -> session uid. Sessions with one and the same heading are told apart by their order."""
    left = {label: list(uids) for label, uids in known.items()}
    return {place: left[title].pop(0) for place, title in enumerate(header) if left.get(title)}


def _text(row: RawRow, place: int) -> str:
    return as_text(row.cells[place]).strip()[:_LONGEST]
