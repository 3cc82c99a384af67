"""``python -m bench [rows…]``: measure the promises on this machine, print a table; exits 1 where one is not kept."""
from __future__ import annotations

import argparse
import asyncio
import json
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bench import exam, footprint, large, logins, office, pages, questions, search, sign_in
from bench.databases import databases
from bench.rows import Measure, Place, Row
from bench.servers import floor_command, free_port, running, system_command
from bench.world import make_world

# Each on an installation of its own; those with a floor alternate with it.
MEASURES: dict[str, Measure] = {
    "sign-in": sign_in.measure, "thrice": sign_in.measure_thrice,
    "disturbed": sign_in.measure_disturbed, "login": logins.measure, "pages": pages.measure,
    "exam": exam.measure, "export": office.measure_export, "export-large": large.measure, "certificates": office.measure_certificates,
    "roster": office.measure_roster, "questions": questions.measure, "search": search.measure,
    "footprint": footprint.measure, "weight": footprint.measure_weight}


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[*MEASURES, []], help="which rows; all if none is named")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--postgresql", metavar="URL", help="measure on this PostgreSQL server, floor and all, instead of SQLite; "
                        "new databases are made on it, and dropped")
    chosen = parser.parse_args(arguments)
    if not chosen.json:
        print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {platform.machine()}, Python {platform.python_version()}", flush=True)
    found: list[Row] = []
    for name in chosen.rows or list(MEASURES):
        with tempfile.TemporaryDirectory(prefix="lms-bench-", ignore_cleanup_errors=True) as folder:
            rows = _measure(MEASURES[name], Path(folder), chosen.postgresql)
        found += rows
        if not chosen.json:
            print("\n".join(map(_line, rows)), flush=True)
    if chosen.json:
        print(json.dumps([vars(row) for row in found], ensure_ascii=False, indent=2))
    return 1 if any(row.kept is False for row in found) else 0


def _measure(measure: Measure, folder: Path, server: str | None) -> list[Row]:
    (folder / "floor").mkdir()
    port, floor_port = free_port(), free_port()
    with databases(folder, server) as (system_url, floor_url):
        world = make_world(folder / "data", database_url=system_url)
        try:
            with running(floor_command(floor_url, floor_port), floor_port, "/hello"), \
                    running(system_command(world.folder, port), port, "/healthz", LMS_DATABASE_URL=system_url) as process:
                return asyncio.run(measure(Place(world, port, floor_port, process.pid)))
        finally:
            world.site.database.close()


def _line(row: Row) -> str:
    word = {True: "kept", False: "NOT KEPT", None: ""}[row.kept]
    return f"{word:9} {row.name:30} {row.measured}{'   [' + row.promise + ']' if row.promise else ''}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
