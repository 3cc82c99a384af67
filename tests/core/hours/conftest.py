from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hours_office import Office

from lms.site import Site


@pytest.fixture
def make_office(site: Site, make_training: Any) -> Callable[..., Office]:
    """``make_office(people=3)``: a class whose people have been there, before it is closed."""

    def make(slug: str = "class-a", *, people: int = 2, **rules: Any) -> Office:
        rules = {"courses_required": False, "exam_required": False, **rules}
        return Office(site, make_training(slug, people=people, rules=rules))

    return make
