"""Search over 20,000 modules: how long the index takes to make, and an answer, by what is looked for."""
from __future__ import annotations

import random
import re
import time
from collections.abc import Sequence
from urllib.parse import quote

from sqlalchemy import select

from bench.load import Phone, Result, steady
from bench.pages import floor_hello
from bench.rows import Place, Row, milliseconds, ratio
from lms.core.courses.models import Course, CourseVersion, Module
from lms.core.search.indexing import index_what_changed
from lms.site import Site

MODULES, IN_A_COURSE = 20_000, 8
RARE = "𠮷野㛃"
_ASKED = {"two characters, in most": "经费", "three words": "工会 预算 审批", "a rare name, in one": RARE, "not there": "量子纠缠", "one character": "税"}
_PHONES, _SECONDS, _ROUNDS = 4, 1.5, 3


async def measure(place: Place) -> list[Row]:
    site = place.world.site
    _fill(site, MODULES)
    began = time.perf_counter()
    index_what_changed(site)
    rows = [Row(f"search index, {MODULES:,} modules", f"{time.perf_counter() - began:.0f} s")]
    phones = [Phone(place.port, cookie) for cookie in place.world.cookies[:_PHONES]]
    for name, query in _ASKED.items():
        path, results, floors = f"/search?q={quote(query)}", [], []
        found = await phones[0].get(path)
        shown = found.body.decode().count("<mark>")
        for _ in range(_ROUNDS):
            floors.append(await floor_hello(place.floor_port))
            results.append(await steady(phones, path, _SECONDS))
        rows.append(Row(f"search: {name}", _words(results, floors, shown), kept=None if found.status == 200 else False))
    return rows


def _words(results: Sequence[Result], floors: Sequence[Result], shown: int) -> str:
    one = sorted(results, key=lambda r: r.rate)[len(results) // 2]
    return (f"{shown} on the first page; {_PHONES} at once: p50 {milliseconds(one.percentile(.5))}, p95 {milliseconds(one.percentile(.95))}, "
            f"{one.rate:.0f}/s, {ratio(results, floors):.3f} of hello")


def _fill(site: Site, count: int) -> None:
    """Courses that are open to all, their modules put together anew from the sentences of the three courses."""
    chance = random.Random(1)
    with site.database.reading() as db:
        known = [s for body in db.scalars(select(Module.body)) for s in re.split(r"(?<=。)", body) if 10 < len(s) < 120]
    for first in range(0, count // IN_A_COURSE, 100):
        with site.database.writing() as db:
            for number in range(first, min(first + 100, count // IN_A_COURSE)):
                course = Course(slug=f"bench-{number}", titles={"zh": f"课程{number}"}, created_at=site.clock.now(), open_to_all=True)
                db.add(course)
                db.flush()
                version = CourseVersion(course_id=course.id, number=1, content_hash=f"bench-{number}", titles=course.titles, summaries={},
                                        created_at=site.clock.now())
                db.add(version)
                db.flush()
                course.current_version_id = version.id
                db.add_all(Module(version_id=version.id, slug=f"m{place}", position=place, titles={"zh": f"第{place}讲"}, summaries={},
                                  body="## 规则是什么\n" + "".join(chance.sample(known, 20)) + (RARE if number == place == 7 else ""))
                           for place in range(1, IN_A_COURSE + 1))
