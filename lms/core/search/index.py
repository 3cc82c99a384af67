"""The index of pairs of characters: an FTS5 table without content on SQLite, a ``tsvector`` with GIN on PostgreSQL.

Both are made by a migration and hold nothing that cannot be made again from ``SearchDocument``.
"""
from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, bindparam, text
from sqlalchemy.orm import Session

from lms.core.search.grams import grams
from lms.core.search.models import SearchDocument

TABLE = "lms_search_index"  # and what FTS5 keeps beside it under names that begin so


def put(db: Session, documents: Collection[SearchDocument]) -> None:
    """Index rows that have just been added and flushed."""
    if _sqlite(db):
        insert = text(f"INSERT INTO {TABLE}(rowid, grams) VALUES (:id, :grams)")
        rows = [{"id": d.id, "grams": _joined(d)} for d in documents]
    else:
        insert = text(f"INSERT INTO {TABLE}(document_id, grams) VALUES (:id, array_to_tsvector(:grams))")
        rows = [{"id": d.id, "grams": sorted(_grams(d))} for d in documents]
    if rows:
        db.execute(insert, rows)


def take_out(db: Session, documents: Collection[SearchDocument]) -> None:
    """Before rows are deleted. A table without content has to be told what it had."""
    if _sqlite(db):
        delete = text(f"INSERT INTO {TABLE}({TABLE}, rowid, grams) VALUES ('delete', :id, :grams)")
        rows = [{"id": d.id, "grams": _joined(d)} for d in documents]
    else:
        delete = text(f"DELETE FROM {TABLE} WHERE document_id = :id")
        rows = [{"id": d.id} for d in documents]
    if rows:
        db.execute(delete, rows)


def having(db: Session, wanted: Collection[str]) -> ColumnElement[bool]:
    """The documents in which all of the pairs stand; that they stand side by side is for the caller to see."""
    if _sqlite(db):
        matching = text(f"lms_search_document.id IN (SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH :grams)")
    else:
        matching = text(f"lms_search_document.id IN (SELECT document_id FROM {TABLE} WHERE grams @@ CAST(:grams AS tsquery))")
    joined = (" AND " if _sqlite(db) else " & ").join(sorted(wanted))
    return matching.bindparams(bindparam("grams", joined))  # type: ignore[return-value]


def _grams(document: SearchDocument) -> set[str]:
    return grams(document.title) | grams(document.text)


def _joined(document: SearchDocument) -> str:
    return " ".join(sorted(_grams(document)))


def _sqlite(db: Session) -> bool:
    return db.get_bind().dialect.name == "sqlite"
