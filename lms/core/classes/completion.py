"""What a completion verdict is made of. Features register the parts they can judge (registry slot ``completion_part``)."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.core.classes.models import Enrolment, TrainingClass


@dataclass(frozen=True)
class Part:
    """One condition of completion (结业条件) for one person.

    :param code: which condition, e.g. ``attendance``
    :param met: whether it is met now
    :param title: message id, e.g. 出勤学时
    :param sentence: message id with the exact figures, filled from *data*
    :param figure: the figure to show beside the title, e.g. ``20 / 24``
    :param evidence: what the figures rest on, plain JSON, enough to compute them again
    :param final: it cannot become better any more
    :param provisional: message id, filled from *data*: how much of it counts only until people have looked; empty: all is certain
    :param endpoint: the page on which a trainee sees the evidence; empty where there is none
    :param warns: a limit is passed, but by the class's rules that is only a warning: the part counts as met
    """

    code: str
    met: bool
    title: str
    sentence: str
    figure: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    evidence: dict[str, Any] = field(default_factory=dict)
    final: bool = False
    warns: bool = False
    provisional: str = ""
    endpoint: str = ""


# Judges everybody at once, in a fixed number of statements: parts by enrolment id; none where the class asks for none.
PartJudge = Callable[[Session, TrainingClass, Sequence[Enrolment], datetime], dict[int, tuple[Part, ...]]]
