"""Short names of classes, for the command line and file names: ``2026-ghgbpxb-3``."""
from __future__ import annotations

import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.classes.models import TrainingClass
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.people.pinyin import pinyin_key

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST, _INITIALS = 60, 16


def free_slug(db: Session, wished: str, *, title: str, year: int, intake: int | None) -> str:
    """*wished*, or one made from year, initials of the title and intake with a number behind it where it is taken.

    :raises Invalid: *wished* is malformed or taken
    """
    wished = wished.strip().lower()
    if wished:
        if not _SLUG.fullmatch(wished) or len(wished) > _LONGEST:
            raise Invalid("class_slug", N_("短名只能用小写字母、数字和中间的连字符，最多 {most} 个字符。"),
                          field="slug", most=_LONGEST)
        if _taken(db, wished):
            raise Invalid("class_slug_taken", N_("短名 {slug} 已被另一个培训班使用，请换一个。"),
                          field="slug", slug=wished)
        return wished
    initials = re.sub(r"[^a-z]", "", pinyin_key(title)[1])[:_INITIALS] or "class"
    made = "-".join(str(part) for part in (year, initials, intake) if part)
    candidate, count = made, 1
    while _taken(db, candidate):
        count += 1
        candidate = f"{made}-{count}"
    return candidate


def _taken(db: Session, slug: str) -> bool:
    return db.scalar(select(TrainingClass.id).where(TrainingClass.slug == slug)) is not None
