"""Everything that is kept about one person, as a workbook for that person (个人信息保护法 第 45 条)."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.status import METHODS
from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.audit.words import word_for
from lms.core.certificates.models import Certificate
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classes.rules import LEAVE_KINDS
from lms.core.documents.tables import Book, Column, Sheet
from lms.core.hours.models import CreditEntry
from lms.core.i18n import N_, translate
from lms.core.learning.models import ModuleProgress
from lms.core.leave.models import LeaveRequest
from lms.core.notices.models import Notice
from lms.core.notices.own import sentence
from lms.core.people.merged import own_ids
from lms.core.people.models import Affiliation, LoginSession, Person, Unit
from lms.core.privacy.corrections import FIELDS as CORRECTABLE
from lms.core.privacy.corrections import STATES as ANSWERS
from lms.core.privacy.models import CorrectionRequest
from lms.core.quizzes.models import Attempt, Paper

_KINDS = {"in": N_("签到"), "out": N_("签退"), "status": N_("更正"), "check": N_("抽点"), "void": N_("作废"), "confirm": N_("核对后计入")}
Headings = Sequence[tuple[str, str]]  # heading (message id), kind of column


def my_data(db: Session, person: Person, *, locale: str, zone: str) -> Book:
    """One sheet for each kind of record. Answers are counted here and read on the pages of the papers."""
    def sheet(name: str, headings: Headings, rows: Sequence[Sequence[Any]]) -> Sheet:
        columns = [Column(str(n), translate(locale, title), kind=kind) for n, (title, kind) in enumerate(headings)]  # type: ignore[arg-type]
        return Sheet(translate(locale, name), columns, rows)

    def word(words: Any, code: str) -> str:
        return translate(locale, words.get(code) or code)

    found = {name: db.execute(query).all() for name, query in _queries(person.id).items()}
    return Book([
        sheet(N_("资料"), [(N_("项目"), "text"), (N_("内容"), "text")], _profile(person, locale)),
        sheet(N_("单位和职务"), [(N_("单位"), "text"), (N_("职务"), "text"), (N_("从"), "date"), (N_("到"), "date")], found["units"]),
        sheet(N_("培训班"), [(N_("培训班"), "text"), (N_("姓名"), "text"), (N_("单位"), "text"), (N_("职务"), "text"), (N_("备注"), "text"), (N_("登记时间"), "instant")], found["classes"]),
        sheet(N_("考勤"), [(N_("培训班"), "text"), (N_("课次"), "text"), (N_("事项"), "text"), (N_("方式"), "text"), (N_("时间"), "instant"), (N_("原因"), "text")],
              [(r[0], r[1], word(_KINDS, r[2]), word(METHODS, r[3]), r[4], r[5]) for r in found["attendance"]]),
        sheet(N_("请假"), [(N_("类别"), "text"), (N_("原因"), "text"), (N_("提交时间"), "instant"), (N_("意见"), "text")],
              [(word(LEAVE_KINDS, r[0]), r[1], r[2], r[3]) for r in found["leave"]]),
        sheet(N_("学习"), [(N_("模块"), "text"), (N_("首次打开"), "instant"), (N_("最近"), "instant"), (N_("学习秒数"), "number")], found["learning"]),
        sheet(N_("成绩"), [(N_("试卷"), "text"), (N_("次数"), "number"), (N_("开始时间"), "instant"), (N_("交卷时间"), "instant"), (N_("分值"), "number")],
              [(*r[:4], None if r[4] is None else r[4] / 1000) for r in found["attempts"]]),
        sheet(N_("证书"), [(N_("编号"), "text"), (N_("状态"), "text"), (N_("发证时间"), "instant")], found["certificates"]),
        sheet(N_("学时"), [(N_("年份"), "number"), (N_("名称"), "text"), (N_("学时"), "number")], [(r[0], r[1], r[2] / 100) for r in found["hours"]]),
        sheet(N_("更正申请"), [(N_("项目"), "text"), (N_("应该是"), "text"), (N_("说明"), "text"), (N_("提交时间"), "instant"), (N_("结果"), "text"), (N_("答复"), "text")],
              [(word(CORRECTABLE, r[0]), *r[1:4], word(ANSWERS, r[4]), r[5]) for r in found["corrections"]]),
        sheet(N_("消息"), [(N_("时间"), "instant"), (N_("内容"), "text"), (N_("读过的时间"), "instant")],
              [(r[0], sentence(r[1], r[2], locale), r[3]) for r in found["notices"]]),
        sheet(N_("登录"), [(N_("方式"), "text"), (N_("登录时间"), "instant"), (N_("有效到"), "instant")], found["logins"]),
        sheet(N_("日志"), [(N_("时间"), "instant"), (N_("操作"), "text"), (N_("网络地址"), "text"), (N_("浏览器"), "text")],
              [(r[0], translate(locale, word_for(r[1])), r[2], r[3]) for r in found["log"]]),
    ], zone=zone, locale=locale)


def _profile(person: Person, locale: str) -> list[tuple[str, str]]:
    facts = ((N_("姓名"), person.name), (N_("拼音"), person.pinyin), (N_("性别"), person.gender), (N_("民族"), person.ethnic_group),
             (N_("政治面貌"), person.political_affiliation), (N_("手机号"), person.phone or ""))
    return [(translate(locale, title), value) for title, value in facts]


def _queries(person_id: int) -> dict[str, Any]:
    return {
        "units": select(Unit.name, Affiliation.position, Affiliation.starts_on, Affiliation.ends_on).join(Unit, Unit.id == Affiliation.unit_id)
        .where(Affiliation.person_id == person_id).order_by(Affiliation.id),
        "classes": select(TrainingClass.title, Enrolment.name, Enrolment.unit_name, Enrolment.position, Enrolment.note, Enrolment.created_at)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id).where(Enrolment.person_id == person_id).order_by(Enrolment.id),
        "attendance": select(TrainingClass.title, ClassSession.title, AttendanceEvent.kind, AttendanceEvent.method, AttendanceEvent.at, AttendanceEvent.reason)
        .join(ClassSession, ClassSession.id == AttendanceEvent.session_id).join(TrainingClass, TrainingClass.id == AttendanceEvent.class_id)
        .where(AttendanceEvent.person_id == person_id).order_by(AttendanceEvent.id),
        "leave": select(LeaveRequest.kind, LeaveRequest.reason, LeaveRequest.asked_at, LeaveRequest.note)
        .where(LeaveRequest.person_id == person_id).order_by(LeaveRequest.id),
        "learning": select(ModuleProgress.module_slug, ModuleProgress.opened_at, ModuleProgress.last_at, ModuleProgress.seconds)
        .where(ModuleProgress.person_id == person_id).order_by(ModuleProgress.id),
        "attempts": select(Paper.title, Attempt.number, Attempt.started_at, Attempt.submitted_at, Attempt.mark)
        .join(Paper, Paper.id == Attempt.paper_id).where(Attempt.person_id == person_id).order_by(Attempt.id),
        "certificates": select(Certificate.number, Certificate.state, Certificate.issued_at)
        .where(Certificate.person_id == person_id, Certificate.state != "reserved").order_by(Certificate.id),
        "hours": select(CreditEntry.year, CreditEntry.title, CreditEntry.hours).where(CreditEntry.person_id == person_id).order_by(CreditEntry.id),
        "corrections": select(CorrectionRequest.field, CorrectionRequest.wanted, CorrectionRequest.text, CorrectionRequest.asked_at, CorrectionRequest.state,
                              CorrectionRequest.answer).where(CorrectionRequest.person_id == person_id).order_by(CorrectionRequest.id),
        "notices": select(Notice.at, Notice.kind, Notice.data, Notice.read_at).where(Notice.person_id.in_(own_ids(person_id))).order_by(Notice.id),
        "logins": select(LoginSession.method, LoginSession.created_at, LoginSession.expires_at)
        .where(LoginSession.person_id == person_id).order_by(LoginSession.id),
        "log": select(AuditEntry.at, AuditEntry.action, AuditDetail.address, AuditDetail.agent).outerjoin(AuditDetail, AuditDetail.entry_id == AuditEntry.id)
        .where(AuditEntry.actor_id == person_id).order_by(AuditEntry.id),
    }


def file_name(person: Person, locale: str, day: datetime) -> str:
    """The name that the workbook is saved under."""
    return translate(locale, N_("{name}-我的数据-{day}"), name=person.name, day=f"{day:%Y%m%d}")
