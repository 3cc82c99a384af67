"""What the tests over all routes share: the list of routes, how to ask for one, what an answer says, what is stored."""
from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from flask import Flask
from matrix import collect
from matrix.things import address, form
from matrix.world import World
from pypdf import PdfReader
from sqlalchemy import MetaData, event, select
from werkzeug.routing import Rule

from lms.core.models import Base
from lms.core.search.index import TABLE as SEARCH_INDEX
from lms.site import Site

ROWS = collect()
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
LOG = ("lms_audit_entry", "lms_audit_detail")
_WRITES = re.compile(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)")
# Whoever holds the code, the link or the card may see what it says: that is what it is for.
BY_POSSESSION = {"lms.verify.show", "lms.verify.search", "lms.sign_in.scan", "lms.sign_in.typed", "lms.sign_in.resume",
                 "lms.sign_in.redeem", "lms.login.activation", "lms.login.activate", "lms.packages.entry", "lms.reply.show"}


def routes(app: Flask, *methods: str) -> list[tuple[str, Rule]]:
    """Every method and address of ours; files of the look are the same for everybody."""
    found = ((method, rule) for rule in app.url_map.iter_rules() for method in (rule.methods or ())
             if method not in ("HEAD", "OPTIONS") and rule.endpoint != "lms.static")
    return sorted((pair for pair in found if not methods or pair[0] in methods), key=lambda pair: (pair[1].endpoint, pair[0]))


def ask(app: Flask, world: World, method: str, rule: Rule, role: str, path: str = "") -> Any:
    """Ask as *role* for a thing of class A, or for *path*, with a form that would be accepted."""
    browser, path = world.browsers[role], path or address(app, world, rule, world.a)
    if method == "GET":
        return browser.get(path)
    filled = form(world, rule.endpoint, world.a, role)
    if method != "POST" or "headers" in filled:  # what scripts send
        return browser.send(method, path, **filled)
    return browser.post(path, filled)


def status(answer: Any) -> int | str:
    """The status as the matrix writes it."""
    location = answer.headers.get("Location", "").split("?")[0]
    return "login" if answer.status_code in (302, 303) and location.endswith("/login") else answer.status_code


def words(answer: Any) -> str:
    """All text in an answer, whatever it is: a page, JSON, a workbook, a PDF, an archive of them."""
    return "\n".join(_words(answer.get_data()))


def _words(data: bytes) -> Iterator[str]:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name
                yield from _words(archive.read(name))
    elif data.startswith(b"%PDF-") and len(data) > 1000:
        yield from (page.extract_text() for page in PdfReader(BytesIO(data)).pages)
    else:
        yield data.decode("utf-8", "replace")


def settled(text: str) -> str:
    """A page without what is different at every look: tokens and fresh ids."""
    text = re.sub(r'(name="(?:csrf_token|opened|uid|ticket)"[^>]*value=")[^"]*', r"\1", text)
    return re.sub(r"\b01[0-9a-f]{30}\b", "", text) if "/s/t/" not in text else ""


def stored(site: Site, *, without: tuple[str, ...] = ()) -> dict[str, str]:
    """A digest of every row of every table."""
    found = {}
    with site.database.engine.connect() as connection:
        tables = MetaData()
        tables.reflect(connection)
        for name, table in tables.tables.items():
            if name in without or name == SEARCH_INDEX:  # FTS5 keeps its rows in tables beside it; it cannot be listed itself
                continue
            rows = sorted(repr(tuple(row)) for row in connection.execute(select(table)))
            found[name] = f"{len(rows)} {hashlib.sha256(repr(rows).encode()).hexdigest()}"
    assert set(found) >= set(Base.metadata.tables) - set(without)
    return found


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The tables that are no longer what they were."""
    return {name for name in before if before[name] != after[name]}


@contextmanager
def statements(site: Site) -> Iterator[list[str]]:
    """What the database is asked meanwhile; that a transaction begins or ends is no question."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK")):
            seen.append(statement)

    event.listen(site.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(site.database.engine, "before_cursor_execute", note)


def written(seen: list[str]) -> set[str]:
    """The tables that these statements write; a statement that neither reads nor writes rows stands for itself."""
    return {found.group(1) if (found := _WRITES.match(s)) else s[:80] for s in seen if not s.startswith(("SELECT", "WITH"))}
