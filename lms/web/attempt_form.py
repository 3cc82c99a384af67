"""What a form or the script of the answering page sends, as entries of the journal."""
from __future__ import annotations

from typing import Any

from flask import request

from lms.core.quizzes.journal import LARGEST_SEQUENCE, Entry, next_sequence, read_entries
from lms.core.quizzes.models import Attempt
from lms.web.context import here


def number_in(text: str) -> int:
    """A question's number as an address or a form has it; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def entries_of_form(attempt: Attempt) -> list[Entry]:
    """The items whose part of the form was sent (each names itself in ``item``), in the order of the paper."""
    numbers = sorted({number_in(value) for value in request.form.getlist("item")})
    first = next_sequence(here().db, attempt, here().now)
    given = [{"sequence": first + place, "item": number, "given": values_of_form(number),
              "flag": f"flag-{number}" in request.form} for place, number in enumerate(numbers)]
    return read_entries(here().site.registry, attempt, given)


def values_of_form(number: int) -> list[str]:
    """What the fields of an item hold: those of the whole question, then those of its parts as ``part=value``."""
    field = f"a-{number}"
    return request.form.getlist(field) + [
        f"{name.removeprefix(field + '.')}={value}" for name, values in request.form.lists()
        if name.startswith(field + ".") for value in values]


def seen_sequence(item: int) -> int:
    """The sequence of the answer that the page showed; a form that names none is taken as the newest."""
    seen = request.form.get(f"seen-{item}", "")
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 17 else LARGEST_SEQUENCE


def known_sequence(body: Any) -> int | None:
    """The newest sequence that the page's script knows of; None if it does not say."""
    known = body.get("known") if isinstance(body, dict) else None
    return known if isinstance(known, int) and not isinstance(known, bool) and 0 <= known <= LARGEST_SEQUENCE else None


def times_away(body: Any) -> int | None:
    """How often the page was left on this device, where its script says that it was left again."""
    away = body.get("away") if isinstance(body, dict) else None
    return away if isinstance(away, int) and not isinstance(away, bool) and 0 < away < 10_000 else None
