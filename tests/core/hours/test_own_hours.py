"""Hours earned elsewhere: whose they are, what they come to, and nothing entered twice, whatever a file holds."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hours_office import Office

from lms.core.errors import Conflict, Invalid, LmsError
from lms.core.hours.import_read import FIELDS, field_of, kind_of, read_hours
from lms.core.hours.imports import commit_import, drop_import, keep_preview
from lms.core.hours.models import CreditEntry, HoursImport
from lms.core.hours.own_judge import Judged, judge
from lms.core.hours.rules import KINDS
from lms.core.i18n import translate
from lms.core.ids import new_uid
from lms.core.people.models import Person

HEAD = "姓名,手机号,单位,培训名称,日期,类别,学时,分钟,证明\n"
FORMULA_NAME = "=cmd()"


def judged(office: Office, text: str) -> list[Judged]:
    with office.site.database.reading() as db:
        return judge(db, read_hours(text.encode(), "学时.csv"), today=office.today)


def kept(office: Office, text: str) -> HoursImport:
    with office.site.database.writing() as db:
        return keep_preview(db, rows=read_hours(text.encode(), "学时.csv"), file_name="学时.csv", by_id=office.by_id,
                            now=office.site.clock.now(), today=office.today)


def committed(office: Office, made: HoursImport) -> int:
    with office.site.database.writing() as db:
        return commit_import(db, made=db.get_one(HoursImport, made.id), by_id=office.by_id, now=office.site.clock.now(), today=office.today)


def line(office: Office, person: int = 0, **cells: str) -> str:
    values = {"name": office.training.people[person].name, "phone": "", "unit": "", "title": "市级班", "day": "2026-07-01", "kind": "",
              "hours": "8", "minutes": "", "proof": "证书 1 号", **cells}
    return ",".join(values.values()) + "\n"


def test_a_file_is_previewed_and_saved_once(make_office: Callable[..., Office]) -> None:
    office = make_office()
    text = HEAD + line(office) + line(office, 1, kind="线上", hours="", minutes="45") + line(office, name="没有这人")
    made = kept(office, text)
    assert made.counts == {"new": 2, "duplicate": 0, "refused": 1} and office.entries() == []
    assert committed(office, made) == 2
    [entry], [online] = office.entries(0), office.entries(1)
    assert (entry.hours, entry.kind, entry.rule, entry.evidence["proof"], entry.evidence["line"]) == (800, "offjob", "own", "证书 1 号", 2)
    assert (online.hours, online.kind, online.evidence["minutes"]) == (150, "online", 45)
    with pytest.raises(Conflict):
        committed(office, made)
    again = kept(office, text)  # the corrected file holds the good rows too
    assert again.counts["duplicate"] == 2 and committed(office, again) == 0
    assert len(office.entries(0)) == 1


def test_a_dropped_preview_saves_nothing(make_office: Callable[..., Office]) -> None:
    office = make_office()
    made = kept(office, HEAD + line(office))
    with office.site.database.writing() as db:
        drop_import(db, made=db.get_one(HoursImport, made.id), by_id=None, now=office.site.clock.now())
    with pytest.raises(Conflict):
        committed(office, made)
    assert office.entries() == []


@pytest.mark.parametrize("headings", ["姓名,课程名称,完成日期,认定学时,证明材料\n", "  姓　名 ,培训班（全称）,日 期,学时数,依据\n", "说明：按单位填\n姓名,项目,时间,学时,证书编号\n"])
def test_the_usual_headings_are_understood(make_office: Callable[..., Office], headings: str) -> None:
    office = make_office()
    [row] = judged(office, headings + f"{office.training.people[0].name},市级班,2026年7月1日,8,证书\n")
    assert (row.state, row.hours) == ("new", 800)


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_our_own_template_is_understood(locale: str) -> None:
    assert {name: field_of(translate(locale, label)) for name, label in FIELDS.items()} == {name: name for name in FIELDS}
    assert {kind: kind_of(translate(locale, label)) for kind, label in KINDS.items()} == {kind: kind for kind in KINDS}


@pytest.mark.parametrize(("cells", "word"), [
    ({"hours": "0"}, "学时"), ({"hours": "-1"}, "学时"), ({"hours": "1000.01"}, "学时"), ({"hours": "1e9999"}, "学时"), ({"hours": "八"}, "学时"),
    ({"hours": "NaN"}, "学时"), ({"hours": "0.001"}, "学时"), ({"hours": ""}, "学时"), ({"hours": "", "minutes": "60"}, "学时"),
    ({"hours": "", "kind": "网络", "minutes": "14"}, "14"), ({"hours": "", "kind": "网络", "minutes": "100001"}, "分钟"),
    ({"hours": "", "kind": "网络", "minutes": "-1"}, "分钟"), ({"hours": "", "kind": "网络", "minutes": "９９"}, "分钟"),
    ({"day": "2026-07-07"}, "日期"), ({"day": "1999-12-31"}, "日期"), ({"day": "2026-02-30"}, "日期"), ({"day": ""}, "日期"), ({"day": "上周"}, "日期"),
    ({"title": ""}, "名称"), ({"title": "长" * 201}, "200"), ({"proof": ""}, "证明"), ({"proof": "长" * 301}, "300"), ({"kind": "自学"}, "类别"),
    ({"name": ""}, "没有找到"), ({"name": FORMULA_NAME}, "没有找到"), ({"phone": "12345"}, "手机号"), ({"phone": "13900000000"}, "没有找到"),
])
def test_what_cannot_be_is_refused_and_says_why(make_office: Callable[..., Office], cells: dict[str, str], word: str) -> None:
    office = make_office()
    [bad, good] = judged(office, HEAD + line(office, **cells) + line(office))
    assert bad.state == "refused" and word in bad.reason("zh_CN"), bad.reason("zh_CN")
    assert good.state == "new"


@pytest.mark.parametrize("cells", [{"hours": "0.01"}, {"hours": "1000"}, {"day": "2026-07-06"}, {"day": "2000-01-01"}, {"title": "长" * 200},
                                   {"proof": "长" * 300}, {"kind": "网络", "hours": "", "minutes": "15"},
                                   {"kind": "网络", "hours": "", "minutes": "100000"}])
def test_what_lies_just_within_the_limits_is_taken(make_office: Callable[..., Office], cells: dict[str, str]) -> None:
    office = make_office()
    [row] = judged(office, HEAD + line(office, **cells))
    assert row.state == "new", row.reason("zh_CN")


def test_namesakes_are_told_apart_by_phone_or_unit(make_office: Callable[..., Office]) -> None:
    office = make_office()
    one, two = office.training.people
    with office.site.database.writing() as db:
        row = db.get_one(Person, two.id)
        row.name, row.name_key = one.name, one.name_key
    unclear, clear = judged(office, HEAD + line(office) + line(office, phone=two.phone or ""))
    assert unclear.state == "refused" and (two.phone or "")[-4:] in unclear.reason("zh_CN")
    assert clear.person is not None and clear.person.id == two.id


def test_the_same_row_twice_in_a_file_counts_once(make_office: Callable[..., Office]) -> None:
    office = make_office()
    assert [row.state for row in judged(office, HEAD + line(office) * 3)] == ["new", "duplicate", "duplicate"]


@pytest.mark.parametrize("data", [b"", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", b"PK\x03\x04 damaged", b"%PDF-1.7", b"<html><table>",
                                  "姓名,手机号\n张三,1\n".encode(), "甲,乙\n".encode(), b"\x00\xff\xfe"])
def test_bad_files_are_refused_whole(data: bytes) -> None:
    with pytest.raises(LmsError):
        read_hours(data, "学时.xlsx")


def test_a_file_without_rows_is_refused(make_office: Callable[..., Office]) -> None:
    with pytest.raises(Invalid, match="hours_no_rows"):
        kept(make_office(), HEAD)


def test_typing_one_twice_enters_one(make_office: Callable[..., Office]) -> None:
    office, uid = make_office(), new_uid()
    assert office.enter(uid=uid).id == office.enter(uid=uid).id
    with pytest.raises(Conflict, match="hours_twice"):
        office.enter()
    with pytest.raises(Invalid, match="hours_refused"):
        office.enter(hours="0")
    assert len(office.entries()) == 1


def test_two_who_save_one_preview_at_once_enter_it_once(make_office: Callable[..., Office]) -> None:
    office = make_office()
    made: Any = kept(office, HEAD + line(office))
    committed(office, made)
    with office.site.database.reading() as db:
        assert db.query(CreditEntry).count() == 1
