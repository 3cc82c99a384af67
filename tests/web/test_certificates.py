"""Staff at the certificates of a class: verdicts with figures, issuing with a preview, the register, revoking, files."""
from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from certificate_desk import BY_ATTENDANCE, Desk, statements
from pypdf import PdfReader
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.certificates.issue import reserve
from lms.core.classes.models import Enrolment
from lms.core.jobs.models import Job
from lms.core.people.models import Person
from lms.site import Site
from lms.testing import Browser

LogIn = Callable[[Person], Browser]


@pytest.fixture
def desk(site: Site, make_training: Any) -> Desk:
    """Six people: two complete, one is one step away, one has lost it, two are several steps away."""
    made = Desk(site, make_training(people=6, rules={**BY_ATTENDANCE, "exam_required": False}))
    people = made.training.people
    made.mark(["present"] * 6, people[:2])
    made.mark(["present"] * 4, people[2:3])
    made.mark(["personal_leave"], people[3:4])
    return made


@pytest.fixture
def officer(desk: Desk, person_with: Any, log_in: LogIn) -> Browser:
    return log_in(person_with("training_officer", desk.training.training_class))


def base(desk: Desk) -> str:
    return f"/manage/classes/{desk.training.training_class.uid}/certificates"


def page(browser: Browser, path: str, status: int = 200) -> str:
    answer = browser.get(path)
    assert answer.status_code == status, answer.get_data(as_text=True)[:500]
    return str(answer.get_data(as_text=True))


def issue(browser: Browser, desk: Desk, run_jobs: Callable[[], int], **form: Any) -> str:
    answer = browser.post(f"{base(desk)}/issue", {"address_ok": "1", **form})
    assert answer.status_code == 303
    run_jobs()
    return str(answer.headers["Location"])


def test_everybody_stands_there_with_what_is_missing_in_figures(officer: Browser, desk: Desk) -> None:
    text = page(officer, base(desk))
    for enrolment in desk.training.enrolments:
        assert enrolment.name in text
    assert "出勤 16 学时，要求不少于 19.2 学时（应学 24 学时的 80%）" in text
    assert "请假 4 学时，超过总学时的 1/7（3.43）" in text


@pytest.mark.parametrize(("place", "numbers"), [("complete", (1, 2)), ("near", (3, 5, 6)), ("lost", (4,)), ("certified", ())])
def test_people_are_filtered_by_where_they_stand(officer: Browser, desk: Desk, place: str, numbers: tuple[int, ...]) -> None:
    text = page(officer, f"{base(desk)}?place={place}")
    assert {n for n in range(1, 7) if f"class-a学员{n}<" in text} == set(numbers)


def test_filters_by_group_and_text_and_any_order(officer: Browser, desk: Desk) -> None:
    group = desk.training.groups[0]
    assert {n for n in range(1, 7) if f"学员{n}<" in page(officer, f"{base(desk)}?group={group.uid}")} == {1, 3, 5}
    assert "学员2<" in page(officer, f"{base(desk)}?q=学员2") and "学员3<" not in page(officer, f"{base(desk)}?q=学员2")
    for sort in ("number", "-number", "name", "unit", "group", "-place", "nonsense"):
        page(officer, f"{base(desk)}?sort={sort}")
    reverse = page(officer, f"{base(desk)}?sort=-number")
    assert reverse.index("学员6<") < reverse.index("学员1<")


def test_a_staff_page_costs_at_most_eight_statements(officer: Browser, desk: Desk, site: Site, run_jobs: Any) -> None:
    issue(officer, desk, run_jobs)
    uid = desk.certificates()[0].uid
    for path in ("", "/register", "/issue", f"/{uid}"):
        page(officer, base(desk) + path)
        with statements(site) as ran:
            page(officer, base(desk) + path)
        assert len(ran) <= 8, (path, ran)


def test_the_confirmation_says_how_many_which_number_and_what_will_not_print(officer: Browser, desk: Desk, site: Site) -> None:
    with site.database.writing() as db:
        db.get_one(Enrolment, desk.training.enrolments[1].id).name = "陈𠮷😀"
    text = page(officer, f"{base(desk)}/issue")
    assert "确认发证 2 张" in text and "培结〔2026〕第001号" in text
    assert "有 1 人的姓名或单位里有字库没有的字" in text and "陈𠮷😀" in text
    assert "培训班还没有结束" in text
    assert desk.certificates() == []


def test_an_address_that_opens_only_nearby_must_be_confirmed(officer: Browser, desk: Desk, site: Site) -> None:
    answer = officer.post(f"{base(desk)}/issue")
    assert answer.status_code == 422 and "只在本机或本地网络内能打开" in answer.get_data(as_text=True)
    with site.database.reading() as db:
        assert db.scalars(select(Job)).all() == []
    site.settings.values["public_address"] = "https://peixun.example.org"
    assert "只在本机" not in page(officer, f"{base(desk)}/issue")
    assert officer.post(f"{base(desk)}/issue").status_code == 303


