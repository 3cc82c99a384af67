from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from certificate_desk import BY_ATTENDANCE, Desk

from lms.core.classes.models import TrainingClass
from lms.core.classfile.facts import ClassFile, gather
from lms.site import Site

# How each of eight people attended the six sessions, in order; what is not told is not over yet.
ATTENDED = (("present",) * 6, ("late", "present", "present", "present", "present", "present"), ("left_early",) + ("present",) * 5,
            ("personal_leave", "personal_leave", "present", "present", "present", "present"), ("absent",) * 6,
            ("unexcused", "present", "present", "present", "present", "present"), ("substituted",) + ("present",) * 5,
            ("official_leave", "make_up_class", "made_up_sign_in", "present", "sick_leave", "present"))


@pytest.fixture
def desk(site: Site, make_training: Any) -> Desk:
    """A class that is over: eight people in five units, of whom some were there and some were not."""
    made = Desk(site, make_training(people=len(ATTENDED), rules=BY_ATTENDANCE))
    for person, statuses in zip(made.training.people, ATTENDED, strict=True):
        made.mark(statuses, [person])
    site.clock.move(days=4)  # type: ignore[attr-defined]
    return made


@pytest.fixture
def open_file(site: Site) -> Callable[..., Any]:
    """``with open_file(desk) as file``: what the papers of its class are made from, now."""
    @contextmanager
    def opened(desk: Desk, locale: str = "zh_CN", **more: Any) -> Any:
        with site.database.reading() as db:
            yield gathered(site, db, desk, locale, **more)

    return opened


def gathered(site: Site, db: Any, desk: Desk, locale: str, **more: Any) -> ClassFile:
    training_class = db.get_one(TrainingClass, desk.training.training_class.id)
    return gather(db, training_class, now=site.clock.now(), locale=locale, grace=timedelta(seconds=30), **more)
