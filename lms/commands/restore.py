"""``lms restore BACKUP --data NEW``: bring a backup back in a new place, and compare; with ``--drill`` only to prove that it would."""
from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import update

from lms.commands.command import OK, Call, Command
from lms.commands.init import make_folder
from lms.commands.installation import starting
from lms.core.audit.chain import mark_anew
from lms.core.audit.service import record
from lms.core.backup import manifest as manifests
from lms.core.backup.collection import Backup, backups
from lms.core.backup.jobs import read_passphrase
from lms.core.backup.keys import unlock, write_keys, write_public
from lms.core.backup.manifest import check_mark, read_manifest
from lms.core.backup.restore import Comparison, drill, require_empty, restore, settings_text
from lms.core.backup.volumes import unpack_volumes
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.jobs.models import Job
from lms.core.jobs.service import UNFINISHED
from lms.core.notices.models import OutboxMessage
from lms.core.seals.sealing import link_anew
from lms.core.settings import Settings
from lms.site import Site, new_secret_key, open_site


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("source", type=Path, nargs="+", metavar="BACKUP",
                        help=tr(N_("备份的文件夹，或放备份的目录（取最新一份），或从网页下载的全部 .zip 文件")))
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help=tr(N_("口令文件：打开备份里锁着的签名密钥")))
    parser.add_argument("--drill", action="store_true", help=tr(N_("只试恢复：恢复到临时的地方，核对，再清理掉")))


def run(call: Call) -> int:
    with found_backup(call.options.source, call.settings.data_folder) as backup:
        compared = _drill(call, backup) if call.options.drill else _restore(call, backup)
    for line in compared.lines:
        call.console.line(f"{line.table:<28}{line.expected.count:>10}{line.found.count:>10}  {'=' if line.equal else '!'}")
    call.console.say(N_("{tables} 张表、{rows} 条记录逐表相同，{files} 个文件散列相同。"), tables=len(compared.lines), rows=compared.rows,
                     files=compared.files)
    if not call.options.drill:
        call.console.say(N_("已恢复到 {folder}。核对后运行：lms serve --data {folder}"), folder=call.settings.data_folder.resolve())
    call.console.result(ok=True, name=backup.name, files=compared.files,
                        tables={line.table: {"rows": line.found.count, "equal": line.equal} for line in compared.lines})
    return OK


@contextmanager
def found_backup(sources: list[Path], data: Path) -> Iterator[Backup]:
    """The backup that was named; zip files are unpacked beside the place that it goes to, and cleared away.

    :raises Invalid: there is none
    """
    if all(source.is_file() for source in sources):
        with starting():
            make_folder(data)
        with tempfile.TemporaryDirectory(dir=data, prefix=".volumes-") as unpacked:
            unpack_volumes(sources, Path(unpacked))
            yield _in(Path(unpacked), sources[0].name)
        return
    if len(sources) > 1:
        raise Invalid("one_backup", N_("请只给一个备份文件夹，或者给出一份备份的全部 .zip 文件。"))
    folder = sources[0].resolve()
    if (folder / manifests.NAME).exists():
        yield Backup(folder.parent, folder.name, read_manifest(folder / manifests.NAME))
    else:
        yield _in(folder, folder.name)


def _in(root: Path, name: str) -> Backup:
    known = backups(root)
    if not known:
        raise Invalid("no_backup_here", N_("“{name}”里没有可以读的备份，没有作任何改动。请选择备份所在的文件夹。"), name=name)
    return known[0]


def _drill(call: Call, backup: Backup) -> Comparison:
    return drill(call.site, backup, tell=lambda done, total: call.console.progress(done, total, N_("试恢复")))


def _restore(call: Call, backup: Backup) -> Comparison:
    folder = call.settings.data_folder
    keys = unlock(backup.manifest.locked_keys, read_passphrase(call.options.passphrase_file)) if call.options.passphrase_file else {}
    site, keys, same = _new_place(call, backup, keys)
    try:
        compared = restore(site, backup, tell=lambda done, total: call.console.progress(done, total, N_("恢复")))
        site.migrate(site.database.engine)
        _note(site, backup, same)
    finally:
        site.database.close()
    write_keys(folder, keys)
    write_public(folder, backup.manifest.public_keys)
    if not (folder / "lms.toml").exists() and backup.manifest.settings:
        (folder / "lms.toml").write_text(settings_text(backup.manifest.settings), "utf-8")
    return compared


def _new_place(call: Call, backup: Backup, keys: dict[str, str]) -> tuple[Site, dict[str, str], bool]:
    """The empty installation, the keys that it lacks, and whether its key is that of the backup: what it has of its own
    stays, what it lacks comes from the backup, or is made. Nothing is written yet.

    :raises Conflict: it has the key of another installation, or data
    """
    settings = call.settings
    with starting():
        make_folder(settings.data_folder)
        own = bool(settings.secret_key) or (settings.data_folder / "secret.key").exists()
        if not own:
            made = keys.get("secret.key") or new_secret_key()
            keys = {**keys, "secret.key": made}
            settings = Settings({**settings.values, "secret_key": made}, settings.origin)
        site = open_site(settings)
    require_empty(site)
    same = own or bool(backup.manifest.locked_keys and call.options.passphrase_file)
    if same:
        check_mark(site.key("backup"), backup.manifest)
    else:
        call.console.say(N_("备份里没有签名密钥，已另建新的：原来的登录和学员证失效，要重新登录、重新打印；已发的证书仍能查验。"))
    return site, keys, same


def _note(site: Site, backup: Backup, same_key: bool) -> None:
    """Backups that were under way when the picture was taken are not begun anew, messages that waited are not sent a second
    time; what waited to be sealed gets the new key's mark; the log says where all this comes from."""
    now = site.clock.now()
    with site.database.writing() as db:
        if not same_key:
            mark_anew(db)
            link_anew(db)
        db.execute(update(Job).where(Job.kind.startswith("backup."), Job.state.in_(UNFINISHED)).values(state="cancelled", finished_at=now))
        db.execute(update(OutboxMessage).where(OutboxMessage.state == "waiting").values(state="failed", error="restored"))
        record(db, actor_id=None, action="backup.restore", thing=backup.name, now=now, after={"rows": backup.manifest.rows})


COMMAND = Command(("restore",), N_("把备份恢复到一个新的地方，并核对"), arguments, run)
