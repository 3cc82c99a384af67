"""What a place sets for an amount is checked, kept in versions, and read once per plan stamp."""
from __future__ import annotations

import pytest
from sqlalchemy import delete, event, select

from lms.core.audit.models import AuditDetail
from lms.core.courses.facts import Amount
from lms.core.courses.files import read_course
from lms.core.courses.library import import_course, store_assets
from lms.core.courses.local_amounts import LocalAmounts, Standard, local_rows, read_standard, set_local_amount, unused
from lms.core.courses.models import Course, LocalAmount
from lms.core.courses.shelf import Shelf
from lms.core.db import PLAN_STAMP
from lms.core.errors import Conflict, Invalid
from lms.core.shipped import shipped

CAP = Amount("cap", {"zh": "上限"}, "50", "%", 2019)
OWN = Standard("40", 2026, "区总工会〔2026〕3号")
SHARE = Amount("share", {"zh": "比例"}, "三分之二")


@pytest.fixture
def course(site, clock):
    file, _ = read_course(shipped("courses") / "finance-rules")
    assets = store_assets(site.storage, shipped("courses") / "finance-rules", file)
    with site.database.writing() as db:
        version = import_course(db, course=file, assets=assets, origin="shipped", by_id=None, now=clock.now())
        return db.get_one(Course, version.course_id)


@pytest.fixture
def put(site, clock, course):
    def run(standard=OWN, seen=0, key="condolence-cap"):
        with site.database.writing() as db:
            set_local_amount(db, course=db.get_one(Course, course.id), key=key, standard=standard, seen=seen, by_id=None, now=clock.now())
    return run


def stamp(site) -> int:
    with site.database.reading() as db:
        return db.scalar(select(PLAN_STAMP))


@pytest.mark.parametrize(("typed", "kept"), [
    (("40", "2026", "某文件"), ("40", 2026, "某文件")), (("４０％", "２０２６", " 某 \n文件\x00 "), ("40", 2026, "某 文件")),
    (("10—20%", "1949", "某文件"), ("10—20", 1949, "某文件")), (("  ", "", "\u200b"), ("", None, ""))])
def test_what_is_typed_is_read_as_it_was_meant(typed, kept):
    assert read_standard(CAP, **dict(zip(("value", "year", "source"), typed, strict=True))) == Standard(*kept)


@pytest.mark.parametrize(("amount", "typed", "field"), [
    (CAP, ("四成", "2026", "某文件"), "value"), (CAP, ("<b>4</b>", "2026", "某文件"), "value"), (CAP, ("-4", "2026", "某文件"), "value"),
    (CAP, ("9" * 41, "2026", "某文件"), "value"), (SHARE, ("半" * 41, "2026", "某文件"), "value"), (CAP, ("", "2026", ""), "value"),
    (CAP, ("", "", "某文件"), "value"), (CAP, ("4", "", "某文件"), "year"), (CAP, ("4", "1948", "某文件"), "year"),
    (CAP, ("4", "二〇二六", "某文件"), "year"), (CAP, ("4", "٢٠٢٦", "某文件"), "year"), (CAP, ("4", "9" * 400, "某文件"), "year"),
    (CAP, ("4", "2026", ""), "source"), (CAP, ("4", "2026", "文" * 201), "source")])
def test_what_cannot_be_shown_is_refused_at_its_field(amount, typed, field):
    with pytest.raises(Invalid) as refusal:
        read_standard(amount, **dict(zip(("value", "year", "source"), typed, strict=True)))
    assert refusal.value.data["field"] == field


def test_words_stay_words_where_the_course_has_words():
    assert read_standard(SHARE, value="三分之一", year="2026", source="某文件").value == "三分之一"


def test_setting_moves_the_stamp_and_is_on_record_and_the_same_again_is_nothing(site, put):
    before = stamp(site)
    put()
    put()  # a second tap carries the version that the first one saw
    assert stamp(site) == before + 1
    with site.database.reading() as db:
        assert db.scalars(select(LocalAmount.version)).one() == 1
        after = [d.after for d in db.scalars(select(AuditDetail)) if d.after and d.after.get("amount")]
    assert after == [{"amount": "condolence-cap", "value": "40", "year": 2026, "source": "区总工会〔2026〕3号"}]


def test_the_second_of_two_editors_is_told(site, put, course):
    put()
    for standard in (Standard("30", 2025, "旧文件"), Standard()):
        with pytest.raises(Conflict):
            put(standard)
    put(Standard(), seen=1)
    with pytest.raises(Conflict):  # emptied meanwhile: the row has gone on counting
        put(Standard("30", 2025, "旧文件"), seen=1)
    with site.database.reading() as db:
        assert local_rows(db, course.id)["condolence-cap"].version == 2


def test_they_are_read_once_and_anew_when_the_stamp_has_moved(site, put, course):
    put()
    put(key="gone-since")
    local, shelf, asked = LocalAmounts(), Shelf(), []
    with site.database.reading() as db:
        volume, now = shelf.volume(db, course.current_version_id), stamp(site)
        event.listen(site.database.engine, "before_cursor_execute", note := lambda *given: asked.append(given[2]))
        for _ in range(3):
            assert {k: (a.value, a.unit, a.local) for k, a in local.of(db, volume, now).items()} == {"condolence-cap": ("40", "%", True)}
        event.remove(site.database.engine, "before_cursor_execute", note)
        assert len(asked) == 1
        assert [row.key for row in unused(local_rows(db, course.id), volume.register.amounts)] == ["gone-since"]
    put(Standard(), seen=1)
    with site.database.reading() as db:
        assert local.of(db, volume, stamp(site)) == {}
    with site.database.writing() as db:
        db.execute(delete(LocalAmount))
    assert stamp(site) > now + 1


def test_a_page_is_rendered_anew_when_the_amounts_differ_and_only_then(site, put, course):
    local, shelf = LocalAmounts(), Shelf()

    def page():
        with site.database.reading() as db:
            volume = shelf.volume(db, course.current_version_id)
            module = next(m for m in volume.modules if "[=condolence-cap]" in m.body)
            return shelf.page(volume, module, "zh_CN", str, local.of(db, volume, stamp(site)))

    shipped_page = page()
    assert "50%（2019 年，本地可调整）" in shipped_page.html and page() is shipped_page and shipped_page.local == ()
    put()
    own = page()
    assert "40%（2026 年，本地标准）" in own.html and "50%（2019" not in own.html and page() is own
    assert [(a.id, a.source) for a in own.local] == [("condolence-cap", "区总工会〔2026〕3号")] and 'href="#local-condolence-cap"' in own.html
    put(Standard(), seen=1)
    assert page().html == shipped_page.html
