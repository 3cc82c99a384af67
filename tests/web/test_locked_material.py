"""Material of a module that is not open yet is as shut as the module: its pages, bytes, reports, and its words in search."""
from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from matrix.world import World, world  # noqa: F401  (fixture)
from routes import statements
from sqlalchemy import select

from lms.core.courses.models import ClassCourse
from lms.core.courses.study_rules import ModuleRule, StudyRules
from lms.core.courses.study_settings import change_study_rules
from lms.core.ids import new_uid
from lms.core.search.indexing import index_what_changed

MOST = 4  # statements for a trainee's page, the login counted


def rule(world: World, order: str = "free", **modules: ModuleRule) -> None:  # noqa: F811
    with world.site.database.writing() as db:
        owner = db.scalars(select(ClassCourse).where(ClassCourse.class_id == world.a.training_class.id)).one()
        change_study_rules(db, owner=owner, rules=StudyRules(order, modules), sessions=set(), version=owner.rules_version, by_id=None,
                           now=world.site.clock.now())


def addresses(world: World) -> list[tuple[str, str, dict[str, Any]]]:  # noqa: F811
    """Everything that a trainee may ask of the material of the first module, in each of its kinds."""
    a = world.a
    asked: list[tuple[str, str, dict[str, Any]]] = [("GET", f"/material/{one.uid}{rest}", {}) for one in (a.material, a.video, a.package, a.text)
                                                    for rest in ("", "/file", "/file?download=1")]
    return [*asked, ("GET", f"/material/{a.video.uid}/file", {"headers": {"Range": "bytes=0-3"}}),
            ("GET", f"/material/{a.material.uid}/pages/1", {}), ("GET", f"/material/{a.video.uid}/attachments/{a.subtitles.uid}", {}),
            ("POST", f"/material/{a.video.uid}/play", {"json": {"player": new_uid()}}), ("POST", f"/material/{a.text.uid}/seen", {}),
            ("POST", f"/material/{a.package.uid}/scorm", {"json": {"part": "I1", "status": "completed"}})]


def answers(world: World, role: str = "trainee") -> dict[str, int]:  # noqa: F811
    browser = world.browsers[role]
    return {f"{method} {address} {more.get('headers', '')}": browser.send(method, address, **{**more, "headers": {**more.get("headers", {})}}).status_code
            for method, address, more in addresses(world)}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_material_is_shut_as_long_as_its_module_is(world: World) -> None:  # noqa: F811
    index_what_changed(world.site)
    first, second, me = *(m.slug for m in world.a.version.modules[:2]), world.browsers["trainee"]
    for material in (world.a.material, world.a.video, world.a.package, world.a.text):
        assert material.module_slug == first
    assert {status // 100 for status in answers(world).values()} == {2}
    found = me.get("/search?q=class-a课件").get_data(as_text=True)
    assert f"/material/{world.a.material.uid}" in found and "<mark>" in found

    opens = world.site.clock.now() + timedelta(days=1)
    rule(world, **{first: ModuleRule(opens_at=opens)})
    assert set(answers(world).values()) == {403}
    page = me.get(f"/material/{world.a.video.uid}")
    said = me.get(f"/courses/{world.a.course.slug}/{first}").get_data(as_text=True).split("<main")[1]
    assert "开放，现在还不能学" in page.get_data(as_text=True) and page.get_data(as_text=True).split("<main")[1] == said, "as the module says it"
    found = me.get("/search?q=class-a课件").get_data(as_text=True)
    assert "<mark>" not in found.split("<main")[1] and " 开放" in found
    assert {status // 100 for status in answers(world, "instructor").values()} == {2}, "those who teach see it"

    rule(world, **{first: ModuleRule(after=(second,))})
    assert "以后才开放" in me.get(f"/material/{world.a.text.uid}").get_data(as_text=True) and set(answers(world).values()) == {403}

    rule(world, **{first: ModuleRule(opens_at=opens)})
    world.site.clock.move(days=1, seconds=1)  # type: ignore[attr-defined]
    over = {address for method, address, more in addresses(world) if method == "GET" and not more and _count(world, address) > MOST}
    assert not over and _count(world, "/search?q=class-a课件") <= MOST
    assert {status // 100 for status in answers(world).values()} == {2}


def _count(world: World, address: str) -> int:  # noqa: F811
    world.browsers["trainee"].get(address)  # what is the same for everybody is made once
    with statements(world.site) as seen:
        world.browsers["trainee"].get(address)
    return len(seen)
