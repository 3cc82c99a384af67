from __future__ import annotations

import dataclasses
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hall import Hall

from bench.world import World, make_world

LONG = bool(os.environ.get("LMS_TEST_LONG"))


@pytest.fixture(scope="session")
def empty_hall(tmp_path_factory: pytest.TempPathFactory) -> World:
    """An installation with a class of 300, or 60 in the short form, that is on now; nobody has signed in."""
    world = make_world(tmp_path_factory.mktemp("faults") / "data", 300 if LONG else 60, courses=False)
    world.site.database.close()
    return world


@pytest.fixture
def make_hall(empty_hall: World, tmp_path: Path) -> Iterator[Callable[..., Hall]]:
    """``make_hall(broken="")``: a server over a copy of it, not yet started; ended with the test."""
    made: list[Hall] = []

    def make(broken: str = "") -> Hall:
        folder = tmp_path / f"data-{len(made)}"
        shutil.copytree(empty_hall.folder, folder)
        made.append(Hall(dataclasses.replace(empty_hall, folder=folder), broken))
        return made[-1]

    yield make
    for hall in made:
        hall.close()


@pytest.fixture
def hall(make_hall: Callable[..., Hall]) -> Hall:
    """A running server."""
    made = make_hall()
    made.start()
    return made


@pytest.fixture
def rounds() -> int:
    """How often a server is killed: 50 times with ``make test-faults``, 3 in the short form."""
    return 50 if LONG else 3
