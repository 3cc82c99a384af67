"""Certificates, cards and activation slips: the right words, readable codes, within the page, whatever the data."""
from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
import yaml
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from lms.core.documents.pdf import render_pdf, render_png
from lms.core.documents.qr import qr_matrix
from lms.core.errors import Invalid
from lms.core.shipped import shipped

TEMPLATES = shipped("templates")
CERTIFICATES = sorted((TEMPLATES / "certificates").glob("*/template.typ"))
SIGNED = "118290" * 100  # about as long as a real one
URL = "https://training.example.org/c/2f9c1d7a8b6e4f30"


def examples(template: Path, **changes: Any) -> dict[str, Any]:
    """The data that the template's own description gives, with *changes*."""
    fields = yaml.safe_load((template.parent / "template.yaml").read_text("utf-8"))["fields"]
    data = {key: field["example"] for key, field in fields.items() if key != "qr"}
    return {**data, "qr": qr_matrix(f"{data['verify_url']}#", SIGNED), "signed": f"lms1:{SIGNED}", **changes}


def text_of(pdf: bytes) -> str:
    """All text without spaces and line ends, which typesetting puts where it likes."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def codes_in(picture: bytes) -> list[str]:
    return [code.text for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))]


def people(count: int) -> list[dict[str, Any]]:
    return [{"name": f"王小{number}", "unit": "太苑镇总工会", "number": f"{number:03d}", "phone_tail": f"{number:04d}",
             "url": f"{URL}{number}", "qr": qr_matrix(f"{URL}{number}")} for number in range(1, count + 1)]


@pytest.fixture(params=CERTIFICATES, ids=lambda path: path.parent.name)
def certificate(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_a_certificate_says_everything_and_its_code_leads_to_the_check_page(certificate: Path) -> None:
    data = examples(certificate, sample=False)
    text = text_of(render_pdf(certificate, data))
    for key, value in data.items():
        if isinstance(value, str) and key != "signed":
            assert "".join(value.split()) in text, key
    assert "准予结业" in text
    assert "样例" not in text
    assert codes_in(render_png(certificate, data, ppi=200)[0]) == [f"{data['verify_url']}#{SIGNED}"]


@pytest.mark.parametrize("name", ["陈𠮷安", "李㛃", "王䶮", "张赟", "迪丽努尔·阿卜杜热西提", "𬱖堃喆", "凃峯", "O’Neil Müller"])
def test_real_names_are_printed_and_can_be_copied_from_the_file(certificate: Path, name: str) -> None:
    assert "".join(name.split()) in text_of(render_pdf(certificate, examples(certificate, name=name)))


def test_the_longest_names_stay_whole_on_one_page_and_leave_the_code_readable(certificate: Path) -> None:
    long = {"name": "阿卜杜热西提" * 10, "unit": "太苑环卫服务有限公司工会委员会经费审查委员会" * 4,
            "wording": "云山区基层工会财务制度与工会经费使用管理暨竭诚服务职工能力提升专题培训班" * 3,
            "organiser": "云山区总工会、中共云山区委组织部、云山区人力资源和社会保障局"}
    data = examples(certificate, sample=False, **long)
    pdf = render_pdf(certificate, data)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    for key, value in long.items():
        assert value in text_of(pdf), key
    assert codes_in(render_png(certificate, data, ppi=200)[0]) == [f"{data['verify_url']}#{SIGNED}"]


def test_a_sample_says_so_across_the_page(certificate: Path) -> None:
    assert "样例" in text_of(render_pdf(certificate, examples(certificate, sample=True)))


def test_what_may_be_empty_may_be_empty(certificate: Path) -> None:
    text = text_of(render_pdf(certificate, examples(certificate, gender="", unit="", check_code="", notes=[])))
    assert "（）" not in text and "单位" not in text and "校验码" not in text


def test_data_is_never_taken_for_the_templates_language(certificate: Path) -> None:
    name = '#read("/etc/passwd") *x* $1$ "\\'
    assert '#read("/etc/passwd")*x*$1$"\\' in text_of(render_pdf(certificate, examples(certificate, name=name)))


def test_the_file_is_for_keeping_small_tagged_and_holds_only_our_fonts(certificate: Path) -> None:
    pdf = render_pdf(certificate, examples(certificate))
    assert len(pdf) < 100_000
    reader = PdfReader(io.BytesIO(pdf))
    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2<" in metadata and "<pdfuaid:part>1<" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("zh")
    fonts: Any = reader.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    names = {font.get_object()["/BaseFont"].split("+")[1] for font in fonts.values()}
    assert {name.removesuffix("-Identity-H") for name in names} <= {"LMSSerif-Regular", "LMSSerif-Bold"}


def test_the_same_data_gives_the_same_bytes(certificate: Path) -> None:
    assert render_pdf(certificate, examples(certificate)) == render_pdf(certificate, examples(certificate))


def test_a_character_without_glyph_does_not_stop_the_document(certificate: Path) -> None:
    pdf = render_pdf(certificate, examples(certificate, name="王😀"))
    assert "同志" in text_of(pdf)
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1


def test_cards_come_ten_to_a_page_by_group_and_every_code_is_read() -> None:
    groups = [{"name": "第1组", "people": people(11)}, {"name": "第2组", "people": people(3)}]
    data = {"class_title": "云山区工会干部履职能力培训班（第3期）", "note": "签到时出示", "groups": groups}
    template = TEMPLATES / "print" / "cards.typ"
    pages = PdfReader(io.BytesIO(render_pdf(template, data))).pages
    assert [page.extract_text().count("学员证") for page in pages] == [10, 1, 3]
    assert [abs(float(size) - wanted) < 1 for size, wanted in zip(pages[0].mediabox[2:], (595, 842), strict=True)]
    pictures = render_png(template, data)
    assert sorted(codes_in(pictures[0])) == sorted(person["url"] for person in people(10))
    assert len(codes_in(pictures[2])) == 3


def test_activation_slips_carry_the_link_as_code_and_as_text() -> None:
    data = {"class_title": "云山区工会干部履职能力培训班（第3期）", "note": "用手机扫码，点“激活”即可登录",
            "groups": [{"name": "第1组", "people": people(9)}, {"name": "第2组", "people": people(1)}]}
    template = TEMPLATES / "print" / "activation.typ"
    pdf = render_pdf(template, data)
    pages = PdfReader(io.BytesIO(pdf)).pages
    assert [page.extract_text().count("手机尾号") for page in pages] == [8, 1, 1]
    assert "第2组1人" in "".join(pages[2].extract_text().split())
    text = text_of(pdf)
    for person in people(9):
        assert person["url"] in text and person["phone_tail"] in text
    assert sorted(codes_in(render_png(template, data)[0])) == sorted(person["url"] for person in people(8))


def test_long_names_and_addresses_stay_inside_a_card_and_a_slip() -> None:
    person = {**people(1)[0], "name": "阿卜杜热西提" * 10, "unit": "太苑环卫服务有限公司工会委员会" * 4,
              "url": URL + "x" * 120, "qr": qr_matrix(URL + "x" * 120)}
    data = {"class_title": "培训班" * 20, "note": "扫码", "groups": [{"name": "第1组", "people": [person] * 8}]}
    for name in ("cards.typ", "activation.typ"):
        template = TEMPLATES / "print" / name
        assert len(PdfReader(io.BytesIO(render_pdf(template, data))).pages) == 1
        assert codes_in(render_png(template, data, ppi=200)[0]) == [person["url"]] * 8


@pytest.mark.parametrize(("source", "code"), [
    ('#read("/etc/passwd")', "template_failed"),
    ('#read("../../../setup.cfg")', "template_failed"),
    ('#read("setup.cfg")', "template_failed"),
    ('#import "@preview/cetz:0.3.0": *', "template_fetches"),
    ("#json(\"data.json\").nothing", "template_failed"),
    ("#let x = (", "template_failed"),
])
def test_a_template_sees_nothing_but_its_data_and_an_error_in_it_is_a_refusal(
        tmp_path: Path, source: str, code: str) -> None:
    template = tmp_path / "template.typ"
    template.write_text(source, "utf-8")
    with pytest.raises(Invalid) as refused:
        render_pdf(template, {})
    assert refused.value.code == code


def test_further_files_are_found_by_name(tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(picture, "png")
    template = tmp_path / "template.typ"
    template.write_text('#set document(title: "x")\n#image("logo.png", alt: "标志")', "utf-8")
    pdf = render_pdf(template, {}, files={"logo.png": picture.getvalue()})
    assert len(PdfReader(io.BytesIO(pdf)).pages[0].images) == 1
