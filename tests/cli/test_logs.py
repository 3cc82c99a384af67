"""Log files take turns and never take the program down; two processes never share one."""
from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from lms import logs
from lms.core.errors import Unavailable
from lms.core.settings import load_settings


def test_a_full_file_makes_room_for_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # pytest has put its own there
    monkeypatch.setattr(logs, "_SIZE", 2000)
    logs.set_up_logs(load_settings({"data": str(tmp_path), "log_folder": str(tmp_path / "logs")}), "jobs")
    assert sum(isinstance(h, RotatingFileHandler) for h in logging.getLogger().handlers) == 1
    files_written = [h for h in logging.getLogger().handlers if isinstance(h, RotatingFileHandler)]
    for number in range(400):
        logging.getLogger("lms").warning("line %s", number)
    files = sorted((tmp_path / "logs").iterdir())
    assert len(files) == 6 and all(file.stat().st_size <= 2000 for file in files)
    for handler in files_written:
        handler.close()
    assert "line 399" in (tmp_path / "logs" / "jobs.log").read_text()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")
    with pytest.raises(Unavailable, match="log_folder"):
        logs.set_up_logs(load_settings({"data": str(tmp_path), "log_folder": str(tmp_path / "logs")}), "server")
