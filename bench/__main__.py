"""``python -m bench [rows…]``: measure the promises, print a table; exits 1 where one is not kept."""
from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from bench import pages, sign_in
from bench.load import Result
from bench.servers import floor_command, free_port, running, system_command
from bench.world import World, make_world


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    name: str
    measured: str
    promise: str
    kept: bool


Measure = Callable[[World, int, int], Awaitable[list[Row]]]


def _times(result: Result) -> str:
    return (f"{result.count} in {result.wall:.2f} s, {result.rate:.0f}/s, p50 {result.percentile(.5) * 1000:.0f} ms, "
            f"p95 {result.percentile(.95) * 1000:.0f} ms, failures {len(result.failures)}")


async def measure_sign_in(world: World, port: int, floor_port: int) -> list[Row]:
    floor = await sign_in.floor_inserts(floor_port, len(world.cookies))
    taps = await sign_in.taps_only(world, port)
    ratio = taps.rate / floor.rate
    kept = ratio >= 0.5 and taps.wall <= 2.5 and taps.percentile(.95) <= 2 and not taps.failures
    rows = [Row("floor: one durable INSERT", _times(floor), "", not floor.failures),
            Row("sign-in burst", f"{_times(taps)}; {ratio:.2f} of the floor", "≥ 0.5 of the floor, all ≤ 2.5 s, p95 ≤ 2 s", kept)]
    rows += [Row("sign-in: a failure", text, "none", False) for text in taps.failures[:3]]
    return rows


async def measure_pages(world: World, port: int, floor_port: int) -> list[Row]:
    floor = await pages.floor_hello(floor_port)
    rows = [Row("floor: hello", f"{floor.rate:.0f}/s", "", not floor.failures)]
    for name, path in pages.PATHS.items():
        result = await pages.trainee_page(world, port, path)
        ratio = result.rate / floor.rate
        rows.append(Row(f"page: {name}", f"{result.rate:.0f}/s, {ratio:.2f} of hello", "≥ 0.2 of hello",
                        ratio >= 0.2 and not result.failures))
    return rows


MEASURES: dict[str, Measure] = {"sign-in": measure_sign_in, "pages": measure_pages}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[*MEASURES, []], help="which rows; all if none is named")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    found: list[Row] = []
    for name in chosen.rows or list(MEASURES):
        with tempfile.TemporaryDirectory(prefix="lms-bench-") as folder:
            found += _measure(MEASURES[name], Path(folder))
    if chosen.json:
        print(json.dumps([vars(row) for row in found], ensure_ascii=False, indent=2))
    else:
        print(f"{platform.machine()}, Python {platform.python_version()}")
        for row in found:
            print(f"{'kept    ' if row.kept else 'NOT KEPT'}  {row.name:28} {row.measured}{'   [' + row.promise + ']' if row.promise else ''}")
    return 0 if all(row.kept for row in found) else 1


def _measure(measure: Measure, folder: Path) -> list[Row]:
    world = make_world(folder / "data")
    floor_folder = folder / "floor"
    floor_folder.mkdir()
    port, floor_port = free_port(), free_port()
    with running(floor_command(floor_folder, floor_port), floor_port, "/hello"), \
            running(system_command(world.folder, port), port, "/healthz"):
        return asyncio.run(measure(world, port, floor_port))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
