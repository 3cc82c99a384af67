"""Public identifiers and secrets. Integers stay inside; whatever meets a URL or a file has one of these."""
from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
import time

# Crockford's alphabet without letters that people confuse; codes are read aloud and typed on phones.
_TYPEABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_uid() -> str:
    """A UUIDv7 (RFC 9562) as 32 hex digits: sortable by time, random enough to be public."""
    millis = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    value = (millis & (1 << 48) - 1) << 80 | 0x7 << 76 | (random >> 68 & 0xFFF) << 64 | 0b10 << 62 | random & (1 << 62) - 1
    return f"{value:032x}"


def new_secret(bits: int = 160) -> str:
    """A URL-safe random secret of at least *bits* bits."""
    return secrets.token_urlsafe((bits + 7) // 8)


def typeable(length: int) -> str:
    """A random code that can be read aloud and typed: about 4.9 bits a character."""
    return "".join(secrets.choice(_TYPEABLE) for _ in range(length))


def digest(secret: str) -> str:
    """What the database keeps of a high-entropy secret: SHA-256, hex. Not for passwords."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed(key: bytes, *parts: object, bits: int = 160) -> str:
    """A keyed hash (HMAC-SHA-256) of *parts*, URL-safe base32 in lower case, cut to *bits*.

    Parts are length-prefixed, so that ``("ab", "c")`` and ``("a", "bc")`` differ.
    """
    message = b"".join(len(p).to_bytes(4, "big") + p for p in (str(part).encode() for part in parts))
    raw = hmac.new(key, message, hashlib.sha256).digest()[: (bits + 7) // 8]
    return base64.b32encode(raw).decode().rstrip("=").lower()


def same(given: str, expected: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())
