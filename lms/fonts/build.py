"""Makes the fonts of this folder, ``coverage.bin`` and ``strokes.bin`` from Noto Serif CJK and the Unihan database.

For whoever maintains the fonts; the program never runs it. On Debian::

    apt-get install fonts-noto-cjk unicode-data
    pip install fonttools uharfbuzz
    python lms/fonts/build.py            # or --only-strokes, which needs no fonts

The same sources give the same bytes.
"""
from __future__ import annotations

import argparse
import bz2
import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import uharfbuzz as hb
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).resolve().parent
FAMILY = "LMS Serif"
FACE = "Noto Serif CJK SC"

# Latin with the tone marks of pinyin, Greek, punctuation, marks and shapes an office uses, CJK punctuation and kana,
# compatibility and full-width forms.
_RANGES = [
    (0x20, 0x17F), (0x1CD, 0x1DC), (0x1F8, 0x1F9), (0x251, 0x251), (0x261, 0x261), (0x2C7, 0x2DD), (0x391, 0x3C9),
    (0x1E3E, 0x1E3F), (0x2010, 0x205F), (0x20AC, 0x20AC), (0x2100, 0x214F), (0x2160, 0x217F), (0x2190, 0x2193),
    (0x2200, 0x2265), (0x2460, 0x249B), (0x2500, 0x254B), (0x25A0, 0x25CF), (0x2605, 0x2606), (0x2713, 0x2717),
    (0x3000, 0x30FF), (0x3220, 0x3229), (0xFE30, 0xFE4F), (0xFF01, 0xFFEE),
]
_SUPPLEMENTARY = 0x20000


def characters_of(*ranges: tuple[int, int]) -> set[int]:
    return {point for first, last in ranges for point in range(first, last + 1)}


def unihan(folder: Path, file: str, key: str) -> Iterator[tuple[int, str]]:
    """Each character that has *key* in ``Unihan_<file>.txt.bz2``, with the value."""
    line_of = re.compile(rf"U\+([0-9A-F]+)\t{key}\t(.*)")
    with bz2.open(folder / f"Unihan_{file}.txt.bz2", "rt", encoding="utf-8") as lines:
        for line in lines:
            if found := line_of.match(line):
                yield int(found[1], 16), found[2]


def general_table(folder: Path) -> dict[int, int]:
    """通用规范汉字表 (State Council, 2013): 8,105 characters with their number; 1–3500 are its first level."""
    table = {point: int(value.split(":")[1]) for point, value in unihan(folder, "OtherMappings", "kTGH")}
    if len(table) != 8105:
        raise SystemExit(f"kTGH has {len(table)} characters instead of 8105")
    return table


def gb2312() -> set[int]:
    rows = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return {ord(text) for pair in rows if (text := pair.decode("gb2312", "ignore"))}


def subset(path: Path, wanted: set[int]) -> bytes:
    """The glyphs of *wanted* in the simplified Chinese forms. Layout features go, but for kerning: they would pull in
    the forms of other regions, which is half of the bytes."""
    collection = TTCollection(path, lazy=True)
    number = [font["name"].getDebugName(4) for font in collection.fonts].index(
        FACE if path.stem.endswith("Regular") else f"{FACE} Bold")
    choice = hb.SubsetInput()
    choice.sets(hb.SubsetInputSets.UNICODE).update(wanted)
    features = choice.sets(hb.SubsetInputSets.LAYOUT_FEATURE_TAG)
    features.clear()
    features.add(int.from_bytes(b"kern", "big"))
    choice.flags = hb.SubsetFlags.NO_HINTING
    return bytes(hb.subset(hb.Face(hb.Blob.from_file_path(str(path)), number), choice).blob.data)


def renamed(data: bytes, style: str) -> bytes:
    """*data* under our family name, with the copyright and the licence left as they are."""
    font = TTFont(BytesIO(data), recalcTimestamp=False)
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in (0, 5, 7, 13, 14)]
    postscript = f"{FAMILY.replace(' ', '')}-{style}"
    for number, text in ((1, FAMILY), (2, style), (3, f"{postscript};subset of {FACE}"), (4, f"{FAMILY} {style}"),
                         (6, postscript)):
        table.setName(text, number, 3, 1, 0x409)
    cff = font["CFF "].cff
    cff.fontNames = [postscript]
    cff.topDictIndex[0].FullName, cff.topDictIndex[0].FamilyName = f"{FAMILY} {style}", FAMILY
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def bitmap(points: set[int]) -> bytes:
    """One bit a character, compressed: what ``lms.core.documents.glyphs`` looks up."""
    bits = bytearray(max(points) // 8 + 1)
    for point in points:
        bits[point >> 3] |= 1 << (point & 7)
    return zlib.compress(bytes(bits), 9)


def strokes(folder: Path) -> bytes:
    """One byte a character, compressed: how many strokes it has (笔画), in the form of the mainland where forms differ."""
    counts = {point: int(value.split()[0]) for point, value in unihan(folder, "IRGSources", "kTotalStrokes")}
    table = bytearray(max(counts) + 1)
    for point, count in counts.items():
        table[point] = min(count, 255)
    return zlib.compress(bytes(table), 9)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--noto", type=Path, default=Path("/usr/share/fonts/opentype/noto"))
    parser.add_argument("--unihan", type=Path, default=Path("/usr/share/unicode"))
    parser.add_argument("--only-strokes", action="store_true")
    options = parser.parse_args()
    (HERE / "strokes.bin").write_bytes(strokes(options.unihan))
    if options.only_strokes:
        return
    table = general_table(options.unihan)
    in_use = {point for point, _ in unihan(options.unihan, "DictionaryLikeData", "kUnihanCore2020")}
    marks = characters_of(*_RANGES)
    # Beyond the basic plane Noto holds only what somebody asked for, mostly names and places: all of it is kept.
    regular = marks | set(table) | gb2312() | in_use | characters_of((_SUPPLEMENTARY, 0x3FFFF))
    bold = marks | {point for point, place in table.items() if place <= 3500}
    for style, wanted in (("Regular", regular), ("Bold", bold)):
        data = renamed(subset(options.noto / f"NotoSerifCJK-{style}.ttc", wanted), style)
        (HERE / f"LMSSerif-{style}.otf").write_bytes(data)
        covered = set(TTFont(BytesIO(data)).getBestCmap())
        print(f"{style}: {len(covered)} characters, {len(data) / 1e6:.2f} MB")
        if style == "Regular":
            if lacking := (set(table) | gb2312()) - covered:
                raise SystemExit(f"lacking: {''.join(map(chr, sorted(lacking)))}")
            (HERE / "coverage.bin").write_bytes(bitmap(covered))


if __name__ == "__main__":
    main()
