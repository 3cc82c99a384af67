from __future__ import annotations

import pytest
from exam_room import Room

from lms.core.clock import SettableClock
from lms.site import Site


@pytest.fixture
def room(site: Site, clock: SettableClock) -> Room:
    return Room(site, clock)
