"""Reads comma, tab or semicolon separated text in the encodings that offices here produce."""
from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence

from lms.core.documents.csv_write import active
from lms.core.documents.raw_table import Cell, HeaderTest, RawTable, ReadNote, assemble
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

MAX_BYTES = 20 * 1024 * 1024
MAX_FIELDS = 16_384
_DELIMITERS = (",", "\t", ";", "，")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


def read_csv(data: bytes, find_header: HeaderTest | None = None) -> RawTable | None:
    """The table, with the separator under which the heading is found; None if it is found under none.

    Every cell is text. An apostrophe that ``csv_write.inert`` put before a cell is taken off again. A row's number
    counts records, as spreadsheet programs do, also where a cell has line breaks.

    :raises Invalid: binary data, no known encoding, or a quotation mark that is never closed
    :raises TooLarge: over 20 MB, or see ``assemble``
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("csv_too_large", N_("文件超过 {mb} MB。没有保存任何内容。请分成几个文件导入。"),
                       mb=MAX_BYTES // 1024 // 1024)
    text, encoding = decode(data)
    broken: Invalid | None = None
    for delimiter in _DELIMITERS:
        try:
            table = assemble(_records(text, delimiter), _several(find_header or bool))
        except Invalid as error:
            broken = broken or error
            continue
        if table is not None:
            if encoding == "gb18030":
                table.notes.append(ReadNote(
                    "read_as_gb18030", N_("文件按 GB18030 编码读取；如有乱码，请另存为 UTF-8 再导入")))
            return table
    if broken is not None:
        raise broken
    return assemble(_records(text, ",")) if find_header is None else None


def decode(data: bytes) -> tuple[str, str]:
    """The text and its encoding: by the byte order mark, else UTF-8, else GB18030.

    :raises Invalid: bytes that no text file has
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data[len(mark):], encoding), encoding
    if b"\0" in data:
        raise _not_text()
    try:
        return _decoded(data, "utf-8"), "utf-8"
    except Invalid:
        return _decoded(data, "gb18030"), "gb18030"


def _decoded(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _not_text() from error
    if _CONTROL.search(text):
        raise _not_text()
    return text


def _not_text() -> Invalid:
    return Invalid("not_a_spreadsheet", N_("这不是表格文件，或者编码无法识别。没有保存任何内容。"
                                           "请上传 .xlsx，或 UTF-8、GB18030 编码的 .csv。"))


def _several(find_header: HeaderTest) -> HeaderTest:
    """A whole line taken for one cell must not pass for a heading under the wrong separator."""
    return lambda names: find_header(names) and not (len(names) == 1 and any(mark in names[0] for mark in _DELIMITERS))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    reader = csv.reader(_lines(text, delimiter), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, fields in enumerate(reader, start=1):
            if len(fields) > MAX_FIELDS:
                raise _too_many_fields()
            yield number, [active(field) if field else None for field in fields]
    except csv.Error as error:
        if "field larger" in str(error):
            raise TooLarge("cell_too_long_in_row", N_("第 {row} 行有一个单元格的文字太长，也可能是引号没有成对。"
                                                      "没有保存任何内容。请改正后再导入。"), row=number + 1) from error
        raise Invalid("broken_quotes", N_("从第 {row} 行起引号没有成对。没有保存任何内容。请改正后再导入。"),
                      row=number + 1) from error


def _lines(text: str, delimiter: str) -> Iterator[str]:
    """Lines with their ends, refused where one would become millions of cells."""
    for line in io.StringIO(text, newline=""):
        if line.count(delimiter) >= MAX_FIELDS:
            raise _too_many_fields()
        yield line


def _too_many_fields() -> TooLarge:
    return TooLarge("too_many_fields", N_("有一行超过 {limit} 个单元格。没有保存任何内容。"
                                          "请检查分隔符，另存为 .xlsx 再导入。"), limit=MAX_FIELDS)
