"""What each entry of an attendance file would do: something new, nothing, something doubtful, or it is refused; and why."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from lms.core.attendance.check_in import sign_in_window
from lms.core.attendance.status import LEAVE, SETTABLE
from lms.core.classes.models import ClassSession, Enrolment
from lms.core.classes.roster_rows import Remark
from lms.core.classes.timetable import instants
from lms.core.clock import local, local_instant
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.paperwork.import_known import Knowledge
from lms.core.paperwork.import_read import Entry
from lms.core.paperwork.import_times import read_moment, sessions_meant
from lms.core.paperwork.import_words import status_of_word
from lms.core.paperwork.matrix_keys import session_label
from lms.core.people.names import name_key
from lms.core.people.phones import clean_phone

STATES = {"new": N_("要保存"), "same": N_("相同"), "doubtful": N_("存疑"), "refused": N_("不能导入")}
_RANK = tuple(STATES)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Act:
    """An event that would be written: ``in`` or ``out`` with its instant in the class's zone, or ``status`` with what is set."""

    kind: str
    at: str = ""  # ISO 8601
    status: str = ""


@dataclass
class Change:
    """What becomes of an entry.

    :param was: the status as it is now, a code
    """

    key: str
    line: int
    name: str
    state: str = "new"
    enrolment: str = ""
    session: str = ""
    title: str = ""
    was: str = ""
    note: str = ""
    acts: list[Act] = field(default_factory=list)
    reasons: list[Remark] = field(default_factory=list)

    def say(self, state: str, code: str, message: str, **data: Any) -> None:
        """Add a reason; the gravest state of all reasons counts."""
        self.state = max(self.state, state, key=_RANK.index)
        self.reasons.append(Remark(code, message, data=data))

    def plain(self) -> dict[str, Any]:
        return asdict(self)


def change_of(kept: dict[str, Any]) -> Change:
    """A change as ``plain`` made it."""
    return Change(**{**kept, "acts": [Act(**a) for a in kept["acts"]], "reasons": [Remark(**r) for r in kept["reasons"]]})


def judge(kind: str, entries: Sequence[Entry], known: Knowledge, default_session: str = "") -> list[Change]:
    """One change an entry, in their order. The same entries and the same knowledge give the same changes.

    :param default_session: uid of the session that a list is about where it does not say
    """
    changes = [_cell(e, known) if kind == "matrix" else _row(e, known, default_session) for e in entries]
    _doubled(changes)
    return changes


def _cell(entry: Entry, known: Knowledge) -> Change:
    """A cell of the matrix that was edited."""
    values, change = entry.values, Change(entry.key, entry.line, entry.values.get("name", ""))
    seat, session = _seat_of_row(values, known, change), known.sessions.get(values["session"])
    if session is None:
        change.say("refused", "session_gone", N_("这一课次已不在课程表里"))
    if seat is None or session is None:
        return change
    _about(change, seat, session, known)
    code = status_of_word(values["word"])
    if code == change.was:
        change.say("same", "as_it_is", N_("与现在的状态相同"))
    elif not values["word"]:
        change.say("refused", "cell_emptied", N_("状态被清空；请写上一个状态，或保持原样"))
    elif code is None:
        change.say("refused", "unknown_word", N_("不认识的状态“{word}”"), word=values["word"][:20])
    elif code not in SETTABLE:
        change.say("refused", "not_settable", N_("“{word}”由课程表和签到记录得出，不能直接改成这个状态"), word=values["word"][:20])
    elif not _ahead(change, code, session, known):
        change.acts.append(Act("status", status=code))
        if values["was"] and values["was"] != change.was:
            change.say("doubtful", "changed_since_export", N_("导出以后，系统里的状态已有变化，请核对"))
    return change


def _seat_of_row(values: dict[str, str], known: Knowledge, change: Change) -> Enrolment | None:
    """By the key in the hidden column, which the name must confirm: a column that was sorted alone would mix people up."""
    seat = known.seats.get(values["uid"])
    if values["uid"] and seat is None:
        change.say("refused", "not_in_class", N_("不在本班的名册里"))
        return None
    if seat is None:
        return _seat(values, known, change)
    if "name" in values and name_key(values["name"]) != name_key(seat.name):
        change.say("refused", "key_and_name", N_("这一行的姓名和隐藏的编号不是同一个人，可能只排了部分列的顺序"))
        return None
    return seat


def _row(entry: Entry, known: Knowledge, default_session: str) -> Change:
    """A row of a list."""
    values = entry.values
    change = Change(entry.key, entry.line, values.get("name", "") or values.get("phone", ""), note=values.get("note", "")[:200])
    seat = _seat(values, known, change)
    year = known.record.training_class.starts_on.year
    moments = {name: read_moment(values.get(name, ""), year) for name in ("day", "time", "out")}
    for name, moment in moments.items():
        if moment.bad:
            change.say("refused", "bad_time", N_("看不懂的日期或时间“{text}”"), text=values[name][:30])
    day = moments["day"].day or moments["time"].day or moments["out"].day
    session = _session(values.get("session", ""), day, moments["time"].at or moments["out"].at, known, change, default_session)
    if seat is None or session is None or change.state == "refused":
        return change
    _about(change, seat, session, known)
    for kind, name in (("in", "time"), ("out", "out")):
        at = moments[name].at
        if at is not None:
            _timed(change, kind, local_instant(day or session.day, at, known.zone), seat, session, known)
    _status(change, values.get("status", ""), seat, session, known)
    if not change.acts and not change.reasons:
        change.say("refused", "says_nothing", N_("既没有时间，也没有状态"))
    return change


