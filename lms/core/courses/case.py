"""The case block of a module: a question about a fictional situation, with a reason for every option."""
from __future__ import annotations

from dataclasses import dataclass, field

from lms.core.documents.faults import FaultLog
from lms.core.documents.fields import fields_of
from lms.core.documents.yaml_lines import load_yaml


@dataclass(frozen=True)
class CaseOption:
    """An option; ``why`` says what is right or wrong about it."""

    text: str
    right: bool
    why: str
    line: int = field(default=0, compare=False)
    why_line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Case:
    """What is asked and what can be chosen."""

    stem: str
    options: tuple[CaseOption, ...]
    line: int = field(default=0, compare=False)


def read_case(text: str, file: str, log: FaultLog, first_line: int = 1) -> Case | None:
    """The case in the inside of a fenced block, or None; faults go to *log*."""
    fields = fields_of(load_yaml(text, file, log, first_line), file, log, ("stem", "options"))
    if fields is None:
        return None
    options = tuple(
        CaseOption(option.text("text"), option.flag("right"), option.text("why"), option.line("text"),
                   option.line("why"))
        for option in fields.maps("options", ("text", "right", "why")))
    return Case(fields.text("stem"), options, fields.line("stem"))
