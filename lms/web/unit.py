"""A handler's writes are one transaction; see ``core.db.unit``, which begins and commits."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from sqlalchemy.orm import Session

from lms.core.audit.service import Origin
from lms.web.context import here


@contextmanager
def writing() -> Iterator[Session]:
    """One short write transaction of this request. Do hashing, parsing, rendering and file work before it.

    Load what you change again in it (``fetch(db, here().viewer, …)``): rows of the reading session belong elsewhere.
    """
    with here().site.database.writing() as db:
        db.info["origin"] = Origin(request.remote_addr or "", request.user_agent.string)
        yield db
