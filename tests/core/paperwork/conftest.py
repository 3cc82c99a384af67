from __future__ import annotations

from typing import Any

import pytest
from office import Office


@pytest.fixture
def office(make_training: Any, database: Any, person_with: Any, clock: Any) -> Office:
    """Four people on the evening of the first day."""
    made = make_training(people=4)
    clock.move(hours=12)
    return Office(database, made, person_with("class_teacher", made.training_class).id, clock)
