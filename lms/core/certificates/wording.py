"""Fills the patterns that an administrator writes: known names in braces, and nothing else.

``str.format`` would follow ``{name.__class__}`` into the program; here a name in braces is a key or a refusal.
"""
from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from typing import Any

from lms.core.errors import Invalid
from lms.core.i18n import N_

_DIGITS = re.compile(r"\d{1,2}", re.ASCII)


def fill(pattern: str, values: Mapping[str, str | int]) -> str:
    """*pattern* with its ``{names}`` replaced; a number may say how many digits it has, ``{serial:03}``.

    :raises Invalid: the pattern asks for anything else, or its braces do not match
    """
    try:
        return _Plain().vformat(pattern, (), values)
    except ValueError as error:
        raise _refusal(pattern) from error


class _Plain(string.Formatter):
    def get_field(self, field_name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[Any, str]:
        if field_name not in kwargs:
            raise _refusal(field_name)
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec and not (isinstance(value, int) and _DIGITS.fullmatch(format_spec)):
            raise _refusal(format_spec)
        return format(value, format_spec)

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        if conversion:
            raise _refusal(conversion)
        return value


def _refusal(part: str) -> Invalid:
    return Invalid("pattern_unusable", N_("证书编号或正文的格式里有不能用的“{part}”，没有发证。请在班级设置里改正后再试。"), part=part[:40])
