"""Where a measurement keeps its rows: SQLite files in its folder, or new databases on a PostgreSQL server."""
from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url


@contextmanager
def databases(folder: Path, server: str | None) -> Iterator[tuple[str, str]]:
    """The addresses of two empty databases, for the system and for the floor; gone afterwards.

    :param server: the address of any database on a PostgreSQL server; None for SQLite
    """
    if server is None:
        yield f"sqlite:///{folder / 'data' / 'lms.db'}", f"sqlite:///{folder / 'floor' / 'floor.db'}"
        return
    names = [f"lms_bench_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for name in names:
            connection.execute(text(f"CREATE DATABASE {name}"))
    system, floor = (make_url(server).set(database=name).render_as_string(hide_password=False) for name in names)
    try:
        yield system, floor
    finally:
        with admin.connect() as connection:
            for name in names:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()
