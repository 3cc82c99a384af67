"""The roster of 300 comes in whole, once, and as the file means it."""
from __future__ import annotations

import importlib.util
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from lms.core.audit.models import AuditDetail, AuditEntry
from lms.core.classes.models import Enrolment, Group, RosterImport, TrainingClass
from lms.core.classes.roster import commit_roster, preview_roster, preview_rows
from lms.core.errors import Conflict, Invalid
from lms.core.people.models import Affiliation, Person, Unit
from lms.site import Site


def seats(site: Site) -> dict[int, Enrolment]:
    with site.database.reading() as db:
        return {seat.number: seat for seat in db.scalars(select(Enrolment))}


def count(site: Site, model: type[Any]) -> int:
    with site.database.reading() as db:
        return db.scalar(select(func.count()).select_from(model)) or 0


def test_the_fixture_is_what_its_script_makes(roster_300: bytes) -> None:
    file = Path(__file__).parents[2] / "data" / "make_roster.py"
    spec = importlib.util.spec_from_file_location("make_roster", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.make().encode() == roster_300


def test_of_301_rows_299_are_new_one_repeats_and_one_is_held_back(office: Any, roster_300: bytes) -> None:
    preview = office.preview(roster_300)
    rows = {row.row.line - 1: row for row in preview_rows(preview)}
    states = {number: row.verdict.state for number, row in rows.items()}
    assert {number for number, state in states.items() if state != "new"} == {66, 221}
    assert (states[66], rows[66].verdict.reasons[0].code) == ("refused", "phone_rounded")
    assert (states[221], rows[221].verdict.reasons[0].code) == ("same", "duplicate_row")
    assert rows[221].verdict.reasons[0].data == {"line": 151}
    assert [number for number, row in rows.items()
            if any(n.code == "phone_missing" for n in row.row.notices)] == [67]
    figures = {name: preview.counts[name] for name in ("rows", "new", "same", "changed", "doubtful", "refused",
                                                       "duplicate", "phone_missing", "stations", "groups")}
    assert figures == {"rows": 301, "new": 299, "same": 1, "changed": 0, "doubtful": 0, "refused": 1, "duplicate": 1,
                       "phone_missing": 1, "stations": 28, "groups": 9}


def test_nothing_is_saved_before_the_commit(site: Site, office: Any, roster_300: bytes) -> None:
    office.preview(roster_300)
    assert (count(site, Enrolment), count(site, Person), count(site, Group)) == (0, 0, 0)


def test_the_commit_saves_299_people_with_their_groups_units_and_affiliations(
        site: Site, office: Any, roster_300: bytes) -> None:
    counts = office.bring_in(roster_300)
    assert {name: counts[name] for name in ("saved", "updated", "unchanged", "skipped", "held_back", "duplicate",
                                            "without_phone")} == {
        "saved": 299, "updated": 0, "unchanged": 0, "skipped": 0, "held_back": 1, "duplicate": 1, "without_phone": 1}
    assert (count(site, Enrolment), count(site, Person), count(site, Affiliation)) == (299, 299, 299)
    with site.database.reading() as db:
        groups = db.scalars(select(Group).order_by(Group.position)).all()
        assert [group.name for group in groups] == [f"第{n}组" for n in range(1, 10)]
        phones = db.scalars(select(Person.phone).where(Person.phone.is_not(None))).all()
        assert len(phones) == len(set(phones)) == 298
        assert all(phone and len(phone) == 11 and phone.isdigit() for phone in phones)
        stations = db.scalars(select(Enrolment.station).distinct().where(Enrolment.station != "")).all()
        assert len(stations) == 28
        names = db.scalars(select(Unit.name)).all()
        assert len(names) == len(set(names)) and "区气象服务中心工会" in names


def test_awkward_cells_are_stored_as_they_were_meant(site: Site, office: Any, roster_300: bytes) -> None:
    office.bring_in(roster_300)
    known = seats(site)
    assert [known[n].name for n in (31, 32, 33, 34)] == ["岑𠮷瑾", "方㛃", "傅䶮", "蔡赟"]
    assert [len(known[n].name) for n in (31, 32, 33)] == [3, 2, 2]
    assert [known[n].name for n in (40, 41, 42, 43)] == [
        "热依汗·阿布都拉", "叶尔兰·赛力克", "木卡代斯·艾合买提", "阿卜杜热合曼·伊敏江"]
    assert [known[n].name for n in (44, 45, 50, 51, 52)] == ["次仁央金", "乌日娜", "费东", "樊丹", "耿海"]
    assert known[71].unit_name == "区气象服务中心工会"
    assert known[72].position == "工会主席"
    assert known[73].gender == "女"
    assert known[74].unit_name == "溪山开发区工会联合会（商贸,餐饮）"
    assert known[75].note == '自带"教材"一本'
    assert known[76].note == "第一天上午\n晚到"
    with site.database.reading() as db:
        phones = dict(db.execute(select(Enrolment.number, Person.phone).join(Person)).all())
        assert [phones[n] for n in (60, 61, 62, 63, 64, 65)] == [f"199000050{n}" for n in (60, 61, 62, 63, 64, 65)]
        assert phones[67] is None
        assert db.scalar(select(Person.pinyin).where(Person.name == "蔡赟")) == "cai yun"
        assert db.scalar(select(Group.name).join(Enrolment).where(Enrolment.number == 70)) == "第2组"


def test_people_of_one_name_stay_two(site: Site, office: Any, roster_300: bytes) -> None:
    preview = office.preview(roster_300)
    rows = {row.row.line - 1: row for row in preview_rows(preview)}
    assert [r.code for r in rows[12].verdict.reasons] == ["namesake"]
    assert rows[12].verdict.reasons[0].data == {"line": 209, "tail": "5012"}
    assert rows[20].verdict.reasons == ()  # another unit: nothing to say
    office.commit(preview)
    with site.database.reading() as db:
        assert sorted(db.scalars(select(Person.phone).where(Person.name == "顾春兰"))) == ["19900005012",
                                                                                       "19900005208"]
        assert len(db.scalars(select(Person).where(Person.name == "洪海峰")).all()) == 2


def test_the_same_file_again_is_all_the_same(site: Site, office: Any, roster_300: bytes) -> None:
    office.bring_in(roster_300)
    before = seats(site)
    preview = office.preview(roster_300)
    assert (preview.counts["same"], preview.counts["refused"]) == (300, 1)
    counts = office.commit(preview)
    assert (counts["saved"], counts["updated"], counts["unchanged"]) == (0, 0, 299)
    assert {n: seat.version for n, seat in seats(site).items()} == {n: seat.version for n, seat in before.items()}


def test_the_held_back_row_comes_in_once_it_is_corrected(site: Site, office: Any, roster_300: bytes) -> None:
    office.bring_in(roster_300)
    counts = office.bring_in(roster_300.replace(b"1.99E+10", b"19900005066"))
    assert (counts["saved"], counts["unchanged"], counts["held_back"]) == (1, 299, 0)
    assert count(site, Enrolment) == 300


def test_committing_twice_has_the_effect_of_once(site: Site, office: Any, roster_300: bytes) -> None:
    preview = office.preview(roster_300)
    first = office.commit(preview)
    assert office.commit(preview, _2="skip") == first
    assert count(site, Enrolment) == 299
    with site.database.reading() as db:
        assert db.scalar(select(func.count()).where(AuditEntry.action == "roster.import")) == 1


def test_what_was_imported_is_purged_from_the_preview_and_what_was_held_back_stays(
        site: Site, office: Any, roster_300: bytes) -> None:
    preview = office.preview(roster_300)
    office.commit(preview)
    with site.database.reading() as db:
        kept = preview_rows(db.get_one(RosterImport, preview.id))
    assert [row.row.line - 1 for row in kept] == [66]


def test_the_log_says_what_the_import_did(site: Site, office: Any) -> None:
    office.bring_in("姓名,手机号,职务\n甲某,19900005001,主席\n")
    office.bring_in("姓名,手机号,职务\n甲某,19900005001,副主席\n")
    with site.database.reading() as db:
        first, second = db.scalars(select(AuditDetail.after).join(AuditEntry, AuditEntry.id == AuditDetail.entry_id)
                                   .where(AuditEntry.action == "roster.import").order_by(AuditEntry.id)).all()
    assert first and second
    assert (len(first["new"]), first["file"]) == (1, "名册.csv")
    assert list(second["changed"].values()) == [{"position": ["主席", "副主席"]}]


def test_somebody_who_came_in_meanwhile_makes_the_preview_stale(site: Site, office: Any, roster_300: bytes) -> None:
    preview = office.preview(roster_300)
    with site.database.writing() as db:
        db.add(Person(name="别人", name_key="别人", phone="19900005001", created_at=site.clock.now()))
    with pytest.raises(Conflict) as refused:
        office.commit(preview)
    assert refused.value.code == "roster_stale"
    assert (count(site, Enrolment), count(site, Group)) == (0, 0)


def test_a_change_of_the_class_meanwhile_makes_the_preview_stale(site: Site, office: Any) -> None:
    office.bring_in("姓名,手机号,职务\n甲某,19900005001,主席\n")
    preview = office.preview("姓名,手机号,职务\n甲某,19900005001,副主席\n")
    with site.database.writing() as db:
        db.scalars(select(Enrolment)).one().position = "组织委员"
    with pytest.raises(Conflict):
        office.commit(preview)
    assert seats(site)[1].position == "组织委员"


def test_a_newer_preview_replaces_the_older_one(site: Site, office: Any, roster_300: bytes) -> None:
    older = office.preview(roster_300)
    newer = office.preview("姓名,手机号\n甲某,19900005001\n")
    with pytest.raises(Conflict) as refused:
        office.commit(older)
    assert refused.value.code == "roster_dropped"
    assert office.commit(newer)["saved"] == 1
    with site.database.reading() as db:
        assert db.get_one(RosterImport, older.id).rows == []


def test_a_row_may_be_left_out(site: Site, office: Any) -> None:
    counts = office.bring_in("姓名,手机号\n甲某,19900005001\n乙某,19900005002\n", _3="skip")
    assert (counts["saved"], counts["skipped"]) == (1, 1)
    assert [seat.name for seat in seats(site).values()] == ["甲某"]


@pytest.mark.parametrize("decisions", [{"_2": "merge:0000"}, {"_2": "delete"}, {"_99": "skip"}, {"_x": "import"}])
def test_a_decision_that_does_not_fit_is_refused_and_nothing_is_saved(
        site: Site, office: Any, decisions: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        office.bring_in("姓名,手机号\n甲某,19900005001\n", **decisions)
    assert count(site, Enrolment) == 0


def test_the_statements_do_not_grow_with_the_roster(site: Site, office: Any, roster_300: bytes) -> None:
    statements: list[str] = []
    event.listen(site.database.engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    few = b"\r\n".join(roster_300.split(b"\r\n")[:4]) + b"\r\n"
    office.bring_in(few)
    small = len(statements)
    statements.clear()
    office.bring_in(roster_300)
    assert len(statements) <= small + 6  # bulk inserts come in a few batches
    assert small <= 30


def test_a_door_may_hand_over_the_file_itself(site: Site, training_class: TrainingClass, roster_300: bytes) -> None:
    with site.database.writing() as db:
        made = preview_roster(db, training_class=db.get_one(TrainingClass, training_class.id), data=roster_300,
                              filename="名册.csv", by_id=None, now=site.clock.now())
        counts = commit_roster(db, roster_import=made, decisions={}, by_id=None, now=site.clock.now())
    assert counts["saved"] == 299


def test_ten_commits_at_one_moment_have_the_effect_of_one(site: Site, office: Any, roster_300: bytes) -> None:
    preview = office.preview(roster_300)
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: office.commit(preview), range(10)))
    assert all(answer == answers[0] for answer in answers)
    assert (count(site, Enrolment), count(site, Person)) == (299, 299)


def test_of_two_offices_that_commit_the_same_file_at_one_moment_one_is_told(
        site: Site, training_class: TrainingClass, office_of: Any, person_with: Any, roster_300: bytes) -> None:
    offices = [office_of(training_class, person_with("administrator", name=name).id) for name in ("甲某", "乙某")]
    previews = [office.preview(roster_300) for office in offices]

    def commit(number: int) -> str:
        try:
            offices[number].commit(previews[number])
        except Conflict as refused:
            return refused.code
        return "saved"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(commit, range(2))) == ["roster_stale", "saved"]
    assert count(site, Enrolment) == 299
