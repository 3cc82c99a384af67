"""Case questions in files that hold one question a row: the case's own row, then a row for each of its parts."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from lms.core.i18n import N_
from lms.core.quizzes.formats.protocol import ReadRow
from lms.core.quizzes.kinds.case import shared_out
from lms.core.quizzes.kinds.protocol import Flaw


def joined(rows: Iterable[tuple[ReadRow, Mapping[str, str]]]) -> list[ReadRow]:
    """Rows with the parts taken into the case before them; a part's fault is the case's.

    A row is a part if its text has a ``part``, its number within the case; ``share`` is its share in per cent.
    """
    found: list[ReadRow] = []
    for row, text in rows:
        if not text.get("part"):
            found.append(row)
        elif not found or not (_is_case(found[-1])):
            row.reasons.append(Flaw("part_alone", N_("这道小题前面没有案例题。请把案例题的那一行写在各小题前面。"), "part"))
            found.append(row)
        else:
            _take_in(found[-1], row, text)
    for row in found:
        if _is_case(row) and row.content:
            row.content = replace(row.content, body={**row.content.body, "parts": shared_out(row.content.body["parts"])})
    return found


def _is_case(row: ReadRow) -> bool:
    return row.case or (row.content is not None and row.content.kind == "case")


def _take_in(case: ReadRow, row: ReadRow, text: Mapping[str, str]) -> None:
    case.case = True
    if row.content is None or case.content is None:
        case.reasons += [replace(reason, part=text["part"], data={**reason.data, "row": row.line}) for reason in row.reasons]
        case.content = None
        return
    parts = case.content.body["parts"]
    name = str(len(parts) + 1)
    part = {"id": name, "kind": row.content.kind, "share": _share(text.get("share", "")), "body": row.content.body}
    case.content = replace(case.content, body={**case.content.body, "parts": [*parts, part]},
                           key={"parts": {**case.content.key["parts"], name: row.content.key}})


def _share(text: str) -> int:
    """In 1/1000, from per cent; 0 where none is written."""
    try:
        value = Decimal(text.strip().removesuffix("%").strip() or 0) * 10
    except InvalidOperation:
        return 0
    return int(value) if value.is_finite() and 0 <= value <= 1000 else 0
