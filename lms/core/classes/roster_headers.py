"""The columns of a roster (名册) by the names that offices give them."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from lms.core.i18n import N_

# Field -> heading, as our own rosters write it; also the order of columns on screen.
FIELDS = {
    "number": N_("序号"),
    "name": N_("姓名"),
    "gender": N_("性别"),
    "ethnic_group": N_("民族"),
    "political_affiliation": N_("政治面貌"),
    "unit": N_("单位"),
    "unit_category": N_("单位类别"),
    "position": N_("职务"),
    "phone": N_("手机号"),
    "station": N_("所属服务站"),
    "group": N_("分组"),
    "note": N_("备注"),
}
_SYNONYMS: dict[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "顺序号", "no", "no.", "number"),
    "name": ("姓名", "名字", "学员姓名", "参训人员", "参训人员姓名", "人员姓名", "name"),
    "gender": ("性别", "gender", "sex"),
    "ethnic_group": ("民族", "ethnicgroup"),
    "political_affiliation": ("政治面貌", "政治身份", "politicalaffiliation"),
    "unit": ("单位", "工作单位", "所在单位", "单位名称", "所属单位", "单位全称", "工会名称", "unit"),
    "unit_category": ("单位类别", "单位类型", "单位性质", "unitcategory"),
    "position": ("职务", "职位", "岗位", "工会职务", "职务职称", "现任职务", "单位职务", "position"),
    "phone": ("手机号", "手机", "手机号码", "联系电话", "电话", "电话号码", "联系方式", "移动电话", "phone", "phonenumber", "mobile"),
    "station": ("所属服务站", "服务站", "工会服务站", "联系服务站", "所属工会服务站", "station", "servicestation"),
    "group": ("分组", "组别", "小组", "所在组", "组", "班组", "group"),
    "note": ("备注", "说明", "备注说明", "note", "remark", "remarks"),
}
_BY_HEADING = {heading: field for field, headings in _SYNONYMS.items() for heading in headings}
EXPECTED = ("姓名", "手机号", "单位")
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")
_MARKS = re.compile(r"[\s*:：/、_\-]+")


def field_of(heading: str) -> str | None:
    """The field that a heading names: ``"联系电话（手机）*"`` is ``"phone"``; None for a column we do not read."""
    plain = _ASIDE.sub("", unicodedata.normalize("NFKC", heading).casefold())
    return _BY_HEADING.get(_MARKS.sub("", plain))


def is_header(headings: list[str]) -> bool:
    """Whether a row is the heading of a roster: it names a name, and at least one more column that we know."""
    found = {field_of(heading) for heading in headings} - {None}
    return "name" in found and (len(found) > 1 or sum(1 for heading in headings if heading) == 1)


def columns(headings: Sequence[str]) -> tuple[dict[str, int], list[str]]:
    """Where each field stands, and the headings that are not read. The first column of a field counts."""
    places: dict[str, int] = {}
    unread = []
    for place, heading in enumerate(headings):
        field = field_of(heading)
        if field is None or field in places:
            unread.append(heading)
        else:
            places[field] = place
    return places, [heading for heading in unread if heading]
