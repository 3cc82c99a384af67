"""Certificate templates of one's own: a copy in a folder, seen on made-up data, and kept from everything else."""
from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from certificate_desk import Desk
from pypdf import PdfReader

from lms.core.certificates.templates import (
    all_templates,
    copy_template,
    sample_pdf,
    sample_picture,
    template_file,
    template_named,
)
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.registry import Registry

MakeDesk = Callable[..., Desk]
PIXEL = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082")


@pytest.fixture
def info(tmp_path: Path) -> dict[str, object]:
    return {"registry": Registry(), "own_templates": tmp_path / "certificate-templates"}


def own(info: dict[str, object], source: str, **files: bytes) -> Path:
    folder = Path(str(info["own_templates"])) / "ours"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.typ").write_text(source)
    for name, content in files.items():
        (folder / name.replace("_", ".")).write_bytes(content)
    return folder


def test_ours_are_there_and_look_right_on_made_up_data(info: dict[str, object]) -> None:
    assert [(t.name, t.origin) for t in all_templates(info)] == [("landscape", "shipped"), ("portrait", "shipped")]
    for template in all_templates(info):
        text = PdfReader(io.BytesIO(sample_pdf(template))).pages[0].extract_text()
        assert "样例" in "".join(text.split()) and "陈𠮷安" in text


def test_a_copy_is_a_folder_that_may_be_changed_and_is_found_at_once(info: dict[str, object]) -> None:
    made = copy_template(info, source=template_named(info, "portrait"), name="ours")
    assert sample_picture(made).startswith(b"\x89PNG")
    made.file.write_text(made.file.read_text("utf-8").replace("证书编号", "") + "\n#image(\"logo.png\", width: 9mm)\n#include \"foot.typ\"\n")
    (made.file.parent / "logo.png").write_bytes(PIXEL)
    (made.file.parent / "foot.typ").write_text("我们自己的版式")
    assert "我们自己的版式" in "".join(PdfReader(io.BytesIO(sample_pdf(made))).pages[0].extract_text().split())
    assert template_file(info, "ours") == made.file and template_named(info, "ours").origin == "own"


@pytest.mark.parametrize("name", ["", "..", "../x", "A", "x y", "版式", "x" * 41, "portrait", "ours"])
def test_a_name_that_cannot_be_or_is_taken_is_refused(info: dict[str, object], name: str) -> None:
    own(info, "")
    with pytest.raises((Invalid, Conflict)):
        copy_template(info, source=template_named(info, "portrait"), name=name)


@pytest.mark.parametrize("source", [
    '#read("/etc/passwd")', '#read("../../secret.key")', '#json("/proc/self/environ")', '#image("https://example.org/x.png")',
    '#import "@preview/cetz:0.3.0": *', '#let p = "@pre" + "view/cetz:0.3.0"\n#import p: *', '#include("@" + "preview/x:1.0.0")',
    '#eval("import \\"@pre\\" + \\"view/x:1.0.0\\"")', '#plugin("/bin/ls")', '#{ let i = 0; while true { i += 1 } }', '#let f(n) = f(n + 1)\n#f(1)',
    '#import "part.typ": *', '#read("../signing.key")', '#include "a.typ".replace("a.typ", "\\u{40}preview/x:1.0.0")',
    '#(dictionary(std).at("ev" + "al"))("im" + "port \\"x.typ\\"")'])
def test_a_template_that_reaches_out_is_refused_in_words(info: dict[str, object], source: str) -> None:
    """Also one whose part does it: an address put together from names would carry them to a foreign host."""
    folder = own(info, source, part_typ=b'#let p = "@preview" + "/x:1.0.0"\n#import p: *')
    (folder.parent / "secret.key").write_text("secret")
    with pytest.raises(Invalid) as refusal:
        sample_picture(template_named(info, "ours"))
    assert refusal.value.code in ("template_failed", "template_fetches")


def test_a_link_out_of_the_folder_is_refused(info: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(PIXEL)
    folder = own(info, '#image("x.png")')
    (folder / "x.png").symlink_to(tmp_path / "secret.png")
    with pytest.raises(Invalid) as refusal:
        sample_picture(template_named(info, "ours"))
    assert refusal.value.code == "template_leads_out"


def test_a_class_issues_with_a_template_of_its_own(make_desk: MakeDesk) -> None:
    desk = make_desk(certificate_template="ours")
    info = desk.site.database.info
    with pytest.raises(Invalid):
        desk.ask()
    with pytest.raises(NotFound):
        template_named(info, "ours")
    made = copy_template(info, source=template_named(info, "landscape"), name="ours")
    made.file.write_text(made.file.read_text("utf-8") + "\n#place(top)[我们自己的版式]\n")
    desk.finish()
    certificate, = desk.issue()
    assert "我们自己的版式" in "".join(PdfReader(io.BytesIO(desk.bytes_of(certificate))).pages[0].extract_text().split())
