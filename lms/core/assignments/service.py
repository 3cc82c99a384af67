"""Assignments are made, changed, published and closed."""
from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, Unpack

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.assignments.models import Assignment, Submission
from lms.core.audit.service import record
from lms.core.classes.models import TrainingClass
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid
from lms.core.i18n import N_

STATES = {"draft": N_("草稿"), "published": N_("已发布"), "closed": N_("已截止")}
NEEDS = {"handed_in": N_("交了就算完成"), "accepted": N_("批阅合格才算完成")}
LONGEST_PROMPT, MOST_CHARS, MOST_FILES = 4000, 20_000, 9
_MOVES = {"published": ("draft", "closed"), "closed": ("published",), "draft": ("published",)}


class AssignmentValues(TypedDict):
    """What an assignment is made of. *due_at* None: no deadline. *least_chars* 0: files alone are enough."""

    title: str
    prompt: str
    least_chars: int
    most_files: int
    due_at: datetime | None
    late_ok: bool
    required: bool
    needs: str


def make_assignment(db: Session, *, training_class: TrainingClass, by_id: int | None, now: datetime,
                    **values: Unpack[AssignmentValues]) -> Assignment:
    """A new assignment, as a draft that trainees do not see.

    :raises Invalid: no title, or a value that cannot be
    """
    _check(values)
    made = Assignment(class_id=training_class.id, created_by_id=by_id, created_at=now, **values)
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="assignment.make", thing=made, now=now, class_id=made.class_id, after=_facts(made))
    return made


def change_assignment(db: Session, *, assignment: Assignment, version: int, by_id: int | None, now: datetime,
                      **values: Unpack[AssignmentValues]) -> None:
    """Change what is asked; what has been handed in stays as it is.

    :param version: the version that the editor saw
    :raises Conflict: somebody saved meanwhile
    :raises Invalid: a value that cannot be
    """
    _check(values)
    expect_version(assignment, version)
    before = _facts(assignment)
    for name, value in values.items():
        setattr(assignment, name, value)
    record(db, actor_id=by_id, action="assignment.change", thing=assignment, now=now, class_id=assignment.class_id,
           before=before, after=_facts(assignment))


def move_assignment(db: Session, *, assignment: Assignment, to: str, by_id: int | None, now: datetime) -> None:
    """Publish it, close it, or take it back into preparation. The same move twice is one.

    :raises Conflict: taken back although somebody has begun
    """
    before = assignment.state
    if before == to:
        return
    if before not in _MOVES[to]:
        raise Conflict("assignment_state", N_("作业现在的状态不能这样改，没有保存。请刷新页面后重试。"))
    if to == "draft" and db.scalar(select(Submission.id).where(Submission.assignment_id == assignment.id).limit(1)):
        raise Conflict("assignment_begun", N_("已经有人在写这份作业，不能撤回，没有保存。可以改为截止。"))
    assignment.state = to
    assignment.version += 1
    record(db, actor_id=by_id, action=f"assignment.{to}", thing=assignment, now=now, class_id=assignment.class_id,
           before={"state": before}, after={"state": to})


def open_for(assignment: Assignment, now: datetime) -> bool:
    """Whether something may be handed in now: late is allowed where the assignment says so."""
    return assignment.state == "published" and (assignment.due_at is None or assignment.late_ok or now <= assignment.due_at)


def _check(values: AssignmentValues) -> None:
    if not 1 <= len(values["title"].strip()) <= 120:
        raise Invalid("assignment_title", N_("请填写作业的名称（120 个字以内）。"), field="title")
    if len(values["prompt"]) > LONGEST_PROMPT:
        raise Invalid("assignment_prompt", N_("要求最多 {most} 个字。"), field="prompt", most=LONGEST_PROMPT)
    if not 0 <= values["least_chars"] <= MOST_CHARS:
        raise Invalid("assignment_chars", N_("字数请填 0 到 {most}。"), field="least_chars", most=MOST_CHARS)
    if not 0 <= values["most_files"] <= MOST_FILES:
        raise Invalid("assignment_files", N_("文件数请填 0 到 {most}。"), field="most_files", most=MOST_FILES)
    if values["needs"] not in NEEDS:
        raise Invalid("assignment_needs", N_("请从给出的选项中选择。"), field="needs")


def _facts(assignment: Assignment) -> dict[str, Any]:
    return {"title": assignment.title, "least_chars": assignment.least_chars, "most_files": assignment.most_files,
            "due_at": assignment.due_at.isoformat() if assignment.due_at else None, "late_ok": assignment.late_ok,
            "required": assignment.required, "needs": assignment.needs}
