"""Sign-in sheets: who stands on which page, each page with a code under which it is found again."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from lms.core.audit.service import record
from lms.core.classes.models import ClassSession, Enrolment, Group, TrainingClass
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.ids import digest
from lms.core.paperwork.models import SheetRow, SheetSession, SignInSheet
from lms.core.paperwork.sheet_codes import new_code

ROWS_A_PAGE = 22
MOST_PAGES = 400


@dataclass(frozen=True)
class Page:
    """What stands on one page: the sessions that are signed for, a group and its people in order."""

    sessions: tuple[ClassSession, ...]
    group: str
    page: int
    pages: int
    people: tuple[Enrolment, ...]

    @property
    def key(self) -> tuple[int, str]:
        """By which a page that was printed before is known: its first session, and all that stands on it."""
        further = [s.uid for s in self.sessions[1:]]
        return self.sessions[0].id, digest("|".join((self.group, str(self.page), *(e.uid for e in self.people), *further)))


def sheet_sessions(training_class: TrainingClass) -> list[ClassSession]:
    """The sessions for which sheets can be printed."""
    return [s for s in training_class.sessions if s.counts and not s.cancelled]


def half_day(session: ClassSession) -> str:
    """Message id: which part of the day a session belongs to."""
    hour = session.starts.hour
    return N_("上午") if hour < 12 else N_("下午") if hour < 18 else N_("晚上")


def print_sheets(db: Session, *, training_class: TrainingClass, sessions: Sequence[ClassSession], group: Group | None = None,
                 together: bool = False, by_id: int | None, now: datetime) -> list[SignInSheet]:
    """The sheets of *sessions*, page by page, group by group; a page that was printed before keeps its code.

    :param together: sessions of one half-day are signed for on one sheet
    :raises Invalid: no session, nobody to print, or too many pages at once
    """
    if not sessions:
        raise Invalid("no_session_chosen", N_("请选择至少一个课次，没有生成文件。"))
    pages = [page for part in _parts(sessions, together) for page in _pages(db, part, group)]
    if not pages:
        raise Invalid("nobody_on_sheet", N_("名册里还没有人，没有生成文件。请先导入名册。"))
    if len(pages) > MOST_PAGES:
        raise Invalid("too_many_sheets", N_("一次要打印 {count} 页，超过 {most} 页，没有生成文件。请少选几个课次。"),
                      count=len(pages), most=MOST_PAGES)
    db.get_one(TrainingClass, training_class.id, with_for_update=True)  # two who print at once get the same codes
    known = {(s.session_id, s.content): s for s in db.scalars(
        select(SignInSheet).where(SignInSheet.class_id == training_class.id))}
    codes = _codes(db, sum(p.key not in known for p in pages))
    for page in pages:
        if page.key not in known:
            known[page.key] = _new(page, next(codes), by_id, now)
            db.add(known[page.key])
    db.flush()
    record(db, actor_id=by_id, action="sheet.print", thing=training_class, now=now, class_id=training_class.id,
           after={"sessions": [s.uid for s in sessions], "pages": len(pages), "group": group.name if group else ""})
    return [known[p.key] for p in pages]


def with_rows(db: Session, ids: Sequence[int]) -> list[SignInSheet]:
    """The sheets with these ids, in this order, with sessions and people loaded."""
    found = {s.id: s for s in db.scalars(select(SignInSheet).where(SignInSheet.id.in_(ids)).options(
        joinedload(SignInSheet.session), selectinload(SignInSheet.rows).joinedload(SheetRow.enrolment),
        selectinload(SignInSheet.for_sessions).joinedload(SheetSession.session))
        .execution_options(populate_existing=True))}
    return [found[i] for i in ids]


def printed_sheets(db: Session, training_class: TrainingClass) -> Sequence[SignInSheet]:
    """All sheets of a class, by session, in the order of their pages."""
    return db.scalars(select(SignInSheet).join(SignInSheet.session).options(joinedload(SignInSheet.session))
                      .where(SignInSheet.class_id == training_class.id)
                      .order_by(ClassSession.day, ClassSession.starts, SignInSheet.id)).all()


def signed_for(sheet: SignInSheet) -> list[ClassSession]:
    """The sessions that a sheet is for, in order of time."""
    return sorted((part.session for part in sheet.for_sessions), key=lambda s: (s.day, s.starts, s.id))


def _parts(sessions: Sequence[ClassSession], together: bool) -> list[tuple[ClassSession, ...]]:
    ordered = sorted(sessions, key=lambda s: (s.day, s.starts, s.id))
    if not together:
        return [(session,) for session in ordered]
    return [tuple(part) for _, part in groupby(ordered, lambda s: (s.day, half_day(s)))]


def _pages(db: Session, sessions: tuple[ClassSession, ...], group: Group | None) -> Iterator[Page]:
    query = (select(Enrolment, Group.name).outerjoin(Group, Group.id == Enrolment.group_id)
             .where(Enrolment.class_id == sessions[0].class_id, Enrolment.state == "enrolled")
             .order_by(Group.position.is_(None), Group.position, Group.id, Enrolment.number, Enrolment.id))
    if group is not None:
        query = query.where(Enrolment.group_id == group.id)
    for name, members in groupby(db.execute(query).all(), lambda pair: pair[1] or ""):
        people = [enrolment for enrolment, _ in members]
        parts = [people[n:n + ROWS_A_PAGE] for n in range(0, len(people), ROWS_A_PAGE)]
        for number, part in enumerate(parts, start=1):
            yield Page(sessions, name, number, len(parts), tuple(part))


def _codes(db: Session, count: int) -> Iterator[str]:
    """So many codes that no sheet has."""
    free: set[str] = set()
    while len(free) < count:
        tried = {new_code() for _ in range(count - len(free))}
        free |= tried - set(db.scalars(select(SignInSheet.code).where(SignInSheet.code.in_(tried))))
    return iter(sorted(free))


def _new(page: Page, code: str, by_id: int | None, now: datetime) -> SignInSheet:
    first_id, content = page.key
    return SignInSheet(class_id=page.sessions[0].class_id, session_id=first_id, code=code, group_name=page.group,
                       for_sessions=[SheetSession(session_id=s.id) for s in page.sessions],
                       page=page.page, pages=page.pages, content=content, created_by_id=by_id, created_at=now, keyed={},
                       rows=[SheetRow(number=n, enrolment_id=e.id) for n, e in enumerate(page.people, start=1)])
