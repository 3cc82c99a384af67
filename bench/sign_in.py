"""300 phones sign in at the same moment: the taps against the floor, the whole way, and with everything else going on."""
from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import func, select

from bench.disturbance import disturbed
from bench.load import Answer, Phone, Result, crowd
from bench.rows import REPEATS, Place, Row, burst, failures, middle, ratio
from bench.world import World
from lms.core.attendance.codes import Direction
from lms.core.attendance.models import AttendanceEvent

_TICKET = re.compile(rb'action="(/s/t/[^"]+)"')


async def measure(place: Place) -> list[Row]:
    floors, taps, whole = [], [], []
    for _ in range(REPEATS):
        floors.append(await floor_inserts(place.floor_port, len(place.world.cookies)))
        taps.append(await taps_only(place.world, place.port, place.direction()))
        whole.append(await scan_and_tap(place.world, place.port, place.direction()))
    share = ratio(taps, floors)
    return [
        Row("floor: one durable INSERT", burst(floors)), *failures(floors, "floor"),
        Row("sign-in: taps", f"{burst(taps)}; {share:.2f} of the floor", "≥ 0.5 of the floor, all ≤ 2.5 s, p95 ≤ 2 s",
            share >= 0.5 and in_time(taps)), *failures(taps, "sign-in: taps"),
        Row("sign-in: scan and tap", burst(whole), "all ≤ 2.5 s, p95 ≤ 2 s", in_time(whole)), *failures(whole, "scan and tap")]


async def measure_thrice(place: Place) -> list[Row]:
    """The taps, each sent three times at once, as a phone does on a bad network: three bursts, no event too many."""
    bursts, kept = [], True
    for _ in range(3):
        before = _events(place)
        bursts.append(await taps_only(place.world, place.port, place.direction(), times=3))
        kept = kept and _events(place) == before + len(place.world.people)
    return [Row("sign-in: taps, each thrice", f"{burst(bursts)}; {'one event each' if kept else 'EVENTS LOST OR DOUBLED'}",
                "one event each, no error", kept and not any(r.failures for r in bursts)), *failures(bursts, "thrice")]


def _events(place: Place) -> int:
    with place.world.site.database.reading() as db:
        return db.scalar(select(func.count()).select_from(AttendanceEvent)) or 0


async def measure_disturbed(place: Place) -> list[Row]:
    """The same taps while 20 staff watch the board, a job renders certificates and 40 phones hold a paused video."""
    async with disturbed(place) as going_on:
        taps = [await taps_only(place.world, place.port, place.direction()) for _ in range(3)]
        told = await going_on()
    return [Row("sign-in: taps, disturbed", f"{burst(taps)}; {told}", "all ≤ 2.5 s, p95 ≤ 2 s", in_time(taps)),
            *failures(taps, "sign-in: taps, disturbed")]


def in_time(results: Sequence[Result]) -> bool:
    one = middle(results)
    return one.wall <= 2.5 and one.percentile(.95) <= 2 and not any(r.failures for r in results)


@asynccontextmanager
async def _phones(world: World, port: int) -> AsyncIterator[list[Phone]]:
    phones = [Phone(port, cookie) for cookie in world.cookies]
    await asyncio.gather(*(phone.get("/healthz") for phone in phones))  # connected, like phones that wait in the hall
    yield phones
    for phone in phones:
        phone.close()


async def scan_and_tap(world: World, port: int, direction: Direction) -> Result:
    """The whole way from scan to "signed in", everybody at the same moment."""
    async with _phones(world, port) as phones:
        code = world.scan_code(direction)

        async def whole(n: int) -> Sequence[Answer]:
            page = await phones[n].get(f"/s/{code}")
            found = _TICKET.search(page.body)
            if found is None:
                return [page, Answer(599, page.body, 0)]
            return [page, await phones[n].post(found.group(1).decode(), {"csrf_token": world.token})]

        return await crowd(len(phones), whole)


async def taps_only(world: World, port: int, direction: Direction, times: int = 1) -> Result:
    """The taps alone, tickets in hand: what the floor of one durable INSERT compares to.

    :param times: how often each phone sends its tap, at once, over as many connections
    """
    async with _phones(world, port) as phones:
        tickets = []
        for phone in phones:
            page = await phone.get(f"/s/{world.scan_code(direction)}")
            found = _TICKET.search(page.body)
            if found is None:
                raise RuntimeError(f"no ticket: {page.status} {page.body[:300]!r}")
            tickets.append(found.group(1).decode())
        again = [[Phone(port, cookie) for _ in range(times - 1)] for cookie in world.cookies]

        async def tap(n: int) -> Sequence[Answer]:
            sent = (phone.post(tickets[n], {"csrf_token": world.token}) for phone in (phones[n], *again[n]))
            return await asyncio.gather(*sent)

        try:
            return await crowd(len(phones), tap)
        finally:
            for phone in (p for more in again for p in more):
                phone.close()


async def floor_inserts(port: int, people: int) -> Result:
    """The floor: as many bare durable INSERTs at the same moment."""
    phones = [Phone(port) for _ in range(people)]
    await asyncio.gather(*(phone.get("/hello") for phone in phones))
    result = await crowd(people, lambda n: phones[n].post("/insert", {"name": f"phone {n}"}))
    for phone in phones:
        phone.close()
    return result
