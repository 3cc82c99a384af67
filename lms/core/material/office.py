"""Office files as PDF, by LibreOffice where it is installed: in a process group that ends with the work, with macros and links off."""
from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from lms.core.errors import Invalid, Unavailable
from lms.core.i18n import N_

_PATIENCE = 240  # seconds
_ITEM = ('<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="{name}" oor:op="fuse"><value>true</value></prop>'
         "</item>")
_PROFILE = ('<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry">'
            + "".join(_ITEM.format(name=name) for name in ("DisableMacrosExecution", "BlockUntrustedRefererLinks", "DisableActiveContent"))
            + "</oor:items>")


def converter() -> str | None:
    """The program, or None where it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def to_pdf(file: Path, folder: Path) -> Path:
    """Convert *file*; the PDF lies in *folder*, which is the caller's to delete.

    :raises Unavailable: LibreOffice is not installed (any more)
    :raises Invalid: it cannot read the file, or does not come to an end
    """
    program = converter()
    if program is None:
        raise Unavailable("no_converter", N_("服务器没有安装 LibreOffice，不能生成预览；课件可以下载。"))
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    command = [program, "--headless", "--norestore", "--nolockcheck", f"-env:UserInstallation={profile.as_uri()}", "--convert-to", "pdf",
               "--outdir", str(folder), str(file)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder,
                               start_new_session=True)
    try:
        process.wait(_PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise _unreadable() from error
    finally:
        _end(process)
    made = folder / f"{file.stem}.pdf"
    if not made.exists():
        raise _unreadable()
    return made


def _end(process: subprocess.Popen[bytes]) -> None:
    """The program starts another one, which would stay."""
    if sys.platform == "win32":
        process.kill()
    else:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _unreadable() -> Invalid:
    return Invalid("not_convertible", N_("LibreOffice 没能打开这个文件，没有预览；课件可以下载。可以用 Office 另存为 PDF 再上传。"))
