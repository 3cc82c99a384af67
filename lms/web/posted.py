"""What forms carry besides their fields: who acts, and the id of the act."""
from __future__ import annotations

from flask import request

from lms.core.ids import new_uid
from lms.web.context import here


def posted_uid() -> str:
    """The id that the page made for this act, so that a second tap is the same act; a new one where it carries none."""
    given = request.form.get("uid", "")
    return given if len(given) == 32 and given.isascii() and given.isalnum() else new_uid()


def me() -> int:
    """Whoever acts."""
    person_id = here().viewer.person_id
    assert person_id is not None  # login_required
    return person_id
