"""An exam during which somebody pulls the plug again and again: what each phone did, was told, and finds afterwards."""
from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hall import Hall

from bench.load import Answer, Phone

PATIENCE = 0.2  # seconds between two tries of a phone whose server is away


@dataclass
class Report:
    """What became of an exam that was cut off again and again. Attempts by address, answers by (person, question)."""

    addresses: dict[int, set[str]] = field(default_factory=dict)
    acknowledged: dict[tuple[int, int], str] = field(default_factory=dict)
    handed_in: set[int] = field(default_factory=set)
    deadlines: dict[str, object] = field(default_factory=dict)  # as they were when the attempts had begun
    kills: int = 0

    def missing(self, hall: Hall) -> list[tuple[int, int]]:
        """Acknowledged answers that the database does not have as the ones that count."""
        rows = hall.rows("SELECT a.person_id, j.item, j.answer FROM lms_journal_entry j JOIN lms_attempt a ON a.id = j.attempt_id "
                         "ORDER BY j.sequence")
        there = {(int(str(person)), int(str(item))): json.loads(str(answer)).get("given") for person, item, answer in rows}
        return sorted(key for key, given in self.acknowledged.items() if _plain(there.get(key)) != given)

    def doubled(self, hall: Hall) -> list[int]:
        """People who were led to more than one attempt, or have more than one."""
        rows = hall.rows("SELECT person_id FROM lms_attempt GROUP BY person_id HAVING count(*) > 1")
        return sorted({int(str(person)) for person, in rows} | {p for p, found in self.addresses.items() if len(found) > 1})

    def reset(self, hall: Hall) -> list[str]:
        """Attempts whose time is not what it was at the beginning."""
        now = dict(hall.rows("SELECT uid, deadline_at FROM lms_attempt"))
        return sorted(uid for uid, at in self.deadlines.items() if now.get(uid) != at)


def _plain(given: Any) -> str:
    return given[0] if isinstance(given, list) and given else str(given or "")


async def sit_exam(hall: Hall, *, questions: int, pace: float, every: float) -> Report:
    """Everybody begins, answers so many questions, one in *pace* seconds, and hands in; meanwhile the server is killed
    *every* so many seconds and started again, until all are done."""
    report, people = Report(), hall.world.people
    phones = [hall.phone(n) for n in range(len(people))]
    await asyncio.gather(*(_begin(hall, report, phones[n], people[n].id) for n in range(len(people))))
    report.deadlines = dict(hall.rows("SELECT uid, deadline_at FROM lms_attempt"))  # type: ignore[arg-type]
    asked = {str(uid): _values(str(frozen)) for uid, frozen in hall.rows("SELECT uid, frozen FROM lms_attempt")}
    done = asyncio.Event()
    plug = asyncio.create_task(_pull_the_plug(hall, report, every, done))
    try:
        await asyncio.gather(*(_answer(hall, report, phones[n], people[n].id, asked, questions, pace) for n in range(len(people))))
    finally:
        done.set()
        await plug
    for phone in phones:
        phone.close()
    return report


async def _pull_the_plug(hall: Hall, report: Report, every: float, done: asyncio.Event) -> None:
    while not done.is_set():
        try:
            await asyncio.wait_for(done.wait(), every)
        except TimeoutError:
            await asyncio.to_thread(hall.kill)
            report.kills += 1
            await asyncio.to_thread(hall.start)


async def _until(phone: Phone, *path: str, expect: int, **more: Any) -> Answer:
    """Try until the server answers; what it says then must be what is expected."""
    while True:
        try:
            answer = await phone.post(*path, **more)
            assert answer.status == expect, answer
            return answer
        except (OSError, asyncio.IncompleteReadError):
            phone.close()
            await asyncio.sleep(PATIENCE)


async def _begin(hall: Hall, report: Report, phone: Phone, person: int) -> str:
    answer = await _until(phone, f"/papers/{hall.world.exam.uid}/start", expect=303, form={"csrf_token": hall.world.token})
    report.addresses.setdefault(person, set()).add(answer.headers["location"])
    return answer.headers["location"]


async def _answer(hall: Hall, report: Report, phone: Phone, person: int, asked: dict[str, list[str]], questions: int,
                  pace: float) -> None:
    address, = report.addresses[person]
    for item in range(1, questions + 1):
        value = asked[address.rsplit("/", 1)[-1]][item - 1]
        change = json.dumps({"answers": [{"sequence": item, "item": item, "given": [value]}]}).encode()
        await _until(phone, f"{address}/answers", expect=200, json=change, token=hall.world.token)
        report.acknowledged[person, item] = value
        await asyncio.sleep(pace)
        if item % 5 == 0:
            await _begin(hall, report, phone, person)  # a phone that was started again carries on
    await _until(phone, f"{address}/submit", expect=303, form={"csrf_token": hall.world.token})
    report.handed_in.add(person)


def _values(frozen: str) -> list[str]:
    """A value that may be given for each question."""
    shown: Sequence[dict[str, Any]] = [item["shown"] for item in json.loads(frozen)["items"]]
    return [one["options"][0]["id"] if "options" in one else "true" for one in shown]
