"""What features and plugins add to the system, by slot and name. A name used twice is an error at start."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lms.core.errors import LmsError
from lms.core.i18n import N_

# Every slot that may be filled. docs/plugins.md describes the object that each expects.
SLOTS = (
    "access_rule",       # model name -> clause (core.access)
    "completion_part",   # code -> judge (core.classes.completion)
    "question_kind",     # core.quizzes.kinds.Kind
    "question_format",   # importer/exporter of questions
    "exporter",          # ending -> core.reports.exporters.Exporter
    "job",               # kind -> handler(site, job)
    "every_minute",      # name -> function(site), called by the job child each minute; short transactions
    "material_viewer",   # media type -> template
    "certificate_template",
    "settings",          # further settings
    "page_slot",         # place in a page -> function that renders a fragment
    "page",              # blueprint
    "command",           # subcommand of ``lms``
    "login_method",
    "sign_in_method",
)


class Registry:
    """One installation's table of extensions; two applications in one process have one each."""

    def __init__(self) -> None:
        self._slots: dict[str, dict[str, Any]] = {slot: {} for slot in SLOTS}

    def add(self, slot: str, name: str, thing: Any) -> None:
        """Fill *slot* with *thing* under *name*.

        :raises LmsError: the slot is unknown, or the name is taken
        """
        if slot not in self._slots:
            raise LmsError("unknown_slot", N_("没有名为 {slot} 的扩展点"), slot=slot)
        if name in self._slots[slot]:
            raise LmsError("name_taken", N_("扩展点 {slot} 中已有名为 {name} 的项目，请改名"), slot=slot, name=name)
        self._slots[slot][name] = thing

    def get(self, slot: str, name: str) -> Any | None:
        return self._slots[slot].get(name)

    def all(self, slot: str) -> Iterator[tuple[str, Any]]:
        yield from self._slots[slot].items()
