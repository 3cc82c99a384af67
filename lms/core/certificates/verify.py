"""Public verification: by the secret behind the QR, by number and name together, by the bytes of a file."""
from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.certificates.models import Certificate
from lms.core.certificates.numbers import number_key
from lms.core.errors import NotFound
from lms.core.i18n import N_
from lms.core.ids import digest
from lms.core.people.names import name_key

STATES = {"reserved": N_("正在制作"), "valid": N_("有效"), "replaced": N_("已被补发的证书替代"), "revoked": N_("已作废"),
          "expired": N_("已过期")}
# Of a snapshot: what is printed, in the order in which people compare it. Nothing else of it is shown to the public.
PRINTED = (("number", N_("证书编号")), ("name", N_("姓名")), ("gender", N_("性别")), ("unit", N_("单位")),
           ("class_title", N_("培训班")), ("starts", N_("开始日期")), ("ends", N_("结束日期")), ("hours", N_("学时")),
           ("result", N_("考核结果")), ("organiser", N_("主办单位")), ("date", N_("发证日期")))
# The code has neither of these digits; people read them where a letter stands.
_MISREAD = str.maketrans("01", "oi")


def printed(snapshot: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label (message id) and value of what is printed beside title, wording and notes; what is empty is left out."""
    return [(label, str(snapshot[key])) for key, label in PRINTED if snapshot.get(key)]


def by_code(db: Session, code: str) -> Certificate:
    """The certificate behind a QR, whatever its state. A code that was typed may have spaces and capitals.

    :raises NotFound: no certificate has this code
    """
    found = db.scalar(select(Certificate).where(Certificate.code_digest == digest(plain_code(code))))
    if found is None:
        raise NotFound("no_such_certificate", N_("没有查到这张证书。请核对二维码或网址是否完整；仍查不到的，请联系发证单位核实。"))
    return found


def replaced_by(db: Session, certificate: Certificate) -> str:
    """The number of the certificate that took this one's place; empty where none did."""
    if certificate.state != "replaced":
        return ""
    return db.scalar(select(Certificate.number).where(Certificate.replaces_id == certificate.id).order_by(Certificate.id.desc()).limit(1)) or ""


def plain_code(code: str) -> str:
    """A code as it is kept, from one that was scanned, typed or copied."""
    return "".join(c for c in code.lower() if c.isascii() and c.isalnum()).translate(_MISREAD)


def by_number(db: Session, number: str, name: str) -> Certificate:
    """The certificate with this number that was issued to this name; neither alone finds anything.

    :raises NotFound: nothing fits both; it is not told which of them is wrong
    """
    rows = db.scalars(select(Certificate).where(Certificate.number_key == number_key(number),
                                                Certificate.state != "reserved", Certificate.archived_at.is_(None))).all()
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
