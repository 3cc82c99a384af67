"""Search on the page: what was found with the words around it, and what to do where nothing was."""
from __future__ import annotations

from typing import Any

import pytest
from matrix.world import World, world  # noqa: F401  (fixture)

from lms.core.search.indexing import index_what_changed


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status
    return " ".join(answer.get_data(as_text=True).split())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_found_with_the_words_around_it(world: World) -> None:  # noqa: F811
    index_what_changed(world.site)
    me, module = world.browsers["trainee"], world.a.version.modules[0]
    page = text(me.get("/search?q=工会"))
    assert "<mark>工会</mark>" in page and f"/courses/{world.a.course.slug}/{module.slug}" in page
    assert world.b.course.slug not in page and f"/material/{world.a.material.uid}" in text(me.get("/search?q=class-a课件"))
    assert "没有找到“龘龘”" in text(me.get("/search?q=龘龘")) and "输入一个词" in text(me.get("/search"))
    for odd in ("q=%00", "q=工会&page=x", "q=工会&page=0", "q=工会&page=99999", "q=" + "长" * 500, "q=%3Cscript%3E"):
        assert me.get(f"/search?{odd}").status_code in (200, 422)
    assert "<script>" not in me.get("/search?q=%3Cscript%3E").get_data(as_text=True).split("<main")[1].split("</main>")[0]
    assert 'action="/search"' in text(me.get("/courses"))
