"""300 phones sign in at the same moment."""
from __future__ import annotations

import re
from collections.abc import Sequence

from bench.load import Answer, Phone, Result, crowd
from bench.world import World

_TICKET = re.compile(rb'action="(/s/t/[^"]+)"')


async def scan_and_tap(world: World, port: int) -> Result:
    """The whole way from scan to "signed in", everybody at the same moment."""
    phones = [Phone(port, cookie) for cookie in world.cookies]
    code = world.scan_code()

    async def whole(n: int) -> Sequence[Answer]:
        page = await phones[n].get(f"/s/{code}")
        found = _TICKET.search(page.body)
        if found is None:
            return [page, Answer(599, page.body, 0)]
        return [page, await phones[n].post(found.group(1).decode(), {"csrf_token": world.token})]

    result = await crowd(len(phones), whole)
    for phone in phones:
        phone.close()
    return result


async def taps_only(world: World, port: int) -> Result:
    """The taps alone, tickets in hand: what the floor of one durable INSERT compares to."""
    phones = [Phone(port, cookie) for cookie in world.cookies]
    code = world.scan_code()
    tickets: list[str] = []
    for phone in phones:
        page = await phone.get(f"/s/{code}")
        found = _TICKET.search(page.body)
        if found is None:
            raise RuntimeError(f"no ticket: {page.status} {page.body[:300]!r}")
        tickets.append(found.group(1).decode())
    result = await crowd(len(phones), lambda n: phones[n].post(tickets[n], {"csrf_token": world.token}))
    for phone in phones:
        phone.close()
    return result


async def floor_inserts(port: int, people: int) -> Result:
    """The floor: as many bare durable INSERTs at the same moment."""
    phones = [Phone(port) for _ in range(people)]
    for phone in phones:
        await phone.get("/hello")
    result = await crowd(people, lambda n: phones[n].post("/insert", {"name": f"phone {n}"}))
    for phone in phones:
        phone.close()
    return result
