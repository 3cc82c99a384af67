"""Units name their people: quota, deadline, link; and what they return becomes one roster."""
from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.roster import commit_roster, file_notes, keep_preview, preview_rows
from lms.core.classes.service import _set_state
from lms.core.errors import Conflict, Invalid, NotFound, TooOften
from lms.core.i18n import explain
from lms.core.registration.gathering import against_quotas, gather_replies, merge_workbooks
from lms.core.registration.models import EnrolmentReply
from lms.core.registration.quotas import Quota, read_quotas, renew_link, replies_of, reply_token, set_quotas
from lms.core.registration.replying import reply_for, send_reply, shown_people
from lms.site import Site

KEY = b"k" * 32


class Registry:
    """A class whose units are asked for people."""

    def __init__(self, site: Site, training: Any) -> None:
        self.site, self.training = site, training

    @property
    def now(self) -> Any:
        return self.site.clock.now()

    def ask(self, *quotas: tuple[str, int], days: int = 7) -> None:
        with self.site.database.writing() as db:
            set_quotas(db, training_class=self.training_class(db), quotas=[Quota(*q) for q in quotas], closes_at=self.now + timedelta(days=days),
                       key=KEY, by_id=None, now=self.now)

    def training_class(self, db: Any) -> TrainingClass:
        return db.get_one(TrainingClass, self.training.training_class.id)  # type: ignore[no-any-return]

    def reply(self, place: int = 0) -> EnrolmentReply:
        with self.site.database.reading() as db:
            return replies_of(db, self.training_class(db))[place]

    def token(self, place: int = 0) -> str:
        return reply_token(self.reply(place), KEY)

    def send(self, *people: dict[str, str], version: int | None = None, token: str = "") -> EnrolmentReply:
        with self.site.database.writing() as db:
            return send_reply(db, token=token or self.token(), people=people, version=version or self.reply().version, now=self.now)


@pytest.fixture
def office(site: Site, make_training: Any) -> Registry:
    made = Registry(site, make_training(people=0))
    made.ask(("城关镇总工会", 2), ("区医院工会", 1))
    return made


def person(name: str, phone: str = "", **more: str) -> dict[str, str]:
    return {"name": name, "phone": phone, **more}


def test_quotas_are_read_as_people_paste_them() -> None:
    assert read_quotas("城关镇总工会\t3\n\n 区医院工会，２人 \n第一中学 工会: 1名") == [
        Quota("城关镇总工会", 3), Quota("区医院工会", 2), Quota("第一中学工会", 1)]


@pytest.mark.parametrize(("text", "code"), [("", "quota_empty"), ("城关镇总工会", "quota_line"), ("12", "quota_line"), ("甲 0", "quota_number"),
                                            ("甲 9999", "quota_number"), ("甲 1\n 甲　2", "quota_twice"), ("甲" * 201 + " 1", "quota_line")])
