"""Write the audit log, in the same transaction as the change it describes."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.core.audit.chain import mark
from lms.core.audit.models import AuditDetail, AuditEntry


@dataclass(frozen=True)
class Origin:
    """Where an act came from; the web layer puts one into ``db.info["origin"]``."""

    address: str = ""
    agent: str = ""


def record(db: Session, *, actor_id: int | None, action: str, thing: Any = None, now: datetime,
           before: dict[str, Any] | None = None, after: dict[str, Any] | None = None, reason: str = "",
           class_id: int | None = None, outcome: str = "done", code: str = "") -> None:
    """One entry: who did *action* to *thing* and what changed. Values must be plain JSON and hold no secret.

    :param action: dotted, the feature first, e.g. ``"roster.import"``
    :param thing: a row with ``uid``, or a text that names it
    """
    named = getattr(thing, "uid", None)
    entry = AuditEntry(at=now, actor_id=actor_id, action=action, outcome=outcome, code=code, class_id=class_id,
                       thing_type=type(thing).__name__ if named else "", thing_uid=named or str(thing or "")[:64])
    origin: Origin = db.info.get("origin") or Origin()
    db.add(entry)
    db.flush()
    detail = AuditDetail(entry_id=entry.id, before=before, after=after, reason=reason[:500], address=origin.address[:64],
                         agent=origin.agent[:200], purged="", mark="")
    mark(db, entry, detail)
    db.add(detail)
