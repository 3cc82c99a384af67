"""The rules of a class: declared here with type, default, unit and meaning; local rules differ, so each is a choice.

``TrainingClass.rules`` keeps only what differs from these defaults, so that a class says by itself what is special
about it. How values are typed and shown is in ``rule_values``.
"""
from __future__ import annotations

from dataclasses import dataclass, field, fields
from fractions import Fraction
from typing import Any, Literal, Protocol

from lms.core.errors import Invalid
from lms.core.i18n import N_

# How a value is stored: minutes and counts as integers, hours and days in 1/100, shares in 1/1000, a fraction as "1/7".
Kind = Literal["minutes", "hours", "days", "percent", "fraction", "flag", "choice", "choices", "text"]

LEAVE_KINDS = {"personal_leave": N_("事假"), "sick_leave": N_("病假"), "official_leave": N_("公假")}
LEAVE_LIMITS = {"fraction": N_("不超过总学时的一个比例"), "days": N_("不超过若干天"), "none": N_("不限")}
SHARES = {"hours": N_("按学时算"), "sessions": N_("按课次算")}
OUTSTANDING = {"none": N_("不评"), "score": N_("按考试成绩"), "choice": N_("由人评选")}
EARLY_MEANINGS = {"left_early": N_("记早退，学时照计"), "absent": N_("按缺勤计，不计学时")}
CONSEQUENCES = {"fail": N_("不能结业"), "warn": N_("只提醒，不影响结业")}
LEAVE_APPROVERS = {"officer": N_("教务人员或管理员"), "administrator": N_("管理员")}
ISSUING_PEOPLE = {"one": N_("一人核对后发出"), "two": N_("一人提出，另一人确认后发出")}
SERIAL_SCOPES = {"class": N_("每个培训班从 1 编起"), "year": N_("同一年度连续编号")}
SECTIONS = {"attendance": N_("签到与考勤"), "hours": N_("学时"), "leave": N_("请假"), "completion": N_("结业条件"),
            "certificate": N_("证书")}
# What may stand in braces in the wording and in the number of a certificate.
WORDING_FIELDS = ("name", "gender", "unit", "position", "class_title", "starts", "ends", "hours", "organiser")
NUMBER_FIELDS = ("year", "serial", "intake")


@dataclass(frozen=True)
class Rule:
    """One declared rule. *meaning*, *unit* and *hint* are message ids; *choices* maps a value to one."""

    name: str
    section: str
    kind: Kind
    default: Any
    meaning: str
    unit: str = ""
    hint: str = ""
    choices: dict[str, str] | None = None
    least: int = 0
    most: int = 1440


def _rule(section: str, kind: Kind, default: Any, meaning: str, **more: Any) -> Any:
    return field(default=default, metadata={"section": section, "kind": kind, "meaning": meaning, **more})


