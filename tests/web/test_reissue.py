"""Reissuing on the web: the page shows what changes, the public page of the old one says what took its place."""
from __future__ import annotations

from typing import Any

import pytest
from certificate_desk import BY_ATTENDANCE, Desk

from lms.site import Site


@pytest.fixture
def desk(site: Site, make_training: Any) -> Desk:
    made = Desk(site, make_training("class-a", people=2, rules=BY_ATTENDANCE))
    made.finish()
    made.issue()
    return made


def test_reissue_from_the_page_to_the_verifier(desk: Desk, browser: Any, log_in: Any, person_with: Any, run_jobs: Any) -> None:
    first = desk.certificates()[0]
    base = f"/manage/classes/{desk.training.training_class.uid}/certificates"
    desk.rename()
    staff = log_in(person_with("training_officer", desk.training.training_class))
    page = staff.get(f"{base}/{first.uid}/reissue").get_data(as_text=True)
    assert "class-a学员1" in page and "改了名的人" in page and first.number in page
    assert staff.post(f"{base}/{first.uid}/reissue", {"reason": "", "address_ok": "1"}).status_code == 422
    assert staff.post(f"{base}/{first.uid}/reissue", {"reason": "姓名有误"}).status_code == 422  # the address opens only here
    assert len(desk.certificates()) == 2
    assert staff.post(f"{base}/{first.uid}/reissue", {"reason": "姓名有误", "address_ok": "1"}).status_code == 303
    run_jobs()
    new = desk.certificates()[-1]
    old = browser.get(f"/v/{desk.code(first)}").get_data(as_text=True)
    assert f"已被编号 {new.number} 的证书替换" in old and "姓名有误" in old and "certificate-void" in old
    assert "证书有效" in browser.get(f"/v/{desk.code(new)}").get_data(as_text=True)
    register = staff.get(f"{base}/register").get_data(as_text=True)
    assert f"已被 {new.number} 替换" in register and first.number in register
    assert first.number not in staff.get(f"{base}/register?state=valid").get_data(as_text=True).split("<tbody>")[1].split("</a>")[0]
    assert staff.get(f"{base}/{first.uid}/reissue").status_code == 409
    assert new.number in staff.get(f"{base}/{first.uid}").get_data(as_text=True)
    assert "补发新证书" in staff.get(f"{base}/{new.uid}").get_data(as_text=True)
