"""The installation's signing key: ECDSA on P-256 with SHA-256 (FIPS 186-5), which every browser's WebCrypto can check.

The private key is one file, ``signing.key`` (setting ``signing_key``); the public keys of all times lie beside the data
in ``signing.pub.json``. A backup takes the private key under its passphrase or not at all, the public ones always
(``core.backup.keys``).
"""
from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.settings import Settings

KEY_FILE, PUBLIC_FILE = "signing.key", "signing.pub.json"
# The same input gives the same signature (RFC 6979), so that a certificate that is made again has the same bytes.
_ALGORITHM = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
_HALF = 32  # bytes of each of the two numbers that are a signature


@dataclass(frozen=True)
class PublicKey:
    """A key that signatures are checked with.

    :param id: the first 8 hex digits of the hash of the point
    :param x: base64url, as in a JWK (RFC 7518, 6.2)
    :param since: the day of its first use, ISO
    :param until: the day when another took its place, ISO; empty while it is in use
    :param withdrawn: the private key may be in wrong hands: its signatures prove nothing any more
    """

    id: str
    x: str
    y: str
    since: str
    until: str = ""
    withdrawn: bool = False

    def verifies(self, message: bytes, signature: bytes) -> bool:
        """Whether this key signed these bytes; *signature* is r and s, 32 bytes each."""
        if len(signature) != 2 * _HALF:
            return False
        numbers = ec.EllipticCurvePublicNumbers(_number(self.x), _number(self.y), ec.SECP256R1())
        r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
        try:
            numbers.public_key().verify(encode_dss_signature(r, s), message, _ALGORITHM)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """The key in use."""

    key_id: str
    _private: ec.EllipticCurvePrivateKey

    def sign(self, message: bytes) -> bytes:
        """r and s, 32 bytes each, as WebCrypto expects them."""
        r, s = decode_dss_signature(self._private.sign(message, _ALGORITHM))
        return r.to_bytes(_HALF, "big") + s.to_bytes(_HALF, "big")


def key_file(settings: Settings) -> Path:
    return Path(settings.signing_key) if settings.signing_key else settings.data_folder / KEY_FILE


def open_signer(settings: Settings, today: date) -> Signer:
    """The key in use; made at the first call, and after a restore without it.

    :raises Invalid: the file is there and holds no such key
    """
    file = key_file(settings)
    if not file.exists():
        _write_new(file, ec.generate_private_key(ec.SECP256R1()))
    private = _read(file)
    key = _public(private, today)
    known = public_keys(settings)
    if key.id not in {k.id for k in known}:
        _publish(settings, [*(_ended(k, today) for k in known), key])
    return Signer(key.id, private)


def rotate(settings: Settings, today: date, *, withdraw: bool = False) -> Signer:
    """A new key from now on. What the old one signed stays provable, unless it is withdrawn.

    :param withdraw: the old key may be in wrong hands
    """
    old = open_signer(settings, today).key_id
    private = ec.generate_private_key(ec.SECP256R1())
    new = _public(private, today)
    keys = [replace(_ended(k, today), withdrawn=k.withdrawn or withdraw and k.id == old) for k in public_keys(settings)]
    _publish(settings, [*keys, new])  # first: a signature must never be there before its public key
    _replace(key_file(settings), _pem(private))
    return Signer(new.id, private)


def public_keys(settings: Settings) -> list[PublicKey]:
    """Of all times, the one in use last.

    :raises Invalid: the file cannot be read
    """
    file = settings.data_folder / PUBLIC_FILE
    return read_public(file.read_text("utf-8")) if file.exists() else []


def read_public(text: str) -> list[PublicKey]:
    """Public keys as ``signing.pub.json`` holds them.

    :raises Invalid: it is no such file
    """
    try:
        return [PublicKey(**key) for key in json.loads(text)["keys"]]
    except (ValueError, TypeError, KeyError) as error:
        raise Invalid("public_keys_unreadable", N_("这不是公钥文件（signing.pub.json），没有查验。请从发证系统的“查验”页重新下载。")) from error


def written_public(keys: Sequence[PublicKey]) -> str:
    return json.dumps({"keys": [asdict(key) for key in keys]}, ensure_ascii=False, indent=1)


def _read(file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        private = serialization.load_pem_private_key(file.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise Invalid("signing_key_unreadable", N_("签名私钥 {file} 读不出来，没有签名。请从备份里取回，或移走它（会生成新的，旧证书仍可查验）。"),
                      file=str(file)) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.curve.name != "secp256r1":
        raise Invalid("signing_key_unreadable", N_("签名私钥 {file} 读不出来，没有签名。请从备份里取回，或移走它（会生成新的，旧证书仍可查验）。"),
                      file=str(file))
    return private


def _pem(private: object) -> bytes:
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    return private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def _write_new(file: Path, private: object) -> bool:
    """Whole or not at all, and never over another: two processes that start at once end with one key."""
    temporary = _beside(file, _pem(private))
    try:
        os.link(temporary, file)
        return True
    except FileExistsError:
        return False
    finally:
        temporary.unlink()


def _replace(file: Path, content: bytes) -> None:
    _beside(file, content).replace(file)


def _beside(file: Path, content: bytes) -> Path:
    with NamedTemporaryFile(dir=file.parent, prefix=".signing-", delete=False) as out:  # for its owner alone
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return Path(out.name)


def _publish(settings: Settings, keys: Sequence[PublicKey]) -> None:
    file = settings.data_folder / PUBLIC_FILE
    _replace(file, written_public(keys).encode())
    with suppress(OSError):
        file.chmod(0o644)


def _public(private: ec.EllipticCurvePrivateKey, today: date) -> PublicKey:
    numbers = private.public_key().public_numbers()
    x, y = (number.to_bytes(_HALF, "big") for number in (numbers.x, numbers.y))
    return PublicKey(hashlib.sha256(x + y).hexdigest()[:8], _text(x), _text(y), today.isoformat())


def _ended(key: PublicKey, today: date) -> PublicKey:
    return key if key.until else replace(key, until=today.isoformat())


def _text(number: bytes) -> str:
    return base64.urlsafe_b64encode(number).rstrip(b"=").decode()


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), "big")


def sign_seal(settings: Settings, now: datetime, seal: str) -> tuple[str, str]:
    """A seal's hash, signed: which key, and the signature as hex."""
    signer = open_signer(settings, now.date())
    return signer.key_id, signer.sign(_seal_message(seal)).hex()


def seal_is_signed(keys: Sequence[PublicKey], key_id: str, seal: str, signature: str) -> bool:
    """Whether one of *keys*, whose id is *key_id*, signed this seal's hash."""
    try:
        raw = bytes.fromhex(signature)
    except ValueError:
        return False
    return any(key.verifies(_seal_message(seal), raw) for key in keys if key.id == key_id)


def _seal_message(seal: str) -> bytes:
    return b"lms-seal\n" + seal.encode()  # so that no signature for one purpose serves another
