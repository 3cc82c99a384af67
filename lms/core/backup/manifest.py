"""What stands in a backup: its parts with their hashes, what every table holds, which files belong to it.

The file is written in exactly one way and ends in the hash of the rest, so that a single changed byte is seen.
"""
from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from lms.core.backup.parts import Part
from lms.core.backup.rows import Tally
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_
from lms.core.ids import keyed, same

KIND, FORMAT = "cadre-lms-backup", 1
NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """A backup, described.

    :param reason: why it was made: ``asked``, ``scheduled`` or ``upgrade``
    :param revision: of the tables
    :param database: parts of the compressed database, an SQLite file whatever the engine
    :param files: SHA-256 of each stored file → its size in bytes
    :param part_size: larger files are split into parts of so many bytes
    :param settings: those of ``lms.toml``, without secrets
    :param locked_keys: the signing keys under a passphrase (``keys.lock``), or empty
    :param public_keys: what ``signing.pub.json`` held, or empty
    :param mark: says which installation made it (``mark_of``)
    :param templates: parts of the zip file with the certificate templates of one's own
    """

    made_at: datetime
    program: str
    reason: str
    revision: str
    database: tuple[Part, ...]
    database_size: int
    database_sha256: str
    tables: dict[str, Tally]
    files: dict[str, int]
    part_size: int
    settings: dict[str, Any]
    locked_keys: dict[str, str]
    public_keys: str = ""
    mark: str = ""
    templates: tuple[Part, ...] = ()

    @property
    def rows(self) -> int:
        return sum(tally.count for tally in self.tables.values())

    @property
    def size(self) -> int:
        """Bytes, with all its files."""
        return sum(part.size for part in (*self.database, *self.templates)) + sum(self.files.values())


def mark_of(key: bytes, manifest: Manifest) -> str:
    """The mark of the installation that has *key*."""
    return keyed(key, manifest.made_at.isoformat(), manifest.database_sha256, manifest.public_keys, bits=160)


def check_mark(key: bytes, manifest: Manifest) -> None:
    """:raises Conflict: another installation made it"""
    if not same(manifest.mark, mark_of(key, manifest)):
        raise Conflict("backup_foreign", N_("这份备份来自另一套系统（签名密钥不同），没有作任何改动。要在新地方恢复它，请用一个没有 secret.key 的空目录：lms restore 备份 --data 新目录。"))


def write_manifest(manifest: Manifest) -> bytes:
    """The bytes of ``manifest.json``."""
    body = {"kind": KIND, "format": FORMAT, **asdict(manifest), "made_at": manifest.made_at.isoformat()}
    return _sealed(body)


def read_manifest(file: Path) -> Manifest:
    """:raises Invalid: this is no backup of ours
    :raises Conflict: it is damaged, or a newer program made it
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise Invalid("not_a_backup", N_("“{name}”不是本系统的备份（没有 manifest.json），没有作任何改动。请选择备份所在的文件夹。"), name=file.parent.name) from error
    try:
        body = json.loads(data)
        foreign = body["kind"] != KIND
        newer = body["format"] > FORMAT
        whole = data == _sealed({key: value for key, value in body.items() if key != "seal"})
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _broken(file) from error
    if foreign or not whole:
        raise _broken(file)
    if newer:
        raise too_new(str(body["program"]))
    return _read(body)


def too_new(program: str) -> Conflict:
    return Conflict("backup_newer", N_("这份备份由更新版本的程序（{program}）制作，本程序读不了，没有作任何改动。请安装不低于该版本的程序后再恢复。"), program=program)


def _broken(file: Path) -> Conflict:
    return Conflict("manifest_damaged", N_("备份“{name}”的清单已损坏，或者不是本系统的备份，没有作任何改动。请换一份备份。"), name=file.parent.name)


def _sealed(body: dict[str, Any]) -> bytes:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, indent=1)
    seal = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps({**body, "seal": seal}, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _read(body: dict[str, Any]) -> Manifest:
    plain = {key: value for key, value in body.items() if key not in ("kind", "format", "seal")}
    plain["made_at"] = datetime.fromisoformat(body["made_at"])
    plain["database"] = tuple(Part(**part) for part in body["database"])
    plain["templates"] = tuple(Part(**part) for part in body.get("templates", ()))
    plain["tables"] = {name: Tally(**tally) for name, tally in body["tables"].items()}
    return Manifest(**plain)
