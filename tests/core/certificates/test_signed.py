"""The signature on a certificate: read from the code and from the file, and checked with nothing but the public keys."""
from __future__ import annotations

import io
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from certificate_desk import Desk
from PIL import Image, ImageFilter
from pypdf import PdfReader, PdfWriter

from lms.core.backup.keys import KEY_FILES
from lms.core.certificates.signed import FIELDS, check_payload, payload_in, readable, sign_certificate
from lms.core.certificates.verify import by_file
from lms.core.documents.pdf import render_png
from lms.core.documents.qr import qr_matrix
from lms.core.errors import Invalid, LmsError, NotFound
from lms.core.settings import Settings, load_settings
from lms.core.shipped import shipped
from lms.core.signing import keys
from lms.site import Site

MakeDesk = Callable[..., Desk]
TODAY = date(2026, 7, 10)
WORDS: dict[str, Any] = {
    "number": "云工培〔2026〕第001号", "name": "陈𠮷安", "unit": "太苑镇总工会", "class_title": "云山区工会干部履职能力培训班（第3期）",
    "starts": "2026年3月1日", "ends": "2026年3月3日", "hours": "24", "organiser": "云山区总工会", "date": "2026年3月4日", "sample": False}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load_settings({"data": str(tmp_path)})


def test_what_is_printed_comes_back_as_it_was_signed(settings: Settings) -> None:
    digits = sign_certificate(keys.open_signer(settings, TODAY), WORDS)
    for scanned in (digits, f"https://peixun.example.org/v/abc#{digits}", f" {digits[:200]}\n{digits[200:]} "):
        checked = check_payload(scanned, keys.public_keys(settings))
        assert checked.outcome == "valid"
        assert {name: readable(name, checked.facts[name]) for name in FIELDS if name != "sample"} == {
            name: WORDS[name] for name in FIELDS if name != "sample"}
    assert sign_certificate(keys.open_signer(settings, TODAY), WORDS) == digits  # made again, the same bytes


def test_one_changed_byte_anywhere_is_no_certificate(settings: Settings) -> None:
    number = int(sign_certificate(keys.open_signer(settings, TODAY), WORDS))
    known = keys.public_keys(settings)
    length = (number.bit_length() + 7) // 8
    for place in range(0, length - 1, 7):
        with_fault = str(number ^ (1 << 8 * place))
        assert check_payload(with_fault, known).outcome in ("altered", "unknown_key"), place


@pytest.mark.parametrize("text", ["", "1" * 159, "abc", "0" * 300, "9" * 300, "1" * 5000, "https://peixun.example.org/v/wk2x6q7f3mzr5a4tbn7cjd2yqe"])
def test_what_holds_no_signature_is_told_so(settings: Settings, text: str) -> None:
    keys.open_signer(settings, TODAY)
    try:
        assert check_payload(text, keys.public_keys(settings)).outcome == "unknown_key"
    except Invalid as refusal:
        assert refusal.code == "nothing_signed"


def test_a_new_key_leaves_what_the_old_one_signed_provable(settings: Settings) -> None:
    old = sign_certificate(keys.open_signer(settings, TODAY), WORDS)
    first = keys.open_signer(settings, TODAY).key_id
    second = keys.rotate(settings, TODAY).key_id
    new = sign_certificate(keys.open_signer(settings, TODAY), WORDS)
    known = keys.public_keys(settings)
    assert [check_payload(text, known).key_id for text in (old, new)] == [first, second]
    assert {check_payload(text, known).outcome for text in (old, new)} == {"valid"}
    assert check_payload(new, known[:1]).outcome == "unknown_key"  # somebody's file of last year


def test_what_a_withdrawn_key_signed_proves_nothing(settings: Settings) -> None:
    old = sign_certificate(keys.open_signer(settings, TODAY), WORDS)
    keys.rotate(settings, TODAY, withdraw=True)
    keys.rotate(settings, TODAY)  # a later, ordinary change does not take it back
    assert check_payload(old, keys.public_keys(settings)).outcome == "withdrawn"


def test_the_private_key_is_one_file_for_its_owner_and_stays_out_of_an_open_backup(settings: Settings, tmp_path: Path) -> None:
    keys.open_signer(settings, TODAY)
    file = tmp_path / "signing.key"
    assert "signing.key" in KEY_FILES  # a backup has it under its passphrase, or not at all
    assert os.name == "nt" or stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(f.name for f in tmp_path.iterdir()) == ["signing.key", "signing.pub.json"]
    assert "PRIVATE" not in (tmp_path / "signing.pub.json").read_text()


