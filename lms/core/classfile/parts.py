"""What the papers of a class have in common: heads, foot, columns."""
from __future__ import annotations

from collections.abc import Sequence

from lms.core.classfile.facts import ClassFile
from lms.core.clock import local
from lms.core.documents.document import Block, Document
from lms.core.documents.tables import Column, Kind
from lms.core.i18n import N_


def paper(file: ClassFile, title: str, blocks: Sequence[Block], *, lines: Sequence[str] | None = None, across: bool = False) -> Document:
    """A paper of the class with its usual lines below the title (of which class, when, where) and at the foot."""
    about = [part for part in (file.span, file.place) if part]
    foot = file.word(N_("{organiser} · 打印于 {when}"), organiser=file.organiser, when=f"{local(file.now, file.training_class.zone):%Y-%m-%d %H:%M}")
    return Document(title, blocks, lines=["　".join(about)] if lines is None else lines, foot=foot, across=across,
                    sample=file.sample, zone=file.training_class.zone, locale=file.locale)


def titled(file: ClassFile, word: str) -> str:
    """``2026年工会干部培训班学员名册``"""
    return file.word(N_("{class_title}{paper}"), class_title=file.training_class.title, paper=file.word(word))


def columns(file: ClassFile, *given: tuple[str, str, Kind, float | None]) -> list[Column]:
    """Columns from (key, message id, kind, width)."""
    return [Column(key, file.word(title), kind, width) for key, title, kind, width in given]
