"""The floors: a bare Flask "hello", and a bare handler that does one durable INSERT through SQLAlchemy.

Served by the same server with the same threads as the system, so that a ratio compares only what we add.
"""
from __future__ import annotations

import sys

from flask import Flask, request
from sqlalchemy import Integer, String, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from lms.core.db import make_engine
from lms.server import Server


class Base(DeclarativeBase):
    pass


class Row(Base):
    __tablename__ = "row"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(String(100))


def make_floor(database_url: str) -> Flask:
    app = Flask("floor")
    engine = make_engine(database_url)
    Base.metadata.create_all(engine)
    writer = engine.execution_options(lms_write=True)

    @app.get("/hello")
    def hello() -> str:
        return "hello"

    @app.post("/insert")
    def insert() -> str:
        with Session(writer) as db:
            db.add(Row(name=request.form["name"]))
            db.commit()
        return "done"

    @app.get("/count")
    def count() -> str:
        with Session(engine) as db:
            return str(db.scalar(text("SELECT count(*) FROM row")))

    return app


if __name__ == "__main__":
    Server(make_floor(sys.argv[1]), host="127.0.0.1", port=int(sys.argv[2]), threads=int(sys.argv[3]),
           body_limit=10**6).run()
