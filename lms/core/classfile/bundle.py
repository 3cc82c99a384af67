"""报销附件包: one archive with the papers that a reimbursement asks for, and a checklist of what is missing or contradicts.

What must be there follows 财政部等《中央和国家机关培训费管理办法》财行〔2016〕540号: approval of the plan, announcement, list of
those who came with their signatures, receipts with the details, and for lectures who received what. Approval and receipts are
not kept in this system; the checklist names them as what the office adds. Made in the job child.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import partial
from io import BytesIO
from tempfile import TemporaryFile
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.attendance.record import plain_hours
from lms.core.certificates.register import register_data, sealed
from lms.core.classes.models import TrainingClass
from lms.core.classfile.catalogue import PAPERS, write_paper
from lms.core.classfile.checks import findings
from lms.core.classfile.facts import ClassFile, gather
from lms.core.classfile.findings import CONTRADICTION, MISSING, NOTE, Evidence, Finding, evidence
from lms.core.classfile.parts import columns, paper, titled
from lms.core.classfile.summary import figures
from lms.core.documents.document import Block, Document, Grid, Heading, Text
from lms.core.documents.pdf import render_pdf
from lms.core.documents.tables import Sheet
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.documents.zip_write import safe_name, write_zip
from lms.core.events import Events
from lms.core.files.models import FileReference
from lms.core.files.service import Stored, keep, store_bytes
from lms.core.files.storage import Storage
from lms.core.i18n import N_
from lms.core.jobs.models import Job
from lms.core.jobs.service import Progress, Workplace, enqueue
from lms.core.paperwork.sheet_files import pdf_data
from lms.core.paperwork.sheet_photos import photos_of
from lms.core.paperwork.sheets import printed_sheets, with_rows
from lms.core.registry import Registry
from lms.core.reports.attendance import attendance_book
from lms.core.reports.notice import notice_book, notice_days
from lms.core.shipped import shipped

BUNDLE = "classfile.bundle"
OWNER = "ClassBundle"  # of the file reference; the owner is the class
FINDINGS = "ClassBundleFindings"  # of the file that keeps what the checklist says: it names people, so it goes when the bundle goes
Maker = Callable[[], Iterator[tuple[str, bytes]]]
_CHUNK = 256 * 1024
# What goes in, and as which files; the numbers before the names keep the order of the checklist.
_PAPERS = (("announcement", ("docx",)), ("roster", ("pdf", "xlsx")), ("timetable", ("pdf",)), ("groups", ("pdf",)), ("fees", ("pdf", "xlsx")),
           ("marks", ("pdf",)), ("completion", ("pdf",)), ("summary", ("docx",)))
BY_HAND = (N_("培训计划的审批文件"), N_("印发的培训通知（盖章）"), N_("收款票据和费用明细（场地、住宿、伙食、交通、资料）"), N_("公务卡或转账凭证"),
           N_("讲课费签收单的签名原件"))
KINDS = {MISSING: N_("缺少"), CONTRADICTION: N_("矛盾"), NOTE: N_("提醒")}


def register(registry: Registry, events: Events) -> None:
    registry.add("job", BUNDLE, make_bundle)


def ask_for_bundle(db: Session, *, training_class: TrainingClass, locale: str, by_id: int, now: datetime) -> Job:
    """Ask for the bundle. Asking again while it is being made gives the same job."""
    return enqueue(db, kind=BUNDLE, arguments={"class": training_class.uid, "by": by_id, "locale": locale}, by_id=by_id, now=now,
                   class_id=training_class.id, key=f"{BUNDLE}:{training_class.uid}")


def latest_bundle(db: Session, training_class: TrainingClass) -> FileReference | None:
    """The bundle that may be taken."""
    return next(iter(_references(db, training_class.uid, OWNER)), None)


def latest_findings(db: Session, storage: Storage, training_class: TrainingClass) -> list[Finding]:
    """What the checklist of the last bundle says."""
    kept = _references(db, training_class.uid, FINDINGS)
    if not kept:
        return []
    with storage.open(kept[-1].file.sha256) as file:
        return [Finding(**finding) for finding in json.load(file)]


def make_bundle(place: Workplace, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job. The archive takes the place of the one before it."""
    now = place.clock.now()
    with place.database.reading() as db, TemporaryFile() as archive:
        training_class = db.scalars(select(TrainingClass).where(TrainingClass.uid == arguments["class"])).one()
        file = gather(db, training_class, now=now, locale=arguments["locale"], grace=timedelta(seconds=place.settings.answer_grace),
                      sample=place.settings.demo)
        read = evidence(file)
        found = findings(read)
        names = write_zip(archive, _entries(place, file, read, found, progress))
        archive.seek(0)
        sha256, size = place.storage.put(iter(lambda: archive.read(_CHUNK), b""))
        name = safe_name(f"{training_class.title[:120]}-{file.word(N_('报销附件包'))}.zip")
    told = store_bytes(place.storage, json.dumps([asdict(f) for f in found], ensure_ascii=False).encode(), "application/json")
    with place.database.writing() as db:
        for owner, stored in ((OWNER, Stored(sha256, size, "application/zip")), (FINDINGS, told)):
            _replace(db, owner, arguments["class"], stored, name, arguments["by"], now)
    return {"files": len(names), **{kind: sum(f.kind == kind for f in found) for kind in KINDS}}


