"""The fictional roster as an office would send it: three hundred people, one of them twice, with what goes wrong in
real files: names padded or pasted, phones that a spreadsheet rounded, a unit with a comma in it."""
from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

from lms.demo.fiction import Trainee, trainees

HEADER = ("序号", "姓名", "性别", "民族", "政治面貌", "单位", "单位类别", "职务", "手机号", "所属服务站", "分组", "备注")
ROUNDED = 271  # the person whose phone a spreadsheet has rounded
_ROUNDED_PHONE = "1.99E+10"
WITHOUT_PHONE = 71
_TWICE = (209, 240)  # the row of a person, and where it stands again

# Person, counted from 1 -> fields that are out of the ordinary but right.
_PEOPLE: dict[int, dict[str, str]] = {
    19: {"name": "才让卓玛", "gender": "女", "ethnic_group": "藏族"},
    25: {"note": "希望安排\"靠前\"座位"},
    45: {"note": "第二天上午有走访任务\n请假半天"},
    49: {"name": "古丽娜尔·阿卜杜热合曼", "gender": "女", "ethnic_group": "维吾尔族"},
    52: {"name": "萨仁其木格", "gender": "女", "ethnic_group": "蒙古族"},
    95: {"gender": "男", "ethnic_group": "哈萨克族"},
    126: {"name": "阿依努尔·买买提", "gender": "女", "ethnic_group": "维吾尔族"},
    155: {"name": "周静", "gender": "女", "unit": "区司法局机关工会", "category": "机关工会", "position": "工会主席"},
    161: {"name": "林㛃", "gender": "女"},
    185: {"name": "郑赟", "gender": "男"},
    190: {"name": "王晨", "gender": "男"},
    197: {"gender": "女", "ethnic_group": "维吾尔族"},
    204: {"name": "周静", "gender": "女", "unit": "区司法局机关工会", "category": "机关工会", "position": "经审委员"},
    207: {"unit": "栖梧区砚溪食品有限公司,第二厂区工会"},
    217: {"name": "高䶮", "gender": "男"},
    231: {"name": "王晨", "gender": "女"},
    234: {"gender": "女"},
    267: {"name": "赵𠮷安", "gender": "男"},
    281: {"name": "朴成浩", "gender": "男", "ethnic_group": "朝鲜族"},
}
# Person -> fields as they stand in the file, untidy.
_TYPED: dict[int, dict[str, str]] = {
    24: {"name": "马\u200b{last}"},
    47: {"group": "第{wide}组"},
    80: {"phone": "{wide_phone}"},
    89: {"phone": "199-0000-{tail}"},
    95: {"name": "努尔兰•哈力克"},
    105: {"unit": " {unit}"},
    148: {"phone": "{phone}  "},
    162: {"phone": "'{phone}"},
    176: {"gender": "女性"},
    188: {"name": "{name} "},
    197: {"name": "古丽米热・吐尔逊"},
    228: {"phone": "199 0000 {tail}"},
    229: {"position": "{position}\u00a0"},
    234: {"name": "李　梅"},
    274: {"phone": "+86{phone}"},
    ROUNDED: {"phone": _ROUNDED_PHONE},
    WITHOUT_PHONE: {"phone": ""},
}
_WIDE = str.maketrans("0123456789", "０１２３４５６７８９")


def roster_csv(*, corrected: bool = False) -> bytes:
    """The file, 301 rows, UTF-8 with BOM and CRLF as spreadsheets save it.

    :param corrected: only the row with the rounded phone, put right: what the office sends next
    """
    rows = list(_rows())
    if corrected:
        rows = [(*row[:8], f"1990000{ROUNDED:04}", *row[9:]) for row in rows if row[8] == _ROUNDED_PHONE]
    return write_rows(rows)


def past_roster_csv(count: int) -> bytes:
    """A short, tidy roster for a class that is over; other people than the three hundred."""
    people = trainees(seed=1999, count=count, first_phone=801)
    return write_rows([_row(number, person) for number, person in enumerate(people, start=1)])


def write_rows(rows: Sequence[Sequence[str]]) -> bytes:
    """*rows* under the heading, as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows((HEADER, *rows))
    return text.getvalue().encode("utf-8-sig")


def _rows() -> Sequence[tuple[str, ...]]:
    people = [replace(person, **_PEOPLE.get(number, {})) for number, person in enumerate(trainees(), start=1)]
    rows = [_row(number, _typed(number, person)) for number, person in enumerate(people, start=1)]
    first, again = _TWICE
    rows.insert(again - 1, rows[first - 1])
    return [(str(number), *row[1:]) for number, row in enumerate(rows, start=1)]


def _typed(number: int, person: Trainee) -> Trainee:
    facts = {"name": person.name, "last": person.name[-1], "unit": person.unit, "position": person.position, "phone": person.phone,
             "tail": person.phone[-4:], "wide": person.group[1:-1].translate(_WIDE),
             "wide_phone": person.phone.translate(_WIDE)}
    changed = {field: text.format(**facts) for field, text in _TYPED.get(number, {}).items()}
    return replace(person, **changed)


def _row(number: int, person: Trainee) -> tuple[str, ...]:
    return (str(number), person.name, person.gender, person.ethnic_group, person.affiliation, person.unit, person.category,
            person.position, person.phone, person.station, person.group, person.note)
