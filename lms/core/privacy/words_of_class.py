"""What was written in words about the people of a class: emptied when the class is over its term. Counts do not rest on it."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, Text, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from lms.core.assignments.models import Assignment, HandIn, Submission
from lms.core.attendance.models import AttendanceEvent, Substitution, WalkIn
from lms.core.audit.chain import purge_values
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.classes.models import Enrolment, RosterImport, TrainingClass
from lms.core.files.models import FileReference
from lms.core.i18n import N_
from lms.core.jobs.service import Workplace
from lms.core.leave.models import LeaveRequest
from lms.core.paperwork.models import AttendanceImport, ReconciliationNote, SignInSheet
from lms.core.people.models import Person
from lms.core.registration.models import EnrolmentReply
from lms.core.seals.links import in_batches

_STEP = 200  # entries of the log in one transaction
# Column that names the class, and what is emptied.
_WORDS: tuple[tuple[Any, dict[str, Any]], ...] = (
    (AttendanceEvent, {"reason": ""}), (Substitution, {"reason": ""}), (ReconciliationNote, {"reason": ""}), (LeaveRequest, {"reason": "", "note": ""}),
    (WalkIn, {"name": N_("（已匿名）"), "phone": None}), (EnrolmentReply, {"people": []}), (RosterImport, {"rows": [], "notes": []}),
    (AttendanceImport, {"rows": [], "notes": []}))


def entries_of(classes: Select[int], people: Select[int]) -> Select[int]:
    """Ids of the entries of the log that tell of these classes or people and have not been emptied yet."""
    uids = [select(Person.uid).where(Person.id.in_(people)), select(Enrolment.uid).where(Enrolment.person_id.in_(people))]
    told = or_(cast(AuditDetail.before, Text) != "null", cast(AuditDetail.after, Text) != "null", AuditDetail.reason != "")
    return (select(AuditEntry.id).join(AuditDetail, AuditDetail.entry_id == AuditEntry.id).where(AuditDetail.purged == "", told)
            .where(or_(AuditEntry.class_id.in_(classes), AuditEntry.actor_id.in_(people), *(AuditEntry.thing_uid.in_(uid) for uid in uids)))
            .order_by(AuditEntry.id))


def forget_words(place: Workplace, classes: Sequence[int], entries: Sequence[int]) -> int:
    """Empty everything that is told of *classes* in words, and the values of these *entries*, in short transactions.

    :return: how many entries had values
    """
    for class_id in classes:
        with place.database.writing() as db:
            _of_class(db, class_id)
    emptied = 0
    for batch in in_batches(entries, _STEP):
        with place.database.writing() as db:
            emptied += purge_values(db, batch)
    return emptied


def _of_class(db: Session, class_id: int) -> None:
    for table, values in _WORDS:
        db.execute(update(table).where(table.class_id == class_id).values(**values), execution_options={"synchronize_session": False})
    work = select(Submission.id).join(Assignment, Assignment.id == Submission.assignment_id).where(Assignment.class_id == class_id)
    db.execute(update(HandIn).where(HandIn.submission_id.in_(work)).values(text="", comment="", files=[]), execution_options={"synchronize_session": False})
    owners = {"Submission": select(Submission.uid).where(Submission.id.in_(work)), "SignInSheet": select(SignInSheet.uid).where(SignInSheet.class_id == class_id)}
    for owner, uids in owners.items():  # the sweep takes the bytes
        db.execute(delete(FileReference).where(FileReference.owner_type == owner, FileReference.owner_uid.in_(uids)), execution_options={"synchronize_session": False})
    packed = select(TrainingClass.uid).where(TrainingClass.id == class_id)  # archives that were packed for downloading
    db.execute(delete(FileReference).where(FileReference.owner_uid.in_(packed)), execution_options={"synchronize_session": False})
    db.execute(update(Submission).where(Submission.id.in_(work)).values(text="", files=[]), execution_options={"synchronize_session": False})
