"""``lms backup``: a complete backup while the server runs."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from lms.commands.command import OK, Call, Command
from lms.core.backup.collection import Backup, prune
from lms.core.backup.jobs import passphrase_of, read_passphrase
from lms.core.backup.make import make_backup
from lms.core.backup.place import backup_folder
from lms.core.i18n import N_
from lms.site import Site


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--to", type=Path, metavar="DIR", help=tr(N_("放到哪个目录，例如 U 盘（默认用设置 backup_folder）；那里已有的文件不重复复制")))
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help=tr(N_("用文件里的口令锁上签名密钥，一起备份（默认不备份密钥）")))


def run(call: Call) -> int:
    made, removed = back_up(call.site, call, to=call.options.to, reason="asked", passphrase_file=call.options.passphrase_file)
    call.console.result(ok=True, name=made.name, folder=str(made.folder), rows=made.manifest.rows, files=len(made.manifest.files),
                        bytes=made.manifest.size, removed=removed)
    return OK


def back_up(site: Site, call: Call, *, to: Path | None, reason: str, passphrase_file: Path | None = None) -> tuple[Backup, list[str]]:
    """A backup, told on the console; and what it took the place of. Elsewhere than in the usual folder nothing is removed."""
    usual = backup_folder(site.settings)
    passphrase = read_passphrase(passphrase_file) if passphrase_file else passphrase_of(site.settings)
    made = make_backup(site, to or usual, reason=reason, passphrase=passphrase,
                       tell=lambda done, total: call.console.progress(done, total, N_("备份")))
    removed = [] if to else prune(usual, site.settings.backup_keep)
    call.console.say(N_("备份已做好：{folder}（{rows} 条记录，{files} 个文件）"), folder=made.folder, rows=made.manifest.rows,
                     files=len(made.manifest.files))
    if not made.manifest.locked_keys:
        call.console.say(N_("签名密钥不在备份里，请另外保管数据目录中的 secret.key。"))
    return made, removed


COMMAND = Command(("backup",), N_("在使用中备份数据库、证书和上传的文件"), arguments, run)
