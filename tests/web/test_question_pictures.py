"""Pictures in questions on pages: shown where they stand, to whoever was asked and to whoever teaches, to nobody else."""
from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from exam_room import Room
from PIL import Image

from lms.core.clock import SettableClock
from lms.core.people.models import Person
from lms.core.quizzes.plans import Cell
from lms.site import Site
from lms.testing import Browser

LogIn = Callable[[Person], Browser]


@pytest.fixture
def room(site: Site, clock: SettableClock) -> Room:
    return Room(site, clock)


def moodle(colour: str, why: str) -> bytes:
    import base64

    def file(name: str, shade: str) -> str:
        out = io.BytesIO()
        Image.new("RGB", (64, 48), shade).save(out, "PNG")
        return f'<file name="{name}" encoding="base64">{base64.b64encode(out.getvalue()).decode()}</file>'

    return (f'<quiz><question type="essay"><questiontext format="html"><text><![CDATA[看图<img src="@@PLUGINFILE@@/a.png" alt="一张&lt;发票&gt;">]]></text>'
            f'{file("a.png", colour)}</questiontext><generalfeedback format="html"><text><![CDATA[见<img src="@@PLUGINFILE@@/b.png">]]></text>'
            f'{file("b.png", why)}</generalfeedback><defaultgrade>2</defaultgrade></question></quiz>').encode()


def shown(page: Any) -> list[str]:
    return re.findall(r'<img class="question-picture" src="([^"]+)"', page.get_data(as_text=True))


def test_a_picture_is_seen_by_whoever_was_asked_and_by_whoever_teaches(room: Room, log_in: LogIn, person_with: Any) -> None:
    desk = log_in(person_with("administrator"))
    bank = f"/manage/banks/{room.bank.uid}"
    kept = desk.post(f"{bank}/import", {"file": (io.BytesIO(moodle("red", "green")), "题.xml")}, content_type="multipart/form-data").headers["Location"]
    assert "看图［图：一张&lt;发票&gt;］" in desk.get(kept).get_data(as_text=True)
    desk.post(f"{kept}/commit")
    printed = desk.get(f"{bank}/print?key=1")
    asked_for, why = shown(printed)
    assert 'alt="一张&lt;发票&gt;" width="64" height="48"' in printed.get_data(as_text=True)
    answer = desk.get(asked_for)
    assert answer.mimetype == "image/png" and "immutable" in answer.headers["Cache-Control"] and "sandbox" in answer.headers["Content-Security-Policy"]

    person, other = room.person(), room.person("李强")
    trainee, stranger = log_in(person), log_in(other)
    assert trainee.get(asked_for).status_code == 404, "before it is asked, it is nobody's"
    attempt = room.start(room.paper(Cell("sample", kind="short_answer", count=1, mark=10_000), review="after_submit", show_why="after_submit"), person)
    assert shown(trainee.get(f"/attempts/{attempt.uid}")) == [asked_for] and trainee.get(asked_for).status_code == 200
    assert stranger.get(asked_for).status_code == 404 and trainee.get(why).status_code == 404
    room.submit(attempt)
    assert shown(trainee.get(f"/attempts/{attempt.uid}/result")) == [asked_for, why]
    assert (trainee.get(why).status_code, stranger.get(why).status_code) == (200, 404)
