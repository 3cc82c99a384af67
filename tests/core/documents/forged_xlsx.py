"""Workbooks that no office program writes, made part by part."""
from __future__ import annotations

import io
import zipfile

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"

_TYPES = f"""<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{_PACKAGE}/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/xl/workbook.xml" ContentType="{_SHEET_TYPE}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET_TYPE}.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="{_SHEET_TYPE}.sharedStrings+xml"/>
<Override PartName="/xl/styles.xml" ContentType="{_SHEET_TYPE}.styles+xml"/></Types>"""
_RELS = f"""<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>"""
_WORKBOOK = f"""<?xml version="1.0" encoding="UTF-8"?><workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">
<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"""
_WORKBOOK_RELS = f"""<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="{_PACKAGE}/relationships">
<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>
<Relationship Id="rId3" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>"""
_STYLES = f"""<?xml version="1.0" encoding="UTF-8"?><styleSheet xmlns="{MAIN}"><cellXfs><xf/></cellXfs></styleSheet>"""

HEADING = '<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>'


def sheet(rows: str, prefix: str = "") -> str:
    return f'{prefix}<worksheet xmlns="{MAIN}"><sheetData>{HEADING}{rows}</sheetData></worksheet>'


def shared_strings(items: str) -> str:
    return f'<sst xmlns="{MAIN}">{items}</sst>'


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def workbook(rows: str = "", **parts: str | bytes) -> bytes:
    """A workbook with *rows* below a heading; *parts* replace or add parts, ``__`` in a name being ``/``."""
    held: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES, "_rels/.rels": _RELS, "xl/workbook.xml": _WORKBOOK,
        "xl/_rels/workbook.xml.rels": _WORKBOOK_RELS, "xl/styles.xml": _STYLES,
        "xl/sharedStrings.xml": shared_strings(""), "xl/worksheets/sheet1.xml": sheet(rows)}
    held.update({name.replace("__", "/") + ".xml": content for name, content in parts.items()})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in held.items():
            archive.writestr(name, content)
    return file.getvalue()


def bomb(megabytes: int, claimed: int | None = None) -> bytes:
    """A workbook with one part that unpacks to *megabytes*; *claimed* bytes is what its directory says instead."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook()), "r") as whole, \
            zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in whole.namelist():
            if name != "xl/sharedStrings.xml":
                archive.writestr(name, whole.read(name))
        with archive.open("xl/sharedStrings.xml", "w") as part:
            part.write(f'<sst xmlns="{MAIN}"><si><t>'.encode())
            for _ in range(megabytes):
                part.write(b"a" * 1024 * 1024)
            part.write(b"</t></si></sst>")
        real = archive.getinfo("xl/sharedStrings.xml").file_size
    data = file.getvalue()
    if claimed is None:
        return data
    return data.replace(real.to_bytes(4, "little"), claimed.to_bytes(4, "little"))
