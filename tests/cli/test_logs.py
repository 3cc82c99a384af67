"""Log files take turns and never take the program down; two processes never share one."""
from __future__ import annotations

import logging
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from lms import logs
from lms.core.errors import Unavailable
from lms.core.settings import load_settings


@pytest.fixture
def no_handlers() -> Iterator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    root.handlers[:] = []
    yield
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = before
    root.setLevel(level)


def test_a_full_file_makes_room_for_the_next(tmp_path: Path, no_handlers: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "_SIZE", 2000)
    logs.set_up_logs(load_settings({"data": str(tmp_path), "log_folder": str(tmp_path / "logs")}), "jobs")
    assert sum(isinstance(h, RotatingFileHandler) for h in logging.getLogger().handlers) == 1
    for number in range(400):
        logging.getLogger("lms").warning("line %s", number)
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == 6 and all(file.stat().st_size <= 2000 for file in files)
    assert "line 399" in (tmp_path / "logs" / "jobs.log").read_text()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, no_handlers: None) -> None:
    (tmp_path / "logs").write_text("in the way")
    with pytest.raises(Unavailable, match="log_folder"):
        logs.set_up_logs(load_settings({"data": str(tmp_path), "log_folder": str(tmp_path / "logs")}), "server")
