"""Public verification: by the secret behind the QR, by number and name together, by the bytes of a file."""
from __future__ import annotations

import hashlib

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.certificates.models import Certificate
from lms.core.errors import NotFound
from lms.core.i18n import N_
from lms.core.ids import digest
from lms.core.people.names import name_key

STATES = {"reserved": N_("正在制作"), "valid": N_("有效"), "replaced": N_("已被补发的证书替代"), "revoked": N_("已作废"),
          "expired": N_("已过期")}


def by_code(db: Session, code: str) -> Certificate:
    """The certificate behind a QR, whatever its state.

    :raises NotFound: no certificate has this code
    """
    found = db.scalar(select(Certificate).where(Certificate.code_digest == digest(code.strip().lower())))
    if found is None:
        raise NotFound("no_such_certificate", N_("没有查到这张证书。请核对二维码或网址是否完整；仍查不到的，请联系发证单位核实。"))
    return found


def by_number(db: Session, number: str, name: str) -> Certificate:
    """The certificate with this number that was issued to this name; neither alone finds anything.

    :raises NotFound: nothing fits both; it is not told which of them is wrong
    """
    rows = db.scalars(select(Certificate).where(Certificate.number == number.strip())).all()
    for certificate in rows:
        if name_key(str(certificate.snapshot["name"])) == name_key(name):
            return certificate
    raise NotFound("no_such_certificate", N_("没有查到编号和姓名都相符的证书。请按证书上的写法核对；仍查不到的，请联系发证单位核实。"))


def by_file(db: Session, data: bytes) -> Certificate:
    """The certificate that these very bytes are.

    :raises NotFound: no certificate was issued with these bytes; one changed bit is enough
    """
    found = db.scalar(select(Certificate).where(Certificate.pdf_sha256 == hashlib.sha256(data).hexdigest()))
    if found is None:
        raise NotFound("file_not_issued", N_("这个文件不是本系统发出的证书原件，或者内容被改动过。请扫描证书上的二维码核对。"))
    return found
