"""How far each paper of a class is: what it would hold now, in one line. One statement for all of them."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.attendance.models import Vehicle, VehicleSeat
from lms.core.certificates.models import Certificate
from lms.core.classes.models import ClassSession, Enrolment, TrainingClass
from lms.core.classfile.fees import TAUGHT
from lms.core.i18n import N_
from lms.core.leave.models import LeaveRequest
from lms.core.paperwork.models import SheetSession, SignInSheet
from lms.core.quizzes.models import Attempt, Paper
from lms.core.surveys.models import Survey, SurveyBox


@dataclass(frozen=True)
class PaperState:
    """*kind*: ``ok`` it is whole, ``warn`` something is missing, ``off`` there is nothing to put into it yet.

    :param sentence: message id, filled from *data*
    """

    kind: str
    sentence: str
    data: dict[str, int]


def paper_states(db: Session, training_class: TrainingClass) -> dict[str, PaperState]:
    """By the code of the paper, also of those that have a page of their own (``sheets`` ``leave`` ``register``)."""
    n = _counts(db, training_class.id)
    people, sessions = n["people"], n["sessions"]

    def state(whole: bool, sentence: str, none: str = "", empty: bool = False) -> PaperState:
        return PaperState("off", none, n) if empty else PaperState("ok" if whole else "warn", sentence, n)

    nobody, nothing = N_("名册还是空的"), N_("还没有课次")
    return {
        "announcement": state(True, N_("草稿，含 {sessions} 个课次"), nothing, not sessions),
        "roster": state(True, N_("{people} 人"), nobody, not people),
        "timetable": state(True, N_("{sessions} 个课次"), nothing, not sessions),
        "groups": state(not n["without_group"] and (not n["vehicles"] or n["seated"] >= people),
                        N_("未分组 {without_group} 人，已安排乘车 {seated} 人"), nobody, not people),
        "sheets": state(n["keyed"] == n["counted"], N_("{counted} 个要考勤的课次，{printed} 个打印过签到表，{keyed} 个已录入"), nothing, not n["counted"]),
        "leave": state(not n["undecided"], N_("{leave} 份，{undecided} 份还没有审批"), N_("没有人请假"), not n["leave"]),
        "attendance": state(True, N_("{people} 人，{counted} 个课次"), nobody, not people or not n["counted"]),
        "marks": state(n["marked"] > 0, N_("{papers} 份试卷，{marked} 人次有成绩"), N_("还没有发布试卷"), not n["papers"]),
        "completion": state(True, N_("按现在的记录判定，已发证 {certificates} 份"), nobody, not people),
        "register": state(True, N_("{certificates} 份有效"), N_("还没有发证"), not n["certificates"]),
        "letters": state(True, N_("{units} 个单位，每个单位一页"), nobody, not people),
        "fees": state(n["taught"] == n["with_lecturer"], N_("{taught} 个授课课次，{with_lecturer} 个填了授课人"), nothing, not n["taught"]),
        "satisfaction": state(n["released"] == n["surveys"], N_("{surveys} 次评价，{released} 次够公布结果"), N_("没有进行满意度评价"), not n["surveys"]),
        "summary": state(True, N_("草稿，数字和图按现在的记录"), nobody, not people),
    }


def _counts(db: Session, class_id: int) -> dict[str, int]:
    here, e, s = ClassSession.class_id == class_id, Enrolment, ClassSession
    enrolled, held = (e.class_id == class_id) & (e.state == "enrolled"), here & s.cancelled.is_(False)
    sheets = select(func.count(SheetSession.session_id.distinct())).join(SignInSheet, SignInSheet.id == SheetSession.sheet_id).join(
        s, s.id == SheetSession.session_id).where(SignInSheet.class_id == class_id, s.cancelled.is_(False), s.counts)
    wanted: dict[str, Any] = {
        "people": select(func.count(e.id)).where(enrolled),
        "units": select(func.count(e.unit_name.distinct())).where(enrolled),
        "without_group": select(func.count(e.id)).where(enrolled, e.group_id.is_(None)),
        "sessions": select(func.count(s.id)).where(held),
        "counted": select(func.count(s.id)).where(held, s.counts),
        "taught": select(func.count(s.id)).where(held, s.kind.in_(TAUGHT), s.credit_hours > 0),
        "with_lecturer": select(func.count(s.id)).where(held, s.kind.in_(TAUGHT), s.credit_hours > 0, s.lecturer != ""),
        "vehicles": select(func.count(Vehicle.id)).where(Vehicle.class_id == class_id),
        "seated": select(func.count(VehicleSeat.id)).join(Vehicle, Vehicle.id == VehicleSeat.vehicle_id).where(Vehicle.class_id == class_id),
        "printed": sheets,
        "keyed": sheets.where(SignInSheet.keyed_at.is_not(None)),
        "leave": select(func.count(LeaveRequest.id)).where(LeaveRequest.class_id == class_id),
        "undecided": select(func.count(LeaveRequest.id)).where(LeaveRequest.class_id == class_id, LeaveRequest.state == "asked"),
        "papers": select(func.count(Paper.id)).where(Paper.class_id == class_id, Paper.state != "draft"),
        "marked": select(func.count(Attempt.id)).join(Paper, Paper.id == Attempt.paper_id).where(Paper.class_id == class_id, Attempt.mark.is_not(None)),
        "surveys": select(func.count(Survey.id)).where(Survey.class_id == class_id, Survey.state != "draft"),
        "released": select(func.count(SurveyBox.id)).join(Survey, Survey.id == SurveyBox.survey_id).where(
            Survey.class_id == class_id, Survey.state != "draft", SurveyBox.shown["count"].as_integer() > 0),
        "certificates": select(func.count(Certificate.id)).where(Certificate.class_id == class_id, Certificate.state == "valid"),
    }
    row = db.execute(select(*(query.scalar_subquery().label(name) for name, query in wanted.items()))).one()
    return dict(zip(wanted, row, strict=True))
