"""What a reimbursement bundle lacks and where its papers contradict each other: the sentences, and what the checks read."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import exists, select

from lms.core.certificates.register import Line as RegisterLine
from lms.core.certificates.register import register_lines
from lms.core.certificates.standing import Standing
from lms.core.classfile.facts import ClassFile
from lms.core.classfile.outcomes import everybody
from lms.core.files.models import FileReference
from lms.core.paperwork.models import SheetRow, SheetSession, SignInSheet
from lms.core.paperwork.reconcile import differences

MISSING, CONTRADICTION, NOTE = "missing", "contradiction", "note"


@dataclass(frozen=True)
class Finding:
    """One thing. *sentence* is a message id filled from *data*, which holds no message ids.

    :param code: which check, e.g. ``no_sheet``
    :param kind: one of ``MISSING`` ``CONTRADICTION`` ``NOTE``
    """

    code: str
    kind: str
    sentence: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class SessionSheets:
    """What paper there is of one session. *rows* and *signed* are ids of enrolments; *signed* of keyed sheets only."""

    sheets: set[int] = field(default_factory=set)
    keyed: set[int] = field(default_factory=set)
    pictured: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    on_keyed: set[int] = field(default_factory=set)
    signed: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Evidence:
    """Everything that the checks read beyond the class's file.

    :param sheets: by session id
    :param unexplained: by session id: how many lines of paper and scan differ without a reason
    """

    file: ClassFile
    sheets: dict[int, SessionSheets]
    unexplained: dict[int, int]
    people: Sequence[Standing]
    register: Sequence[RegisterLine]


def evidence(file: ClassFile) -> Evidence:
    """Read it. A fixed number of statements."""
    unexplained: dict[int, int] = defaultdict(int)
    for line in differences(file.db, class_id=file.training_class.id):
        unexplained[line.session_id] += line.note is None
    return Evidence(file, _sheets(file), dict(unexplained), everybody(file), register_lines(file.db, file.training_class))


def _sheets(file: ClassFile) -> dict[int, SessionSheets]:
    pictured = exists().where(FileReference.owner_type == "SignInSheet", FileReference.owner_uid == SignInSheet.uid)
    found: dict[int, SessionSheets] = defaultdict(SessionSheets)
    for row in file.db.execute(
            select(SheetSession.session_id, SignInSheet.id, SignInSheet.keyed_at, SignInSheet.keyed, SheetRow.enrolment_id, SheetRow.number,
                   pictured.label("pictured"))
            .join(SignInSheet, SignInSheet.id == SheetSession.sheet_id).join(SheetRow, SheetRow.sheet_id == SignInSheet.id)
            .where(SignInSheet.class_id == file.training_class.id)):
        one = found[row.session_id]
        one.sheets.add(row.id)
        one.rows.add(row.enrolment_id)
        if row.keyed_at is not None:
            one.keyed.add(row.id)
            one.on_keyed.add(row.enrolment_id)
            one.pictured.update([row.id] if row.pictured else [])
            one.signed.update([] if row.number in row.keyed.get("absent", ()) else [row.enrolment_id])
    return found
