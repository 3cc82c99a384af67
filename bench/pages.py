"""Pages of a logged-in trainee, asked for again and again by a few phones."""
from __future__ import annotations

from bench.load import Phone, Result, steady
from bench.world import World

PATHS = {"home": "/", "timetable": "/timetable", "courses": "/courses", "course": "/courses/finance-rules",
         "module": "/courses/finance-rules/legal-standing"}
_PHONES, _SECONDS = 8, 3.0


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
