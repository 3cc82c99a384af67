"""One human being, several records: those that were merged into one are read together with it."""
from __future__ import annotations

from sqlalchemy import ColumnElement, Select, or_, select

from lms.core.people.models import Person


def own_ids(person_id: int | ColumnElement[int] | None) -> Select[int]:
    """Ids of the person and of the records merged into them, to be put into a condition: what was recorded under either is theirs."""
    return select(Person.id).where(or_(Person.id == person_id, Person.merged_into_id == person_id))
