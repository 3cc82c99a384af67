"""The short code of a printed sheet: letters that are hard to confuse, the last of which checks the others."""
from __future__ import annotations

import unicodedata

from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.ids import typeable

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 6


def new_code() -> str:
    """A random code with its check letter: one of 24 million."""
    body = typeable(LENGTH - 1)
    return body + check_letter(body)


def check_letter(body: str) -> str:
    """By Luhn's rule over 30 letters: a wrong letter, and nearly every swap of two neighbours, is noticed."""
    total = 0
    for place, letter in enumerate(reversed(body)):
        value = _LETTERS.index(letter) * (2 if place % 2 == 0 else 1)
        total += value // len(_LETTERS) + value % len(_LETTERS)
    return _LETTERS[-total % len(_LETTERS)]


def read_code(typed: str) -> str:
    """The code that somebody typed, in whatever case and with whatever spaces.

    :raises Invalid: it cannot be a code; a slip of the finger is told from a sheet that is not there
    """
    text = unicodedata.normalize("NFKC", typed).upper()
    code = "".join(c for c in text if c.isalnum())[:20]
    fits = len(code) == LENGTH and all(c in _LETTERS for c in code)
    if not fits or check_letter(code[:-1]) != code[-1]:
        raise Invalid("sheet_code", N_("“{typed}”不是签到表的编号：编号有 {length} 位字母和数字，印在每页右上角。请核对后再输。"),
                      typed=typed.strip()[:20], length=LENGTH)
    return code


def shown_code(code: str) -> str:
    """In two halves, as it is printed."""
    return f"{code[:3]} {code[3:]}"
