from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from certificate_desk import BY_ATTENDANCE, Desk

from lms.site import Site


@pytest.fixture
def make_desk(site: Site, make_training: Any) -> Callable[..., Desk]:
    """``make_desk(people=3, required_share=800)``: a class judged by attendance alone, unless told otherwise."""

    def make(slug: str = "class-a", *, people: int = 1, **rules: Any) -> Desk:
        return Desk(site, make_training(slug, people=people, rules={**BY_ATTENDANCE, **rules}))

    return make