def test_issuing_leads_to_the_job_and_then_to_the_register(officer: Browser, desk: Desk, run_jobs: Callable[[], int]) -> None:
    job_page = issue(officer, desk, run_jobs)
    assert "持有有效证书 2 人，未结业 4 人。" in page(officer, job_page)
    text = page(officer, f"{base(desk)}/register")
    for certificate in desk.certificates():
        assert certificate.number in text and f"/certificates/{certificate.uid}.pdf" in text
    assert "class-a学员1" in text and "class-a学员3" not in text
    assert "学员1" not in page(officer, f"{base(desk)}/register?q=学员2")
    assert "没有符合条件的证书" in page(officer, f"{base(desk)}/register?state=revoked")


def test_only_the_ticked_are_certified(officer: Browser, desk: Desk, run_jobs: Callable[[], int]) -> None:
    ticked = desk.training.enrolments[1].uid
    answer = officer.post(f"{base(desk)}/issue/selected", {"enrolment": ticked})
    assert answer.status_code == 200 and "确认发证 1 张" in answer.get_data(as_text=True)
    issue(officer, desk, run_jobs, enrolment=ticked)
    assert [c.enrolment_id for c in desk.certificates()] == [desk.training.enrolments[1].id]
    assert officer.post(f"{base(desk)}/issue/selected").status_code == 303  # nobody was ticked


def test_a_class_whose_pattern_cannot_be_used_says_so_before(officer: Browser, desk: Desk, site: Site) -> None:
    with site.database.writing() as db:
        db.merge(desk.training.training_class).rules = {**BY_ATTENDANCE, "certificate_number": "{serial.__class__}"}
    text = page(officer, f"{base(desk)}/issue")
    assert "现在不能发证" in text and "确认发证" not in text


def test_a_certificate_shows_what_it_rests_on_and_is_revoked_with_a_reason(officer: Browser, desk: Desk, site: Site,
                                                                           run_jobs: Callable[[], int]) -> None:
    issue(officer, desk, run_jobs)
    certificate = desk.certificates()[0]
    path = f"{base(desk)}/{certificate.uid}"
    text = page(officer, path)
    assert "出勤 24 学时，达到要求的 19.2 学时" in text and str(certificate.pdf_sha256) in text
    assert officer.post(f"{path}/revoke", {"reason": ""}).status_code == 422
    assert officer.post(f"{path}/revoke", {"reason": "姓名有误"}).status_code == 303
    assert desk.certificates()[0].state == "revoked"
    text = page(officer, path)
    assert "已作废：姓名有误" in text and "作废这张证书" not in text
    with site.database.reading() as db:
        assert db.scalars(select(AuditEntry.thing_uid).where(AuditEntry.action == "certificate.revoke")).all() == [certificate.uid]
    assert officer.post(f"{path}/revoke", {"reason": "再来一次"}).status_code == 409
    issue(officer, desk, run_jobs)
    assert [(c.serial, c.state) for c in desk.certificates()] == [(1, "revoked"), (2, "valid"), (3, "valid")]


def packed(browser: Browser, desk: Desk, run_jobs: Callable[[], int], form: str = "each") -> Any:
    """The archive, from asking for it to the download."""
    asked = browser.post(f"{base(desk)}/delivery", {"form": form})
    assert asked.status_code == 303
    run_jobs()
    assert "可以下载了" in page(browser, asked.headers["Location"])
    [archive] = re.findall(rf'action="([^"]*{base(desk)}/delivery/[0-9a-f]{{32}})"', page(browser, f"{base(desk)}/delivery"))
    return browser.post(archive)


def test_no_other_way_to_pack(officer: Browser, desk: Desk, run_jobs: Callable[[], int]) -> None:
    issue(officer, desk, run_jobs)
    assert officer.post(f"{base(desk)}/delivery", {"form": "rar"}).status_code == 422
    assert officer.post(f"{base(desk)}/delivery/{'0' * 32}").status_code == 404


def test_the_register_as_a_file_has_every_number(officer: Browser, desk: Desk, run_jobs: Callable[[], int]) -> None:
    issue(officer, desk, run_jobs)
    officer.post(f"{base(desk)}/{desk.certificates()[0].uid}/revoke", {"reason": "冒领"})
    table = officer.post(f"{base(desk)}/register.csv").get_data().decode("utf-8-sig")
    assert [c.number in table for c in desk.certificates()] == [True, True] and "冒领" in table
    pdf = officer.post(f"{base(desk)}/register.pdf").get_data()
    words = "".join(p.extract_text() for p in PdfReader(io.BytesIO(pdf)).pages).replace(" ", "")
    assert pdf.startswith(b"%PDF-") and "连续无缺号" in words and "class-a学员2" in words
    assert officer.post(f"{base(desk)}/register.doc").status_code in (404, 405)


