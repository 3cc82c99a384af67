"""What is put into an installation before a backup, and what is asked of it afterwards."""
from __future__ import annotations

from io import BytesIO

from lms.core.attendance.record import class_record
from lms.core.classes.models import TrainingClass
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.files.models import FileReference
from lms.core.files.service import keep, store_bytes
from lms.core.reports.attendance import attendance_book
from lms.site import Site


def add_file(site: Site, content: bytes, name: str) -> str:
    stored = store_bytes(site.storage, content, "application/octet-stream")
    with site.database.writing() as db:
        db.add(FileReference(file_id=keep(db, stored, now=site.clock.now()).id, owner_type="Test", owner_uid=name, name=name,
                             created_at=site.clock.now()))
    return stored.sha256


def export(site: Site) -> bytes:
    """The attendance of every class as the office files it."""
    out = BytesIO()
    with site.database.reading() as db:
        for made in db.query(TrainingClass).order_by(TrainingClass.id):
            write_xlsx(attendance_book(db, class_record(db, training_class=made, now=site.clock.now()), locale="zh_CN"), out)
    return out.getvalue()
