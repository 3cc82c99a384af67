"""Files that would hurt a careless reader: each is refused with a sentence, or read, within bounded memory and time."""
from __future__ import annotations

import io
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from forged_xlsx import MAIN, bomb, shared_strings, sheet, text_cell, workbook

from lms.core.documents.table_read import read_table
from lms.core.errors import Invalid, LmsError, TooLarge

_READ = """
import resource, sys
from lms.core.documents.table_read import read_table
from lms.core.errors import LmsError
data = open(sys.argv[1], "rb").read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    result = str(len(read_table(data, "x").rows))
except LmsError as error:
    result = error.code
print(result, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def read_apart(data: bytes, folder: Path) -> tuple[str, int]:
    """Rows or error code, and how many MB reading took, in a process of its own."""
    file = folder / "table"
    file.write_bytes(data)
    done = subprocess.run([sys.executable, "-c", _READ, str(file)], capture_output=True, text=True, check=True,
                          cwd=Path(__file__).parents[3], timeout=120)
    result, megabytes = done.stdout.split()
    return result, int(megabytes)


BOMBS = {
    "unpacks to 500 MB": lambda: bomb(500),
    "says it unpacks to 1 kB": lambda: bomb(500, claimed=1000),
    "one row of millions of cells": lambda: workbook('<row r="2">' + "<c><v>1</v></c>" * 2_900_000 + "</row>"),
    "millions of empty rows": lambda: workbook("<row/>" * 7_000_000),
    "a million styles": lambda: workbook(
        xl__styles=f'<styleSheet xmlns="{MAIN}"><cellXfs>{"<xf/>" * 1_000_000}</cellXfs></styleSheet>'),
    "millions of strings": lambda: workbook(xl__sharedStrings=shared_strings("<si><t/></si>" * 3_000_000)),
    "thousands of parts": lambda: workbook(**{f"part{number}": "" for number in range(20_000)}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_grows(name: str, tmp_path: Path) -> None:
    data = BOMBS[name]()
    assert len(data) < 10_000_000
    result, megabytes = read_apart(data, tmp_path)
    assert result in ("spreadsheet_too_large", "broken_spreadsheet")
    assert megabytes < 60


def test_entities_and_doctypes_are_refused_in_every_encoding() -> None:
    laughs = '<!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]>'
    for part in (sheet("", prefix=laughs), sheet("", prefix='<?xml version="1.0" encoding="utf-16"?>' + laughs)
                 .encode("utf-16"), sheet("", prefix='<?xml version="1.0" encoding="gb18030"?>'),
                 sheet("", prefix=laughs).encode("utf-16-le")):
        with pytest.raises(Invalid) as refused:
            read_table(workbook(xl__worksheets__sheet1=part), "x")
        assert refused.value.code == "unsafe_spreadsheet"


def test_a_doctype_over_the_edge_of_two_chunks_is_seen() -> None:
    comment = f"<!--{'x' * (256 * 1024 - 9)}-->"
    with pytest.raises(Invalid) as refused:
        read_table(workbook(xl__worksheets__sheet1=sheet("", prefix=comment + "<!DOCTYPE x>")), "x")
    assert refused.value.code == "unsafe_spreadsheet"


def test_sixteen_thousand_empty_columns_and_a_cell_in_the_last_corner_are_nothing(tmp_path: Path) -> None:
    rows = "".join(f'<row r="{row}">{text_cell(f"A{row}", "甲")}{"<c/>" * 16_000}</row>' for row in range(2, 12))
    far = f'<row r="1048576">{text_cell("A1048576", "乙")}{text_cell("XFD1048576", "x")}</row>'
    began = time.monotonic()
    table = read_table(workbook(rows + far), "x")
    assert [row.number for row in table.rows] == [*range(2, 12), 1_048_576]
    assert table.header == ["姓名"]
    assert time.monotonic() - began < 20
    result, megabytes = read_apart(workbook(rows + far), tmp_path)
    assert result == "11"
    assert megabytes < 80


def test_a_row_number_beyond_every_sheet_does_not_make_us_count_to_it(tmp_path: Path) -> None:
    assert read_apart(workbook(f'<row r="99999999999">{text_cell("A99999999999", "x")}</row>'), tmp_path)[0] == "0"


def test_a_cell_of_ten_megabytes_is_refused_where_it_stands(tmp_path: Path) -> None:
    data = workbook('<row r="2">' + text_cell("A2", "字" * 3_500_000) + "</row>")
    with pytest.raises(TooLarge) as refused:
        read_table(data, "x")
    assert str(refused.value).startswith("cell_too_long: 第 2 行 A 列")
    assert read_apart(data, tmp_path)[1] < 100
    with pytest.raises(TooLarge):
        read_table(("姓名\n甲\n" + "字" * 3_500_000 + "\n").encode(), "x.csv")


def test_more_rows_or_columns_than_an_import_takes() -> None:
    with pytest.raises(TooLarge) as refused:
        read_table(("姓名\n" + "甲\n" * 20_001).encode(), "x.csv")
    assert refused.value.code == "too_many_rows"
    with pytest.raises(TooLarge) as refused:
        read_table(",".join(f"列{n}" for n in range(201)).encode(), "x.csv")
    assert refused.value.code == "too_many_columns"
    with pytest.raises(TooLarge):
        read_table("甲".encode() + b"," * 15_000_000, "x.csv")
    assert len(read_table(("姓名\n" + "甲\n" * 20_000).encode(), "x.csv").rows) == 20_000
    assert read_table(("姓名" + "," * 16_000 + "\n甲" + "," * 16_000).encode(), "x.csv").header == ["姓名"]


def zip_of(name: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, b"x")
    return file.getvalue()


@pytest.mark.parametrize(("code", "data"), [
    ("empty_file", b" \r\n "),
    ("old_spreadsheet", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600),
    ("not_a_spreadsheet", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    ("not_a_spreadsheet", b"%PDF-1.7\nx"),
    ("not_a_spreadsheet", "\ufeff <table><tr><td>姓名</td></tr></table>".encode()),
    ("not_a_spreadsheet", "姓名\n甲\0乙".encode()),
    ("not_a_spreadsheet", b"\xff\xfe\x00"),
    ("not_a_spreadsheet", b"name\n\xff\xff\xff\xff"),
    ("broken_quotes", '姓名,备注\n甲,"没有关上\n乙,x\n'.encode()),
    ("not_a_workbook", zip_of("word/document.xml")),
    ("binary_workbook", zip_of("xl/workbook.bin")),
    ("broken_spreadsheet", workbook()[:900]),
    ("broken_spreadsheet", workbook(xl__worksheets__sheet1="<worksheet><sheetData>")),
    ("broken_spreadsheet", workbook(xl__workbook="<a")),
])
def test_what_is_not_a_table_gets_a_sentence_that_says_what_to_do(code: str, data: bytes) -> None:
    with pytest.raises(LmsError) as refused:
        read_table(data, "名册.xlsx")
    assert refused.value.code == code
    sentence = str(refused.value)
    assert "{" not in sentence
    assert "请" in sentence


def test_broken_quotes_are_located() -> None:
    with pytest.raises(Invalid) as refused:
        read_table('姓名,备注\n甲,好\n乙,"没有关上\n丙,x\n'.encode(), "x.csv")
    assert refused.value.data["row"] == 3


def test_no_cut_of_a_workbook_ends_in_anything_but_a_refusal() -> None:
    whole = workbook(f'<row r="2">{text_cell("A2", "甲")}</row>')
    for length in range(1, len(whole), 37):
        with pytest.raises(LmsError):
            read_table(whole[:length], "x", find_header=lambda names: "姓名" in names)
