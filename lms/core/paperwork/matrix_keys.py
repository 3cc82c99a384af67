"""By what an exported class matrix is known again when it comes back: a hidden column and a hidden worksheet.

The column holds the enrolment's uid, so that rows may be sorted, filtered and moved. The worksheet holds the sessions'
uids with the headings they were exported under, and every status as it was: what differs from it was edited.
"""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lms.core.attendance.record import ClassRecord
from lms.core.classes.models import ClassSession
from lms.core.documents.raw_table import heading
from lms.core.documents.tables import Column, Sheet, Value
from lms.core.documents.xlsx_read import hidden_rows
from lms.core.i18n import LOCALES, N_, translate

SHEET = "_lms"
MARK = "lms-attendance-1"  # the layout of the worksheet; another layout gets another number
KEY_TITLE = N_("学员编号")


@dataclass
class Keys:
    """What the hidden worksheet says.

    :param class_uid: of the class that was exported
    :param sessions: heading as a reader compares it -> uids of the sessions under it, from left to right
    :param statuses: (enrolment uid, session uid) -> code as it was exported
    """

    class_uid: str = ""
    sessions: dict[str, list[str]] = field(default_factory=dict)
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        return bool(self.class_uid)


def key_column(locale: str) -> Column:
    """The hidden column of the matrix."""
    return Column("uid", translate(locale, KEY_TITLE), width=34, hidden=True)


def is_key_title(title: str) -> bool:
    return title in {heading(translate(locale, KEY_TITLE)) for locale in LOCALES}


def session_label(session: ClassSession) -> str:
    """A column's heading: day, time and title."""
    return f"{session.day:%m-%d} {session.starts:%H:%M} {session.title}"


def keys_sheet(record: ClassRecord, labels: Sequence[str]) -> Sheet:
    """The hidden worksheet. *labels* are the headings of the sessions in the matrix."""
    columns = [Column("key", MARK), *(Column(s.uid, s.uid) for s in record.sessions)]
    return Sheet(SHEET, columns, _rows(record, labels), hidden=True)


def _rows(record: ClassRecord, labels: Sequence[str]) -> Iterator[Sequence[Value]]:
    yield (record.training_class.uid, *labels)
    for row in record.people:
        yield (row.enrolment.uid, *(status.code for status in row.statuses))


def read_keys(data: bytes) -> Keys:
    """What *data*, a workbook, says about itself; empty where the worksheet is gone or of another layout."""
    rows = hidden_rows(data, SHEET)
    if len(rows) < 2 or not rows[0] or rows[0][0] != MARK:
        return Keys()
    uids, labels = rows[0][1:], rows[1][1:]
    keys = Keys(class_uid=rows[1][0])
    for uid, label in zip(uids, labels, strict=False):
        keys.sessions.setdefault(heading(label), []).append(uid)
    for enrolment, *codes in rows[2:]:
        keys.statuses.update({(enrolment, uid): code for uid, code in zip(uids, codes, strict=False)})
    return keys
