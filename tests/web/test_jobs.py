"""A job as whoever asked for it sees it: its progress, its end, its cause, and a way to stop it."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from certificate_desk import BY_ATTENDANCE, Desk
from sqlalchemy import select

from lms.core.access.grants import revoke
from lms.core.access.models import Grant
from lms.core.jobs.models import Job
from lms.core.jobs.service import enqueue
from lms.core.people.models import Person
from lms.site import Site
from lms.testing import Browser
from lms.worker import look_around

LogIn = Callable[[Person], Browser]


@pytest.fixture
def desk(site: Site, make_training: Any) -> Desk:
    made = Desk(site, make_training(people=3, rules=BY_ATTENDANCE))
    made.finish()
    return made


@pytest.fixture
def officer(desk: Desk, person_with: Any, log_in: LogIn) -> Browser:
    return log_in(person_with("training_officer", desk.training.training_class))


def text(browser: Browser, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return str(answer.get_data(as_text=True))


def test_the_page_follows_the_job_with_and_without_script(officer: Browser, desk: Desk, run_jobs: Callable[[], int]) -> None:
    path = f"/manage/jobs/{desk.ask().uid}"
    waiting = text(officer, path)
    assert '<noscript><meta http-equiv="refresh"' in waiting and "<progress" in waiting and "js/job.js" in waiting
    assert officer.get(f"{path}/progress.json").get_json() == {
        "state": "queued", "done": 0, "total": 0, "unfinished": True, "text": "等待开始"}
    run_jobs()
    now = officer.get(f"{path}/progress.json").get_json()
    assert (now["state"], now["done"], now["total"], now["unfinished"]) == ("done", 3, 3, False)
    done = text(officer, path)
    assert "持有有效证书 3 人，未结业 0 人。" in done and "http-equiv" not in done


def test_a_stopped_job_does_not_run(officer: Browser, desk: Desk, run_jobs: Callable[[], int]) -> None:
    job = desk.ask()
    assert officer.post(f"/manage/jobs/{job.uid}/cancel").status_code == 303
    assert run_jobs() == 0 and desk.certificates() == []
    assert "已停止" in text(officer, f"/manage/jobs/{job.uid}")
    assert officer.post(f"/manage/jobs/{job.uid}/cancel").status_code == 303  # twice is once
    assert desk.job(job).state == "cancelled"


def test_a_failed_job_says_why(officer: Browser, desk: Desk, site: Site, run_jobs: Callable[[], int]) -> None:
    job = desk.ask()
    with site.database.writing() as db:
        db.merge(desk.training.training_class).rules = {**BY_ATTENDANCE, "certificate_wording": "{name.__class__}"}
    run_jobs()
    assert desk.job(job).state == "failed"
    page = text(officer, f"/manage/jobs/{job.uid}")
    assert "没有做完" in page and "不能用的“name.__class__”" in page


def test_a_colleague_of_the_class_may_follow_and_nobody_else(officer: Browser, desk: Desk, site: Site, make_training: Any,
                                                             person_with: Any, log_in: LogIn) -> None:
    path = f"/manage/jobs/{desk.ask().uid}"
    other = make_training("class-b", people=1)
    assert officer.get(path).status_code == 200  # the job was asked for by somebody else
    for person in (person_with("training_officer", other.training_class), person_with("class_teacher", desk.training.training_class),
                   desk.training.people[0]):
        stranger = log_in(person)
        assert [stranger.get(path).status_code, stranger.get(f"{path}/progress.json").status_code,
                stranger.post(f"{path}/cancel").status_code] == [404, 404, 404]
    assert desk.job(desk.ask()).state == "queued"


def test_a_job_of_a_kind_without_words_of_its_own_has_a_page_too(site: Site, person_with: Any, log_in: LogIn) -> None:
    somebody = person_with("administrator")
    with site.database.writing() as db:
        job: Job = enqueue(db, kind="plugin.work", arguments={}, by_id=somebody.id, now=site.clock.now())
    assert "后台任务" in text(log_in(somebody), f"/manage/jobs/{job.uid}")


def test_whoever_asked_sees_the_job_no_longer_once_the_role_is_taken_back(
        desk: Desk, person_with: Any, log_in: LogIn, site: Site) -> None:
    person = person_with("training_officer", desk.training.training_class)
    with site.database.writing() as db:
        job = enqueue(db, kind="plugin.work", arguments={}, by_id=person.id, now=site.clock.now(), class_id=desk.training.training_class.id)
    phone, path = log_in(person), f"/manage/jobs/{job.uid}"
    assert phone.get(path).status_code == 200
    with site.database.writing() as db:
        for grant in db.scalars(select(Grant).where(Grant.person_id == person.id)):
            revoke(db, grant, now=site.clock.now())
    assert [phone.get(path).status_code, phone.get(f"{path}/progress.json").status_code, phone.post(f"{path}/cancel").status_code] == [404] * 3
    assert desk.job(job).state == "queued"


def test_a_job_that_crashes_keeps_no_other_work_from_being_done(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    did: list[str] = []

    def crash(place: Any, arguments: dict[str, Any], progress: Any) -> dict[str, Any]:
        raise ZeroDivisionError

    site.registry.add("job", "crash", crash)
    site.registry.add("job", "fine", lambda place, arguments, progress: did.append("job") or {})
    site.registry.add("every_minute", "tick", lambda site: did.append("minute"))
    with site.database.writing() as db:
        uids = [enqueue(db, kind=kind, arguments={}, by_id=None, now=site.clock.now()).uid for kind in ("crash", "fine")]
    look_around(site)
    assert did == ["job", "minute"] and f"the job {uids[0]} crashed" in caplog.text
    with site.database.reading() as db:
        assert [db.scalars(select(Job.state).where(Job.uid == uid)).one() for uid in uids] == ["failed", "done"]
