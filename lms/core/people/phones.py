"""Phone numbers as Excel, chats and people leave them, and as we keep them: eleven digits."""
from __future__ import annotations

import re
import unicodedata

from lms.core.errors import Invalid
from lms.core.i18n import N_

# A mainland mobile number: 1, then 3–9, eleven digits (工信部《电信网编号计划》). Landlines cannot log in.
_MOBILE = re.compile(r"1[3-9]\d{9}")
_PREFIX = re.compile(r"(?:\+|00)?86(?=1\d{10}$)")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_PUNCTUATION = dict.fromkeys(map(ord, " \t\r\n-‐‑‒–—―－ー()（）.·'’‘`＇"))


def clean_phone(text: str | None) -> str | None:
    """The number in *text* as eleven digits, None where there is none.

    Full-width digits, hyphens, spaces, +86, and Excel's apostrophe are understood; a number that Excel has rounded is
    refused, because the lost digits cannot be guessed.

    :raises Invalid: ``phone_rounded`` or ``phone_wrong``
    """
    given = unicodedata.normalize("NFKC", str(text if text is not None else "")).strip()
    given = "".join(c for c in given if unicodedata.category(c) != "Cf")
    if _SCIENTIFIC.fullmatch(given.lstrip("'’").strip()):
        raise Invalid("phone_rounded", N_("手机号“{phone}”已被 Excel 改成科学计数，后几位丢失，无法还原。"
                                          "请把该列设为文本后重新填写。"), phone=given)
    if re.fullmatch(r"\d{11}\.0+", given):  # a number cell that was read as a decimal
        given = given.partition(".")[0]
    digits = _PREFIX.sub("", given.translate(_PUNCTUATION))
    if not digits:
        return None
    if not _MOBILE.fullmatch(digits):
        raise Invalid("phone_wrong", N_("手机号“{phone}”不是 11 位的手机号码，请核对。"), phone=given[:40])
    return digits


def mask_phone(phone: str | None) -> str:
    """For lists: ``199****0001``."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ""


def unmasked(given: str, known: str | None) -> str:
    """What a form says of a number that it showed masked: as it was where nobody touched it."""
    return known if known and given.strip() == mask_phone(known) else given


def phone_tail(phone: str | None) -> str:
    """The last four digits, by which people of one name are told apart."""
    return phone[-4:] if phone else ""
