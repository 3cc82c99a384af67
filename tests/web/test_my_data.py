"""Everybody sees what is kept about them and takes it with them; nobody else's is in it."""
from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.core.classes.models import TrainingClass
from lms.core.people.models import Person
from lms.site import Site
from lms.testing import Training


@pytest.fixture
def training(make_training: Any) -> Training:
    made: Training = make_training(people=3)
    return made


def words(data: bytes) -> dict[str, list[tuple[Any, ...]]]:
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets}


def test_a_trainee_takes_everything_and_only_their_own(training: Training, log_in: Any, site: Site) -> None:
    mine, other = training.people[0], training.people[1]
    phone = log_in(mine)
    page = phone.get("/me/data").get_data(as_text=True)
    assert "180 天后清除" in page and "14 天后连文件一起清除" in page and "不记位置" in page
    assert "我的数据" in phone.get("/me").get_data(as_text=True)
    answer = phone.post("/me/data.xlsx")
    found = words(answer.get_data())
    assert ("手机号", mine.phone) in found["资料"] and found["培训班"][1][0] == training.training_class.title
    text = str(found)
    assert mine.name in text and other.name not in text and (other.phone or "") not in text
    with site.database.reading() as db:
        assert db.scalars(select(AuditEntry.actor_id).where(AuditEntry.action == "privacy.own_data")).all() == [mine.id]


def test_the_file_speaks_the_readers_language(training: Training, log_in: Any) -> None:
    phone = log_in(training.people[0])
    phone.post("/language", {"locale": "en", "next": "/"})
    assert "Training class" in words(phone.post("/me/data.xlsx").get_data())["Attendance"][0]


def test_somebody_asks_for_a_correction_and_reads_the_answer(training: Training, log_in: Any, person_with: Any, site: Site) -> None:
    phone, office = log_in(training.people[0]), log_in(person_with("training_officer", training.training_class))
    wrong = phone.post("/me/data/corrections", {"field": "phone", "wanted": "123", "text": "换号了"})
    assert wrong.status_code == 422 and "不是 11 位" in wrong.get_data(as_text=True) and "换号了" in wrong.get_data(as_text=True)
    for field, wanted in (("phone", "19900000009"), ("name", "王芳")):
        assert phone.post("/me/data/corrections", {"field": field, "wanted": wanted, "text": "换号了"}).status_code == 303
    assert "有 2 份更正申请等待处理" in office.get("/manage/people").get_data(as_text=True)
    page = office.get("/manage/corrections").get_data(as_text=True)
    assert "19900000009" in page and "换号了" in page and training.people[1].name not in page
    uids = re.findall(r"/manage/corrections/(\w+)/accept", page)
    assert office.post(f"/manage/corrections/{uids[1]}/refuse", {"version": "1", "answer": ""}).status_code == 422
    assert office.post(f"/manage/corrections/{uids[1]}/refuse", {"version": "1", "answer": "与身份证不一致"}).status_code == 303
    assert office.post(f"/manage/corrections/{uids[0]}/accept", {"version": "1"}).status_code == 303
    seen = phone.get("/me/data").get_data(as_text=True)
    assert "已更正" in seen and "与身份证不一致" in seen and "没有更正" in seen
    with site.database.reading() as db:
        assert db.get_one(Person, training.people[0].id).phone == "19900000009"
    assert "没有等待处理的申请" in office.get("/manage/corrections").get_data(as_text=True)


def test_an_administrator_sees_what_will_happen_before_people_become_nameless(training: Training, log_in: Any, person_with: Any, site: Site, clock: Any,
                                                                              run_jobs: Any) -> None:
    admin = person_with("administrator")
    with site.database.writing() as db:
        db.get_one(TrainingClass, training.training_class.id).state = "closed"
    assert "还没有到期的培训班" in log_in(admin).get("/manage/nameless").get_data(as_text=True)
    clock.move(days=366 * 31)
    office = log_in(admin)
    page = office.get("/manage/nameless").get_data(as_text=True)
    assert training.training_class.title in page and "匿名 3 人" in page
    refused = office.post("/manage/nameless")
    assert refused.status_code == 409 and "先勾选" in refused.get_data(as_text=True)
    job = office.post("/manage/nameless", {"sure": "1"}).headers["Location"]
    run_jobs()
    assert "已匿名 3 人" in office.get(job).get_data(as_text=True)
    assert "没有需要匿名的人" in office.get("/manage/nameless").get_data(as_text=True)
    people = office.get("/manage/people?q=学员").get_data(as_text=True)
    assert training.people[0].name not in people
