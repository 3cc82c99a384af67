"""Who writes a report to a file: ours and those of plugins stand in the slot ``exporter``, by the file's ending."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from lms.core.documents.csv_write import write_csv
from lms.core.documents.tables import Book
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.errors import NotFound
from lms.core.events import Events
from lms.core.i18n import N_
from lms.core.registry import Registry


@dataclass(frozen=True)
class Exporter:
    """One kind of file. Registered under the file's ending without the dot, which also stands in the address.

    :param title: message id, what the button says
    :param media_type: sent with the file
    :param write: writes a whole book to a binary file open for writing; walks each sheet's rows once
    """

    title: str
    media_type: str
    write: Callable[[Book, IO[bytes]], None]


def register(registry: Registry, events: Events) -> None:
    registry.add("exporter", "xlsx", Exporter(
        N_("Excel 文件（.xlsx）"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_xlsx))
    registry.add("exporter", "csv", Exporter(N_("文本文件（.csv），只含第一张表"), "text/csv", write_csv))


def exporters_of(registry: Registry) -> dict[str, Exporter]:
    """All exporters by ending, ours first."""
    return dict(registry.all("exporter"))


def exporter_of(registry: Registry, ending: str) -> Exporter:
    """The exporter for files with this ending.

    :raises NotFound: there is none; the message names those that there are
    """
    found: Exporter | None = registry.get("exporter", ending)
    if found is None:
        raise NotFound("no_such_format", N_("不能导出为 .{ending} 文件，可以导出的有：{known}。"), ending=ending,
                       known=[f".{name}" for name in exporters_of(registry)])
    return found
