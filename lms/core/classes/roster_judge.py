"""What becomes of each row of a roster: compared with what the system knows and with the other rows.

People are matched by phone, else by name and unit together; never by name alone. What that leaves open is doubtful
and waits for somebody's decision.
"""
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lms.core.classes.roster_known import Knowledge, Known
from lms.core.classes.roster_rows import Remark, RosterRow, is_odd_name
from lms.core.i18n import N_
from lms.core.people.names import name_key
from lms.core.people.phones import phone_tail

STATES = {"new": N_("新增"), "same": N_("相同"), "changed": N_("有改动"), "doubtful": N_("存疑"),
          "refused": N_("不能导入")}
# An empty cell takes these away; of the others it says nothing, and what is known stays.
_ERASABLE = frozenset({"position", "station", "group", "note"})


@dataclass(frozen=True)
class Verdict:
    """What becomes of a row.

    :param state: one of ``STATES``
    :param reasons: why, and what else is worth knowing
    :param person: uid of the person that the row is about, where that is certain
    :param candidates: uids of persons that it may be about
    :param changes: field -> [as it is, as the file has it], for somebody who is in the class
    """

    state: str
    reasons: tuple[Remark, ...] = ()
    person: str | None = None
    candidates: tuple[str, ...] = ()
    changes: dict[str, list[Any]] = field(default_factory=dict)

    def has(self, code: str) -> bool:
        return any(reason.code == code for reason in self.reasons)


def judge(rows: Sequence[RosterRow], knowledge: Knowledge) -> list[Verdict]:
    """One verdict a row, in their order. The same rows and the same knowledge give the same verdicts."""
    return _Judge(rows, knowledge).verdicts()


