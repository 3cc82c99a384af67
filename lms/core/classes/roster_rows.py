"""One row of a roster: what the cells say, made clean, with what was tidied up and what cannot be used."""
from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.core.documents.glyphs import missing_glyphs
from lms.core.errors import Invalid
from lms.core.i18n import N_, translate
from lms.core.people.names import clean_name, name_key
from lms.core.people.phones import clean_phone

# Characters that a column of the database holds.
MOST = {"name": 120, "gender": 10, "ethnic_group": 40, "political_affiliation": 40, "unit": 200, "unit_category": 60,
        "position": 120, "station": 200, "group": 60, "note": 500}
_GENDERS = {"男": "男", "女": "女", "男性": "男", "女性": "女", "m": "男", "f": "女", "male": "男", "female": "女"}
# No name holds these: two names in one cell, a number, a formula, or characters lost on the way (U+FFFD, "?").
_ODD = re.compile(r"[\d@=+/\\、，,;；?？�<>]")


@dataclass(frozen=True)
class Remark:
    """A sentence about a row or a file: a message id with its data, and the field that it is about."""

    code: str
    message: str
    about: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def text(self, locale: str) -> str:
        return translate(locale, self.message, **self.data)


@dataclass
class RosterRow:
    """A row as the file has it, cleaned.

    :param line: the row's number as the spreadsheet program shows it
    :param values: clean values of the fields that the file has; ``phone`` may be None, ``number`` an int or None
    :param notices: what was tidied up, and what is missing
    :param faults: why the row cannot be imported as it is
    :param meant: uid of the person whom a form names; files do not
    """

    line: int
    values: dict[str, Any]
    notices: list[Remark] = field(default_factory=list)
    faults: list[Remark] = field(default_factory=list)
    meant: str | None = None

    @property
    def keys(self) -> tuple[str, str]:
        """Name and unit as they are compared."""
        return name_key(self.values["name"]), name_key(self.values.get("unit") or "")

    @property
    def phone(self) -> str | None:
        return self.values.get("phone")


def make_row(line: int, cells: Mapping[str, str], *, meant: str | None = None) -> RosterRow:
    """The row with its cells made clean.

    :param cells: text by field, as it stands in the file
    """
    row = RosterRow(line, {}, meant=meant)
    for name, given in cells.items():
        try:
            row.values[name] = value = _CLEAN.get(name, _clean_text)(given)
        except Invalid as fault:
            row.values[name] = None
            row.faults.append(Remark(fault.code, fault.message, name, fault.data))
            continue
        _note_tidied(row, name, given, value)
        if isinstance(value, str) and len(value) > MOST.get(name, len(value)):
            row.values[name] = value[:MOST[name]]
            row.faults.append(Remark("too_long", N_("超过 {most} 个字，请缩短"), name, {"most": MOST[name]}))
    _check_name(row)
    if row.phone is None and not row.faults:
        row.notices.append(Remark("phone_missing", N_("缺手机号，签到时需用其他方式"), "phone"))
    return row


def is_odd_name(name: str) -> bool:
    """Whether *name* does not look like one person's."""
    return len(name) < 2 or _ODD.search(name) is not None


def _check_name(row: RosterRow) -> None:
    row.values["name"] = name = row.values.get("name") or ""
    if not name:
        row.faults.append(Remark("name_missing", N_("没有姓名"), "name"))
    lacking = missing_glyphs(name)
    if lacking:
        row.notices.append(Remark("glyph_missing", N_("证书字体里没有“{characters}”，发证前请联系管理员"), "name",
                                  {"characters": "".join(lacking)}))


def _note_tidied(row: RosterRow, name: str, given: str, value: Any) -> None:
    shown = "" if value is None else str(value)
    if name == "number" or given in (shown, f"'{shown}"):
        return
    if name == "gender" and not value:
        row.notices.append(Remark("gender_unknown", N_("“{was}”不是性别，按未填处理"), name,
                                  {"was": given.strip()[:20]}))
    elif _visible(given) == _visible(shown):
        row.notices.append(Remark("spaces_removed", N_("去掉了多余的空格或看不见的字符"), name))
    else:
        row.notices.append(Remark("tidied", N_("“{was}”已整理为“{now}”"), name,
                                  {"was": given.strip()[:60], "now": shown[:60]}))


def _visible(text: str) -> str:
    return "".join(c for c in text if not c.isspace() and unicodedata.category(c) != "Cf")


def _clean_text(text: str) -> str:
    """Without invisible characters and padding; line breaks stay."""
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    lines = [" ".join(line.split()) for line in shown.split("\n")]
    return "\n".join(line for line in lines if line)


def _clean_group(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", _clean_text(text)).split())


def _clean_gender(text: str) -> str:
    return _GENDERS.get(clean_name(text).casefold(), "")


def _clean_number(text: str) -> int | None:
    digits = unicodedata.normalize("NFKC", _clean_text(text))
    return int(digits) if digits.isascii() and digits.isdigit() and 0 < int(digits[:7]) < 1_000_000 else None


_CLEAN: dict[str, Callable[[str], Any]] = {
    "number": _clean_number, "name": clean_name, "gender": _clean_gender, "unit": clean_name,
    "unit_category": clean_name, "station": clean_name, "phone": clean_phone, "group": _clean_group,
}
