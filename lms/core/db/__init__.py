"""Database: base class and column types, engines, the write lock, transactions."""
from lms.core.db.base import Base, Json, Key, PublicRow, Row, UtcDateTime, Versioned
from lms.core.db.edit import expect_version
from lms.core.db.engine import make_engine
from lms.core.db.stamp import PLAN_STAMP, Planned
from lms.core.db.unit import Database, after_commit, reading_beside

__all__ = ["PLAN_STAMP", "Base", "Database", "Json", "Key", "Planned", "PublicRow", "Row", "UtcDateTime", "Versioned", "after_commit",
           "expect_version", "make_engine", "reading_beside"]
