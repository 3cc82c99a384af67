from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lms.core.classes.models import RosterImport, TrainingClass
from lms.core.classes.roster import commit_roster, keep_preview, preview_rows, read_roster
from lms.core.classes.service import make_class
from lms.core.people.units import unit_named
from lms.site import Site

ROSTER_FILE = Path(__file__).parents[2] / "data" / "roster-300.csv"


@pytest.fixture
def make(site: Site) -> Callable[..., TrainingClass]:
    """``make("工会干部培训班")``: a three-day class from 6 to 8 July 2026."""

    def build(title: str = "工会干部培训班", **values: Any) -> TrainingClass:
        with site.database.writing() as db:
            given = {"organiser_id": unit_named(db, "样例区总工会").id, "starts_on": date(2026, 7, 6),
                     "ends_on": date(2026, 7, 8), "zone": "Asia/Shanghai", **values}
            return make_class(db, title=title, by_id=None, now=site.clock.now(), **given)

    return build


@pytest.fixture
def training_class(make: Callable[..., TrainingClass]) -> TrainingClass:
    return make()


class Office:
    """Somebody who imports rosters into one class: preview, decide, commit."""

    def __init__(self, site: Site, training_class: TrainingClass, by_id: int | None = None) -> None:
        self.site, self.training_class, self.by_id = site, training_class, by_id

    def preview(self, text: str | bytes, name: str = "名册.csv") -> RosterImport:
        roster = read_roster(text.encode() if isinstance(text, str) else text, name)
        with self.site.database.writing() as db:
            return keep_preview(db, training_class=db.get_one(TrainingClass, self.training_class.id), roster=roster,
                                by_id=self.by_id, now=self.site.clock.now())

    def commit(self, roster_import: RosterImport, **decisions: str) -> dict[str, Any]:
        """Decisions by line: ``commit(preview, _3="skip")``."""
        with self.site.database.writing() as db:
            return commit_roster(db, roster_import=db.get_one(RosterImport, roster_import.id), by_id=self.by_id,
                                 decisions={line.strip("_"): choice for line, choice in decisions.items()},
                                 now=self.site.clock.now())

    def bring_in(self, text: str | bytes, **decisions: str) -> dict[str, Any]:
        return self.commit(self.preview(text), **decisions)

    def states(self, text: str | bytes) -> list[str]:
        return [row.verdict.state for row in preview_rows(self.preview(text))]


@pytest.fixture
def office(site: Site, training_class: TrainingClass) -> Office:
    return Office(site, training_class)


@pytest.fixture
def office_of(site: Site) -> Callable[..., Office]:
    """``office_of(training_class, by_id)``: the office of another class, or of somebody in particular."""
    return lambda training_class, by_id=None: Office(site, training_class, by_id)


@pytest.fixture
def roster_300() -> bytes:
    return ROSTER_FILE.read_bytes()
