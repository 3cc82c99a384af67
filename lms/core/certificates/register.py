"""The register (证书登记册): every number that was given out in the class's sequence, void ones included, without a gap."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.certificates.chain import CHAIN
from lms.core.certificates.models import Certificate
from lms.core.certificates.verify import STATES
from lms.core.classes.models import TrainingClass
from lms.core.clock import local
from lms.core.documents.tables import Book, Column, Sheet
from lms.core.i18n import N_, translate
from lms.core.people.models import Person
from lms.core.seals.sealing import head_of, printed_head

# A number of the same sequence that another class gave out, and one that nobody has: there must be none of these.
ELSEWHERE, MISSING = "elsewhere", "missing"
WORDS = {**STATES, ELSEWHERE: N_("同一编号范围的其他培训班"), MISSING: N_("缺号")}


@dataclass(frozen=True)
class Line:
    """One number. Of another class's nothing but the serial is told.

    :param note: why it is void, and by which number it was replaced
    """

    serial: int
    state: str
    certificate: Certificate | None = None
    replaced_by: str = ""
    state_by: str = ""


def register_lines(db: Session, training_class: TrainingClass) -> list[Line]:
    """In order, from the first to the last serial of the class in each sequence that it uses. Three statements."""
    own = db.scalars(select(Certificate).where(Certificate.class_id == training_class.id)
                     .order_by(Certificate.scope, Certificate.serial)).all()
    taken_by = {c.replaces_id: c.number for c in own if c.replaces_id}
    people = dict(db.execute(select(Person.id, Person.name).where(Person.id.in_({c.state_by_id for c in own if c.state_by_id}))).all())
    scopes = {c.scope for c in own}
    given = {(row.scope, row.serial) for row in db.execute(select(Certificate.scope, Certificate.serial).where(Certificate.scope.in_(scopes)))}
    lines = []
    for scope in sorted(scopes):
        mine = {c.serial: c for c in own if c.scope == scope}
        first = min(mine) if scope.startswith("year:") else 1
        for serial in range(first, max(mine) + 1):
            c = mine.get(serial)
            state = c.state if c else ELSEWHERE if (scope, serial) in given else MISSING
            lines.append(Line(serial, state, c, taken_by.get(c.id, "") if c else "", people.get(c.state_by_id or 0, "") if c else ""))
    return lines


def remark(line: Line, locale: str) -> str:
    """Why a number is void."""
    if line.certificate is None or line.state not in ("replaced", "revoked"):
        return ""
    if line.state == "replaced":
        return translate(locale, N_("已被 {number} 替换：{reason}"), number=line.replaced_by, reason=line.certificate.state_reason)
    return line.certificate.state_reason


def register_book(lines: Sequence[Line], *, locale: str, zone: str, seal: str) -> Book:
    """The register as a workbook."""
    def word(text: str) -> str:
        return translate(locale, text)

    columns = [Column("serial", word(N_("序号")), "number"), Column("number", word(N_("证书编号")), width=26), Column("name", word(N_("姓名")), width=14),
               Column("gender", word(N_("性别")), width=6), Column("unit", word(N_("单位")), width=34), Column("class_title", word(N_("培训班")), width=34),
               Column("hours", word(N_("学时"))), Column("state", word(N_("状态"))), Column("issued_at", word(N_("发证时间")), "instant"),
               Column("state_at", word(N_("失效时间")), "instant"), Column("state_by", word(N_("经办人"))), Column("remark", word(N_("说明")), width=40),
               Column("sha256", word(N_("文件校验值（SHA-256）")), width=20)]
    return Book([Sheet(word(N_("证书登记册")), columns, [_row(line, locale) for line in lines], notes=[word(closing(lines)).format(**counts(lines)), *filter(None, [seal])],
                       frozen=2)], zone=zone, locale=locale)


def sealed(db: Session, *, locale: str, zone: str) -> str:
    """The head of the records of issuing as paper carries it, so that nobody can make the chain anew; empty before the
    first seal."""
    head = head_of(db, CHAIN)
    return "" if head is None else translate(locale, N_("发证记录封存至 {when}，第 {number} 次，链首 {head}"), number=head.number,
                                             when=f"{local(head.sealed_at, zone):%Y-%m-%d %H:%M}", head=printed_head(head.hash))


def _row(line: Line, locale: str) -> tuple[Any, ...]:
    state, c = translate(locale, WORDS[line.state]), line.certificate
    if c is None:
        return line.serial, "", "", "", "", "", "", state, None, None, "", "", ""
    words = c.snapshot
    return (line.serial, c.number, words["name"], words["gender"], words["unit"], words["class_title"], words["hours"], state, c.issued_at,
            c.state_at, line.state_by, remark(line, locale), c.pdf_sha256 or "")


def closing(lines: Sequence[Line]) -> str:
    """The sentence under the register, a message id to be filled from ``counts``."""
    if any(line.state == MISSING for line in lines):
        return N_("共 {total} 个编号，有 {missing} 个缺号，请报告系统管理员。")
    return N_("共 {total} 个编号，连续无缺号；有效 {valid}，作废 {revoked}，已替换 {replaced}。")


def counts(lines: Sequence[Line]) -> dict[str, int]:
    return {"total": len(lines), **{state: sum(line.state == state for line in lines) for state in ("valid", "revoked", "replaced", MISSING)}}


def register_data(lines: Sequence[Line], training_class: TrainingClass, *, locale: str, now: datetime, sample: bool, seal: str) -> dict[str, Any]:
    """What ``templates/print/register.typ`` prints."""
    def word(text: str, **data: Any) -> str:
        return translate(locale, text, **data)

    rows = []
    for line in lines:
        c = line.certificate
        words = c.snapshot if c else {"name": "", "unit": "", "date": ""}
        rows.append([str(line.serial), c.number if c else "", words["name"], words["unit"], words["date"], word(WORDS[line.state]), remark(line, locale)])
    return {"title": word(N_("证书登记册")), "class_title": training_class.title, "sample": sample, "rows": rows,
            "heads": [word(N_("序号")), word(N_("证书编号")), word(N_("姓名")), word(N_("单位")), word(N_("发证日期")), word(N_("状态")), word(N_("说明"))],
            "closing": word(closing(lines), **counts(lines)), "sealed": seal,
            "foot": word(N_("打印于 {when}"), when=f"{local(now, training_class.zone):%Y-%m-%d %H:%M}")}
