from __future__ import annotations

import pytest

from lms.core.classes.roster_headers import columns, field_of, is_header
from lms.core.classes.roster_rows import RosterRow, make_row


@pytest.mark.parametrize(("heading", "field"), [
    ("姓名", "name"), ("名字", "name"), ("姓 名", "name"), ("姓名*", "name"), ("*姓名（必填）", "name"), ("学员姓名", "name"),
    ("手机号", "phone"), ("联系电话", "phone"), ("电话", "phone"), ("联系电话(手机)：", "phone"), ("手机号码", "phone"),
    ("单位", "unit"), ("工作单位", "unit"), ("职务", "position"), ("职位", "position"), ("职务/职称", "position"),
    ("分组", "group"), ("组别", "group"), ("性别", "gender"), ("民族", "ethnic_group"), ("政治面貌", "political_affiliation"),
    ("单位类别", "unit_category"), ("所属服务站", "station"), ("备注", "note"), ("序号", "number"), ("Name", "name"),
    ("身份证号", None), ("出生日期", None), ("", None),
])
def test_headings_are_known_by_the_names_offices_give_them(heading: str, field: str | None) -> None:
    assert field_of(heading) == field


def test_a_title_above_the_table_is_no_heading() -> None:
    assert not is_header(["2026年工会干部培训班学员名册"])
    assert not is_header(["单位：样例区总工会", "", "联系人", "某某"])
    assert is_header(["序号", "姓名", "工作单位"])
    assert is_header(["姓名"])


def test_a_second_column_of_one_field_and_foreign_columns_are_named_as_unread() -> None:
    places, unread = columns(["姓名", "手机号", "电话", "身份证号", ""])
    assert places == {"name": 0, "phone": 1}
    assert unread == ["电话", "身份证号"]


def row(**cells: str) -> RosterRow:
    return make_row(2, {"name": "欧阳天林", "phone": "19900005001", **cells})


def codes(made: RosterRow) -> list[str]:
    return [remark.code for remark in (*made.faults, *made.notices)]


@pytest.mark.parametrize(("field", "given", "value", "notice"), [
    ("name", "费东 ", "费东", "spaces_removed"),
    ("name", "樊　丹", "樊丹", "spaces_removed"),
    ("name", "耿\u200b海", "耿海", "spaces_removed"),
    ("name", "叶尔兰•赛力克", "叶尔兰·赛力克", "tidied"),
    ("name", "叶尔兰・赛力克", "叶尔兰·赛力克", "tidied"),
    ("name", "热依汗·阿布都拉", "热依汗·阿布都拉", None),
    ("name", "岑𠮷瑾", "岑𠮷瑾", None),
    ("phone", "199-0000-5061", "19900005061", "tidied"),
    ("phone", "１９９００００５０６１", "19900005061", "tidied"),
    ("phone", "+86 19900005061", "19900005061", "tidied"),
    ("phone", "'19900005061", "19900005061", None),
    ("unit", " 区测绘院工会", "区测绘院工会", "spaces_removed"),
    ("position", "工会主席\u00a0", "工会主席", "spaces_removed"),
    ("gender", "女性", "女", "tidied"),
    ("gender", "保密", "", "gender_unknown"),
    ("group", "第２组", "第2组", "tidied"),
    ("note", "第一天\r\n晚到", "第一天\n晚到", "spaces_removed"),
    ("number", "１２", 12, None),
    ("number", "一", None, None),
])
def test_a_cell_is_made_clean_and_the_row_says_so(field: str, given: str, value: object, notice: str | None) -> None:
    made = row(**{field: given})
    assert made.values[field] == value
    assert codes(made) == ([notice] if notice else [])


@pytest.mark.parametrize(("field", "given", "fault"), [
    ("phone", "1.99E+10", "phone_rounded"),
    ("phone", "1990000506", "phone_wrong"),
    ("phone", "010-62345678", "phone_wrong"),
    ("name", " ", "name_missing"),
    ("unit", "长" * 201, "too_long"),
    ("note", "长" * 501, "too_long"),
    ("name", "长" * 10_000, "too_long"),
])
def test_what_cannot_be_used_is_a_fault_and_is_not_guessed(field: str, given: str, fault: str) -> None:
    made = row(**{field: given})
    assert fault in codes(made)
    assert made.faults


def test_a_missing_phone_and_a_glyph_that_no_font_has_are_said_not_refused() -> None:
    made = row(phone="", name="张\U000323ae")
    assert {"phone_missing", "glyph_missing"} <= set(codes(made))
    assert not made.faults


def test_a_character_newer_than_our_tables_is_kept() -> None:
    assert row(unit="\U000323ae村工会").values["unit"] == "\U000323ae村工会"
