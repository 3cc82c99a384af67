"""Put the decided rows of a roster into the database: persons, units, groups and enrolments in bulk, not row by row."""
from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from lms.core.classes.enrolments import next_number
from lms.core.classes.models import Enrolment, Group, TrainingClass
from lms.core.classes.roster_judge import Verdict, changes_of
from lms.core.classes.roster_known import Knowledge, Known
from lms.core.classes.roster_rows import RosterRow
from lms.core.clock import local
from lms.core.people.models import Affiliation, Person, Unit
from lms.core.people.service import rename

# Fields that the enrolment, and those that the person, holds just as the row has them.
_SEAT = ("number", "name", "gender", "position", "station", "note")
_PERSON = ("gender", "ethnic_group", "political_affiliation")
_NUMERALS = {numeral: value for value, numeral in enumerate("一二三四五六七八九", start=1)}

Kept = Sequence[tuple[RosterRow, Verdict]]


def save_rows(db: Session, *, training_class: TrainingClass, kept: Kept, chosen: Mapping[int, str],
              knowledge: Knowledge, now: datetime) -> tuple[dict[str, int], dict[str, Any]]:
    """Carry out *chosen* (line -> ``import``, ``skip`` or ``merge:<uid>``).

    :return: counts, and a report for the audit log: uids of new enrolments, changes of known ones
    """
    saving = _Saving(db, training_class, knowledge, now)
    wanted = [(row, verdict, chosen[row.line]) for row, verdict in kept if chosen.get(row.line, "skip") != "skip"]
    saving.begin([row for row, _, _ in wanted])
    for row, verdict, decision in wanted:
        uid = decision.removeprefix("merge:") if decision.startswith("merge:") else verdict.person
        saving.take(row, knowledge.by_uid[uid] if uid else None)
    saving.finish()
    states = [(verdict, chosen.get(row.line)) for row, verdict in kept]
    counts = {
        "saved": len(saving.seats), "updated": len(saving.changed),
        "unchanged": sum(v.state == "same" and not v.has("duplicate_row") for v, _ in states),
        "skipped": sum(v.state in ("new", "changed") and decision == "skip" for v, decision in states),
        "held_back": sum(v.state == "refused" or (v.state == "doubtful" and decision == "skip")
                         for v, decision in states),
        "duplicate": sum(v.has("duplicate_row") for v, _ in states),
        "without_phone": sum(person.phone is None for person, _ in saving.seats)}
    return counts, {"new": [seat.uid for _, seat in saving.seats], "changed": saving.changed}


