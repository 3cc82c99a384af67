"""A module's file: front matter, then the body in a small Markdown."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lms.core.courses import fault_kinds as kinds
from lms.core.courses.marks import asset_paths
from lms.core.documents.faults import FaultLog
from lms.core.documents.fields import fields_of
from lms.core.documents.yaml_lines import load_yaml, read_text

MODULE_NAME = re.compile(r"\d\d-(?P<slug>[a-z0-9]+(-[a-z0-9]+)*)\.md")
ASSET_TYPES = (".svg", ".png", ".jpg", ".jpeg", ".webp")
_KEYS = ("id", "title", "summary", "minutes", "author", "reviewer_note", "review_by")


@dataclass(frozen=True)
class ModuleFile:
    """A module as its author wrote it.

    :param minutes: reading time
    :param review_by: the day until which somebody must have looked at it again
    :param body: the Markdown behind the front matter, beginning at ``body_line`` of ``file``
    :param assets: files of the course folder that the body shows, as written (``assets/name.svg``)
    """

    slug: str
    title: dict[str, str]
    summary: dict[str, str]
    minutes: int
    author: str
    reviewer_note: str
    review_by: date
    body: str
    assets: tuple[str, ...]
    file: str = field(default="", compare=False)
    body_line: int = field(default=1, compare=False)
    lines: dict[str, int] = field(default_factory=dict, compare=False, repr=False)


def read_module(path: Path, file: str, log: FaultLog) -> ModuleFile | None:
    """The module in *path*, or None where nothing can be made of it; faults go to *log*."""
    text = read_text(path, file, log)
    if text is None:
        return None
    front, body, body_line = _split(text)
    if front is None:
        log.add(kinds.NO_FRONT_MATTER, file, 1)
        return None
    fields = fields_of(load_yaml(front, file, log, first_line=2), file, log, _KEYS)
    if fields is None:
        return None
    slug = fields.slug("id")
    name = MODULE_NAME.fullmatch(path.name)
    if slug and name and slug != name["slug"]:
        fields.fault(kinds.ID_NOT_FILE_NAME, "id", id=slug, name=name["slug"])
    return ModuleFile(
        slug, fields.titles("title"), fields.titles("summary"), fields.whole("minutes", 1, 240), fields.text("author"),
        fields.text("reviewer_note"), fields.day("review_by"), body, tuple(dict.fromkeys(asset_paths(body))),
        file, body_line, fields.lines())


def _split(text: str) -> tuple[str | None, str, int]:
    """Front matter, body and the body's first line (counted from 1)."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return None, text, 1
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return "\n".join(lines[1:number]), "\n".join(lines[number + 1:]), number + 2
    return None, text, 1
