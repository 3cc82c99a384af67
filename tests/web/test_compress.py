"""Text is compressed for whoever takes it, and is the same text."""
from __future__ import annotations

import gzip
from typing import Any

from lms.testing import Browser

ZIPPED = {"Accept-Encoding": "gzip, deflate"}


def test_a_page_is_the_same_page_and_much_smaller(browser: Browser) -> None:
    plain, packed = browser.client.get("/login"), browser.client.get("/login", headers=ZIPPED)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.headers["Content-Length"] == str(len(packed.data))
    assert len(packed.data) < len(plain.data) * 0.6
    assert "手机号" in gzip.decompress(packed.data).decode()
    for answer in (plain, packed):
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_our_own_files_are_packed_and_revalidated(browser: Browser) -> None:
    plain, packed = browser.client.get("/static/lms.css"), browser.client.get("/static/lms.css", headers=ZIPPED)
    assert gzip.decompress(packed.data) == plain.data
    assert packed.headers["Content-Type"] == plain.headers["Content-Type"]
    assert packed.headers["ETag"].startswith('W/"')
    again = browser.client.get("/static/lms.css", headers={**ZIPPED, "If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_what_is_short_or_refused_by_the_browser_stays_as_it_is(browser: Browser) -> None:
    assert "Content-Encoding" not in browser.client.get("/healthz", headers=ZIPPED).headers
    assert "Content-Encoding" not in browser.client.get("/login", headers={"Accept-Encoding": "gzip;q=0"}).headers
    part: Any = browser.client.get("/static/lms.css", headers={**ZIPPED, "Range": "bytes=0-9"})
    assert (part.status_code, len(part.data)) == (206, 10)
