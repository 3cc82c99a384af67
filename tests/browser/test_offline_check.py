"""The page for checking offline: saved once, opened from a folder, on a machine that reaches nothing."""
from __future__ import annotations

from pathlib import Path

import pytest
from browser.conftest import DESK, NewContext
from flask import Flask
from playwright.sync_api import Page, expect

from lms.core.certificates.signed import sign_certificate
from lms.core.signing.keys import open_signer, rotate
from lms.site import Site

WORDS = {"number": "云工培〔2026〕第001号", "name": "陈𠮷安", "unit": "太苑镇总工会", "class_title": "云山区工会干部履职能力培训班（第3期）",
         "starts": "2026年3月1日", "ends": "2026年3月3日", "hours": "24", "organiser": "云山区总工会", "date": "2026年3月4日"}


def check(page: Page, text: str) -> None:
    page.get_by_label("扫描二维码读到的文字").fill(text)
    page.get_by_role("button", name="查验").click()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_signatures_are_checked_from_a_folder_without_a_network(app: Flask, site: Site, context: NewContext, tmp_path: Path) -> None:
    today = site.clock.now().date()
    signed = sign_certificate(open_signer(site.settings, today), WORDS)
    rotate(site.settings, today)
    again = sign_certificate(open_signer(site.settings, today), {**WORDS, "number": "云工培〔2026〕第002号"})
    answer = app.test_client().get("/v/offline")
    assert answer.headers["Content-Disposition"].startswith("attachment")  # it has its script inside
    saved = tmp_path / "check.html"
    saved.write_bytes(answer.data)
    (tmp_path / "certificate.pdf").write_bytes(b"%PDF-1.7 lms1:" + signed.encode() + b" %%EOF")

    page = context(**DESK, offline=True).new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(saved.as_uri())
    verdict = page.get_by_role("status")
    check(page, f"https://peixun.example.org/v/wk2x6q7f3mzr5a4tbn7cjd2yqe#{signed}")
    expect(verdict).to_contain_text("签名有效")
    for value in ("陈𠮷安", "2026年3月4日", "云工培〔2026〕第001号"):
        expect(page.get_by_text(value, exact=True)).to_be_visible()
    check(page, again)
    expect(page.get_by_text("云工培〔2026〕第002号")).to_be_visible()
    page.get_by_label("或者选证书的 PDF 文件").set_input_files(tmp_path / "certificate.pdf")
    expect(page.get_by_text("云工培〔2026〕第001号")).to_be_visible()
    check(page, str(int(signed) ^ 1 << 40))
    expect(verdict).to_contain_text("签名不符")
    expect(page.get_by_text("陈𠮷安")).to_have_count(0)  # nothing of it is shown as fact
    check(page, "12345")
    expect(verdict).to_contain_text("没有签名内容")
    assert faults == []
