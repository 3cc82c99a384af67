"""The register has every number, void ones included; the archives hold the very bytes, under names that every system takes."""
from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from certificate_desk import Desk
from pypdf import PdfReader
from sqlalchemy import delete

from lms.core.certificates.delivery import FORMS, ask_to_deliver, deliveries, file_name
from lms.core.certificates.issue import revoke
from lms.core.certificates.models import Certificate
from lms.core.certificates.register import closing, counts, register_book, register_data, register_lines
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Invalid
from lms.core.jobs.models import Job
from lms.worker import run_waiting

MakeDesk = Callable[..., Desk]


def issued(make_desk: MakeDesk, people: int = 3, slug: str = "class-a", **rules: Any) -> Desk:
    desk = make_desk(slug, people=people, **rules)
    desk.finish()
    desk.issue()
    return desk


def void(desk: Desk, number: int) -> None:
    with desk.site.database.writing() as db:
        revoke(db, certificate=db.get_one(Certificate, desk.certificates()[number].id), reason="冒领", by_id=desk.training.people[0].id,
               now=desk.site.clock.now())


def lines(desk: Desk) -> Any:
    with desk.site.database.reading() as db:
        return register_lines(db, db.get_one(TrainingClass, desk.training.training_class.id))


def packed(desk: Desk, form: str = "each") -> dict[str, bytes]:
    with desk.site.database.writing() as db:
        job = ask_to_deliver(db, training_class=db.get_one(TrainingClass, desk.training.training_class.id), form=form,
                             by_id=desk.training.people[0].id, now=desk.site.clock.now())
        job_id = job.id
    run_waiting(desk.site)
    with desk.site.database.reading() as db:
        job = db.get_one(Job, job_id)
        assert (job.state, job.done) == ("done", job.total), job.error
        archive = next(a for a in deliveries(db, desk.training.training_class) if a.name.endswith(f"-{form}.zip"))
    with desk.site.storage.open(archive.file.sha256) as file, zipfile.ZipFile(file) as found:
        return {name: found.read(name) for name in found.namelist()}


def test_every_number_is_there_and_void_ones_say_so(make_desk: MakeDesk) -> None:
    desk = issued(make_desk)
    void(desk, 1)
    desk.issue()  # the second person gets a new number
    found = lines(desk)
    assert [(line.serial, line.state) for line in found] == [(1, "valid"), (2, "revoked"), (3, "valid"), (4, "valid")]
    rows = list(register_book(found, locale="zh_CN", zone="Asia/Shanghai", seal="封存").sheets[0].rows)
    assert [row[0] for row in rows] == [1, 2, 3, 4] and rows[1][11] == "冒领" and rows[1][1] == found[1].certificate.number
    data = register_data(found, desk.training.training_class, locale="zh_CN", now=desk.site.clock.now(), sample=False, seal="封存")
    assert data["closing"] == "共 4 个编号，连续无缺号；有效 3，作废 1，已替换 0。"


def test_two_classes_with_one_sequence_leave_no_gap_and_tell_no_name(make_desk: MakeDesk, database: Any) -> None:
    one = issued(make_desk, 1, "class-a", serial_scope="year")
    two = make_desk("class-b", people=1, serial_scope="year")
    with database.writing() as db:
        db.get_one(TrainingClass, two.training.training_class.id).organiser_id = one.training.training_class.organiser_id
    two.mark(["present"] * 6)
    two.site.clock.move(days=4)  # type: ignore[attr-defined]
    two.issue()
    void(one, 0)
    one.issue()
    found = lines(one)
    assert [(line.serial, line.state) for line in found] == [(1, "revoked"), (2, "elsewhere"), (3, "valid")]
    assert "class-b" not in str(list(register_book(found, locale="zh_CN", zone="Asia/Shanghai", seal="封存").sheets[0].rows))


def test_a_number_that_vanished_would_be_seen(make_desk: MakeDesk, database: Any) -> None:
    """Nothing in the program can do this; somebody with the database could."""
    desk = issued(make_desk)
    with database.writing() as db:
        db.execute(delete(Certificate).where(Certificate.id == desk.certificates()[1].id))
    found = lines(desk)
    assert [line.state for line in found] == ["valid", "missing", "valid"] and counts(found)["missing"] == 1
    assert "缺号" in closing(found) and "连续" not in closing(found)


def test_an_empty_register(make_desk: MakeDesk) -> None:
    assert lines(make_desk(people=1)) == []


def test_the_archive_holds_the_very_bytes_of_valid_ones(make_desk: MakeDesk) -> None:
    desk = issued(make_desk)
    void(desk, 1)
    first, _, third = desk.certificates()
    assert packed(desk) == {file_name(c.snapshot): desk.bytes_of(c) for c in (first, third)}
    assert file_name(first.snapshot) == f"{first.snapshot['unit']}_{first.snapshot['name']}_{first.number}.pdf"


def test_names_are_safe_on_windows_and_doubled_ones_stay_apart(make_desk: MakeDesk, database: Any) -> None:
    desk = make_desk(people=5, certificate_number="{year}/{serial}")
    odd = (("a/b:c*?", "CON."), ("..\\..", "<张>|\"三\""), ("长" * 200, "名" * 120), ("长" * 200, "名" * 120), ("长" * 200, "短名"))
    with database.writing() as db:
        for enrolment, (unit, name) in zip(desk.training.enrolments, odd, strict=True):
            row = db.get_one(Enrolment, enrolment.id)
            row.unit_name, row.name = unit, name
    desk.finish()
    desk.issue()
    names = list(packed(desk))
    assert len({name.casefold() for name in names}) == 5
    for name in names:
        assert not set(name) & set('<>:"/\\|?*') and len(name.encode()) <= 255 and name.endswith(".pdf"), name
    assert any(name.endswith("长_短名_2026_5.pdf") for name in names)  # a long unit takes neither name nor number away


@pytest.mark.parametrize("form", ["unit", "group"])
def test_merged_files_hold_everybody_of_a_unit_or_group_once(make_desk: MakeDesk, form: str) -> None:
    desk = issued(make_desk, 6)
    found = packed(desk, form)
    pages = [page.extract_text().replace(" ", "") for data in found.values() for page in PdfReader(BytesIO(data)).pages]
    assert len(pages) == 6 and all(any(c.number.replace(" ", "") in page for page in pages) for c in desk.certificates())
    assert len(found) == (5 if form == "unit" else 2)
    if form == "unit":
        assert {name.removesuffix(".pdf") for name in found} == {e.unit_name for e in desk.training.enrolments}


def test_a_new_archive_takes_the_place_of_the_old(make_desk: MakeDesk, database: Any) -> None:
    desk = issued(make_desk)
    assert len(packed(desk)) == 3
    void(desk, 0)
    assert len(packed(desk)) == 2
    with database.reading() as db:
        assert len(deliveries(db, desk.training.training_class)) == 1


def test_nothing_to_pack_and_no_such_form(make_desk: MakeDesk) -> None:
    desk = make_desk(people=1)
    with pytest.raises(Conflict, match="nothing_to_take_out"):
        packed(desk)
    with pytest.raises(Invalid, match="no_such_delivery"):
        packed(desk, "rar")
    assert set(FORMS) == {"each", "unit", "group"}
