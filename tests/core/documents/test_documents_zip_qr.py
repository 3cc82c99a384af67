from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image

from lms.core.documents.glyphs import missing_glyphs
from lms.core.documents.qr import qr_matrix, qr_svg
from lms.core.documents.zip_write import safe_name, safe_path, write_zip

ADDRESS = "https://training.example.org/c/2f9c1d7a8b6e4f30a1b2c3d4e5f60718"


def test_entries_with_one_name_are_numbered_and_come_back(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"third")
    file = io.BytesIO()
    names = write_zip(file, [("第1组/张三.pdf", b"first"), ("第1组/张三.pdf", b"second"),
                             ("第1组/张三.PDF", tmp_path / "a.pdf"), ("李四.pdf", b"")])
    assert names == ["第1组/张三.pdf", "第1组/张三 (2).pdf", "第1组/张三 (3).PDF", "李四.pdf"]
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in names] == [b"first", b"second", b"third", b""]


@pytest.mark.parametrize(("given", "kept"), [
    ("../../etc/passwd", "etc/passwd"), ("/root/a.txt", "root/a.txt"), ("C:\\temp\\a.txt", "C_/temp/a.txt"),
    ("..", "_"), ("", "_"), ("a/./../b", "a/b"), ("con.txt", "_con.txt"), ("张三?:*.pdf", "张三___.pdf"),
    ("a\u202efdp.exe", "a_fdp.exe"), ("名 . ", "名"),
])
def test_no_name_leads_out_of_the_archive_or_fails_on_windows(given: str, kept: str) -> None:
    assert safe_path(given) == kept


def test_a_long_name_is_cut_and_keeps_its_ending() -> None:
    name = safe_name("长" * 300 + ".pdf")
    assert name.endswith("长.pdf")
    assert len(name.encode()) <= 200


def drawn(rows: list[str]) -> Image.Image:
    size = len(rows) + 8
    picture = Image.new("L", (size, size), 255)
    for y, row in enumerate(rows):
        for x, module in enumerate(row):
            picture.putpixel((x + 4, y + 4), 0 if module == "1" else 255)
    return picture.resize((size * 6, size * 6), Image.Resampling.NEAREST)


def test_the_matrix_is_read_back_by_a_scanner() -> None:
    for text in (ADDRESS, "签到 陈𠮷安"):
        found = zxingcpp.read_barcodes(drawn(qr_matrix(text)))
        assert [code.text for code in found] == [text]


def test_the_svg_fits_a_strict_page_and_has_a_spoken_name() -> None:
    svg = qr_svg(ADDRESS, title="<签到码>")
    assert svg.startswith("<svg ")
    assert "style=" not in svg and "<?xml" not in svg and "<script" not in svg
    assert 'role="img"' in svg and "<title>&lt;签到码&gt;</title>" in svg
    assert 'aria-hidden="true"' in qr_svg(ADDRESS)


def test_the_fonts_have_the_characters_of_real_names() -> None:
    assert missing_glyphs("陈𠮷安 李㛃 王䶮 张赟 堃喆犇翀芃玥 迪丽努尔·阿卜杜热西提 凃峯淩珮") == []
    assert missing_glyphs("①〔2026〕第001号 Müller ǎ ê Ⅲ ☆ □ ✓ ℃ ——…“”") == []
    assert missing_glyphs("好😀好ཨ😀\u200d\n") == ["😀", "ཨ"]


def test_the_fonts_have_the_whole_table_of_general_characters_by_its_hardest_part() -> None:
    extension_a = "㑇㘎㤘㧑䃅䌹䏡䓖䗴䣘䥽䲟䴓䴙"
    beyond_basic_plane = "𣗋𤧛𥔲𦈡𧿹𨐈𨱔𩽾𪟝𪤗𫄧𫍣𫐄𫔶𫖮𫘧𫚖𫟅𫠜𫢸𫭟𫮃𬀩𬇕𬊈𬍛𬒈𬕂𬘓𬟁𬣙𬤇𬨂𬪩𬬩𬭊𬮱𬱖𬳵𬴂𬶋𬷕𬸘𬹼𬺈𬺓"
    assert missing_glyphs(extension_a + beyond_basic_plane) == []
