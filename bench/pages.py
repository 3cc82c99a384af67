"""Pages of a logged-in trainee, asked for again and again by a few phones, against a bare "hello"."""
from __future__ import annotations

from statistics import median

from bench.load import Phone, Result, steady
from bench.rows import REPEATS, Place, Row, failures, ratio
from bench.world import World

PATHS = {"home": "/", "timetable": "/timetable", "courses": "/courses", "course": "/courses/finance-rules",
         "module": "/courses/finance-rules/legal-standing"}
_PHONES, _SECONDS = 8, 1.5


async def measure(place: Place) -> list[Row]:
    floors: list[Result] = []
    pages: dict[str, list[Result]] = {name: [] for name in PATHS}
    for _ in range(REPEATS):
        for name, path in PATHS.items():
            floors.append(await floor_hello(place.floor_port))
            pages[name].append(await trainee_page(place.world, place.port, path))
    rows = [Row("floor: hello", f"{median(f.rate for f in floors):.0f}/s"), *failures(floors, "hello")]
    for number, (name, results) in enumerate(pages.items()):
        share = ratio(results, floors[number::len(PATHS)])
        rows += [Row(f"page: {name}", f"{median(r.rate for r in results):.0f}/s, {share:.2f} of hello", "≥ 0.2 of hello, aim 0.33",
                     share >= 0.2 and not any(r.failures for r in results)), *failures(results, f"page: {name}")]
    return rows


async def trainee_page(world: World, port: int, path: str) -> Result:
    phones = [Phone(port, cookie) for cookie in world.cookies[:_PHONES]]
    await phones[0].get(path)  # what is rendered once per version is rendered now
    result = await steady(phones, path, _SECONDS)
    for phone in phones:
        phone.close()
    return result


async def floor_hello(port: int) -> Result:
    phones = [Phone(port) for _ in range(_PHONES)]
    result = await steady(phones, "/hello", _SECONDS)
    for phone in phones:
        phone.close()
    return result
