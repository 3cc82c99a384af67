"""What the links of the chain cannot say by themselves: that no serial is missing, and that the files are the files."""
from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.certificates.models import Certificate, NumberSequence
from lms.core.files.models import StoredFile
from lms.core.i18n import N_
from lms.core.seals.faults import ChainFault
from lms.core.seals.links import OpensFiles


def serial_faults(db: Session) -> Iterator[ChainFault]:
    """Serials run from 1 to the counter of each scope, without a gap."""
    used = {scope: (count, most) for scope, count, most in db.execute(
        select(Certificate.scope, func.count(), func.max(Certificate.serial)).group_by(Certificate.scope))}
    counters = dict(db.execute(select(NumberSequence.scope, NumberSequence.last)).all())
    for scope in sorted(used.keys() | counters.keys()):
        (count, most), last = used.get(scope, (0, 0)), counters.get(scope, 0)
        if not count == most == last:
            yield ChainFault("serials_wrong", N_("编号范围 {scope}：计数到 {last}，登记的有 {count} 个，最大 {most}；有编号被删除，或计数被改动。"),
                             {"scope": scope, "last": last, "count": count, "most": most})


def file_faults(db: Session, storage: OpensFiles) -> Iterator[ChainFault]:
    """Every file that is kept has the bytes that were issued."""
    for number in db.scalars(select(Certificate.number).where(Certificate.issued_at.is_not(None), Certificate.archived_at.is_(None),
                                                              Certificate.file_id.is_(None)).order_by(Certificate.id)):
        yield ChainFault("file_missing", N_("{number}：证书文件不见了，请从备份里取回。"), {"number": number})
    rows = db.execute(select(Certificate.number, Certificate.pdf_sha256, StoredFile.sha256)
                      .join(StoredFile, StoredFile.id == Certificate.file_id).order_by(Certificate.id).execution_options(yield_per=500))
    for number, issued, kept in rows:
        if issued != kept:
            yield ChainFault("file_swapped", N_("{number}：登记的文件不是发证时的文件。"), {"number": number})
            continue
        try:
            with storage.open(kept) as file:
                found = hashlib.sha256(file.read()).hexdigest()
        except OSError:
            yield ChainFault("file_missing", N_("{number}：证书文件不见了，请从备份里取回。"), {"number": number})
            continue
        if found != kept:
            yield ChainFault("file_changed", N_("{number}：证书文件被改动过，请从备份里取回。"), {"number": number})