@dataclass(frozen=True)
class ClassRules:
    """The rules in force in one class: its own where it has one, else the defaults."""

    opens_before: int = _rule("attendance", "minutes", 30, N_("签到在上课前多少分钟开放"), unit=N_("分钟"))
    scan_early: int = _rule("attendance", "minutes", 15, N_("开放前多少分钟以内扫码可以先等着"), unit=N_("分钟"),
                            hint=N_("扫码后的页面会等到开放，再点一下就完成，按开放的时刻计。"))
    closes_after: int = _rule("attendance", "minutes", 0, N_("签到和签退在下课后多少分钟关闭"), unit=N_("分钟"))
    late_after: int = _rule("attendance", "minutes", 10, N_("上课多少分钟以后签到算迟到"), unit=N_("分钟"))
    absent_after: int = _rule("attendance", "minutes", 30, N_("上课多少分钟以后签到算缺勤"), unit=N_("分钟"))
    sign_out_counts: bool = _rule("attendance", "flag", False, N_("签退计入考勤"),
                                  hint=N_("勾选后，要求签退的课次没有签退记录按早退计。"))
    early_before: int = _rule("attendance", "minutes", 15, N_("下课前多少分钟以上离开算早退"), unit=N_("分钟"))

    early_means: str = _rule("attendance", "choice", "left_early", N_("早退怎样计"), choices=EARLY_MEANINGS)

    half_day_hours: int = _rule("hours", "hours", 400, N_("半天折合的学时"), unit=N_("学时"), most=1200)
    day_hours: int = _rule("hours", "hours", 800, N_("一天折合的学时"), unit=N_("学时"), most=2400)
    lesson_minutes: int = _rule("hours", "minutes", 40, N_("讲课 1 学时至少多少分钟"), unit=N_("分钟"), least=1, most=120,
                                hint=N_("讲课费签收单用：课次的时间放不下这么多学时，就按放得下的计。"))
    fee_half_day: int = _rule("hours", "hours", 400, N_("讲课费每人每半天最多计几个学时"), unit=N_("学时"), most=1200,
                              hint=N_("财政部门的规定一般是 4；讲课费签收单按实际授课学时计，不超过这个数。"))
    online_hours: bool = _rule("hours", "flag", False, N_("学完的网上课程另计网络学时"),
                               hint=N_("按学时规则把模块的分钟数折算成网络学时；同一门课在几个班里都上，只计一次。"))

    leave_limit: str = _rule("leave", "choice", "fraction", N_("请假上限的算法"), choices=LEAVE_LIMITS)
    leave_fraction: Fraction = _rule("leave", "fraction", Fraction(1, 7), N_("请假不超过总学时的几分之几"),
                                     hint=N_("按分数比较，例如 1/7。24 学时的 1/7 是 3.43 学时，请假半天就已超过。"))
    leave_days: int = _rule("leave", "days", 100, N_("请假不超过几天"), unit=N_("天"), most=10_000)
    leave_kinds: tuple[str, ...] = _rule("leave", "choices", ("personal_leave", "sick_leave"),
                                         N_("计入请假上限的类别"), choices=LEAVE_KINDS)

    leave_consequence: str = _rule("leave", "choice", "fail", N_("请假超过上限的后果"), choices=CONSEQUENCES)
    leave_teacher: int = _rule("leave", "minutes", 1, N_("班主任可以批准的请假不超过几个半天"), unit=N_("半天"), most=100,
                               hint=N_("连同已批准的一起算；更长的由下面一项规定的人批准。填 0 则班主任不能批准。"))
    leave_beyond: str = _rule("leave", "choice", "officer", N_("更长的请假由谁批准"), choices=LEAVE_APPROVERS)

    required_share: int = _rule("completion", "percent", 800, N_("出勤学时至少占总学时的比例"), unit="%", most=1000)
    share_of: str = _rule("completion", "choice", "hours", N_("上一项按什么算"), choices=SHARES)
    share_consequence: str = _rule("completion", "choice", "fail", N_("出勤学时不够的后果"), choices=CONSEQUENCES)
    courses_required: bool = _rule("completion", "flag", True, N_("必修课程须全部学完"))
    exam_required: bool = _rule("completion", "flag", True, N_("考试须及格"))
    exam_mark: int = _rule("completion", "percent", 0, N_("考试至少得满分的百分之几"), unit="%", most=1000, hint=N_("填 0 则按各试卷自己的及格线。"))
    quizzes_required: bool = _rule("completion", "flag", False, N_("已发布的测验也须及格"))
    approval_required: bool = _rule("completion", "flag", False, N_("须经班主任或工作人员审批"))
    outstanding: str = _rule("completion", "choice", "none", N_("优秀学员怎样评"), choices=OUTSTANDING)
    outstanding_mark: int = _rule("completion", "percent", 900, N_("按考试成绩的，每场至少得满分的百分之几"), unit="%", most=1000)
    outstanding_most: int = _rule("completion", "percent", 200, N_("由人评选的，不超过全班的百分之几"), unit="%", most=1000)

    certificate_number: str = _rule(
        "certificate", "text", "培结〔{year}〕第{serial:03}号", N_("证书编号的格式"), most=80,
        hint=N_("花括号里可用 year（年）、serial（序号，:03 表示三位）、intake（期次）。"))
    serial_scope: str = _rule("certificate", "choice", "class", N_("编号范围"), choices=SERIAL_SCOPES)
    certificate_title: str = _rule("certificate", "text", "结业证书", N_("证书名称"), most=40)
    certificate_wording: str = _rule(
        "certificate", "text",
        "于{starts}至{ends}参加{class_title}，完成规定的{hours}学时，考核合格，准予结业。",
        N_("证书正文（印在“××同志”之后）"), most=400,
        hint=N_("花括号里可用 name gender unit position class_title starts ends hours organiser，发证时换成实际内容。"))
    certificate_template: str = _rule("certificate", "text", "landscape", N_("证书版式"), most=40,
                                      hint=N_("landscape 是横式，portrait 是竖式；其他的见“证书版式”页。"))

    certificate_years: int = _rule("certificate", "minutes", 0, N_("证书有效几年"), unit=N_("年"), most=100,
                                   hint=N_("填 0 为长期有效。有期限的，证书上印有效期，过期后查验显示“已过期”。"))
    issuing_people: str = _rule("certificate", "choice", "one", N_("发证由几个人办理"), choices=ISSUING_PEOPLE)

    def leave_allowed(self, total: int) -> Fraction | None:
        """How much leave is within the limit, in 1/100 credit hours; None without a limit.

        :param total: all credit hours of the class, in 1/100
        """
        if self.leave_limit == "none":
            return None
        if self.leave_limit == "days":
            return Fraction(self.leave_days * self.day_hours, 100)
        return total * self.leave_fraction


RULES: tuple[Rule, ...] = tuple(Rule(name=f.name, default=f.default, **f.metadata) for f in fields(ClassRules))
RULE = {rule.name: rule for rule in RULES}


class HasRules(Protocol):
    """A training class, as far as rules go."""

    rules: dict[str, Any]


def rules_of(training_class: HasRules) -> ClassRules:
    """The rules in force in *training_class*."""
    return make_rules(training_class.rules or {})


def make_rules(stored: dict[str, Any]) -> ClassRules:
    """The defaults with what a class stores laid over them.

    :raises Invalid: *stored* names a rule that this program does not know
    """
    for name in stored:
        if name not in RULE:
            raise Invalid("unknown_rule", N_("没有名为 {name} 的班级规则。"), name=name)
    return ClassRules(**{name: _live(RULE[name], value) for name, value in stored.items()})


def stored_rules(rules: ClassRules) -> dict[str, Any]:
    """What differs from the defaults, as plain JSON."""
    return {rule.name: _plain(getattr(rules, rule.name)) for rule in RULES if getattr(rules, rule.name) != rule.default}


def _live(rule: Rule, value: Any) -> Any:
    if rule.kind == "fraction":
        return Fraction(value)
    return tuple(value) if rule.kind == "choices" else value


def _plain(value: Any) -> Any:
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    return list(value) if isinstance(value, tuple) else value
