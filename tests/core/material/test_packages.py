"""Packages are judged before they are kept: whatever leads out of them, swells, or is no package, is refused with a reason."""
from __future__ import annotations

import io
import stat
import zipfile

import pytest
from scorm_package import MANIFEST, packed, scorm

from lms.core.errors import Invalid
from lms.core.material.packages import examine_package, with_script

PAGE = "<!doctype html><p>x"


def examined(data: bytes) -> tuple[str, dict]:
    return examine_package(io.BytesIO(data), "包.zip")


def test_a_package_of_two_parts_is_read_by_the_standard():
    kind, about = examined(scorm(2))
    assert kind == "scorm"
    assert [(p["id"], p["title"], p["file"], p["sco"]) for p in about["parts"]] == [("I1", "第1部分", "sco1.html", True),
                                                                                     ("I2", "第2部分", "sco2.html", True)]


def test_a_package_within_one_folder_and_parameters_bases_and_scores_are_understood():
    manifest = MANIFEST.format(
        items='<item identifier="A"><title>章</title><item identifier="B" identifierref="R" parameters="?x=1"><title>节</title>'
              "<adlcp:masteryscore>60</adlcp:masteryscore><adlcp:datafromlms>launch</adlcp:datafromlms></item></item>",
        resources='<resource identifier="R" adlcp:scormtype="asset" xml:base="c%20d/" href="a.html?y=2"/>')
    kind, about = examined(packed({"top/imsmanifest.xml": manifest, "top/c d/a.html": PAGE}))
    [part] = about["parts"]
    assert (kind, part["file"], part["query"], part["sco"], part["mastery"], part["launch_data"]) == (
        "scorm", "top/c d/a.html", "y=2&x=1", False, "60", "launch")


@pytest.mark.parametrize(("files", "launch"), [({"index.html": PAGE, "a.js": ""}, "index.html"), ({"web/index.htm": PAGE}, "web/index.htm")])
def test_web_pages_begin_at_their_index(files, launch):
    assert examined(packed(files)) == ("page", {"launch": launch})


def link(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("index.html", PAGE)
        info = zipfile.ZipInfo(name)
        info.create_system, info.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return out.getvalue()


def encrypted() -> bytes:
    data = bytearray(packed({"index.html": PAGE}, zipfile.ZIP_STORED))
    data[6] |= 1
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def doubled() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, pytest.warns(UserWarning):
        for _ in range(2):
            archive.writestr("index.html", PAGE)
    return out.getvalue()


@pytest.mark.parametrize("make", [
    lambda: packed({"index.html": PAGE, "../evil.html": PAGE}), lambda: packed({"index.html": PAGE, "/etc/evil": PAGE}),
    lambda: packed({"index.html": PAGE, "a/../../b": PAGE}), lambda: packed({"index.html": PAGE, "..\\evil": PAGE}),
    lambda: packed({"index.html": PAGE, "C:/evil": PAGE}), lambda: packed({"index.html": PAGE, "a\nb": PAGE}),
    lambda: link("a.html"), encrypted, doubled, lambda: packed({"readme.txt": "x"}), lambda: packed({}), lambda: b"", lambda: b"PK\x03\x04",
    lambda: packed({"index.html": PAGE})[:-10], lambda: b"%PDF-1.4", lambda: packed({"index.html": PAGE}, zipfile.ZIP_BZIP2),
    lambda: packed({"index.html": PAGE, **{f"{n}": "" for n in range(5001)}}), lambda: packed({"index.html": b"\0" * 130_000_000}),
    lambda: packed({"index.html": b"\0" * 100_000}).replace(b"\xa0\x86\x01\0", b"\xff\xff\xff\xfe")])
def test_hostile_packages_are_refused(make):
    with pytest.raises(Invalid, match="bad_package"):
        examined(make())


@pytest.mark.parametrize("manifest", [
    '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><manifest>&x;</manifest>',
    "<!DOCTYPE m [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><manifest>&b;</manifest>",
    '<!DOCTYPE m SYSTEM "http://192.0.2.1/x.dtd"><manifest/>', "<manifest", "", "<manifest/>", "<html/>",
    MANIFEST.format(items="", resources=""), MANIFEST.format(items='<item identifier="A" identifierref="none"/>', resources=""),
    MANIFEST.format(items='<item identifier="A" identifierref="R"/>', resources='<resource identifier="R" href="http://evil.example/a.html"/>'),
    MANIFEST.format(items='<item identifier="A" identifierref="R"/>' * 2, resources='<resource identifier="R" href="a.html"/>'),
    MANIFEST.replace("1.2<", "2004 3rd Edition<").format(items="", resources="")])
def test_manifests_that_are_none_or_declare_something_are_refused(manifest):
    for data in (manifest.encode(), manifest.encode("utf-16")):
        with pytest.raises(Invalid, match="bad_manifest"):
            examined(packed({"imsmanifest.xml": data, "a.html": PAGE}))


@pytest.mark.parametrize("href", ["missing.html", "../../etc/passwd", "%2e%2e/a.html"])
def test_a_part_that_is_not_in_the_package_is_told(href):
    manifest = MANIFEST.format(items='<item identifier="A" identifierref="R"/>', resources=f'<resource identifier="R" href="{href}"/>')
    with pytest.raises(Invalid, match="part_missing"):
        examined(packed({"imsmanifest.xml": manifest}))


@pytest.mark.parametrize(("page", "before"), [
    (b"<!DOCTYPE html><html lang='zh'><head id=x><title>", b"<!DOCTYPE html><html lang='zh'><head id=x>"), (b"<p>x", b""),
    (b"<!doctype html>\n<p>", b"<!doctype html>"), (b"<html><body>", b"<html>"), (b"<header>x</header>", b"")])
def test_our_script_comes_before_any_of_the_page(page, before):
    assert with_script(page, b"<script></script>") == before + b"<script></script>" + page[len(before):]
