"""One number that changes whenever a plan does: a class, its timetable, its courses or papers.

Plans are the same for everybody and change seldom, so each process keeps them in memory and asks only for this number,
together with the login. It is raised in the transaction that changes a plan, whichever process does it.
"""
from __future__ import annotations

from typing import Any

from sqlalchemy import event, select, update
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from lms.core.db.models import PlanStamp


class Planned:
    """Mixin for models that are part of a plan. They are written through the ORM only, so that no change is missed."""


PLAN_STAMP = select(PlanStamp.number).where(PlanStamp.id == 1).scalar_subquery()


class WritingSession(Session):
    """A session that raises the number if it has changed a plan."""


@event.listens_for(WritingSession, "before_flush")
def _flushed(db: Session, context: UOWTransaction, instances: Any) -> None:
    if not db.info.get("plan_changed") and any(
            isinstance(thing, Planned) for group in (db.new, db.dirty, db.deleted) for thing in group):
        db.info["plan_changed"] = True


@event.listens_for(WritingSession, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    if (state.is_update or state.is_delete or state.is_insert) and any(
            issubclass(mapper.class_, Planned) for mapper in state.all_mappers):
        state.session.info["plan_changed"] = True


@event.listens_for(WritingSession, "before_commit")
def _committing(db: Session) -> None:
    db.flush()
    if db.info.pop("plan_changed", False):
        # By the table: the number is no plan, and nobody reads the row through the ORM.
        db.execute(update(PlanStamp).where(PlanStamp.id == 1).values(number=PlanStamp.number + 1),
                   execution_options={"synchronize_session": False})
