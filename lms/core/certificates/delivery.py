"""Delivery: all valid certificates of a class as one archive, made in the job child: a file each, or merged for printing."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.certificates.models import Certificate
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.documents.pdf import render_pdf
from lms.core.documents.zip_write import safe_name, write_zip
from lms.core.errors import Conflict, Invalid
from lms.core.events import Events
from lms.core.files.models import FileReference
from lms.core.files.service import Stored, keep
from lms.core.i18n import N_
from lms.core.jobs.models import Job
from lms.core.jobs.service import Progress, Workplace, enqueue
from lms.core.registry import Registry
from lms.core.shipped import shipped

DELIVER = "certificates.deliver"
FORMS = {"each": N_("每人一个 PDF"), "unit": N_("每个单位合成一个 PDF"), "group": N_("每个组合成一个 PDF")}
OWNER = "CertificateDelivery"  # of the file references; the owner is the class
_STEP = 10  # certificates between two reports of progress
_CHUNK = 256 * 1024
_LONGEST = 190  # bytes of a file's name


def register(registry: Registry, events: Events) -> None:
    registry.add("job", DELIVER, deliver)


def ask_to_deliver(db: Session, *, training_class: TrainingClass, form: str, by_id: int, now: datetime) -> Job:
    """Ask for an archive. Asking again while it is being made gives the same job.

    :param form: one of ``FORMS``
    :raises Invalid: no such form
    :raises Conflict: there is no valid certificate
    """
    if form not in FORMS:
        raise Invalid("no_such_delivery", N_("没有这种打包方式，请从页面上选择。"))
    if db.scalar(select(Certificate.id).where(Certificate.class_id == training_class.id, Certificate.state == "valid").limit(1)) is None:
        raise _nothing()
    return enqueue(db, kind=DELIVER, arguments={"class": training_class.uid, "form": form, "by": by_id}, by_id=by_id, now=now,
                   class_id=training_class.id, key=f"{DELIVER}:{training_class.uid}:{form}")


def deliveries(db: Session, training_class: TrainingClass) -> Sequence[FileReference]:
    """The archives that may be taken, one of each form."""
    return db.scalars(select(FileReference).options(joinedload(FileReference.file)).where(
        FileReference.owner_type == OWNER, FileReference.owner_uid == training_class.uid).order_by(FileReference.id)).all()


def deliver(place: Workplace, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job. The archive takes the place of an earlier one of the same form."""
    with place.database.reading() as db:
        training_class = db.scalars(select(TrainingClass).where(TrainingClass.uid == arguments["class"])).one()
        found = [(c, group or "") for c, group in db.execute(
            select(Certificate, Group.name).join(Enrolment, Enrolment.id == Certificate.enrolment_id).outerjoin(Group, Group.id == Enrolment.group_id)
            .where(Certificate.class_id == training_class.id, Certificate.state == "valid").order_by(Certificate.scope, Certificate.serial))]
    if not found:
        raise _nothing()
    with TemporaryFile() as archive:  # on disk: of the certificates only those of one file are held in memory
        write_zip(archive, _entries(place, found, arguments["form"], progress))
        archive.seek(0)
        sha256, size = place.storage.put(iter(lambda: archive.read(_CHUNK), b""))
    with place.database.writing() as db:
        name = _archive_name(training_class.title, arguments["form"])
        _replace(db, training_class, Stored(sha256, size, "application/zip"), name, arguments["by"], place.clock.now())
    return {"count": len(found)}


def _entries(place: Workplace, found: list[tuple[Certificate, str]], form: str, progress: Progress) -> Iterator[tuple[str, bytes]]:
    total, done = len(found), 0
    progress.step(0, total)
    if form == "each":
        for certificate, _ in found:
            yield file_name(certificate.snapshot), _bytes(place, certificate)
            done += 1
            if done % _STEP == 0 or done == total:
                progress.step(done, total)
        return

    def key(item: tuple[Certificate, str]) -> str:
        return str(item[0].snapshot["unit"]) if form == "unit" else item[1]

    for label, part in groupby(sorted(found, key=key), key):
        certificates = [certificate for certificate, _ in part]
        yield safe_name(f"{label or '_'}.pdf"), _merged(place, certificates)
        done += len(certificates)
        progress.step(done, total)


def _merged(place: Workplace, certificates: Sequence[Certificate]) -> bytes:
    """One PDF with the very pages of the certificates, to be printed; each certificate of its own stays the original."""
    files = {f"{number}.pdf": _bytes(place, certificate) for number, certificate in enumerate(certificates)}
    labels = [{"name": name, "label": f"{c.snapshot['name']} {c.number}"} for name, c in zip(files, certificates, strict=True)]
    return render_pdf(shipped("templates") / "print" / "merged.typ", {"files": labels}, files=files, for_keeping=False)


def _bytes(place: Workplace, certificate: Certificate) -> bytes:
    assert certificate.pdf_sha256 is not None  # valid ones have their bytes
    with place.storage.open(certificate.pdf_sha256) as file:
        return file.read()


def _replace(db: Session, training_class: TrainingClass, stored: Stored, name: str, by_id: int, now: datetime) -> None:
    for older in deliveries(db, training_class):
        if older.name == name:
            db.delete(older)
    db.add(FileReference(file_id=keep(db, stored, now=now).id, owner_type=OWNER, owner_uid=training_class.uid, name=name,
                         created_by_id=by_id, created_at=now))


def _archive_name(title: str, form: str) -> str:
    return safe_name(f"{title[:120]}-{form}.zip")


def file_name(snapshot: Mapping[str, Any]) -> str:
    """The name that a certificate is saved under: unit, name and number, as an office files it. A long unit is cut, for
    without name and number nobody would find the file."""
    rest = "_".join(str(snapshot[key]) for key in ("name", "number")) + ".pdf"
    unit = str(snapshot["unit"]).encode()[:max(_LONGEST - len(rest.encode()), 0)].decode("utf-8", "ignore")
    return safe_name(f"{unit}_{rest}" if unit else rest)


def _nothing() -> Conflict:
    return Conflict("nothing_to_take_out", N_("还没有有效的证书可以下载。发证以后再来。"))