class _Judge:
    def __init__(self, rows: Sequence[RosterRow], knowledge: Knowledge) -> None:
        self.rows, self.knowledge = rows, knowledge
        usable = [row for row in rows if not row.faults]
        self.by_phone: dict[str, list[RosterRow]] = defaultdict(list)
        self.by_keys: dict[tuple[str, str], list[RosterRow]] = defaultdict(list)
        for row in usable:
            if row.phone:
                self.by_phone[row.phone].append(row)
            self.by_keys[row.keys].append(row)
        # Whom a row names by phone cannot be meant by another row that only has the same name and unit.
        self.claimed = {known.person.uid for phone, known in knowledge.by_phone.items() if phone in self.by_phone
                        and any(_same_name(row, known) for row in self.by_phone[phone])}
        # How many different rows of one name and unit look for somebody whom their phone does not name.
        self.open_rows = Counter(keys for keys, _ in {(row.keys, tuple(_content(row).items())) for row in usable
                                                      if (row.phone or "") not in knowledge.by_phone})

    def verdicts(self) -> list[Verdict]:
        return [self._verdict(row) for row in self.rows]

    def _verdict(self, row: RosterRow) -> Verdict:
        if row.faults:
            return Verdict("refused", tuple(row.faults))
        known = self.knowledge.by_phone.get(row.phone or "")
        if row.meant:
            if known is not None and known.person.uid != row.meant:
                return Verdict("refused", (Remark("phone_taken", N_("这个手机号已登记在另一个人名下"), "phone"),))
            return self._matched(row, self.knowledge.by_uid[row.meant])
        repeated = self._repeated(row)
        if repeated is not None:
            return repeated
        if is_odd_name(row.values["name"]):
            return _doubt("odd_name", N_("不像一个人的姓名，请核对"), "name")
        if known is None:
            return self._by_name_and_unit(row)
        if _same_name(row, known):
            return self._matched(row, known)
        return _doubt("phone_other_name", N_("这个手机号已登记在另一个姓名下，请核对"), "phone",
                      candidates=[known] if known.open_to_importer else [])

    def _repeated(self, row: RosterRow) -> Verdict | None:
        """A row that stands in the file before, or shares its phone with another row."""
        for first in self.by_keys[row.keys]:
            if first.line >= row.line:
                break
            if _content(first) == _content(row):
                if row.phone:
                    return Verdict("same", (Remark("duplicate_row", N_("与第 {line} 行完全相同，只导入一次"),
                                                   data={"line": first.line}),))
                return _doubt("duplicate_without_phone", N_("与第 {line} 行完全相同，又没有手机号可以区分"),
                              line=first.line)
        others = [other for other in self.by_phone.get(row.phone or "", ()) if other is not row]
        strangers = [other for other in others if other.keys[0] != row.keys[0]]
        if strangers:
            return _doubt("phone_of_two", N_("与第 {line} 行（{name}）的手机号相同，请核对是谁的号码"), "phone",
                          line=strangers[0].line, name=strangers[0].values["name"])
        if others and others[0].line < row.line:
            return _doubt("listed_twice", N_("与第 {line} 行是同一人（姓名和手机号相同），但其他内容不同"),
                          line=others[0].line)
        return None

    def _by_name_and_unit(self, row: RosterRow) -> Verdict:
        found = [known for known in self.knowledge.by_name.get(row.keys[0], ())
                 if known.open_to_importer and known.person.uid not in self.claimed]
        if not row.keys[1]:
            return self._without_unit(row, found)
        meant = [known for known in found if row.keys[1] in known.unit_keys]
        certain = len(meant) == 1 and self.open_rows[row.keys] == 1 and not (row.phone and meant[0].person.phone)
        if certain:
            return self._matched(row, meant[0])
        if meant:
            return _doubt("same_name_and_unit", N_("本单位已有同名的人（手机尾号 {tails}），请核对是不是同一人"),
                          "name", candidates=meant, tails=_tails(meant))
        return Verdict("new", self._namesakes(row))

    def _without_unit(self, row: RosterRow, found: list[Known]) -> Verdict:
        """A row without phone and unit: only the same 序号 in the same class makes a name certain."""
        seats = [known for known in found if known.enrolment is not None]
        if row.phone or not seats:
            return Verdict("new", self._namesakes(row))
        same = [known for known in seats if known.enrolment is not None and not known.enrolment.unit_name
                and not known.person.phone and known.enrolment.number == row.values.get("number")]
        if len(same) == 1:
            return self._matched(row, same[0])
        return _doubt("same_name", N_("班里已有同名的人（手机尾号 {tails}），本行没有手机号和单位可以核对"), "name",
                      candidates=seats, tails=_tails(seats))

    def _namesakes(self, row: RosterRow) -> tuple[Remark, ...]:
        others = [other for other in self.by_keys[row.keys] if _content(other) != _content(row)]
        if not others or not row.keys[1]:
            return ()
        return (Remark("namesake", N_("同单位还有一位同名的人（第 {line} 行），按手机尾号 {tail} 区分"), "name",
                       {"line": others[0].line, "tail": phone_tail(row.phone) or "—"}),)

    def _matched(self, row: RosterRow, known: Known) -> Verdict:
        if known.enrolment is None:
            return Verdict("new", (Remark("known_person", N_("系统中已有此人，将加入本班")),), known.person.uid)
        changes = changes_of(row, known, self.knowledge.group_names)
        if known.beyond_importer and changes.keys() & {"name", "phone"}:
            return Verdict("refused", (Remark(
                "staff_login", N_("此人另有工作人员权限，姓名和手机号只能由系统管理员更改"), "phone"),), known.person.uid)
        if known.enrolment.state == "withdrawn":
            return _doubt("withdrawn", N_("此人已退班，导入将恢复学员资格"), candidates=[known])
        return Verdict("changed" if changes else "same", self._namesakes(row), known.person.uid, (), changes)


def _doubt(code: str, message: str, about: str = "", *, candidates: Sequence[Known] = (), **data: Any) -> Verdict:
    return Verdict("doubtful", (Remark(code, message, about, data),),
                   candidates=tuple(known.person.uid for known in candidates))


def changes_of(row: RosterRow, known: Known, group_names: dict[int, str]) -> dict[str, list[Any]]:
    """Field -> [as it is, as *row* has it], for somebody in the class."""
    seat, person = known.enrolment, known.person
    if seat is None:
        return {}
    current: dict[str, Any] = {
        "number": seat.number, "name": seat.name, "gender": seat.gender, "unit": seat.unit_name,
        "position": seat.position, "station": seat.station, "note": seat.note,
        "group": group_names.get(seat.group_id or 0, ""), "phone": person.phone,
        "ethnic_group": person.ethnic_group, "political_affiliation": person.political_affiliation}
    return {name: [was, row.values[name]] for name, was in current.items()
            if name in row.values and _differs(name, was, row.values[name])}


def _differs(name: str, was: Any, now: Any) -> bool:
    if not now and name not in _ERASABLE:
        return False
    return name_key(was) != name_key(now) if name == "unit" else (was or "") != (now or "")


def _same_name(row: RosterRow, known: Known) -> bool:
    names = {known.person.name_key}
    if known.enrolment is not None:
        names.add(name_key(known.enrolment.name))
    return row.keys[0] in names


def _content(row: RosterRow) -> dict[str, Any]:
    return {name: value for name, value in row.values.items() if name != "number"}


def _tails(people: Iterable[Known]) -> list[str]:
    return [phone_tail(known.person.phone) or "—" for known in people]
