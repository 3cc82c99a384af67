"""A filled installation, and new places to restore it in."""
from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kept import add_file
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from lms.core.attendance.check_in import check_in_by_staff
from lms.core.ids import new_uid
from lms.core.settings import load_settings
from lms.site import Site, open_site
from lms.testing import KEY, postgres_url


@pytest.fixture
def filled(site: Site, make_training: Any, person_with: Any) -> Site:
    """A class in which people have signed in, units below units, and stored files of several sizes."""
    training, officer = make_training(people=6, days=1), person_with("administrator")
    for size in (10, 3000, 200_000):
        add_file(site, bytes([size % 251]) * size, f"{size}.bin")
    with site.database.writing() as db:
        for enrolment in training.enrolments[:4]:
            check_in_by_staff(db, session=training.sessions[0], person_id=enrolment.person_id, direction="in", by_id=officer.id,
                              method="card", uid=new_uid(), now=site.clock.now())
        units = training.training_class.organiser_id
        db.execute(text("UPDATE lms_unit SET parent_id = :top WHERE id <> :top AND id < :top + 3"), {"top": units})
        db.execute(text("UPDATE lms_unit SET parent_id = (SELECT max(id) FROM lms_unit) WHERE id = :top"), {"top": units})
    return site


@pytest.fixture
def new_place(tmp_path: Path, site: Site) -> Iterator[Callable[..., Site]]:
    """``new_place()``: an empty installation on SQLite; ``new_place("postgresql")``: on an empty PostgreSQL database."""
    opened: list[tuple[Site, str]] = []

    def make(engine: str = "sqlite") -> Site:
        folder, url, name = tmp_path / f"new-{len(opened)}", "", ""
        folder.mkdir()
        if engine == "postgresql":
            server, name = postgres_url(), f"lms_test_{uuid.uuid4().hex[:12]}"
            if server is None:
                pytest.skip("no PostgreSQL answers")
            _on_server(server, f"CREATE DATABASE {name}")
            url = make_url(server).set(database=name).render_as_string(hide_password=False)
        opened.append((open_site(load_settings({"data": str(folder), "database_url": url, "secret_key": KEY}), clock=site.clock), name))
        return opened[-1][0]

    yield make
    for made, name in opened:
        made.database.close()
        if name:
            _on_server(str(postgres_url()), f"DROP DATABASE {name} WITH (FORCE)")


def _on_server(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
