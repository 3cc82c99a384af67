"""Everybody sees what is kept about them and takes it with them; nobody else's is in it."""
from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
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
