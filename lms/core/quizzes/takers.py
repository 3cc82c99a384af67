"""Who of a class may sit a paper: everybody, some groups, or people named one by one (a re-sit)."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lms.core.quizzes.models import Paper

EVERYBODY: dict[str, Any] = {}


def for_groups(ids: Sequence[int]) -> dict[str, Any]:
    """As a paper keeps it; no group means everybody."""
    return {"groups": sorted(set(ids))} if ids else dict(EVERYBODY)


def for_people(ids: Sequence[int]) -> dict[str, Any]:
    """As a paper keeps it.

    :param ids: of persons
    """
    return {"people": sorted(set(ids))}


def may_take(paper: Paper, *, person_id: int, group_id: int | None) -> bool:
    """Whether somebody of the class may sit the paper.

    :param group_id: the group that they are in, if any
    """
    takers = paper.takers or EVERYBODY
    if "people" in takers:
        return person_id in takers["people"]
    return "groups" not in takers or group_id in takers["groups"]
