"""Reads a course folder: course.yaml, facts.yaml, the modules in their order, and the files that they show."""
from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lms.core.courses import fault_kinds as kinds
from lms.core.courses.facts import Amount, Fact, read_amounts, read_facts
from lms.core.courses.modules import ASSET_TYPES, MODULE_NAME, ModuleFile, read_module
from lms.core.courses.pictures import inert_svg
from lms.core.documents.fault_kinds import DUPLICATE_ID, FILE_TOO_LARGE
from lms.core.documents.faults import Fault, FaultLog, has_errors
from lms.core.documents.fields import Fields, fields_of
from lms.core.documents.yaml_lines import MAX_BYTES, load_yaml, read_text

_KEYS = ("id", "title", "summary", "bank", "author", "reviewer", "reviewer_note", "review_by", "modules", "amounts")
_TEXT_TYPES = (".yaml", ".md", ".svg")


@dataclass(frozen=True)
class CourseFile:
    """A course as its folder holds it.

    :param bank: id of its question bank
    :param amounts: by id
    :param facts: by id
    :param content_hash: SHA-256 (hex) over every file of the folder; equal for equal content on every system
    """

    id: str
    title: dict[str, str]
    summary: dict[str, str]
    bank: str
    author: str
    reviewer: str
    reviewer_note: str
    review_by: date
    modules: tuple[ModuleFile, ...]
    amounts: dict[str, Amount]
    facts: dict[str, Fact]
    content_hash: str
    file: str = field(default="", compare=False)
    facts_file: str = field(default="", compare=False)
    lines: dict[str, int] = field(default_factory=dict, compare=False, repr=False)


def read_course(folder: Path) -> tuple[CourseFile | None, list[Fault]]:
    """The course in *folder* and its faults; the course is None as soon as one of them is an error."""
    log = FaultLog()
    course = examine_course(folder, log)
    faults = log.in_order()
    return (None if has_errors(faults) else course), faults


def examine_course(folder: Path, log: FaultLog) -> CourseFile | None:
    """As much of the course as can be read, for checking only: with an error in *log* it may have empty fields."""
    file = (folder / "course.yaml").as_posix()
    text = read_text(folder / "course.yaml", file, log)
    fields = fields_of(load_yaml(text, file, log), file, log, _KEYS) if text is not None else None
    if fields is None:
        return None
    course_id = fields.slug("id")
    if course_id and course_id != folder.resolve().name:
        fields.fault(kinds.ID_NOT_FOLDER, "id", id=course_id, name=folder.resolve().name)
    facts_file = (folder / "facts.yaml").as_posix()
    facts_text = read_text(folder / "facts.yaml", facts_file, log)
    modules = tuple(_modules(folder, fields, log))
    return CourseFile(
        course_id, fields.titles("title"), fields.titles("summary"), fields.slug("bank"), fields.text("author"),
        fields.text("reviewer"), fields.text("reviewer_note"), fields.day("review_by"), modules, read_amounts(fields),
        read_facts(facts_text, facts_file, log) if facts_text is not None else {}, content_hash(folder),
        file, facts_file, fields.lines())


def content_hash(folder: Path) -> str:
    """SHA-256 over names and contents of all files of *folder*.

    Line ends and a byte order mark in text files do not count (a checkout on Windows changes them), nor do hidden
    files.
    """
    whole = hashlib.sha256()
    names = {unicodedata.normalize("NFC", path.relative_to(folder).as_posix()): path for path in _files(folder)}
    for name, path in sorted(names.items()):
        content = path.read_bytes()
        if path.suffix in _TEXT_TYPES:
            content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
        whole.update(f"{name}\n{hashlib.sha256(content).hexdigest()}\n".encode())
    return whole.hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _modules(folder: Path, fields: Fields, log: FaultLog) -> Iterator[ModuleFile]:
    names = fields.texts("modules")
    seen: dict[str, str] = {}
    for number, name in enumerate(names):
        if name in names[:number]:
            fields.fault(kinds.MODULE_TWICE, "modules", name=name)
            continue
        if not MODULE_NAME.fullmatch(name):
            fields.fault(kinds.BAD_MODULE_NAME, "modules", name=name)
            continue
        module = read_module(folder / name, (folder / name).as_posix(), log)
        if module is None:
            continue
        if module.slug in seen:
            log.add(DUPLICATE_ID, module.file, module.lines.get("id", 1), id=module.slug, first=seen[module.slug])
        seen[module.slug] = name
        _check_assets(folder, module, log)
        yield module
    for path in sorted(folder.glob("*.md")):
        if path.name not in names:
            log.add(kinds.MODULE_NOT_LISTED, path.as_posix(), 1)


def _check_assets(folder: Path, module: ModuleFile, log: FaultLog) -> None:
    for asset in module.assets:
        path = folder / asset
        line = module.body_line + module.body[:module.body.find(asset)].count("\n")
        if not path.resolve().is_relative_to(folder.resolve() / "assets") or not path.is_file():
            log.add(kinds.ASSET_MISSING, module.file, line, asset=asset)
        elif path.suffix not in ASSET_TYPES:
            log.add(kinds.ASSET_TYPE, module.file, line, asset=asset, types=list(ASSET_TYPES))
        elif path.stat().st_size > MAX_BYTES:
            log.add(FILE_TOO_LARGE, path.as_posix(), 1, mb=MAX_BYTES // 1024 // 1024)
        elif path.suffix == ".svg" and not inert_svg(path.read_bytes()):
            log.add(kinds.ASSET_ACTIVE, path.as_posix(), 1, asset=asset)
