"""Which personal data there is, what for, and how long: what a person is told and what is purged (个人信息保护法 第 19 条)."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lms.core.i18n import N_


@dataclass(frozen=True)
class Field:
    """One kind of personal data. *name*, *purpose* and *kept* are message ids; *setting* names the days in *kept*."""

    code: str
    name: str
    purpose: str
    kept: str
    setting: str = ""


_RECORD = N_("作为培训档案保留，到主办单位定的年限后匿名，只留不带姓名的统计")
FIELDS = (
    Field("name", N_("姓名、拼音"), N_("名册、签到、证书和排序"), _RECORD),
    Field("phone", N_("手机号"), N_("登录、区分同名的人、联系；列表里只显示前三位和后四位"), _RECORD),
    Field("gender", N_("性别"), N_("住宿和分组安排"), _RECORD),
    Field("origin", N_("民族、政治面貌"), N_("名册上有才记，仅用于名册"), _RECORD),
    Field("unit", N_("单位、职务"), N_("名册、分组、证书、按单位统计"), _RECORD),
    Field("attendance", N_("考勤记录"), N_("认定学时和结业"), _RECORD),
    Field("answers", N_("作答和成绩"), N_("认定成绩和结业，改进题目"), _RECORD),
    Field("certificates", N_("证书和学时"), N_("发证和公开查验"), _RECORD),
    Field("leave", N_("请假类别和事由"), N_("审批请假；只有审批人看得到事由"), _RECORD),
    Field("proof", N_("请假证明"), N_("核实请假；每次查看都记日志"), N_("请假结束 {days} 天后连文件一起清除"), "leave_proof_days"),
    Field("corrections", N_("更正申请和答复"), N_("核实并更正登记的信息"), _RECORD),
    Field("device", N_("设备标识（散列）"), N_("发现同一台手机为两个人签到；不能用来识别手机型号或位置"), N_("{days} 天后清除"), "trace_days"),
    Field("address", N_("网络地址和浏览器名称"), N_("查明谁在哪里改了数据"), N_("{days} 天后清除"), "trace_days"),
    Field("logins", N_("登录记录"), N_("保持登录、查看在哪些设备上登录过"), N_("失效 {days} 天后清除"), "trace_days"),
    Field("notices", N_("站内消息"), N_("告诉您审批、批阅、发证的结果"), N_("{days} 天后清除"), "notice_days"),
)


def kept_days(field: Field, settings: Any) -> int:
    """The days that stand in its sentence; 0 where there are none."""
    return int(getattr(settings, field.setting)) if field.setting else 0
