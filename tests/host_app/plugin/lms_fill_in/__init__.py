"""An example of a plugin: a question kind, the files that such questions come in, and an exporter."""
from pathlib import Path

from lms.core.i18n import N_
from lms.core.registry import Registry
from lms.core.reports.exporters import Exporter
from lms_fill_in.json_file import write_json
from lms_fill_in.kind import OneWord
from lms_fill_in.question_file import read_fill_in


def register(registry: Registry) -> None:
    kind = OneWord()
    registry.add("question_kind", kind.code, kind)
    registry.add("question_format", "fill", read_fill_in)
    registry.add("templates", "one_word", Path(__file__).parent / "templates")
    registry.add("exporter", "json", Exporter(N_("JSON 文件（.json）"), "application/json", write_json))
