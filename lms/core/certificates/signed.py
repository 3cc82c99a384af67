"""What the QR says by itself: the printed facts with a signature, checked without a server.

A payload is a number in decimal digits, because a QR code packs digits tightest and any address takes them. As bytes:
``01`` (the version), four bytes of the key's id, the signature (64 bytes), then the facts in UTF-8, a line each.
"""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from lms.core.certificates.snapshot import DAY, short_days
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.signing.keys import PublicKey, Signer

# In this order, a line each; days as eight digits. The JavaScript of the offline page has the same list.
FIELDS = ("number", "name", "unit", "class_title", "starts", "ends", "hours", "organiser", "date", "sample")
# Long ones are cut, so that the code's modules stay at least 0.4 mm wide in print; number and name never are.
_MAY_BE_CUT = ("organiser", "class_title", "unit")
_DAYS = ("starts", "ends", "date")
_BUDGET = 260  # bytes of text
_SHORTEST = 6  # characters that are left of a cut one
_VERSION = 1
_HEAD = 1 + 4 + 64
# In an address after #, in a PDF's keywords after lms1:, or by themselves.
_DIGITS = re.compile(r"(?<!\d)\d{160,2400}(?!\d)")
_IN_PDF = re.compile(rb"lms1:(\d{160,2400})(?!\d)")

Outcome = Literal["valid", "altered", "unknown_key", "withdrawn"]
OUTCOMES: dict[str, str] = {
    "valid": N_("签名有效：以下内容由发证单位签发，没有被改动。"), "altered": N_("签名不符：内容被改动过，或者是伪造的。"),
    "unknown_key": N_("签名所用的密钥不在公钥文件里：不是这个单位签发的，或者公钥文件太旧。"),
    "withdrawn": N_("签名所用的密钥已声明作废，不能证明什么，请联网查验。")}


@dataclass(frozen=True)
class Checked:
    """What a payload says and whether that can be believed.

    :param facts: label-free values by the names of ``FIELDS``; what is not ``valid`` must not be shown as fact
    """

    outcome: Outcome
    key_id: str
    facts: dict[str, str]


def sign_certificate(signer: Signer, snapshot: Mapping[str, Any]) -> str:
    """The digits for a certificate's QR."""
    text = "\n".join(_shortened(_facts(snapshot)).values()).encode()
    body = bytes([_VERSION]) + bytes.fromhex(signer.key_id) + signer.sign(_message(text)) + text
    return str(int.from_bytes(body, "big"))


def check_payload(text: str, keys: Sequence[PublicKey]) -> Checked:
    """Check what a scanner read: the whole address, or the digits alone.

    :raises Invalid: there is no payload in it
    """
    found = _DIGITS.search("".join(text.split()))
    if not found:
        raise _nothing_signed()
    number = int(found.group())
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(raw) <= _HEAD or raw[0] != _VERSION:
        raise _nothing_signed()
    key_id, signature, said = raw[1:5].hex(), raw[5:_HEAD], raw[_HEAD:]
    facts = dict(zip(FIELDS, said.decode("utf-8", "replace").split("\n"), strict=False))
    return Checked(_outcome([k for k in keys if k.id == key_id], said, signature), key_id, facts)


def payload_in(pdf: bytes) -> str:
    """The payload that a certificate's file carries in its metadata.

    :raises Invalid: there is none, or more than one
    """
    found = set(_IN_PDF.findall(pdf))
    if len(found) != 1:
        raise _nothing_signed()
    return bytes(found.pop()).decode()


def readable(name: str, value: str) -> str:
    """A fact for people: eight digits of a day become the day as it is printed."""
    if name in _DAYS and re.fullmatch(r"\d{8}", value):
        return DAY.format(year=int(value[:4]), month=int(value[4:6]), day=int(value[6:]))
    return value


def _outcome(keys: Sequence[PublicKey], said: bytes, signature: bytes) -> Outcome:
    if not keys:
        return "unknown_key"
    signed_by = [key for key in keys if key.verifies(_message(said), signature)]
    if not signed_by:
        return "altered"
    return "withdrawn" if signed_by[0].withdrawn else "valid"


def _facts(snapshot: Mapping[str, Any]) -> dict[str, str]:
    facts = {name: " ".join(str(snapshot.get(name, "")).split()) for name in FIELDS}
    for name in _DAYS:
        facts[name] = short_days(facts[name])
    return {**facts, "sample": "1" if snapshot.get("sample") else ""}


def _shortened(facts: dict[str, str]) -> dict[str, str]:
    facts = dict(facts)
    while sum(len(value.encode()) + 1 for value in facts.values()) > _BUDGET:
        longest = max(_MAY_BE_CUT, key=lambda name: len(facts[name]))
        if len(facts[longest]) <= _SHORTEST:
            break
        facts[longest] = facts[longest].rstrip("…")[:-1] + "…"
    return facts


def _message(text: bytes) -> bytes:
    return b"lms-certificate\n" + text


def _nothing_signed() -> Invalid:
    return Invalid("nothing_signed", N_("里面没有签名内容。请扫描证书上的二维码，把读到的整段文字（很长的一串）粘贴进来，或者给出证书的 PDF 文件。"))
