"""A course edited in the browser: looked at, checked, published, and taken out and in as a zip."""
from __future__ import annotations

import html
import re
from io import BytesIO
from typing import Any

import pytest
from matrix.world import World, world  # noqa: F401  (fixture)

from lms.core.courses.sections import SECTIONS
from lms.core.courses.sources import sources_of, unzipped, zipped
from lms.core.shipped import shipped


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)
    return " ".join(answer.get_data(as_text=True).split())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_new_module_is_made_in_the_browser_filled_in_and_published(world: World) -> None:  # noqa: F811
    admin, slug, course = world.browsers["administrator"], "brand-new", world.a.course.slug
    desk, served = f"/manage/courses/{course}/edit", sources_of(shipped("courses") / course).texts
    for title, name, told in (("", slug, "名称"), ("新的一节", "坏 名", "小写字母"), ("新的一节", "UPPER", "小写字母"), ("新的一节", "../x", "小写字母"),
                              ("新的一节", world.a.version.modules[0].slug, "已有短名"), ("新的一节", "x" * 61, "小写字母")):
        assert told in text(admin.post(f"{desk}-module", {"title": title, "slug": name, "version": "1"}), 422)
    made = admin.post(f"{desk}-module", {"title": "新的一节", "slug": slug, "version": "1"})
    assert made.status_code == 303 and made.location.endswith(f"-{slug}.md")
    assert "没有保存" in text(admin.post(f"{desk}-module", {"title": "又一节", "slug": "another", "version": "1"}), 409)  # on a page of before
    file = made.location.rsplit("/", 1)[-1]
    page = admin.get(made.location).get_data(as_text=True)
    assert all(f"## {names[0]}" in page for names in SECTIONS)
    assert "有错误，不能发布" in text(admin.get(desk)) and "没有发布" in text(admin.post(f"{desk}-publish"), 422)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    body = served[next(n for n in served if n.startswith("01-"))].split("\n---\n", 1)[1]
    assert version and admin.post(f"{desk}/{file}", {"title": "新的一节", "summary": "摘要写在这里。", "minutes": "12", "body": body, "version": version[1],
                                                     "act": "save"}).status_code == 303
    answer = admin.post(f"{desk}-publish")
    assert answer.status_code == 303, text(answer, answer.status_code)
    assert "新的一节" in text(world.browsers["trainee"].get(f"/courses/{course}"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_the_draft_to_what_trainees_read(world: World) -> None:  # noqa: F811
    admin, me, slug = world.browsers["administrator"], world.browsers["trainee"], world.a.course.slug
    module = world.a.version.modules[0]
    desk, file = f"/manage/courses/{slug}/edit", f"01-{module.slug}.md"
    assert "没有错误" in text(admin.get(desk))
    page = admin.get(f"{desk}/{file}").get_data(as_text=True)
    body = re.search(r'<textarea[^>]*name="body"[^>]*>(.*?)</textarea>', page, re.S)
    version = re.search(r'name="version"[^>]*value="(\d+)"', page)
    assert body and version

    values = {"title": "本地改的名称", "summary": "摘要", "minutes": "9", "body": html.unescape(body[1]), "version": version[1]}
    preview = text(admin.post(f"{desk}/{file}", {**values, "body": "## 标题一\n<script>x</script>\n- 一条", "act": "preview"}))
    assert "预览" in preview and "<script>x" not in preview
    assert admin.post(f"{desk}/{file}", {**values, "act": "save"}).status_code == 303
    assert "本地改的名称" not in text(me.get(f"/courses/{slug}"))
    page = text(admin.get(desk))
    assert "本地改的名称" in page and "<ins>" in page and "没有错误" in page
    assert admin.post(f"{desk}-publish").status_code == 303
    assert "本地改的名称" in text(me.get(f"/courses/{slug}"))
    data = admin.get(f"/manage/courses/{slug}/export.zip").get_data()
    assert "本地改的名称" in unzipped(data).texts[file]
    broken = unzipped(data)
    broken.texts[file] = broken.texts[file].replace("## 规则是什么", "## 别的")
    assert admin.post(f"{desk}-upload", {"file": (BytesIO(zipped(slug, broken)), "c.zip")}).status_code == 303
    assert "有错误，不能发布" in text(admin.get(desk)) and "没有发布" in text(admin.post(f"{desk}-publish"), 422)
    assert admin.post(f"{desk}-upload", {"file": (BytesIO(zipped(slug, sources_of(shipped("courses") / slug))), "c.zip")}).status_code == 303
    assert admin.post(f"{desk}-publish").status_code == 303 and "本地改的名称" not in text(me.get(f"/courses/{slug}"))
    assert "这不是完整的 zip" in text(admin.post(f"{desk}-upload", {"file": (BytesIO(b"no zip"), "c.zip")}), 422)
    assert "这不是完整的 zip" in text(admin.post(f"{desk}-upload"), 422)
