"""The office prints sheets, opens a returned one by its code, keys it with a photograph, and settles what differs."""
from __future__ import annotations

import io
import re
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from lms.core.attendance.models import AttendanceEvent
from lms.core.files.models import FileReference
from lms.core.ids import new_uid
from lms.core.paperwork.models import SignInSheet
from lms.site import Site


@pytest.fixture
def training(make_training: Any, clock: Any) -> Any:
    made = make_training(people=6)
    clock.move(hours=1)
    return made


@pytest.fixture
def officer(log_in: Any, person_with: Any, training: Any) -> Any:
    return log_in(person_with("training_officer", training.training_class))


@pytest.fixture
def code(officer: Any, training: Any, site: Site) -> str:
    """Of the first group's page for the first session."""
    made = officer.post(f"{base(training)}/sheets.pdf", {"session": training.sessions[0].uid})
    assert made.status_code == 200 and made.data.startswith(b"%PDF-")
    with site.database.reading() as db:
        return db.scalars(select(SignInSheet.code).order_by(SignInSheet.id)).first() or ""


def base(training: Any) -> str:
    return f"/manage/classes/{training.training_class.uid}"


def text(answer: Any, status: int = 200) -> str:
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)  # type: ignore[no-any-return]


def photo() -> bytes:
    out, exif = io.BytesIO(), Image.Exif()
    exif.get_ifd(0x8825)[2] = (40.0, 22.0, 35.0)
    Image.new("RGB", (30, 30), "white").save(out, "JPEG", exif=exif)
    return out.getvalue()


def send(browser: Any, code: str, **fields: Any) -> Any:
    page = text(browser.get(f"/manage/sheets/{code}"))
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version is not None
    return browser.post(f"/manage/sheets/{code}", {"uid": new_uid(), "version": version[1], **fields},
                        content_type="multipart/form-data")


def count(site: Site, model: Any) -> int:
    with site.database.reading() as db:
        return db.scalar(select(func.count()).select_from(model)) or 0


def test_a_returned_sheet_is_found_by_its_code_in_any_spelling(officer: Any, training: Any, code: str) -> None:
    found = officer.get(f"{base(training)}/sheets?code={code[:3].lower()}%20{code[3:]}")
    assert (found.status_code, found.headers["Location"]) == (303, f"/manage/sheets/{code}")
    swapped = code[1] + code[0] + code[2:] if code[0] != code[1] else "2" + code[1:]
    for typed, status, said in (("xyz", 422, "不是签到表的编号"), (swapped, 422, "不是签到表的编号"), ("22222" + "2", 404, "本班没有编号为")):
        assert said in text(officer.get(f"{base(training)}/sheets?code={typed}"), status)


def test_the_sheet_of_another_class_is_not_found(officer: Any, make_training: Any, training: Any, code: str, log_in: Any,
                                                 person_with: Any) -> None:
    other = make_training("class-b")
    stranger = log_in(person_with("training_officer", other.training_class))
    assert "本班没有编号为" in text(stranger.get(f"{base(other)}/sheets?code={code}"), 404)
    assert stranger.get(f"/manage/sheets/{code}").status_code == 404


def test_keying_with_a_photograph_in_one_save(officer: Any, training: Any, code: str, site: Site) -> None:
    assert send(officer, code, absent="２", photo=(io.BytesIO(photo()), "IMG_0001.jpg")).status_code == 303
    page = text(officer.get(f"/manage/sheets/{code}"))
    assert "2 人签名，1 人没有签名" in page and "这一页已经录入" in page
    seen = re.search(rf'/manage/sheets/{code}/photos/\w+', page)
    assert seen is not None
    kept = officer.get(seen[0])
    assert kept.mimetype == "image/jpeg" and b"Exif" not in kept.data
    board = text(officer.get(f"/manage/sessions/{training.sessions[0].uid}"))
    assert re.search(r'id="present"[^>]*>\s*2\b', board) or '>2<' in board
    assert "已录入 1 / 2 页" in text(officer.get(f"{base(training)}/sheets?session={training.sessions[0].uid}"))


@pytest.mark.parametrize(("fields", "said"), [
    ({"photo": (b"%PDF-1.4\n%%EOF\n", "表.pdf")}, "不是照片"), ({"absent": "3 7"}, "这一页没有 7 号"),
    ({"absent": "王"}, "看不懂"), ({"time-1": "25:61"}, "看不懂时间"), ({"time-1": "03:00"}, "不在这一课次的时间之内")])
def test_what_is_wrong_is_told_and_nothing_is_saved(officer: Any, code: str, site: Site, fields: Any, said: str) -> None:
    sent = {name: (io.BytesIO(value[0]), value[1]) if name == "photo" else value for name, value in fields.items()}
    page = text(send(officer, code, **{"absent-row": "1", **sent}), 422)
    assert said in page and re.search(r'name="absent-row" value="1"[^>]*checked', page), "what was ticked stays ticked"
    assert count(site, AttendanceEvent) == 0 and count(site, FileReference) == 0


def test_the_same_form_twice_saves_once(officer: Any, code: str, site: Site) -> None:
    uid = new_uid()
    for _ in range(2):
        sent = send(officer, code, uid=uid, version="1", absent="1", photo=(io.BytesIO(photo()), "a.jpg"))
        assert sent.status_code == 303
    assert (count(site, AttendanceEvent), count(site, FileReference)) == (2, 1)


def test_no_session_chosen_is_told(officer: Any, training: Any) -> None:
    assert "请选择至少一个课次" in text(officer.post(f"{base(training)}/sheets.xlsx", {"session": "x"}), 422)


def test_differences_are_explained_on_their_page_and_let_the_class_close(officer: Any, training: Any, code: str) -> None:
    send(officer, code, absent="2")
    page = text(officer.get(f"{base(training)}/reconciliation"))
    assert "还有 2 处没有说明" in page and "签了字，没有扫码" in page
    closing = f"{base(training)}/closing"
    assert "签到表与扫码还有 2 处不一致没有说明" in text(officer.get(closing))
    where = f"/manage/sessions/{training.sessions[0].uid}/reconciliation"
    assert "请先在名单里勾选" in text(officer.post(where, {"reason": "断网"}), 422)
    assert "请写明更正的原因" in text(officer.post(where, {"enrolment": training.enrolments[0].uid}), 422)
    seats = [training.enrolments[n].uid for n in (0, 4)]
    assert officer.post(where, {"enrolment": seats, "reason": "会场断网，只签了纸质表"}).status_code == 303
    page = text(officer.get(f"{base(training)}/reconciliation"))
    assert "没有未说明的差异" in page and page.count("会场断网，只签了纸质表") == 2
    assert "没有遗留的事项" in text(officer.get(closing))
