"""A video in the page: it goes on where it stopped, forged reports are refused and logged, subtitles and poster go with it."""
from __future__ import annotations

import io
from typing import Any

import pytest
from course_room import MATERIAL, MODULE, instructor, training  # noqa: F401  (fixtures)
from films import mp4, wav
from PIL import Image
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.ids import new_uid
from lms.core.material.models import Material, MaterialProgress

FILM = mp4(600, b"x" * 5_000_000)


def upload(browser: Any, data: bytes, name: str, address: str = MATERIAL, **more: Any) -> Any:
    return browser.post(address, {"module": MODULE, "title": "", "file": (io.BytesIO(data), name), **more}, content_type="multipart/form-data")


@pytest.fixture
def video(instructor: Any, site: Any) -> Material:  # noqa: F811
    assert upload(instructor, FILM, "讲座.mp4").status_code == 303
    with site.database.reading() as db:
        return db.scalars(select(Material)).one()  # type: ignore[no-any-return]


class Player:
    def __init__(self, browser: Any, video: Material) -> None:
        self.browser, self.address, self.player = browser, f"/material/{video.uid}", new_uid()

    def play(self) -> Any:
        return self.browser.send("POST", f"{self.address}/play", json={"player": self.player})

    def tell(self, *spans: list[int], **more: Any) -> Any:
        return self.browser.send("POST", f"{self.address}/watched", json={"player": self.player, "at": 0, "spans": list(spans), **more})


def test_a_video_goes_on_where_it_stopped_on_another_device(video, training, log_in, clock):  # noqa: F811
    one = Player(log_in(training.people[0]), video)
    assert one.play().get_json() == {"share": 0, "position": 0, "done": False, "reached": 0}
    clock.move(seconds=60)
    assert one.tell([0, 60_000], at=60_000).get_json() == {"share": 100, "position": 60_000, "done": False, "reached": 60_000}
    page = log_in(training.people[0]).get(f"/material/{video.uid}").get_data(as_text=True)
    assert 'data-position="60000"' in page and 'data-length="600000"' in page and "10%" in page
    other = log_in(training.people[1]).get(f"/material/{video.uid}").get_data(as_text=True)
    assert 'data-position="0"' in other


def test_forged_reports_change_nothing_and_are_logged(video, training, log_in, clock, site):  # noqa: F811
    one, two = (Player(log_in(training.people[0]), video) for _ in range(2))
    stranger = Player(log_in(training.people[1]), video)
    one.play()
    clock.move(seconds=60)
    answers = [one.tell([0, 600_000]), one.tell([590_000, 600_000], [0, 36_000_000]), two.tell([0, 1000])]
    stranger.player = one.player
    answers.append(stranger.tell([0, 1000]))
    answers += [one.tell([0, 1000], at="x"), one.tell([1, 2, 3]), one.browser.send("POST", f"{one.address}/watched", data=b"{")]
    codes = [a.get_json()["error"]["code"] for a in answers[:-1]]
    assert codes == ["watched_too_fast"] * 2 + ["other_player"] * 2 + ["bad_watch_report"] * 2 and answers[-1].status_code == 422
    with site.database.reading() as db:
        assert [(p.share, p.watched) for p in db.scalars(select(MaterialProgress))] == [(0, [])]
        noted = db.scalars(select(AuditEntry.code).where(AuditEntry.outcome == "refused", AuditEntry.action == "lms.watching.watched")).all()
    assert sorted(noted) == sorted([*codes, "bad_watch_report"])


def test_ranges_of_a_video_are_at_most_four_megabytes(video, training, log_in):  # noqa: F811
    answer = log_in(training.people[0]).get(f"/material/{video.uid}/file", headers={"Range": "bytes=0-"})
    assert answer.status_code == 206 and answer.data == FILM[:4 * 1024 * 1024] and answer.mimetype == "video/mp4"


def test_subtitles_and_a_poster_go_with_it_and_may_be_taken_away(video, instructor, training, log_in):  # noqa: F811
    address = f"/manage/material/{video.uid}/attachments"
    assert upload(instructor, b"1\n00:00:01,000 --> 00:00:02,000\n\xe4\xbd\xa0\xe5\xa5\xbd\n", "a.srt", address, language="zh").status_code == 303
    picture = io.BytesIO()
    Image.new("RGB", (64, 36), "red").save(picture, "PNG")
    assert upload(instructor, picture.getvalue(), "a.png", address).status_code == 303
    trainee = log_in(training.people[0])
    page = trainee.get(f"/material/{video.uid}").get_data(as_text=True)
    assert 'srclang="zh"' in page and "poster=" in page
    track = page.split('<track kind="subtitles" src="')[1].split('"')[0]
    shown = trainee.get(track)
    assert shown.get_data(as_text=True) == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n你好\n" and shown.mimetype == "text/vtt"
    assert instructor.post(f"{address}/{track.rsplit('/', 1)[1]}/remove").status_code == 303
    assert "srclang" not in trainee.get(f"/material/{video.uid}").get_data(as_text=True)


@pytest.mark.parametrize(("data", "name"), [(b"no subtitles", "a.srt"), (b"<svg/>", "a.png"), (b"x", "a.exe"), (b"", "")])
def test_what_is_neither_is_refused(video, instructor, data, name):  # noqa: F811
    assert upload(instructor, data, name, f"/manage/material/{video.uid}/attachments").status_code == 422


@pytest.mark.parametrize(("data", "name"), [(mp4(0), "a.mp4"), (mp4(600)[:40], "a.mp4"), (b"\0\0\0\x18ftypisom" + b"\xff" * 500, "a.mp4"),
                                            (b"ID3\4\0\0\0\0\0\0" + b"\0" * 400, "a.mp3"), (b"RIFF\0\0\0\0WAVE", "a.wav")])
def test_a_film_that_does_not_tell_its_length_is_refused(instructor, site, data, name):  # noqa: F811
    answer = upload(instructor, data, name)
    assert answer.status_code == 422 and "没有说明自己有多长" in answer.get_data(as_text=True)
    with site.database.reading() as db:
        assert db.scalars(select(Material)).all() == []


def test_sound_is_measured_too(instructor, site):  # noqa: F811
    assert upload(instructor, wav(2), "a.wav").status_code == 303
    with site.database.reading() as db:
        assert db.scalars(select(Material)).one().current.length == 2000


def test_the_rule_against_skipping_is_set_on_the_page(video, instructor, training, log_in, clock):  # noqa: F811
    assert instructor.post(f"/manage/material/{video.uid}", {"title": "讲座", "no_skip": "y", "version": video.version}).status_code == 303
    one = Player(log_in(training.people[0]), video)
    assert 'data-no-skip="1"' in one.browser.get(f"/material/{video.uid}").get_data(as_text=True)
    one.play()
    clock.move(seconds=60)
    assert one.tell([60_000, 70_000]).get_json()["error"]["code"] == "skipped_ahead"