def test_quotas_that_cannot_be_are_refused_whole(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_quotas(text)
    assert refused.value.code == code


def test_a_changed_quota_keeps_the_link_and_never_goes_below_those_named(office: Registry) -> None:
    token = office.token()
    office.ask(("城关镇总工会", 3))
    assert office.token() == token and office.reply().quota == 3
    office.send(person("张三丰"), person("李四光"))
    with pytest.raises(Conflict, match="quota_below"):
        office.ask(("城关镇总工会", 1))
    assert office.reply().quota == 3


def test_a_link_names_people_within_quota_and_deadline(office: Registry, site: Site) -> None:
    office.send(person("张三丰", "199 0000 7001", position="主席"), person("", ""), person("李四光"))
    assert [(p["name"], p["phone"]) for p in office.reply().people] == [("张三丰", "19900007001"), ("李四光", "")]
    for people, code in (((person("甲乙"), person("丙丁"), person("戊己")), "reply_over_quota"), ((person("张三丰", "12345"),), "reply_line"),
                         ((person("", "19900007001"),), "reply_line"), ((person("张三、李四"),), "reply_name"),
                         ((person("张三丰", "19900007001"), person("李四光", "19900007001")), "reply_twice"), ((person("张三丰"), person("张三丰")), "reply_twice")):
        with pytest.raises(Invalid) as refused:
            office.send(*people)
        assert refused.value.code == code, people
    site.clock.move(days=8)  # type: ignore[attr-defined]
    with pytest.raises(Conflict, match="reply_closed"):
        office.send(person("王五"))
    assert [p["name"] for p in office.reply().people] == ["张三丰", "李四光"]


def test_a_phone_is_shown_masked_and_kept_when_it_is_not_typed_again(office: Registry) -> None:
    office.send(person("张三丰", "19900007001"))
    shown = shown_people(office.reply())
    assert shown[0]["phone"] == "199****7001"
    office.send({**shown[0], "position": "委员"})
    assert office.reply().people[0]["phone"] == "19900007001" and office.reply().people[0]["position"] == "委员"


def test_two_phones_that_look_alike_masked_stay_each_their_own(office: Registry) -> None:
    office.send(person("张三丰", "19900017001"), person("李四光", "19900027001"))
    office.send(*({**line, "position": "委员"} for line in shown_people(office.reply())))
    assert [p["phone"] for p in office.reply().people] == ["19900017001", "19900027001"]
    with pytest.raises(Invalid, match="reply_line"):  # whose it is cannot be told any more
        office.send({**shown_people(office.reply())[0], "name": "王小明"})


def test_a_phone_that_is_masked_is_not_told_in_full_by_a_refusal(office: Registry) -> None:
    office.send(person("张三丰", "19900007001"))
    with pytest.raises(Invalid) as refusal:
        office.send(shown_people(office.reply())[0], person("李四光", "199****7001"))
    assert "19900007001" not in explain(refusal.value, "zh_CN")


def test_whose_name_is_cleared_is_taken_off(office: Registry) -> None:
    office.send(person("张三丰", "19900007001", position="主席"), person("李四光"))
    office.send({**shown_people(office.reply())[0], "name": " "}, person("李四光"))
    assert [p["name"] for p in office.reply().people] == ["李四光"]


def test_the_second_of_two_who_send_is_told(office: Registry) -> None:
    seen = office.reply().version
    office.send(person("张三丰"), version=seen)
    with pytest.raises(Conflict, match="edited_meanwhile"):
        office.send(person("李四光"), version=seen)
    assert [p["name"] for p in office.reply().people] == ["张三丰"]


def test_a_link_is_unguessable_one_unit_s_and_dies_when_renewed(office: Registry, site: Site) -> None:
    first, second = office.token(0), office.token(1)
    assert first != second and len(first) >= 32
    with site.database.writing() as db:
        renew_link(db, reply=db.get_one(EnrolmentReply, office.reply().id), key=KEY, by_id=None, now=office.now)
    with site.database.reading() as db:
        for wrong in (first, first[:-1], "", second.upper(), "x" * 300, "' OR 1=1"):
            with pytest.raises(NotFound):
                reply_for(db, wrong)
        assert reply_for(db, office.token()).unit_id != reply_for(db, second).unit_id


def test_a_hammered_link_has_to_wait(office: Registry) -> None:
    with pytest.raises(TooOften):
        for n in range(70):
            office.send(person(f"张三{'丰光明'[n % 3]}"))


def test_a_closed_class_forgets_whom_units_named_and_its_links_end(office: Registry, site: Site) -> None:
    office.send(person("张三丰", "19900007001"))
    token = office.token()
    with site.database.writing() as db:
        _set_state(db, office.training_class(db), "closed", None, office.now)
    assert office.reply().people == []
    with pytest.raises(NotFound):
        office.send(person("李四光"), token=token)


def test_what_units_sent_goes_through_the_roster_s_preview(office: Registry, site: Site) -> None:
    with site.database.reading() as db, pytest.raises(Conflict, match="no_replies"):
        gather_replies(db, training_class=office.training_class(db), file_name="汇总", by_id=None, now=office.now)
    office.send(person("张三丰", "19900007001", position="主席", gender="男"))
    office.send(person("赵六合"), token=office.token(1), version=office.reply(1).version)
    with site.database.writing() as db:
        made = gather_replies(db, training_class=office.training_class(db), file_name="汇总", by_id=None, now=office.now)
        assert [row.verdict.state for row in preview_rows(made)] == ["new", "new"]
        commit_roster(db, roster_import=made, decisions={}, by_id=None, now=office.now)
    with site.database.reading() as db:
        seats = db.scalars(select(Enrolment).order_by(Enrolment.id)).all()
        said = db.scalars(select(AuditEntry.action).where(AuditEntry.action.like("registration.%"))).all()
    assert [(s.name, s.unit_name, s.position) for s in seats] == [("张三丰", "城关镇总工会", "主席"), ("赵六合", "区医院工会", "")]
    assert said.count("registration.reply") == 2


def workbook(rows: list[tuple[Any, ...]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(out)
    return out.getvalue()


def returned(count: int) -> list[tuple[str, bytes]]:
    """Workbooks as units return them: each with its title, heading and order of columns, some without the unit."""
    files = []
    for n in range(count):
        people = [(k + 1, f"学员{'一二三四五六七八九十'[n % 10]}{'甲乙丙丁戊己庚辛壬癸'[n // 10]}{k}".replace("0", "元").replace("1", "亨").replace("2", "利"),
                   f"199{n:04}{k:04}") for k in range(3)]
        unit = f"第{n}单位工会"
        if n % 3 == 0:
            rows: list[tuple[Any, ...]] = [("报名回执",), ("序号", "姓名", "工作单位", "联系电话"), *((a, b, unit, c) for a, b, c in people)]
        elif n % 3 == 1:
            rows = [("姓名", "手机号"), *((b, int(c)) for _, b, c in people)]
        else:
            rows = [("单位名称", "联系方式", "姓 名"), *((unit, c, b) for _, b, c in people)]
        files.append((f"{unit}.xlsx", workbook(rows)))
    return files


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_hundred_returned_workbooks_are_merged_at_once(office: Registry, site: Site) -> None:
    files = [*returned(100), ("坏了.xlsx", b"PK\x03\x04broken"), ("说明.docx", b"not a table at all")]
    roster = merge_workbooks(iter(files), name="100 份名册")
    assert [row.line for row in roster.rows] == list(range(1, 301))
    with site.database.writing() as db:
        kept = keep_preview(db, training_class=office.training_class(db), roster=roster, by_id=None, now=office.now)
        states = {row.verdict.state for row in preview_rows(kept)}
        unread = [n.data["file"] for n in file_notes(kept) if n.code == "file_unread"]
        commit_roster(db, roster_import=kept, decisions={}, by_id=None, now=office.now)
    with site.database.reading() as db:
        units = db.scalars(select(Enrolment.unit_name).order_by(Enrolment.number)).all()
    assert states == {"new"} and unread == ["坏了.xlsx", "说明.docx"]
    assert len(units) == 300 and set(units) == {f"第{n}单位工会" for n in range(100)}


def test_one_person_in_two_workbooks_is_doubtful_and_not_twice(office: Registry, site: Site) -> None:
    book = workbook([("姓名", "单位", "手机号"), ("张三丰", "甲工会", "19900007001")])
    other = workbook([("姓名", "单位", "手机号"), ("张三丰", "乙工会", "19900007001")])
    with site.database.writing() as db:
        kept = keep_preview(db, training_class=office.training_class(db), roster=merge_workbooks([("甲.xlsx", book), ("乙.xlsx", other)], name="x"),
                            by_id=None, now=office.now)
        commit_roster(db, roster_import=kept, decisions={}, by_id=None, now=office.now)
        assert len(db.scalars(select(Enrolment)).all()) <= 1


def test_files_are_held_against_the_quotas(office: Registry) -> None:
    book = workbook([("姓名", "单位"), *((f"学员{c}", "城关镇总工会") for c in "甲乙丙")])
    roster = merge_workbooks([("a.xlsx", book)], name="x")
    with office.site.database.reading() as db:
        remarks = against_quotas(replies_of(db, office.training_class(db)), roster)
    assert [(r.code, r.data.get("named") or r.data["units"]) for r in remarks] == [("over_quota", 3), ("units_silent", ["区医院工会"])]


@pytest.mark.parametrize("files", [[], [("空.xlsx", b"")], [("a.csv", "姓名,单位\n".encode())]])
def test_nothing_readable_is_refused(files: list[tuple[str, bytes]]) -> None:
    with pytest.raises(Invalid, match="nothing_merged"):
        merge_workbooks(files, name="x")

