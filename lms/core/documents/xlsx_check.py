"""Judges an .xlsx before a parser builds anything from it: what it really unpacks to, and how much it would become.

A small file may unpack to gigabytes, name entities that multiply, or hold millions of tags that each become an object.
"""
from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter

from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

MAX_UNPACKED = 50 * 1024 * 1024
MAX_ENTRIES = 2_000
MAX_CELLS_IN_ROW = 16_384     # XFD
_CHUNK = 256 * 1024

# How many of each tag: far over what an office makes, and together what a parser holds in about 300 MB.
_CELLS, _RUNS, _STYLES, _OTHERS = 2_000_000, 600_000, 70_000, 20_000
_MAX_TAGS: dict[bytes, int] = {
    **dict.fromkeys((b"c", b"v", b"t", b"is", b"f"), _CELLS),
    **dict.fromkeys((b"si", b"r", b"rPr", b"rFont", b"sz", b"color", b"family", b"charset", b"scheme", b"b"), _RUNS),
    **dict.fromkeys((b"xf", b"alignment", b"protection", b"mergeCell"), _STYLES),
    b"row": 200_000,
}
_TAG = re.compile(rb"<(?:[^\s/>!?:<]*:)?([^\s/>!?:<]+)")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")   # the tags would not be found
_ENCODING = re.compile(rb"<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")


def check_xlsx(data: bytes) -> bool:
    """Refuse what is not a workbook of an import's size.

    :return: whether any part has formulas
    :raises Invalid: a damaged archive, no workbook inside, a DOCTYPE or an unusual encoding in a part
    :raises TooLarge: more than 2,000 parts, 50 MB unpacked, or more cells and formats than an import ever needs
    """
    if data.count(b"PK\x01\x02") > MAX_ENTRIES:  # before the library makes an object of each
        raise _too_large()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_kind(archive.namelist())
            return _check_parts(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise broken() from error


def broken() -> Invalid:
    return Invalid("broken_spreadsheet", N_("文件已损坏或不完整，读不出表格。没有保存任何内容。"
                                            "请用 Excel 或 WPS 打开并另存为 .xlsx 再上传。"))


def _too_large() -> TooLarge:
    return TooLarge("spreadsheet_too_large", N_("表格解压后太大（超过 {mb} MB，或空行、空列、格式过多）。"
                                                "没有保存任何内容。请删去多余的行、列和图片，另存为 .xlsx 再上传。"),
                    mb=MAX_UNPACKED // 1024 // 1024)


def _unsafe() -> Invalid:
    return Invalid("unsafe_spreadsheet", N_("文件里有普通表格没有的内容（实体声明或特殊编码），不予读取。"
                                            "没有保存任何内容。请用 Excel 或 WPS 打开并另存为 .xlsx 再上传。"))


def _check_kind(names: list[str]) -> None:
    if any(name.lower().endswith("workbook.bin") for name in names):
        raise Invalid("binary_workbook", N_("这是二进制工作簿（.xlsb）。请在 Excel 中另存为 .xlsx 再上传。"))
    if "[Content_Types].xml" not in names or not any(name.lower().endswith("workbook.xml") for name in names):
        raise Invalid("not_a_workbook", N_("这个压缩包不是 Excel 工作簿。请上传 .xlsx 或 .csv 表格。"))


def _check_parts(archive: zipfile.ZipFile) -> bool:
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise _too_large()
    tags: Counter[bytes] = Counter()
    unpacked = 0
    for part in parts:
        if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise broken()
        scan = _PartScan(tags)
        with archive.open(part) as stream:
            while chunk := stream.read(_CHUNK):
                unpacked += len(chunk)  # counted here: the sizes in the directory are only a claim
                if unpacked > MAX_UNPACKED:
                    raise _too_large()
                scan.feed(chunk)
    return tags[b"f"] > 0


class _PartScan:
    """Counts the tags of one part as it streams by; *tags* is shared by all parts.

    What is XML shows by its first bytes and not by its name, which the archive's maker chose.
    """

    def __init__(self, tags: Counter[bytes]) -> None:
        self._tags = tags
        self._tail = b""
        self._in_row = 0
        self._is_xml: bool | None = None

    def feed(self, chunk: bytes) -> None:
        if self._is_xml is None:
            self._is_xml = self._begins_xml(chunk)
        if not self._is_xml:
            return
        text = self._tail + chunk
        cut = text.rfind(b"<")  # a tag may go on in the next chunk
        self._tail = text[cut:] if cut >= 0 and b">" not in text[cut:] else b""
        text = text[:cut] if self._tail else text
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text or len(self._tail) > _CHUNK:
            raise _unsafe()
        self._count(_TAG.findall(text))

    @staticmethod
    def _begins_xml(chunk: bytes) -> bool:
        declared = _ENCODING.search(chunk)
        if chunk[:2] in _UTF_16 or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
            raise _unsafe()
        return chunk.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")

    def _count(self, names: list[bytes]) -> None:
        for name in names:
            self._tags[name] += 1
            if name == b"row":
                self._in_row = 0
            elif name == b"c":
                self._in_row += 1
                if self._in_row > MAX_CELLS_IN_ROW:
                    raise _too_large()
        for name in set(names):
            if self._tags[name] > _MAX_TAGS.get(name, _OTHERS):
                raise _too_large()
