"""The signing keys leave the machine only under a passphrase: whoever has them can log in as anybody and sign anything.

argon2id (RFC 9106) makes a key of the passphrase and a fresh salt, AES-256-GCM (NIST SP 800-38D) locks with it; a wrong
passphrase and a changed byte both fail to open.
"""
from __future__ import annotations

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.signing.keys import KEY_FILE, PUBLIC_FILE

SHORTEST = 12  # characters
KEY_FILES = ("secret.key", KEY_FILE)  # in the data folder
_COST = {"time_cost": 3, "memory_cost": 64 * 1024, "parallelism": 1}  # about half a second


def read_keys(folder: Path) -> dict[str, str]:
    """The keys in a data folder, by file name."""
    return {name: (folder / name).read_text("utf-8") for name in KEY_FILES if (folder / name).is_file()}


def write_keys(folder: Path, keys: Mapping[str, str]) -> None:
    """Put keys into a data folder, each readable by its owner only; one that is there stays."""
    for name in KEY_FILES:
        if name in keys and not (folder / name).exists():
            with os.fdopen(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
                out.write(keys[name])


def read_public(folder: Path) -> str:
    """The public keys of a data folder: no secret, so they travel in every backup. Empty where nothing was signed yet."""
    file = folder / PUBLIC_FILE
    return file.read_text("utf-8") if file.is_file() else ""


def write_public(folder: Path, text: str) -> None:
    """Put them into a data folder, so that what was signed before stays provable; those that are there stay."""
    file = folder / PUBLIC_FILE
    if text and not file.exists():
        file.write_text(text, "utf-8")


def lock(keys: Mapping[str, str], passphrase: str) -> dict[str, str]:
    """:raises Invalid: the passphrase is too short"""
    if len(passphrase) < SHORTEST:
        raise Invalid("passphrase_short", N_("口令至少要 {shortest} 个字符，没有制作备份。请换一个更长的口令。"), shortest=SHORTEST)
    salt, nonce = os.urandom(16), os.urandom(12)
    locked = _cipher(passphrase, salt).encrypt(nonce, json.dumps(dict(keys)).encode(), None)
    return {"salt": _text(salt), "nonce": _text(nonce), "locked": _text(locked)}


def unlock(locked: Mapping[str, str], passphrase: str) -> dict[str, str]:
    """:raises Invalid: the passphrase is wrong"""
    salt, nonce, hidden = (base64.b64decode(locked[name]) for name in ("salt", "nonce", "locked"))
    try:
        plain = _cipher(passphrase, salt).decrypt(nonce, hidden, None)
    except InvalidTag:
        raise Invalid("passphrase_wrong",
                      N_("口令不对，打不开备份中的签名密钥，没有作任何改动。请核对口令；不给口令也能恢复，会另建新的密钥。")) from None
    keys: dict[str, str] = json.loads(plain)
    return keys


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(hash_secret_raw(passphrase.encode(), salt, hash_len=32, type=Type.ID, **_COST))


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