class _Saving:
    def __init__(self, db: Session, training_class: TrainingClass, knowledge: Knowledge, now: datetime) -> None:
        self.db, self.training_class, self.knowledge, self.now = db, training_class, knowledge, now
        self.today: date = local(now, training_class.zone).date()
        self.phones = set(knowledge.by_phone)
        self.seats: list[tuple[Person, Enrolment]] = []
        self.changed: dict[str, dict[str, list[Any]]] = {}
        self.number = 0  # 序号 for a row that brings none
        self.places: list[dict[str, Any]] = []  # affiliations to add

    def begin(self, rows: Sequence[RosterRow]) -> None:
        """Groups and units that are new, and the first free 序号."""
        self._make_groups(rows)
        self._make_units(rows)
        numbers = [row.values["number"] for row in rows if row.values.get("number")]
        self.number = max(next_number(self.db, self.training_class), *(number + 1 for number in numbers), 1)

    def _make_groups(self, rows: Sequence[RosterRow]) -> None:
        missing = dict.fromkeys(row.values["group"] for row in rows if row.values.get("group"))
        last = max((group.position for group in self.knowledge.groups.values()), default=0)
        new = [Group(class_id=self.training_class.id, name=name)
               for name in sorted(missing, key=_rank) if name not in self.knowledge.groups]
        for place, group in enumerate(new, start=1):
            group.position = last + place
            self.knowledge.groups[group.name] = group
        self._flush(new)

    def _make_units(self, rows: Sequence[RosterRow]) -> None:
        new: list[Unit] = []
        for row in rows:
            key, category = row.keys[1], row.values.get("unit_category") or ""
            unit = self.knowledge.units.get(key)
            if key and unit is None:
                unit = Unit(name=row.values["unit"], name_key=key, category=category)
                self.knowledge.units[key] = unit
                new.append(unit)
            elif unit is not None and category and not unit.category:
                unit.category = category
        self._flush(new)

    def take(self, row: RosterRow, known: Known | None) -> None:
        """One row: a new person, somebody known who joins the class, or a change to somebody in it."""
        if known is None:
            self._seat(row, self._new_person(row), known)
        elif known.enrolment is None:
            self._fill_in(row, known)
            self._seat(row, known.person, known)
        else:
            self._change(row, known, known.enrolment)

    def finish(self) -> None:
        """Write what ``take`` gathered; people get their ids first."""
        self._flush([person for person, _ in self.seats])
        for person, seat in self.seats:
            seat.person_id = person.id
            if seat.unit_id and person.uid not in self.knowledge.by_uid:
                self._place(person, seat.unit_id, seat.position)
        self._flush([seat for _, seat in self.seats])
        if self.places:
            self.db.execute(insert(Affiliation), self.places)

    def _flush(self, rows: Sequence[Any]) -> None:
        self.db.add_all(rows)
        self.db.flush()

    def _new_person(self, row: RosterRow) -> Person:
        phone = row.phone if row.phone not in self.phones else None  # a number belongs to one person
        self.phones.update([phone] if phone else [])
        person = Person(phone=phone, created_at=self.now, **{name: row.values.get(name) or "" for name in _PERSON})
        rename(person, row.values["name"])
        return person

    def _fill_in(self, row: RosterRow, known: Known) -> None:
        """What was not known of a person who joins; what is known stays."""
        person = known.person
        for name in _PERSON:
            if not getattr(person, name):
                setattr(person, name, row.values.get(name) or "")
        if person.phone is None and row.phone and row.phone not in self.phones and not known.beyond_importer:
            person.phone = row.phone
            self.phones.add(row.phone)

    def _seat(self, row: RosterRow, person: Person, known: Known | None) -> None:
        unit, group = self.knowledge.units.get(row.keys[1]), self.knowledge.groups.get(row.values.get("group") or "")
        seat = Enrolment(class_id=self.training_class.id, unit_id=unit.id if unit else None,
                         group_id=group.id if group else None, unit_name=row.values.get("unit") or "",
                         number=row.values.get("number") or self.number, created_at=self.now,
                         **{name: row.values.get(name) or "" for name in _SEAT if name != "number"})
        self.number += not row.values.get("number")
        self.seats.append((person, seat))
        if known is not None:
            self._affiliate(known, seat)

    def _change(self, row: RosterRow, known: Known, seat: Enrolment) -> None:
        changes = changes_of(row, known, self.knowledge.group_names)
        person = known.person
        for name, (_, now) in changes.items():
            if name in _SEAT:
                setattr(seat, name, now)
            if name in _PERSON:
                setattr(person, name, now)
        if "name" in changes:
            rename(person, row.values["name"])
        if "phone" in changes and row.phone not in self.phones:
            person.phone = row.phone
        if "group" in changes:
            group = self.knowledge.groups.get(row.values["group"])
            seat.group_id = group.id if group else None
        if "unit" in changes:
            unit = self.knowledge.units[row.keys[1]]
            seat.unit_id, seat.unit_name = unit.id, row.values["unit"]
        if changes.keys() & {"unit", "position"}:
            self._affiliate(known, seat)
        if seat.state != "enrolled":
            changes["state"], seat.state = [seat.state, "enrolled"], "enrolled"
        if changes:
            seat.version += 1
            person.version += 1
            self.changed[seat.uid] = changes

    def _affiliate(self, known: Known, seat: Enrolment) -> None:
        """Where somebody known belongs from today; of somebody hidden from the importer only what was not known."""
        open_one = known.affiliation
        if seat.unit_id is None or (open_one is not None and not known.open_to_importer):
            return
        if open_one is not None:
            if open_one.unit_id == seat.unit_id and open_one.position == seat.position:
                return
            open_one.ends_on = self.today
        self._place(known.person, seat.unit_id, seat.position)

    def _place(self, person: Person, unit_id: int, position: str) -> None:
        self.places.append({"person_id": person.id, "unit_id": unit_id, "position": position,
                            "starts_on": self.today})


def _rank(name: str) -> tuple[int, str]:
    """第2组 before 第10组, and 第二组 before 第十组."""
    digits = re.search(r"\d+", name)
    if digits:
        return int(digits[0]), name
    numeral = re.search(r"([一二三四五六七八九]?)(十?)([一二三四五六七八九]?)(?=组|$)", name)
    if not numeral or not numeral[0]:
        return 10_000, name
    tens, ten, ones = numeral.groups()
    return (_NUMERALS.get(tens, 1 if ten else 0) * 10 + _NUMERALS.get(ones, 0) if ten
            else _NUMERALS.get(tens or ones, 0)), name
