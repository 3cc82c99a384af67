"""Where the program's own words go: standard error, and with the setting ``log_folder`` files that take turns."""
from __future__ import annotations

import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path

from lms.core.errors import Unavailable
from lms.core.i18n import N_
from lms.core.settings import Settings

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_SIZE, _OLD = 10 * 1024 * 1024, 5


def set_up_logs(settings: Settings, name: str) -> None:
    """Begin to log.

    :param name: of the file: each process has its own, for two that turn the same file lose lines
    :raises Unavailable: the folder cannot be written
    """
    handlers: list[logging.Handler] = [logging.StreamHandler()]
    if settings.log_folder:
        try:
            Path(settings.log_folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            handlers.append(RotatingFileHandler(Path(settings.log_folder) / f"{name}.log", maxBytes=_SIZE, backupCount=_OLD, encoding="utf-8"))
        except OSError as error:
            raise Unavailable("log_folder", N_("日志目录 {folder} 不能写入（{reason}），没有启动。请检查目录和权限，或去掉设置 log_folder。"),
                              folder=settings.log_folder, reason=error.strerror or str(error)) from error
    logging.basicConfig(level=settings.log_level, format=_FORMAT, handlers=handlers)
