"""300 people sit an exam of fifty questions: begin within five seconds, autosave at each change, hand in within five."""
from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence

from sqlalchemy import func, select

from bench.load import Answer, Phone, Result, crowd
from bench.rows import Place, Row, burst, failures
from lms.core.quizzes.frozen import items_of
from lms.core.quizzes.models import Attempt, JournalEntry

_SAVES_PER_SECOND, _SAVING = 25, 60.0  # 300 people × 50 questions in ten minutes, for one of the ten


async def measure(place: Place) -> list[Row]:
    phones = [Phone(place.port, cookie) for cookie in place.world.cookies]
    begun, attempts = await _begin(place, phones)
    saved = await _autosave(place, phones, attempts)
    written = _count(place, select(func.count()).select_from(JournalEntry))
    handed_in, marked_after = await _hand_in(place, phones, attempts)
    for phone in phones:
        phone.close()
    return [
        Row("exam: begin, within 5 s", burst([begun]), "p95 ≤ 2 s", _kept(begun, 2)), *failures([begun], "exam: begin"),
        Row(f"exam: autosave, {_SAVES_PER_SECOND}/s", f"{burst([saved])}; {written} journal rows", "p95 ≤ 300 ms, a row per change",
            _kept(saved, 0.3) and written == saved.count), *failures([saved], "exam: autosave"),
        Row("exam: hand in, within 5 s", f"{burst([handed_in])}; marks of all after {marked_after:.1f} s",
            "p95 ≤ 2 s, marks of all within 15 s", _kept(handed_in, 2) and marked_after <= 15),
        *failures([handed_in], "exam: hand in")]


def _kept(result: Result, limit: float) -> bool:
    return result.percentile(.95) <= limit and not result.failures


async def _begin(place: Place, phones: Sequence[Phone]) -> tuple[Result, list[str]]:
    """Tap "begin" and see the first question; the addresses of the attempts."""
    addresses = [""] * len(phones)

    async def begin(n: int) -> list[Answer]:
        started = await phones[n].post(f"/papers/{place.world.exam.uid}/start", {"csrf_token": place.world.token})
        addresses[n] = started.headers.get("location", "")
        return [await phones[n].get(addresses[n])] if started.status == 303 else [started]

    return await crowd(len(phones), begin, within=5), addresses


async def _autosave(place: Place, phones: Sequence[Phone], attempts: Sequence[str]) -> Result:
    """Everybody in turn answers the next question of theirs."""
    options = _options(place)

    async def save(n: int) -> Answer:
        person, number = n % len(phones), n // len(phones) + 1
        uid = attempts[person].rsplit("/", 1)[-1]
        change = {"sequence": number, "item": number, "given": [options[uid][number - 1]], "flag": False}
        body = json.dumps({"answers": [change]}).encode()
        return await phones[person].post(f"{attempts[person]}/answers", json=body, token=place.world.token)

    return await crowd(int(_SAVES_PER_SECOND * _SAVING), save, within=_SAVING)


def _options(place: Place) -> dict[str, list[str]]:
    """What each attempt may answer to each of its questions, by uid."""
    with place.world.site.database.reading() as db:
        rows = db.execute(select(Attempt.uid, Attempt.frozen)).all()
    return {uid: [str(item.shown["options"][0]["id"]) if item.shown.get("options") else "true" for item in items_of(frozen)]
            for uid, frozen in rows}


async def _hand_in(place: Place, phones: Sequence[Phone], attempts: Sequence[str]) -> tuple[Result, float]:
    """The run, and after how many seconds the last mark was there."""
    began = time.perf_counter()

    async def hand_in(n: int) -> Answer:
        answer = await phones[n].post(f"{attempts[n]}/submit", {"csrf_token": place.world.token})
        return Answer(200 if answer.status == 303 else answer.status, answer.body, answer.seconds)

    result = await crowd(len(phones), hand_in, within=5)
    while _count(place, select(func.count()).where(Attempt.mark.is_not(None))) < len(phones):
        if time.perf_counter() - began > 60:
            return result, float("inf")
        await asyncio.sleep(0.1)
    return result, time.perf_counter() - began


def _count(place: Place, query: object) -> int:
    with place.world.site.database.reading() as db:
        return int(db.scalar(query) or 0)  # type: ignore[call-overload]
