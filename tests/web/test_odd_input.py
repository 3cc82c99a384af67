"""What no form of ours sends is refused in words: never a fault of ours, and never a line in the log of faults."""
from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from lms.core.audit.models import AuditEntry
from lms.site import Site
from lms.testing import Browser, Training
from lms.web.pages import local_target


@pytest.fixture
def training(make_training: Any) -> Training:
    made: Training = make_training()
    return made


@pytest.fixture
def admin(app: Flask, training: Training, person_with: Any, log_in: Any) -> Browser:
    app.testing = False  # a fault is answered, as for people, not raised
    browser: Browser = log_in(person_with("administrator"))
    return browser


@pytest.mark.parametrize("path", ["/v/%00", "/s/%00", "/a/%00", "/c/%00", "/courses/%00", "/material/%00", "/manage/classes/%00",
                                  "/manage/people?q=%00", "/manage/audit?action=%00"])
def test_a_nul_in_an_address_is_refused(admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 422


@pytest.mark.parametrize(("path", "data"), [("/v", {"number": "\0", "name": "x"}), ("/login", {"phone": "\0", "password": "x"}),
                                            ("/manage/people/new", {"name": "甲\0乙"})])
def test_a_nul_in_a_form_is_refused(admin: Browser, path: str, data: dict[str, str]) -> None:
    assert admin.post(path, data).status_code == 422


def test_a_nul_in_an_unknown_address_is_refused_and_noted(admin: Browser, site: Site) -> None:
    assert admin.post("/nothing%00").status_code == 404
    with site.database.reading() as db:
        assert db.scalars(select(AuditEntry.thing_uid).where(AuditEntry.code == "not_found")).all() == ["/nothing\ufffd"]


def test_a_page_beyond_every_number_is_empty(admin: Browser, training: Training) -> None:
    for path in ("/manage/audit", f"/manage/classes/{training.training_class.uid}/roster", "/manage/people"):
        assert admin.get(f"{path}?page={10**30}").status_code == 200


@pytest.mark.parametrize("target", ["//[", "//evil.example", "/\\evil.example", "https://evil.example", "http:evil.example", "/a\nb"])
def test_nobody_is_led_elsewhere_after_logging_in(app: Flask, target: str) -> None:
    with app.test_request_context("/login"):
        assert local_target(target) == "/"
        assert local_target("/papers?a=1") == "/papers?a=1"
