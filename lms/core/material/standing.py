"""How far people are with material: what the rules of completion rest on."""
from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.core.material.models import MaterialProgress

# Sent in the transaction in which somebody got further, as ``events.send(db, ADVANCED, person_id=…, material=…, now=…)``.
ADVANCED = "material.advanced"


@dataclass(frozen=True)
class Standing:
    """One person and one material.

    :param share: 1/1000 of a video or audio watched, in distinct time that the server has measured; of a SCORM package, 1/1000 of
        its parts that are done
    :param done: all parts of a package are done, or a video was watched to its end
    :param score: the mean of the parts that gave one, in 1/1000 of what can be reached
    """

    share: int = 0
    done: bool = False
    score: int | None = None


NOTHING = Standing()


def standings(db: Session, *, person_ids: Collection[int] | Select[tuple[int]],
              material_ids: Collection[int]) -> dict[tuple[int, int], Standing]:
    """By (person, material); who has not begun is missing (``NOTHING``). One statement, however many people.

    :param person_ids: ids, or a query of one column that gives them
    """
    rows = db.execute(select(MaterialProgress.person_id, MaterialProgress.material_id, MaterialProgress.share, MaterialProgress.done_at,
                             MaterialProgress.score)
                      .where(MaterialProgress.person_id.in_(person_ids), MaterialProgress.material_id.in_(material_ids)))
    return {(r.person_id, r.material_id): Standing(r.share, r.done_at is not None, r.score) for r in rows}
