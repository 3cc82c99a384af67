from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from host import Colleague, HostBase, make_host, mount_training, training
from sqlalchemy import create_engine

from lms.core.clock import SettableClock
from lms.migrations.run import upgrade
from lms.site import make_secret_key


@pytest.fixture
def training_data(tmp_path: Path) -> Path:
    """The training system's data folder, as ``lms init`` leaves it before a host starts: with a key of its own."""
    folder = tmp_path / "training"
    folder.mkdir()
    make_secret_key(folder)
    return folder


@pytest.fixture
def host(database_url: str, tmp_path: Path, training_data: Path, sqlite_template: Path, clock: SettableClock) -> Iterator[Flask]:
    """The host. With SQLite each has a database file of its own; with PostgreSQL the host lends its engine."""
    if database_url.startswith("sqlite"):
        shutil.copyfile(sqlite_template, training_data / "lms.db")
        app = make_host(tmp_path, mount=mount_training(tmp_path, clock=clock))
    else:
        engine = create_engine(database_url)
        app = make_host(tmp_path, engine=engine, mount=mount_training(tmp_path, engine=engine, clock=clock))
    upgrade(training(app).database.engine)
    yield app
    training(app).database.close()
    HostBase.metadata.drop_all(app.extensions["host_engine"])  # so that the next test finds the database as it was
    app.extensions["host_engine"].dispose()


@pytest.fixture
def colleague(host: Flask) -> Callable[..., Colleague]:
    """``colleague("wang")``: the browser of somebody whom the host has logged in; without a name of a stranger."""

    def make(account: str | None = None) -> Colleague:
        browser = Colleague(host.test_client())
        if account is not None:
            assert browser.sign_in(account).status_code == 302
        return browser

    return make