def checklist(file: ClassFile, found: Sequence[Finding], files: Sequence[str]) -> Document:
    """核对清单: what is in the bundle, what is missing, what contradicts, what the office adds, and the figures that all must share."""
    sums = figures(file)
    heads = columns(file, ("number", N_("序号"), "number", 6), ("kind", N_("类别"), "text", 8), ("what", N_("内容"), "text", 70),
                    ("done", N_("处理情况"), "text", 20))
    rows = [(n, file.word(KINDS[f.kind]), file.word(f.sentence, **f.data), None) for n, f in enumerate(found, start=1)]
    blocks: list[Block] = [
        Text(file.word(N_("在册 {people} 人，{units} 个单位；课次 {sessions} 个，{hours} 学时；实得学时合计 {earned}，出勤率 {share}。"),
                       people=sums.people, units=sums.units, sessions=len(file.held), hours=plain_hours(sum(s.credit_hours for s in file.held)),
                       earned=plain_hours(sums.earned), share=f"{sums.share:.1%}")),
        Heading(file.word(N_("一、缺少的和矛盾的")))]
    blocks.append(Grid(Sheet(file.word(N_("缺少的和矛盾的")), heads, rows)) if rows else Text(file.word(N_("没有发现缺少的材料和矛盾的地方。"))))
    blocks += [Heading(file.word(N_("二、包里有的"))),
               Grid(Sheet(file.word(N_("包里有的")), columns(file, ("number", N_("序号"), "number", 6), ("file", N_("文件"), "text", 70)),
                          list(enumerate(files, start=1)))),
               Heading(file.word(N_("三、系统里没有、请自行附上的")))]
    return paper(file, titled(file, N_("报销附件核对清单")), [*blocks, *(Text(file.word(N_("□ {what}"), what=file.word(what)), "left") for what in BY_HAND)])


def _entries(place: Workplace, file: ClassFile, read: Evidence, found: Sequence[Finding], progress: Progress) -> Iterator[tuple[str, bytes]]:
    total, names = len(_PAPERS) + 4, list[str]()
    makers: list[Maker] = [*(partial(_papers, file, *p) for p in _PAPERS), partial(_sheets, place, file), partial(_tables, file),
                           partial(_register, file, read)]
    for done, make in enumerate(makers):
        progress.step(done, total)
        for name, data in make():
            names.append(name)
            yield f"{done + 1:02} {name}", data
    progress.step(total - 1, total)
    document = checklist(file, found, names)
    for ending in ("pdf", "docx"):
        yield f"00 {file.word(N_('核对清单'))}.{ending}", write_paper(document, ending, file=file)


def _papers(file: ClassFile, code: str, endings: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    document = PAPERS[code].build(file)
    for ending in endings:
        yield f"{file.word(PAPERS[code].title)}.{ending}", write_paper(document, ending, file=file)


def _sheets(place: Workplace, file: ClassFile) -> Iterator[tuple[str, bytes]]:
    """The sheets as they were printed, and the photographs of those that came back."""
    printed = printed_sheets(file.db, file.training_class)
    if not printed:
        return
    sheets, word = with_rows(file.db, [s.id for s in printed]), file.word(N_("签到表"))
    data = pdf_data(file.training_class, sheets, locale=file.locale)
    yield f"{word}.pdf", render_pdf(shipped("templates") / "print" / "sign_in.typ", data, created=file.now)
    for sheet in sheets:
        for photo in photos_of(file.db, sheet):
            with place.storage.open(photo.file.sha256) as stored:
                yield f"{word}/{sheet.session.day:%m%d} {photo.name}", stored.read()


def _tables(file: ClassFile) -> Iterator[tuple[str, bytes]]:
    """The attendance table and the daily notice, as they are exported anywhere else."""
    for title, book in ((N_("考勤表"), attendance_book(file.db, file.record, locale=file.locale)),
                        (N_("考勤公示"), notice_book(file.record, notice_days(file.record), file.group_names, locale=file.locale))):
        out = BytesIO()
        write_xlsx(book, out)
        yield f"{file.word(title)}.xlsx", out.getvalue()


def _register(file: ClassFile, read: Evidence) -> Iterator[tuple[str, bytes]]:
    if read.register:
        data = register_data(read.register, file.training_class, locale=file.locale, now=file.now, sample=file.sample,
                             seal=sealed(file.db, locale=file.locale, zone=file.training_class.zone))
        yield f"{file.word(N_('证书登记册'))}.pdf", render_pdf(shipped("templates") / "print" / "register.typ", data, created=file.now)


def _references(db: Session, class_uid: str, owner: str) -> Sequence[FileReference]:
    return db.scalars(select(FileReference).options(joinedload(FileReference.file)).where(
        FileReference.owner_type == owner, FileReference.owner_uid == class_uid).order_by(FileReference.id)).all()


def _replace(db: Session, owner: str, class_uid: str, stored: Stored, name: str, by_id: int, now: datetime) -> None:
    for older in _references(db, class_uid, owner):
        db.delete(older)
    db.add(FileReference(file_id=keep(db, stored, now=now).id, owner_type=owner, owner_uid=class_uid, name=name, created_by_id=by_id,
                         created_at=now))