def _seat(values: dict[str, str], known: Knowledge, change: Change) -> Enrolment | None:
    """By phone, else by name with number or unit; by name alone only where the class has it once."""
    name = name_key(values.get("name", ""))
    try:
        phone = clean_phone(values.get("phone", ""))
    except Invalid as fault:
        change.say("refused", fault.code, fault.message, **fault.data)
        return None
    if phone and (seat := known.by_phone.get(phone)) is not None:
        if name and name != name_key(seat.name):
            change.say("refused", "phone_other_name", N_("这个手机号在名册里是另一个姓名，请核对"))
            return None
        return seat
    found = known.by_name.get(name, []) if name else []
    if len(found) > 1 and (number := values.get("number")):
        found = [s for s in found if str(s.number) == number] or found
    if len(found) > 1 and (unit := name_key(values.get("unit", ""))):
        found = [s for s in found if name_key(s.unit_name) == unit] or found
    if len(found) == 1:
        return found[0]
    if found:
        change.say("refused", "several_of_name", N_("班里有 {count} 个同名的人，请加上手机号、序号或单位"), count=len(found))
    else:
        change.say("refused", "not_in_class", N_("不在本班的名册里"))
    return None


def _session(text: str, day: Any, at: Any, known: Knowledge, change: Change, default_session: str) -> ClassSession | None:
    if not text and default_session in known.sessions:
        return known.sessions[default_session]
    if not text and day is None:
        change.say("refused", "no_session", N_("没有写是哪一课次，也没有日期"))
        return None
    meant = sessions_meant(known.record.sessions, text, day, at)
    if len(meant) == 1:
        return meant[0]
    if meant:
        change.say("refused", "several_sessions", N_("有 {count} 个课次都符合，请写明课次"), count=len(meant))
    else:
        change.say("refused", "no_such_session", N_("课程表里没有这一课次或这一天"))
    return None


def _about(change: Change, seat: Enrolment, session: ClassSession, known: Knowledge) -> None:
    change.enrolment, change.session, change.name = seat.uid, session.uid, seat.name
    change.title, change.was = session_label(session), known.statuses[seat.id, session.id].code
    if session.cancelled:
        change.say("refused", "session_cancelled_row", N_("这一课次已取消"))


def _timed(change: Change, kind: str, at: datetime, seat: Enrolment, session: ClassSession, known: Knowledge) -> None:
    opens, closes = sign_in_window(session, known.record.rules, known.zone)
    signed = known.signed.get((seat.person_id, session.id, kind), [])
    if local(at, known.zone).date() != session.day:
        change.say("refused", "other_day", N_("日期不是这一课次的日期"))
    elif at > known.now:
        change.say("refused", "time_ahead", N_("时间还没有到"))
    elif any(abs(at.replace(second=0) - known_at.replace(second=0, microsecond=0)) < _MINUTE for known_at in signed):
        change.say("same", "signed_then", N_("系统里已有这个时间的记录"))
    else:
        change.acts.append(Act(kind, local(at, known.zone).isoformat()))
        if signed:
            change.say("doubtful", "signed_otherwise", N_("系统里已有 {at} 的记录，与文件不同"),
                       at=f"{local(min(signed), known.zone):%H:%M}")
        if at < opens or (kind == "in" and at > closes):
            change.say("doubtful", "outside_session", N_("时间在这一课次的签到时间之外"))


def _status(change: Change, word: str, seat: Enrolment, session: ClassSession, known: Knowledge) -> None:
    code = status_of_word(word) if word else None
    timed = bool(change.acts or change.reasons)
    if not word or (timed and code in ("present", "late", "left_early")):
        return  # the time says it better
    if code is None or code not in SETTABLE:
        change.say("refused", "unknown_word", N_("不认识的状态“{word}”"), word=word[:20])
    elif timed:
        change.say("refused", "time_and_status", N_("既有时间，又写着“{word}”，请只留一个"), word=word[:20])
    elif code == change.was:
        change.say("same", "as_it_is", N_("与现在的状态相同"))
    elif not _ahead(change, code, session, known):
        change.acts.append(Act("status", status=code))
        if known.signed.get((seat.person_id, session.id, "in")) and code not in ("present", "late", "left_early"):
            change.say("doubtful", "signed_in_system", N_("系统里有签到记录，与文件不同"))


def _ahead(change: Change, code: str, session: ClassSession, known: Knowledge) -> bool:
    """Whether a status is set too early: before a session begins, only leave is known."""
    ahead = code not in LEAVE and instants(session, known.zone)[0] > known.now
    if ahead:
        change.say("refused", "not_begun", N_("这一课次还没有开始，现在只能写请假"))
    return ahead


def _doubled(changes: Sequence[Change]) -> None:
    """Somebody twice in one session: equal rows count once, others are doubtful."""
    first: dict[tuple[str, str, str], Change] = {}
    for change in changes:
        for act in list(change.acts):
            earlier = first.setdefault((change.enrolment, change.session, act.kind), change)
            if earlier is change:
                continue
            if act in earlier.acts:
                change.acts.remove(act)
                change.say("same", "duplicate_row", N_("与第 {line} 行相同，只导入一次"), line=earlier.line)
            else:
                change.say("doubtful", "listed_twice", N_("与第 {line} 行是同一人同一课次，但内容不同"), line=earlier.line)
    for change in changes:
        if change.state == "same" and change.acts:
            change.state = "new"  # part of the row is known, another part is not
        if change.state == "new" and not change.acts:
            change.state = "same"
