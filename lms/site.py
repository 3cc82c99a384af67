"""One installation, put together from its settings: what the web layer, the command line and the job child share."""
from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from huey import SqliteHuey
from sqlalchemy import Engine

from lms import __version__
from lms.core.clock import Clock
from lms.core.db import Database, make_engine
from lms.core.errors import Invalid, Unavailable
from lms.core.events import Events
from lms.core.files.storage import LocalStorage, Storage
from lms.core.i18n import N_
from lms.core.ids import keyed
from lms.core.jobs.service import run_job
from lms.core.registry import Registry
from lms.core.settings import MINIMUM_KEY, Settings
from lms.migrations.run import known_revisions, upgrade
from lms.plugins import load_features, load_plugins
from lms.queue import make_queue


@dataclass
class Site:
    """An installation at work. Keys for different purposes are derived, so that one cannot serve as another."""

    settings: Settings
    secret_key: str
    database: Database
    registry: Registry
    events: Events
    storage: Storage
    clock: Clock
    queue: SqliteHuey
    program: str = __version__

    def key(self, purpose: str) -> bytes:
        """The secret key for one purpose, e.g. ``"ticket"``."""
        return keyed(self.secret_key.encode(), purpose, bits=256).encode()

    def migrate(self, engine: Engine, revision: str = "head") -> None:
        """Make or bring the tables in *engine* to *revision*, in one transaction."""
        upgrade(engine, revision)

    def knows(self, revision: str) -> bool:
        """Whether this program has that revision of the tables."""
        return revision in known_revisions()


def open_site(settings: Settings, *, engine: Engine | None = None, clock: Clock | None = None) -> Site:
    """Put an installation together. Makes folders, but neither keys nor tables: that is ``lms init``.

    :param engine: the host's, if it lends one
    :raises Invalid: the secret key is missing or short
    :raises Unavailable: the data folder cannot be written
    """
    folder = settings.data_folder
    require_writable(folder)
    registry, events = Registry(), Events()
    load_features(registry, events)
    load_plugins(registry)
    database = Database(engine or make_engine(settings.url), {"registry": registry, "events": events})
    site = Site(settings, read_secret_key(settings), database, registry, events, LocalStorage(folder / "files"),
                clock or Clock(), make_queue(folder))

    database.info["own_templates"] = folder / "certificate-templates"
    database.info["seal_key"] = site.key("seal")

    @site.queue.task(name="run_job")  # type: ignore[untyped-decorator]
    def wake(uid: str) -> None:
        """Sent by whoever asks for a job, run by the job child."""
        run_job(site, uid)

    database.info["wake_worker"] = wake
    return site


def require_writable(folder: Path) -> None:
    """Make *folder* and try it.

    :raises Unavailable: it cannot be made or written; the message names the folder and what to do
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".write-test-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as error:
        raise Unavailable("data_not_writable", N_("数据目录 {folder} 不能写入（{reason}）。请检查目录权限和磁盘空间，或用 --data 换一个目录。"),
                          folder=str(folder), reason=error.strerror or str(error)) from error


def read_secret_key(settings: Settings) -> str:
    """The signing key from the settings, else from ``secret.key`` in the data folder.

    :raises Invalid: there is none, or it is too short
    """
    file = settings.data_folder / "secret.key"
    key = settings.secret_key or (file.read_text("ascii").strip() if file.exists() else "")
    if not key:
        raise Invalid("secret_key_missing", N_("还没有签名密钥。请先运行 lms init（会在数据目录生成 secret.key），或用环境变量 LMS_SECRET_KEY 提供。"))
    if len(key) < MINIMUM_KEY:
        raise Invalid("secret_key_short", N_("签名密钥只有 {length} 个字符，至少要 {minimum} 个。请用 lms init 生成，或换一个更长的随机值。"),
                      length=len(key), minimum=MINIMUM_KEY)
    return key


def make_secret_key(folder: Path) -> None:
    """Write a new ``secret.key`` that only the owner can read; an existing one is kept."""
    file = folder / "secret.key"
    if file.exists():
        return
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(new_secret_key())


def new_secret_key() -> str:
    """A new signing key."""
    return secrets.token_urlsafe(48)
