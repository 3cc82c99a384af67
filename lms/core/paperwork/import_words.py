"""Columns and statuses of attendance files by the names that offices and other systems give them."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache

from lms.core.attendance.status import STATUSES
from lms.core.i18n import LOCALES, N_, translate

# Field -> heading, as our own template writes it.
FIELDS = {"number": N_("序号"), "name": N_("姓名"), "phone": N_("手机号"), "unit": N_("单位"), "session": N_("课次"), "day": N_("日期"),
          "time": N_("签到时间"), "out": N_("签退时间"), "status": N_("状态"), "note": N_("备注")}
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "学号", "no", "no.", "number"),
    "name": ("姓名", "名字", "学员姓名", "学员", "参训人员", "签到人", "人员", "昵称", "name"),
    "phone": ("手机号", "手机", "手机号码", "联系电话", "电话", "电话号码", "联系方式", "phone", "phonenumber", "mobile"),
    "unit": ("单位", "工作单位", "所在单位", "单位名称", "部门", "所属部门", "unit"),
    "session": ("课次", "课程", "课程名称", "场次", "班次", "节次", "时段", "半天", "签到课次", "session"),
    "day": ("日期", "签到日期", "上课日期", "考勤日期", "date", "day"),
    "time": ("时间", "签到时间", "打卡时间", "到达时间", "签到", "扫码时间", "入场时间", "上班打卡时间", "time", "signin", "signedinat", "signintime"),
    "out": ("签退时间", "离开时间", "签退", "离场时间", "下班打卡时间", "signout", "signouttime"),
    "status": ("状态", "考勤状态", "考勤", "出勤情况", "出勤", "签到状态", "考勤结果", "结果", "status"),
    "note": ("备注", "说明", "原因", "事由", "note", "remark", "reason"),
}
_BY_HEADING = {heading: field for field, headings in _SYNONYMS.items() for heading in headings}
EXPECTED = ("姓名", "课次", "时间")
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")
_MARKS = re.compile(r"[\s*:：/、_\-]+")
_WORDS = {
    "present": ("出勤", "已到", "到", "√", "✓", "✔", "正常", "已签到", "已签", "签到", "出席", "准时", "1", "p"),
    "late": ("迟到", "迟", "l"), "left_early": ("早退",), "personal_leave": ("事假",), "sick_leave": ("病假",),
    "official_leave": ("公假", "公务", "公出"), "absent": ("缺勤", "缺席", "缺", "×", "✗", "x", "0", "a"),
    "unexcused": ("旷课", "旷"), "substituted": ("替训", "代训"), "made_up_sign_in": ("补签",), "make_up_class": ("补课",),
    "missing": ("未到", "未签到", "未签"), "upcoming": ("未开始",), "cancelled": ("已取消",),
}


def field_of(title: str) -> str | None:
    """The field that a heading names; None for a column that is not read."""
    plain = _ASIDE.sub("", unicodedata.normalize("NFKC", title).casefold())
    return _BY_HEADING.get(_MARKS.sub("", plain))


def is_list_header(titles: list[str]) -> bool:
    """Whether a row is the heading of a list: it says who, and when or how."""
    found = {field_of(title) for title in titles}
    return bool(found & {"name", "phone"}) and bool(found & {"time", "out", "status"})


def columns(titles: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Where each field stands, and the headings that are not read. The first column of a field counts."""
    places: dict[str, int] = {}
    unread = []
    for place, title in enumerate(titles):
        field = field_of(title)
        if field is None or field in places:
            unread.append(title)
        else:
            places[field] = place
    return places, [title for title in unread if title]


def status_of_word(word: str) -> str | None:
    """The status that *word* means, in either language, ours or another office's; None where it means none of them."""
    return _codes().get(_plain(word))


@cache
def _codes() -> dict[str, str]:
    ours = {_plain(translate(locale, word)): code for locale in LOCALES for code, word in STATUSES.items()}
    return {**{_plain(word): code for code, words in _WORDS.items() for word in words}, **ours}


def _plain(word: str) -> str:
    return unicodedata.normalize("NFKC", word).strip().casefold()
