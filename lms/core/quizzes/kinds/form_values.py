"""The fields of an editor's form, as text."""
from __future__ import annotations

from lms.core.quizzes.kinds.protocol import FormValues


def text_in(form: FormValues, name: str) -> str:
    """A field's text with one kind of line end; empty where it was not sent."""
    values = form.get(name) or ("",)
    return values[0].replace("\r\n", "\n").strip()


def lines_in(form: FormValues, name: str) -> list[str]:
    """The lines of a field that hold anything."""
    return [line.strip() for line in text_in(form, name).split("\n") if line.strip()]
