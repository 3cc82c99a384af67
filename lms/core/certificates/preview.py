"""How a certificate would look if it were issued now; nothing is reserved and nothing is kept."""
from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.certificates.numbers import next_number
from lms.core.certificates.render import document_data, with_seal
from lms.core.certificates.seal_image import seal_bytes
from lms.core.certificates.snapshot import class_snapshot, snapshot
from lms.core.certificates.templates import files_beside, template_file
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.documents.pdf import render_png
from lms.core.files.storage import Storage
from lms.core.shipped import shipped

# As long as real ones, and lead nowhere.
_NO_CODE = "preview" + "x" * 19
_NOT_SIGNED = "1" + "0" * 620


def picture_of(pdf: bytes) -> bytes:
    """The first page of a certificate's file as a PNG of about 1,300 points across, small enough for a chat."""
    data = {"files": [{"name": "certificate.pdf", "label": ""}]}
    return render_png(shipped("templates") / "print" / "merged.typ", data, files={"certificate.pdf": pdf}, ppi=110)[0]


def preview_certificate(db: Session, storage: Storage, *, training_class: TrainingClass, enrolment: Enrolment, base: str, now: datetime) -> bytes:
    """The certificate of one person as a PNG, marked as a sample.

    :raises Invalid: template, number pattern or wording of the class cannot be used
    """
    template = template_file(db.info, rules_of(training_class).certificate_template)
    frozen = class_snapshot(db, training_class, now, sample=True)
    words = snapshot(frozen, training_class, enrolment, next_number(db, training_class, now))
    return render_png(template, document_data(words, base=base, code=_NO_CODE, signed=_NOT_SIGNED), files=with_seal(files_beside(template), seal_bytes(storage, words)))[0]
