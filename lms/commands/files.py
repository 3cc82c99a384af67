"""Files that somebody names on the command line."""
from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from lms.core.errors import Invalid, Unavailable
from lms.core.i18n import N_


def read_file(path: Path) -> bytes:
    """The bytes of *path*.

    :raises Invalid: it is not there, is a folder, or may not be read
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise Invalid("file_unreadable", N_("文件 {file} 无法读取（{reason}）。请核对路径和权限。"), file=str(path),
                      reason=error.strerror or str(error)) from error


def write_file(path: Path, write: Callable[[BinaryIO], None]) -> None:
    """Have *write* fill a new file that then takes the place of *path*: all of it, or the old one stays.

    :raises Unavailable: it cannot be written
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as out:
            write(out)
        beside.replace(path)
    except OSError as error:
        raise Unavailable("file_unwritable", N_("文件 {file} 无法写入（{reason}），没有导出。请检查目录、权限和磁盘空间，"
                                                "并确认该文件没有在别的程序里打开。"), file=str(path),
                          reason=error.strerror or str(error)) from error
    finally:
        beside.unlink(missing_ok=True)
