"""A table of hours earned elsewhere: which columns it has, and each row as text."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from lms.core.documents.raw_table import as_text
from lms.core.documents.table_read import read_table
from lms.core.i18n import N_

# Field -> heading, as our own template writes it.
FIELDS = {"name": N_("姓名"), "phone": N_("手机号"), "unit": N_("单位"), "title": N_("培训名称"), "day": N_("日期"), "kind": N_("类别"),
          "hours": N_("学时"), "minutes": N_("分钟"), "proof": N_("证明")}
_SYNONYMS = {
    "name": ("姓名", "名字", "学员姓名", "人员姓名", "name"),
    "phone": ("手机号", "手机", "手机号码", "联系电话", "电话", "phone", "phonenumber", "mobile", "mobilenumber", "mobilephone"),
    "unit": ("单位", "工作单位", "所在单位", "单位名称", "unit"),
    "title": ("培训名称", "培训班", "培训班名称", "培训项目", "课程", "课程名称", "项目", "内容", "title", "course", "training"),
    "day": ("日期", "时间", "结束日期", "结业日期", "完成日期", "date"),
    "kind": ("类别", "类型", "培训类别", "培训类型", "学时类别", "形式", "kind"),
    "hours": ("学时", "学时数", "认定学时", "hours", "credithours"),
    "minutes": ("分钟", "分钟数", "学习时长", "时长", "minutes"),
    "proof": ("证明", "证明材料", "依据", "证书编号", "备注", "proof", "evidence"),
}
_BY_HEADING = {heading: field for field, headings in _SYNONYMS.items() for heading in headings}
EXPECTED = ("姓名", "培训名称", "日期", "学时")
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]")
_MARKS = re.compile(r"[\s*:：/、_\-]+")
_KINDS = {"集中脱产": "offjob", "脱产": "offjob", "集中": "offjob", "集中培训": "offjob", "面授": "offjob", "offjob": "offjob",
          "offthejob": "offjob", "网络": "online", "网络培训": "online", "网络学习": "online", "线上": "online", "在线": "online", "online": "online",
          "现场教学": "visit", "现场": "visit", "参观": "visit", "visit": "visit", "fieldvisit": "visit"}
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")


def field_of(heading: str) -> str | None:
    """The field that a heading names; None for a column that is not read."""
    return _BY_HEADING.get(_MARKS.sub("", _ASIDE.sub("", unicodedata.normalize("NFKC", heading).casefold())))


def _is_header(headings: Sequence[str]) -> bool:
    found = {field_of(heading) for heading in headings}
    return "name" in found and "title" in found


def read_hours(data: bytes, filename: str) -> list[dict[str, str | int]]:
    """The rows, each with its ``line`` and the text of its fields. Errors as for ``read_table``."""
    table = read_table(data, filename, find_header=_is_header, expected=EXPECTED)
    places: dict[str, int] = {}
    for place, heading in enumerate(table.header):
        field = field_of(heading)
        if field is not None:
            places.setdefault(field, place)
    return [{"line": row.number, **{field: tidy(as_text(row.cells[place])) for field, place in places.items()}} for row in table.rows]


def tidy(text: str) -> str:
    """One line without invisible characters, and no longer than a cell that makes sense."""
    shown = "".join(" " if c.isspace() else c for c in unicodedata.normalize("NFC", text)
                    if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return " ".join(shown.split())[:1000]


def kind_of(text: str) -> str | None:
    """The kind that a cell names; off-the-job training where it is empty."""
    return _KINDS.get(_MARKS.sub("", unicodedata.normalize("NFKC", text).casefold())) if text else "offjob"


def day_of(text: str) -> date | None:
    """A date as cells hold it or people write it; None for what is none."""
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def cells_of(given: Mapping[str, str]) -> dict[str, str | int]:
    """A form's fields as if they stood in a file of one row."""
    return {"line": 1, **{field: tidy(given.get(field, "")) for field in FIELDS}}
