"""Lecture fees: really taught, at most 4 in a half-day, each lecturer once for several classes."""
from __future__ import annotations

from collections.abc import Callable
from datetime import time
from typing import Any

from certificate_desk import Desk

from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classfile.fees import fee_receipt, fees
from lms.site import Site

OpenFile = Callable[..., Any]


def teach(site: Site, session: ClassSession, lecturer: str, **more: Any) -> None:
    with site.database.writing() as db:
        row = db.get_one(ClassSession, session.id)
        row.lecturer = lecturer
        for name, value in more.items():
            setattr(row, name, value)


def paid(file: Any) -> list[tuple[str, int]]:
    return [(fee.lecturer, fee.paid) for fee in fees(file)]


def test_more_than_four_in_a_half_day_is_cut_and_said(desk: Desk, site: Site, open_file: OpenFile) -> None:
    teach(site, desk.training.sessions[0], "方教授", starts=time(8), ends=time(12), credit_hours=500)
    with open_file(desk) as file:
        assert paid(file) == [("方教授", 400)]
        row = fee_receipt(file).grids[0].rows[0]
    assert "授课 5 学时，按上限计" in str(row[-1])


def test_two_lectures_of_one_half_day_share_one_limit(desk: Desk, site: Site, open_file: OpenFile) -> None:
    first, second = desk.training.sessions[:2]
    teach(site, first, "方教授", starts=time(8), ends=time(10), credit_hours=300)
    teach(site, second, "方教授", starts=time(10), ends=time(12), credit_hours=300)
    with open_file(desk) as file:
        assert paid(file) == [("方教授", 400)]


def test_a_session_too_short_for_its_hours_is_paid_for_its_time(desk: Desk, site: Site, open_file: OpenFile) -> None:
    teach(site, desk.training.sessions[0], "方教授", starts=time(8, 30), ends=time(9, 50), credit_hours=400)
    with open_file(desk) as file:
        assert paid(file) == [("方教授", 200)]


def test_a_lecture_called_off_or_a_speech_is_not_paid(desk: Desk, site: Site, open_file: OpenFile) -> None:
    teach(site, desk.training.sessions[0], "方教授", cancelled=True)
    teach(site, desk.training.sessions[1], "主席", kind="opening_ceremony")
    with open_file(desk) as file:
        assert paid(file) == []


def test_two_classes_at_once_are_paid_in_the_first_only(desk: Desk, site: Site, make_training: Any, open_file: OpenFile) -> None:
    site.clock.move(days=-4)  # type: ignore[attr-defined]
    other = Desk(site, make_training("class-b"))
    for one in (desk, other):
        teach(site, one.training.sessions[0], "方 教授")
        teach(site, one.training.sessions[1], "甲" if one is desk else "乙")
    with open_file(desk) as file:
        assert paid(file) == [("方 教授", 400), ("甲", 400)]
    with open_file(other) as file:
        assert paid(file) == [("方 教授", 0), ("乙", 400)]
        assert fee_receipt(file).grids[0].rows[0][-1] == "与另一个班合班，在那个班计"
        assert "class-a" not in str(fee_receipt(file))


def test_a_draft_or_a_cancelled_lecture_elsewhere_pays_nobody(desk: Desk, site: Site, make_training: Any, open_file: OpenFile) -> None:
    site.clock.move(days=-4)  # type: ignore[attr-defined]
    other = Desk(site, make_training("class-b"))
    for one in (desk, other):
        teach(site, one.training.sessions[0], "方教授")
    teach(site, desk.training.sessions[0], "方教授", cancelled=True)
    with open_file(other) as file:
        assert paid(file) == [("方教授", 400)]
    teach(site, desk.training.sessions[0], "方教授", cancelled=False)
    with site.database.writing() as db:
        db.get_one(TrainingClass, desk.training.training_class.id).state = "draft"
    with open_file(other) as file:
        assert paid(file) == [("方教授", 400)]


def test_two_who_teach_together_are_both_named(desk: Desk, site: Site, open_file: OpenFile) -> None:
    teach(site, desk.training.sessions[0], "方教授、李老师")
    with open_file(desk) as file:
        assert [(f.lecturer, f.together) for f in fees(file)] == [("方教授", ("李老师",)), ("李老师", ("方教授",))]
