"""What is posted into the class's chat group: short texts to paste and the same as a picture. Nothing is sent from here."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from lms.core.attendance.status import Status
from lms.core.classes.models import ClassSession
from lms.core.classes.timetable import instants
from lms.core.classfile.facts import ClassFile
from lms.core.classfile.lists import WEEKDAYS
from lms.core.documents.pdf import render_png
from lms.core.i18n import N_
from lms.core.shipped import shipped

_AWAY = frozenset({"missing", "absent", "unexcused"})


@dataclass(frozen=True)
class Message:
    """A title and its lines, in the reader's language."""

    title: str
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """As it is pasted."""
        return "\n".join((f"【{self.title}】", *self.lines))


def today(file: ClassFile) -> Message:
    """The day's timetable; before and after the class, that of its first or last day."""
    day = min(max(file.today, file.training_class.starts_on), file.training_class.ends_on)
    return Message(file.word(N_("{day} {weekday} 课程安排"), day=_short(file, day), weekday=file.word(WEEKDAYS[day.weekday()])), _timetable(file, day))


def not_signed_in(file: ClassFile) -> Message:
    """Who has not signed in to the session that is on, or to the one that began last, group by group. Leave is not told."""
    place = _current(file)
    if place is None:
        return Message(file.word(N_("还没有签到的")), (file.word(N_("还没有开始签到的课次。")),))
    session = file.record.sessions[place]
    away = [row.enrolment for row in file.record.people if _is_away(row.statuses[place])]
    order = {g.id: n for n, g in enumerate(file.groups)}
    away.sort(key=lambda e: (order.get(e.group_id or 0, len(order)), e.number))
    lines = [file.word(N_("{group}：{names}"), group=name or file.word(N_("未分组")), names=[e.name for e in members])
             for name, members in groupby(away, file.group_of)]
    title = file.word(N_("{time} {title} 还没有签到的"), time=f"{session.starts:%H:%M}", title=session.title)
    if not away:
        return Message(title, (file.word(N_("全部到齐。")),))
    return Message(title, (file.word(N_("共 {count} 人，请看到后尽快签到，有事请假："), count=len(away)), *lines))


def reminder(file: ClassFile) -> Message:
    """What comes next: the next day's first session, where, and what to bring."""
    coming = [s for s in file.held if instants(s, file.training_class.zone)[0] > file.now]
    if not coming:
        return Message(file.word(N_("温馨提醒")), (file.word(N_("课程已全部结束。还没有完成的学习和问卷请尽快完成。")),))
    first = coming[0]
    day = file.word(N_("今天")) if first.day == file.today else file.word(N_("明天")) if first.day == file.today + timedelta(days=1) else _short(file, first.day)
    lines = [file.word(N_("{day} {time} {title}"), day=day, time=f"{first.starts:%H:%M}", title=first.title)]
    if first.place or file.place:
        lines.append(file.word(N_("地点：{place}"), place=first.place or file.place))
    if first.counts:
        lines.append(file.word(N_("请提前 {minutes} 分钟到场，扫大屏幕上的二维码签到。"), minutes=file.record.rules.opens_before))
    if first.kind == "field_visit" and file.vehicles:
        lines.append(file.word(N_("请按乘车表上车，车辆：{names}。"), names=[v.name for v in file.vehicles]))
    lines.append(file.word(N_("有事不能参加的，请先在手机上申请请假。")))
    return Message(file.word(N_("温馨提醒")), tuple(lines))


MESSAGES: dict[str, tuple[str, Callable[[ClassFile], Message]]] = {
    "today": (N_("今天的课程"), today), "missing": (N_("还没有签到的"), not_signed_in), "reminder": (N_("提醒"), reminder)}


def picture(message: Message, *, sample: bool) -> bytes:
    """*message* as a PNG, as wide as a phone reads well."""
    data: dict[str, Any] = {"title": message.title, "lines": list(message.lines), "sample": sample}
    return render_png(shipped("templates") / "print" / "chat.typ", data, ppi=180)[0]


def _timetable(file: ClassFile, day: date) -> tuple[str, ...]:
    sessions = [s for s in file.held if s.day == day]
    return tuple(_line(s) for s in sessions) or (file.word(N_("这一天没有课。")),)


def _line(s: ClassSession) -> str:
    return "  ".join(part for part in (f"{s.starts:%H:%M}–{s.ends:%H:%M}", s.title, s.lecturer, s.place) if part)


def _current(file: ClassFile) -> int | None:
    """The place in the record of the session that began last and was not called off."""
    begun = [n for n, s in enumerate(file.record.sessions) if not s.cancelled and instants(s, file.training_class.zone)[0] <= file.now]
    return begun[-1] if begun else None


def _is_away(status: Status) -> bool:
    return status.code in _AWAY


def _short(file: ClassFile, day: date) -> str:
    return file.word(N_("{month}月{day}日"), month=day.month, day=day.day)


def messages(file: ClassFile) -> Sequence[tuple[str, str, Message]]:
    """(code, heading as a message id, message) of each."""
    return [(code, heading, make(file)) for code, (heading, make) in MESSAGES.items()]
