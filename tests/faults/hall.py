"""A real server over a real data folder, the phones of a hall in front of it, and somebody who pulls the plug."""
from __future__ import annotations

import asyncio
import ctypes
import os
import random
import re
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from bench.load import Answer, Phone
from bench.servers import begin, free_port, system_command, wait_until_ready
from bench.world import World
from lms.core.attendance.codes import Direction

_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE = 24, 1  # linux/prctl.h, linux/capability.h
_TICKET = re.compile(rb'action="(/s/t/[^"]+)"')


class Hall:
    """The server of *world*, started and ended as a process.

    :param broken: a fault of ``broken_server.py`` to be planted in it
    """

    def __init__(self, world: World, broken: str = "") -> None:
        self.world, self.port, self.broken = world, free_port(), broken
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it and wait for its first answer; how many seconds that took."""
        command = system_command(self.world.folder, self.port)
        if self.broken:
            command[1:3] = [str(Path(__file__).with_name("broken_server.py")), self.broken]
        self.process = begin(command)
        return wait_until_ready(self.process, self.port)

    def start_and_fail(self) -> tuple[int, str]:
        """Start it where it cannot start: exit code and what it said. Without root's right to write everywhere."""
        ended = subprocess.run(system_command(self.world.folder, self.port), capture_output=True, text=True, timeout=30,
                               preexec_fn=_like_everybody)
        return ended.returncode, ended.stdout + ended.stderr

    def kill(self) -> None:
        """``kill -9`` of everything at the same moment: the server and its job child."""
        assert self.process is not None
        for pid in [self.process.pid, *self.children()]:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """SIGTERM, as systemd does it; the exit code."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def children(self) -> list[int]:
        """The job child, or nothing while it is being started."""
        assert self.process is not None
        listed = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        threads = Path(f"/proc/{self.process.pid}/task")
        with suppress(OSError):
            return [int(pid) for thread in threads.iterdir() for pid in (thread / listed.name).read_text().split()]
        return []

    def phone(self, number: int) -> Phone:
        return Phone(self.port, self.world.cookies[number])

    def staff(self) -> Phone:
        return Phone(self.port, self.world.staff_cookie)

    async def tickets(self, phones: Sequence[Phone], direction: Direction = "in") -> list[str]:
        """Everybody has scanned the screen and stands before the button."""
        found = []
        for phone in phones:
            page = await phone.get(f"/s/{self.world.scan_code(direction)}")
            match = _TICKET.search(page.body)
            assert match is not None, page
            found.append(match.group(1).decode())
        return found

    async def tap(self, phone: Phone, ticket: str) -> Answer:
        return await phone.post(ticket, {"csrf_token": self.world.token})

    def rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        """Ask the database file itself, past the server."""
        with sqlite3.connect(f"file:{self.world.folder / 'lms.db'}?mode=ro", uri=True, timeout=20) as db:
            return db.execute(query, values).fetchall()

    def events(self, direction: Direction) -> Counter[int]:
        """How often each person is on record in the session that is on, in this direction."""
        return Counter({int(str(person)): int(str(count)) for person, count in self.rows(
            "SELECT person_id, count(*) FROM lms_attendance_event WHERE session_id = ? AND kind = ? GROUP BY person_id",
            self.world.session.id, direction)})


def _like_everybody() -> None:
    """Give up CAP_DAC_OVERRIDE, so that permissions bind a test that runs as root, too."""
    ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, _CAP_DAC_OVERRIDE, 0, 0, 0)


@dataclass
class Report:
    """What became of a burst that was cut off. Persons by id."""

    acknowledged: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)  # acknowledged, and not on record after the restart
    doubled: list[int] = field(default_factory=list)  # on record more than once, also after everybody tapped again
    lost: list[int] = field(default_factory=list)  # not on record although they tapped again
    restart: float = 0.0  # seconds until the killed server answered again


async def cut_off(hall: Hall, direction: Direction, chance: random.Random) -> Report:
    """Everybody taps at once; at a random moment of the burst the server is killed. After the restart all tap again.

    The moment is a number of answers rather than of seconds, so that it lies within the burst on any machine.
    """
    before, report, people = hall.events(direction), Report(), hall.world.people
    phones = [hall.phone(n) for n in range(len(people))]
    tickets = await hall.tickets(phones, direction)
    enough, last_straw = asyncio.Event(), chance.randrange(1, len(people) * 3 // 4)

    async def tap(number: int) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            answer = await hall.tap(phones[number], tickets[number])
            assert answer.status == 200, answer
            report.acknowledged.append(people[number].id)
            if len(report.acknowledged) == last_straw:
                enough.set()

    taps = [asyncio.create_task(tap(n)) for n in range(len(people))]
    await enough.wait()
    time.sleep(chance.random() * 0.005)
    hall.kill()
    await asyncio.gather(*taps)
    report.restart = hall.start()
    after = hall.events(direction)
    report.missing = [p for p in report.acknowledged if after[p] <= before[p]]
    for number, phone in enumerate(phones):
        phone.close()
        assert (await hall.tap(phone, tickets[number])).status == 200
        phone.close()
    finally_there = hall.events(direction)
    report.doubled = [p.id for p in people if finally_there[p.id] > before[p.id] + 1]
    report.lost = [p.id for p in people if finally_there[p.id] <= before[p.id]]
    return report
