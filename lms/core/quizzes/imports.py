"""A preview that waits until somebody has looked at it: kept, then saved or dropped, once."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from lms.core.audit.service import record
from lms.core.bulk import collector_resting
from lms.core.errors import Conflict
from lms.core.files.service import Stored
from lms.core.i18n import N_
from lms.core.quizzes.models import Bank, QuestionImport
from lms.core.quizzes.pictures import keep_pictures
from lms.core.quizzes.preview import QuestionPreview, import_questions


def keep_preview(db: Session, *, bank: Bank, preview: QuestionPreview, stored: Sequence[Stored] = (), by_id: int | None,
                 now: datetime) -> QuestionImport:
    """Keep *preview* for the page that shows it.

    :param stored: its pictures, see ``pictures.store_pictures``
    """
    keep_pictures(db, stored, now=now)
    with collector_resting():
        plain = preview.stored()
    kept = QuestionImport(bank_id=bank.id, file_name=preview.filename[:200], preview=plain,
                          counts=preview.counts, created_by_id=by_id, created_at=now)
    db.add(kept)
    db.flush()
    record(db, actor_id=by_id, action="questions.preview", thing=kept, now=now,
           after={"bank": bank.slug, "file": kept.file_name, **preview.counts})
    return kept


def commit_import(db: Session, *, question_import: QuestionImport, by_id: int | None, now: datetime,
                  leave: Collection[int] = ()) -> dict[str, int]:
    """Save what was shown; how many of each state. The kept rows are emptied.

    :param leave: rows to leave out, see ``import_questions``
    :raises Conflict: it was saved or dropped before
    :raises Invalid: the file has faults
    """
    row = db.scalars(select(QuestionImport).where(QuestionImport.id == question_import.id).with_for_update()
                     .options(undefer(QuestionImport.preview))).one()
    if row.state != "previewed":
        raise Conflict("import_decided", N_("这次导入已经保存过或放弃了，没有重复保存。请回到题库查看。"))
    with collector_resting():
        counts = import_questions(db, preview=QuestionPreview.from_stored(row.preview), by_id=by_id, now=now, leave=leave)
    row.state, row.counts, row.preview, row.committed_at = "committed", counts, {}, now
    return counts


def drop_import(db: Session, *, question_import: QuestionImport, by_id: int | None, now: datetime) -> None:
    """Forget a preview; nothing of it is saved."""
    if question_import.state == "previewed":
        question_import.state, question_import.preview = "dropped", {}
        record(db, actor_id=by_id, action="questions.drop", thing=question_import, now=now)