def test_all_files_come_under_unit_name_and_number(officer: Browser, desk: Desk, site: Site, run_jobs: Callable[[], int]) -> None:
    assert officer.post(f"{base(desk)}/delivery", {"form": "each"}).status_code == 409
    issue(officer, desk, run_jobs)
    answer = packed(officer, desk, run_jobs)
    assert answer.status_code == 200 and "attachment" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.get_data())) as archive:
        assert archive.namelist() == ["class-a单位0_class-a学员1_培结〔2026〕第001号.pdf", "class-a单位1_class-a学员2_培结〔2026〕第002号.pdf"]
        assert [archive.read(n) for n in archive.namelist()] == [desk.bytes_of(c) for c in desk.certificates()]
    with site.database.reading() as db:
        assert db.scalars(select(AuditEntry.id).where(AuditEntry.action == "certificate.export")).all()


def test_the_picture_is_a_sample(officer: Browser, desk: Desk) -> None:
    answer = officer.get(f"{base(desk)}/preview.png?enrolment={desk.training.enrolments[2].uid}")
    assert answer.mimetype == "image/png" and answer.get_data().startswith(b"\x89PNG")
    assert desk.certificates() == []


def test_a_class_teacher_sees_but_does_not_issue(desk: Desk, person_with: Any, log_in: LogIn, officer: Browser,
                                                 run_jobs: Callable[[], int]) -> None:
    issue(officer, desk, run_jobs, enrolment=desk.training.enrolments[0].uid)
    teacher = log_in(person_with("class_teacher", desk.training.training_class))
    assert f"{base(desk)}/issue" in page(officer, base(desk))
    assert f"{base(desk)}/issue" not in page(teacher, base(desk))
    path = f"{base(desk)}/{desk.certificates()[0].uid}"
    assert "作废这张证书" not in page(teacher, path)
    assert teacher.post(f"{path}/revoke", {"reason": "姓名有误"}).status_code == 403
    assert teacher.get(f"{base(desk)}/issue").status_code == 403
    assert teacher.post(f"{base(desk)}/issue", {"address_ok": "1"}).status_code == 403


def test_another_class_does_not_show_anywhere(desk: Desk, officer: Browser, site: Site, make_training: Any,
                                              run_jobs: Callable[[], int]) -> None:
    other = Desk(site, make_training("class-b", people=2, rules=BY_ATTENDANCE))
    other.finish()
    theirs = other.issue()
    issue(officer, desk, run_jobs)
    mine = desk.certificates()[0]
    for path in (base(desk), f"{base(desk)}/register", f"{base(desk)}/issue", f"{base(desk)}/{mine.uid}"):
        assert "class-b" not in page(officer, path)
    with zipfile.ZipFile(io.BytesIO(packed(officer, desk, run_jobs).get_data())) as archive:
        assert not [name for name in archive.namelist() if "class-b" in name]
    for path in (base(other), f"{base(other)}/register", f"{base(desk)}/{theirs[0].uid}", f"/certificates/{theirs[0].uid}.pdf"):
        page(officer, path, 404)
    assert officer.post(f"{base(desk)}/{theirs[0].uid}/revoke", {"reason": "不是本班"}).status_code == 404
    foreign = other.training.enrolments[0].uid
    assert officer.post(f"{base(desk)}/issue/selected", {"enrolment": foreign}).status_code == 404
    assert officer.post(f"{base(desk)}/issue", {"enrolment": foreign, "address_ok": "1"}).status_code == 404
    assert officer.get(f"{base(desk)}/preview.png?enrolment={foreign}").status_code == 409
    assert {c.state for c in other.certificates()} == {"valid"}


def test_the_file_goes_to_its_holder_and_to_nobody_else(desk: Desk, officer: Browser, log_in: LogIn,
                                                        run_jobs: Callable[[], int]) -> None:
    issue(officer, desk, run_jobs)
    certificate = desk.certificates()[0]
    path = f"/certificates/{certificate.uid}.pdf"
    holder, neighbour = log_in(desk.training.people[0]), log_in(desk.training.people[1])
    answer = holder.get(path)
    assert answer.get_data() == desk.bytes_of(certificate) == officer.get(path).get_data()
    assert answer.mimetype == "application/pdf"
    page(neighbour, path, 404)


def test_a_file_that_is_not_made_yet_is_no_file(desk: Desk, officer: Browser, site: Site) -> None:
    with site.database.writing() as db:
        made, = reserve(db, training_class=db.merge(desk.training.training_class),
                        enrolments=[db.get_one(Enrolment, desk.training.enrolments[0].id)], key=b"k", by_id=None,
                        now=site.clock.now(), sample=False)
    page(officer, f"/certificates/{made.uid}.pdf", 409)
    assert "有 1 张证书已编号，还没有做完" in page(officer, base(desk))
