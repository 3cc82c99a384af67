"""Subtitles become plain WebVTT whatever they came as; what could act in a page is left out."""
from __future__ import annotations

import pytest

from lms.core.errors import Invalid, TooLarge
from lms.core.files.storage import LocalStorage
from lms.core.material.attachments import take_subtitles, to_webvtt

SRT = "1\r\n00:00:01,000 --> 00:00:04,500\r\n第一句\r\n第二行\r\n\r\n2\r\n00:01:05,250 --> 00:01:06,000\r\n<i>斜体</i> & 其他\r\n"


def test_srt_becomes_webvtt():
    assert to_webvtt(SRT, "a.srt") == ("WEBVTT\n\n00:00:01.000 --> 00:00:04.500\n第一句\n第二行\n\n"
                                       "00:01:05.250 --> 00:01:06.000\n斜体 &amp; 其他\n")


def test_styles_notes_and_settings_of_webvtt_are_left_out():
    given = ("WEBVTT - 标题\n\nSTYLE\n::cue { background: url(https://evil.example/x) }\n\nNOTE 秘密\n\nid-1\n00:01.000 --> 00:02.000 line:0\n"
             "<c.red><script>alert(1)</script>字</c>\n")
    assert to_webvtt(given, "a.vtt") == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nalert(1)字\n"


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_the_encodings_that_tools_write_are_read(tmp_path, coding):
    storage = LocalStorage(tmp_path)
    stored = take_subtitles(storage, SRT.encode(coding), "a.srt")
    with storage.open(stored.sha256) as file:
        assert "第一句" in file.read().decode() and stored.media_type == "text/vtt"


@pytest.mark.parametrize("data", [b"", b"WEBVTT\n", b"%PDF-1.4", b"<html>", b"1\n00:00:xx --> 00:00\nx\n", b"\x00" * 100, b"-->\n" * 1000])
def test_what_holds_no_cue_is_refused(tmp_path, data):
    with pytest.raises(Invalid, match="no_subtitles"):
        take_subtitles(LocalStorage(tmp_path), data, "a.srt")


def test_too_large_is_refused(tmp_path):
    with pytest.raises(TooLarge):
        take_subtitles(LocalStorage(tmp_path), b"x" * (2 * 1024 * 1024 + 1), "a.srt")
