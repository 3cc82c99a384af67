"""What features and plugins add to the system, by slot and name. A name used twice is an error at start."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lms.core.errors import LmsError
from lms.core.i18n import N_

# Every slot that may be filled. docs/plugins.md describes the object that each expects.
SLOTS = (
    "access_rule",           # model name -> clause (core.access.service)
    "completion_part",       # code -> judge (core.classes.completion)
    "closing_check",         # code -> what is still open in a class (core.classes.closing)
    "question_kind",         # code -> core.quizzes.kinds.Kind
    "question_format",       # ending -> reader of question files (core.quizzes.formats)
    "question_writer",       # ending -> writer of question files (core.quizzes.formats)
    "exporter",              # ending -> core.reports.exporters.Exporter
    "chain",                 # name -> records under a hash chain (core.seals.links.ChainSource)
    "certificate_template",  # name -> Typst file (core.certificates.render)
    "job",                   # kind -> handler(site, arguments, progress) (core.jobs.service)
    "every_minute",          # name -> function(site), called by the job child each minute; short transactions
    "notice_channel",        # name -> way out for messages (core.notices.outbox.Channel)
    "templates",             # prefix -> folder; a template in it is "prefix/name.html"
    "page",                  # name -> blueprint
    "command",               # name -> subcommand of ``lms`` (lms.commands.command)
)


class Registry:
    """One installation's table of extensions; two applications in one process have one each."""

    def __init__(self) -> None:
        self._slots: dict[str, dict[str, Any]] = {slot: {} for slot in SLOTS}
        self.statements: dict[Any, Any] = {}  # put together once for all trainees, see ``access.service.prepared``

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
