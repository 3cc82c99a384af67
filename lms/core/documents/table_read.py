"""Reads an uploaded table, whatever its name says it is."""
from __future__ import annotations

from collections.abc import Sequence

from lms.core.documents.csv_read import read_csv
from lms.core.documents.raw_table import MAX_ROWS, HeaderTest, RawTable, too_many_rows
from lms.core.documents.xlsx_read import read_xlsx_tables
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

MAX_BYTES = 50 * 1024 * 1024
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")


def read_table(data: bytes, filename: str, *, find_header: HeaderTest | None = None,
               expected: Sequence[str] = ()) -> RawTable:
    """The table in *data*, judged by its content; *filename* only appears in what is said about it.

    :param find_header: is given each row's headings (cleaned by ``raw_table.heading``) and says whether this is the
        heading row; titles above it are skipped. None: the first filled row
    :param expected: the headings to name when none is found
    :raises Invalid: not a spreadsheet, an old or locked .xls, damaged, or without heading
    :raises TooLarge: more than an import takes: 50 MB unpacked, 20,000 rows, 200 columns, 32,767 characters in a cell
    """
    tables = read_tables(data, filename, find_header=find_header, expected=expected, most=1)
    return tables[0]


def read_tables(data: bytes, filename: str, *, find_header: HeaderTest | None = None, expected: Sequence[str] = (),
                most: int = 50) -> list[RawTable]:
    """The tables of all worksheets that have the heading, at least one; of a text file its one. Otherwise as above.

    :raises TooLarge: also for more than 20,000 rows in all of them
    """
    if not data.strip():
        raise Invalid("empty_file", N_("“{filename}”是空文件。请检查后重新上传。"), filename=filename)
    if len(data) > MAX_BYTES:
        raise TooLarge("file_too_large", N_("“{filename}”超过 {mb} MB。请删去图片或分成几个文件，再上传。"),
                       filename=filename, mb=MAX_BYTES // 1024 // 1024)
    tables = _read(data, filename, find_header, most)
    if not tables:
        raise _no_header(filename, expected)
    if sum(len(table.rows) for table in tables) > MAX_ROWS:
        raise too_many_rows()
    return tables


def _read(data: bytes, filename: str, find_header: HeaderTest | None, most: int) -> list[RawTable]:
    if data.startswith(_OLE):
        raise Invalid("old_spreadsheet", N_("“{filename}”是旧格式（.xls）或加了密码的工作簿，不能直接读取。"
                                            "请用 Excel 或 WPS 打开，去掉密码，另存为 .xlsx 再上传。"),
                      filename=filename)
    if data.startswith(_ZIP):
        return read_xlsx_tables(data, find_header, most=most)
    beginning = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if beginning.startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"%pdf")):
        raise Invalid("not_a_spreadsheet", N_("“{filename}”其实是网页、PDF 或 XML，不是表格。没有保存任何内容。"
                                              "请用 Excel 或 WPS 打开并另存为 .xlsx 再上传。"), filename=filename)
    table = read_csv(data, find_header)
    return [] if table is None else [table]


def _no_header(filename: str, expected: Sequence[str]) -> Invalid:
    if not expected:
        return Invalid("header_not_found", N_("在“{filename}”里没有找到表头。没有保存任何内容。"
                                              "请在第一行写上列名再上传。"), filename=filename)
    return Invalid("header_not_found", N_("在“{filename}”里没有找到表头：要有一行写着 {names}。没有保存任何内容。"
                                          "请补上列名再上传。"), filename=filename, names=list(expected))
