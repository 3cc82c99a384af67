"""What a measurement gives: rows of a table, each beside what was promised."""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from statistics import median

from bench.load import Result
from bench.world import World

REPEATS = 5  # a timed row is the median of so many; other people's work on the machine comes and goes


@dataclass(frozen=True)
class Row:
    """One line of the table. *kept* is None where nothing is promised."""

    name: str
    measured: str
    promise: str = ""
    kept: bool | None = None


@dataclass
class Place:
    """Where it is measured: an installation with its server, and the floor beside it, in the same minute."""

    world: World
    port: int
    floor_port: int
    server_pid: int
    _turn: int = 0

    def direction(self) -> str:
        """In, out, in …: each burst of sign-ins writes new events of the same people."""
        self._turn += 1
        return "in" if self._turn % 2 else "out"


Measure = Callable[[Place], Awaitable[list[Row]]]


def middle(results: Sequence[Result]) -> Result:
    """The run whose duration is the median."""
    return sorted(results, key=lambda r: r.wall)[len(results) // 2]


def ratio(results: Sequence[Result], floors: Sequence[Result]) -> float:
    """The median of each run against the floor measured right before it."""
    return median(r.rate / f.rate for r, f in zip(results, floors, strict=True))


def burst(results: Sequence[Result]) -> str:
    """A crowd's run in words: the median run, and how far the others lay apart."""
    one, walls = middle(results), sorted(r.wall for r in results)
    spread = f" ({walls[0]:.2f}–{walls[-1]:.2f})" if len(walls) > 1 else ""
    return (f"{one.count} in {one.wall:.2f} s{spread}, {one.rate:.0f}/s, p50 {milliseconds(one.percentile(.5))}, "
            f"p95 {milliseconds(one.percentile(.95))}")


def failures(results: Sequence[Result], what: str) -> list[Row]:
    """A row for each kind of failure; none where all went well."""
    found = [text for result in results for text in result.failures]
    return [Row(f"{what}: {len(found)} failures", found[0][:200], "none", False)] if found else []


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"
