"""What stands against closing a class: features register what they would leave open (registry slot ``closing_check``)."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.core.classes.models import TrainingClass
from lms.core.errors import Conflict
from lms.core.i18n import N_


@dataclass(frozen=True)
class Blocker:
    """Something that is still open in a class.

    :param code: which, e.g. ``leave_undecided``
    :param sentence: message id with the figures, filled from *data*: "还有 {count} 份请假没有审批"
    :param data: at least ``count``; no names, since the refusal shows it to whoever tries to close
    :param endpoint: the page on which it is settled; it gets the class's ``uid``; empty where there is none
    :param values: further parts of that address, e.g. ``{"status": "review"}``
    """

    code: str
    sentence: str
    data: dict[str, Any]
    endpoint: str = ""
    values: dict[str, Any] = field(default_factory=dict)


# Looks at one class, in one statement; nothing where nothing is open.
ClosingCheck = Callable[[Session, TrainingClass, datetime], Sequence[Blocker]]


def blockers(db: Session, training_class: TrainingClass, now: datetime) -> tuple[Blocker, ...]:
    """All that is open, in the order in which the features were loaded."""
    checks: list[ClosingCheck] = [check for _, check in db.info["registry"].all("closing_check")]
    return tuple(blocker for check in checks for blocker in check(db, training_class, now))


def require_nothing_open(db: Session, training_class: TrainingClass, now: datetime) -> None:
    """:raises Conflict: something is open; ``data["blockers"]`` says what"""
    found = blockers(db, training_class, now)
    if found:
        raise Conflict("class_still_open", N_("还有 {count} 项没有处理完，培训班没有结束。请先处理“结束培训班”页上列出的各项。"),
                       count=len(found), blockers=found)