def test_a_damaged_key_signs_nothing_and_is_not_replaced(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "signing.key").write_text("no key")
    with pytest.raises(Invalid) as refusal:
        keys.open_signer(settings, TODAY)
    assert refusal.value.code == "signing_key_unreadable" and (tmp_path / "signing.key").read_text() == "no key"


def test_long_names_leave_the_modules_of_the_code_wide_enough(settings: Settings) -> None:
    """At 34 mm with its quiet zone a module must not be narrower than 0.37 mm; name and number are never cut."""
    long = {**WORDS, "name": "阿卜杜热西提" * 10, "unit": "太苑环卫服务有限公司工会委员会" * 8, "organiser": "云山区总工会、中共云山区委组织部" * 4}
    signer = keys.open_signer(settings, TODAY)
    for words, least in ((WORDS, 0.44), (long, 0.37)):
        digits = sign_certificate(signer, words)
        facts = check_payload(digits, keys.public_keys(settings)).facts
        assert facts["name"] == words["name"] and facts["number"] == words["number"]
        assert all(words[name].startswith(facts[name].rstrip("…")) for name in ("unit", "organiser", "class_title"))
        side = len(matrix_of(digits))
        assert 34 / (side + 8) >= least, side


def matrix_of(digits: str) -> list[str]:
    return qr_matrix("https://peixun.example.org/v/wk2x6q7f3mzr5a4tbn7cjd2yqe#", digits, mask=3)


def test_a_printed_certificate_is_verified_with_the_server_off(make_desk: MakeDesk, site: Site, tmp_path: Path) -> None:
    """Paper that was scanned askew and a little blurred, and the file; another machine with nothing but the public keys."""
    if site.database.engine.dialect.name == "postgresql":
        return  # no database has a part in it
    desk = make_desk()
    desk.finish()
    certificate, = desk.issue()
    pdf = tmp_path / "certificate.pdf"
    pdf.write_bytes(desk.bytes_of(certificate))
    page = render_png(shipped("templates") / "print" / "merged.typ", {"files": [{"name": "a.pdf", "label": "a"}]},
                      files={"a.pdf": pdf.read_bytes()}, ppi=300)[0]
    scan = Image.open(io.BytesIO(page)).convert("L").rotate(4, fillcolor=255, expand=True).filter(ImageFilter.GaussianBlur(1))
    read, = [code.text for code in zxingcpp.read_barcodes(scan)]
    public = tmp_path / "keys.json"
    public.write_text(keys.written_public(keys.public_keys(site.settings)))
    for what in (read, str(pdf)):
        answer = subprocess.run([sys.executable, "-m", "lms.cli", "verify", what, "--keys", str(public), "--json"], capture_output=True,  # noqa: S603
                                cwd=tmp_path, env={**os.environ, "LMS_DATA": str(tmp_path / "nowhere")}, check=False)
        said = json.loads(answer.stdout)
        assert answer.returncode == 0 and said["signature"] == "valid", answer.stderr
        assert said["certificate"]["name"] == certificate.snapshot["name"] and said["certificate"]["date"] == certificate.snapshot["date"]
    assert not (tmp_path / "nowhere").exists()


def edited(pdf: bytes, edit: Callable[[PdfWriter], None]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    edit(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_every_edit_of_a_file_is_found(make_desk: MakeDesk, site: Site) -> None:
    desk = make_desk(people=2)
    desk.finish()
    first, second = desk.issue()
    pdf, other = desk.bytes_of(first), desk.bytes_of(second)
    edits = {
        "one bit": bytes([*pdf[:2000], pdf[2000] ^ 1, *pdf[2001:]]), "cut short": pdf[:-40], "a line more": pdf + b"\n",
        "saved again": edited(pdf, lambda w: None), "another title": edited(pdf, lambda w: w.add_metadata({"/Title": "x"})),
        "a page of another": edited(pdf, lambda w: w.append(io.BytesIO(other))),
        "another's signature": pdf.replace(desk.signed(first).encode(), desk.signed(second).encode().ljust(len(desk.signed(first)))),
        "no signature": pdf.replace(b"lms1:", b"lms9:")}
    with site.database.reading() as db:
        for name, data in edits.items():
            assert data != pdf, name
            with pytest.raises(NotFound):
                by_file(db, data)
        assert by_file(db, pdf).id == first.id
    known = keys.public_keys(site.settings)
    assert check_payload(payload_in(edits["another's signature"]), known).facts["number"] == second.number
    for name in ("no signature",):
        with pytest.raises(LmsError):
            payload_in(edits[name])
