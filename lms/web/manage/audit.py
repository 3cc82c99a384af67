"""The audit log, for administrators: who did what, when, and what changed, in words; on the page and as a file."""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, request
from sqlalchemy import select

from lms.core.access.service import require
from lms.core.audit.log import Filter, Line, read_log, sealed, walk_log
from lms.core.audit.service import record
from lms.core.audit.words import KINDS, THINGS, word_for
from lms.core.classes.models import TrainingClass
from lms.core.clock import local_instant
from lms.core.documents.tables import Book, Column, Sheet, Value
from lms.core.i18n import N_, translate
from lms.core.people.find import matching
from lms.core.people.models import Person
from lms.web.context import here
from lms.web.formats import Formats
from lms.web.identity import login_required
from lms.web.manage.audit_values import Reader, people_in
from lms.web.manage.exports import file_answer
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_audit", __name__)
_SIZE = 50
_COLUMNS: tuple[tuple[str, str], ...] = (
    (N_("时间"), "instant"), (N_("操作人"), "text"), (N_("操作"), "text"), (N_("结果"), "text"), (N_("对象"), "text"), (N_("编号"), "text"),
    (N_("培训班"), "text"), (N_("改动"), "text"), (N_("原因"), "text"), (N_("网络地址"), "text"))


@pages.get("/manage/audit")
@login_required
def index() -> str:
    facts = here()
    require(facts.viewer, "audit")
    classes = _classes()
    filters = _filters()
    page = max(1, min(request.args.get("page", 1, type=int) or 1, 100_000))
    lines, total = read_log(facts.db, _chosen(filters, classes), page=page, size=_SIZE)
    names = _names(lines)
    return render_template(
        "lms/manage/audit/index.html", lines=lines, names=names, page=page, total=total, pages=max(1, -(-total // _SIZE)),
        filters=filters, kinds=KINDS, things=THINGS, word_for=word_for, titles={c.id: c.title for c in classes},
        class_choices=[(c.uid, c.title) for c in classes], reader=_reader(names),
        sealed=sealed(facts.db, locale=facts.locale, zone=facts.site.settings.zone))


@pages.post("/manage/audit.<ending>")
@login_required
def export(ending: str) -> Response:
    """What the filter shows, all of it. A POST, because it leaves a mark."""
    facts = here()
    require(facts.viewer, "audit")
    filters, classes = _filters(), _classes()
    titles = {c.id: c.title for c in classes}
    lines = (row for part in walk_log(facts.db, _chosen(filters, classes)) for row in _rows(part, titles))
    columns = [Column(str(n), translate(facts.locale, title), kind=kind) for n, (title, kind) in enumerate(_COLUMNS)]  # type: ignore[arg-type]
    note = sealed(facts.db, locale=facts.locale, zone=facts.site.settings.zone)
    book = Book([Sheet(translate(facts.locale, N_("日志")), columns, lines, frozen=1, notes=[note] if note else [])], zone=facts.site.settings.zone, locale=facts.locale)
    answer = file_answer(book, ending, translate(facts.locale, N_("日志-{day}"), day=f"{facts.now:%Y%m%d}"))
    with writing() as db:
        record(db, actor_id=me(), action="audit.export", now=facts.now, after=dict(filters) or None)
    return answer


def _classes() -> Any:
    return here().db.execute(select(TrainingClass.id, TrainingClass.uid, TrainingClass.title)
                             .order_by(TrainingClass.starts_on.desc(), TrainingClass.id.desc())).all()


def _names(lines: Iterable[Line]) -> dict[int, str]:
    lines = list(lines)
    wanted = {line.entry.actor_id for line in lines if line.entry.actor_id}.union(*(people_in(line.detail) for line in lines))
    return dict(here().db.execute(select(Person.id, Person.name).where(Person.id.in_(wanted))).all())


def _reader(names: dict[int, str]) -> Reader:
    return Reader(here().locale, Formats(here().locale, here().site.settings.zone), names)


def _rows(lines: list[Line], titles: dict[int, str]) -> Iterator[tuple[Value, ...]]:
    """The rows of the file, in the words of the page."""
    names, locale = _names(lines), here().locale
    reader, colon, semicolon = _reader(names), translate(locale, N_("：")), translate(locale, N_("；"))
    for line in lines:
        e, detail = line.entry, line.detail
        changes = reader.changes(detail, e.thing_type) if detail else []
        told = semicolon.join(f"{c.field}{colon}{' → '.join(value for value in (c.before, c.after) if value is not None)}" for c in changes)
        yield (e.at, names.get(e.actor_id or 0, ""), translate(locale, word_for(e.action)),
               translate(locale, N_("完成")) if e.outcome == "done" else f"{translate(locale, N_('被拒绝'))} {e.code}".strip(),
               translate(locale, THINGS.get(e.thing_type) or e.thing_type), e.thing_uid, titles.get(e.class_id or 0, ""), told,
               detail.reason if detail else "", detail.address if detail else "")


def _chosen(filters: dict[str, Any], classes: Any) -> Filter:
    zone = here().site.settings.zone
    chosen = next((c.id for c in classes if c.uid == filters.get("class")), 0 if filters.get("class") else None)
    since, until = (_midnight(filters.get(name, ""), zone) for name in ("since", "until"))
    who = filters.get("who", "")
    return Filter(kind=filters.get("kind", ""), action=filters.get("action", ""), outcome=filters.get("outcome", ""), class_id=chosen,
                  actors=select(Person.id).where(matching(who)) if who else None, since=since,
                  until=until + timedelta(days=1) if until else None)


def _filters() -> dict[str, Any]:
    """What was asked for, as far as there is such a thing."""
    asked = request.args
    found = {"kind": asked.get("kind", "") if asked.get("kind") in KINDS else "",
             "outcome": asked.get("outcome", "") if asked.get("outcome") in ("done", "refused") else "",
             "class": asked.get("class", "").strip(), "action": asked.get("action", "").strip(), "who": asked.get("who", "").strip()[:60],
             **{name: asked.get(name, "") if _day(asked.get(name, "")) else "" for name in ("since", "until")}}
    return {key: value for key, value in found.items() if value}


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _midnight(text: str, zone: str) -> datetime | None:
    day = _day(text)
    return local_instant(day, time(), zone) if day and 1970 < day.year < 9999 else None
