"""The rules of credit hours: what a year asks for and how network study converts. Each version holds from a year on.

Half-day and day values are rules of a class (``classes.rules``): they make the hours of its sessions.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.audit.service import record
from lms.core.errors import Conflict, Invalid
from lms.core.hours.models import HoursRule
from lms.core.i18n import N_

KINDS = {"offjob": N_("集中脱产"), "online": N_("网络"), "visit": N_("现场教学")}
# By what an entry was made.
WAYS = {"attendance": N_("考勤记录"), "online": N_("网络学习折算"), "own": N_("登记")}
LAST_YEAR = 2100


@dataclass(frozen=True)
class HoursRules:
    """Hours in 1/100.

    :param target: what a year asks for; 干部教育培训工作条例 art. 14 asks 90 of most, others set their own
    :param unit_minutes: minutes of network study that make one hour
    :param half_minutes: what remains makes half an hour from so many minutes on; 0: it never does
    :param online_cap: of network study no more counts in a year; 0: all of it
    """

    target: int = 9000
    unit_minutes: int = 30
    half_minutes: int = 15
    online_cap: int = 0


# Name -> label, scale of what people type, least and most as stored.
FIELDS = {"target": (N_("年度目标（学时）"), 100, 0, 100_000),
          "unit_minutes": (N_("网络学习多少分钟折合 1 学时"), 1, 1, 600),
          "half_minutes": (N_("余下多少分钟起折合 0.5 学时"), 1, 0, 600),
          "online_cap": (N_("每年计入的网络学时上限"), 100, 0, 100_000)}


@dataclass(frozen=True)
class Version:
    """Rules with the number under which entries name them."""

    number: int
    from_year: int
    rules: HoursRules


class RuleBook:
    """All versions."""

    def __init__(self, versions: Sequence[Version]) -> None:
        self.versions = (Version(0, 0, HoursRules()), *versions)

    def of(self, year: int) -> Version:
        """What holds in *year*: the version that begins last before it, of several the latest."""
        return max((v for v in self.versions if v.from_year <= year), key=lambda v: (v.from_year, v.number))

    @property
    def latest(self) -> int:
        return max(v.number for v in self.versions)


def rule_book(db: Session) -> RuleBook:
    """One statement."""
    rows = db.scalars(select(HoursRule).order_by(HoursRule.number))
    return RuleBook([Version(row.number, row.from_year, HoursRules(**row.values)) for row in rows])


def converted(minutes: int, rules: HoursRules) -> int:
    """Minutes of network study as hours: 30 make one, what remains half a one from 15 on (or as the rules say)."""
    whole, rest = divmod(max(minutes, 0), rules.unit_minutes)
    return whole * 100 + (50 if rules.half_minutes and rest >= rules.half_minutes else 0)


def set_rules(db: Session, *, from_year: int, values: Mapping[str, str], seen: int, this_year: int, by_id: int | None,
              now: datetime) -> HoursRule:
    """A new version from *from_year* on. Years that are over keep what they had.

    :param values: by name, as people type them
    :param seen: number of the latest version that the editor saw
    :raises Invalid: a value that cannot be, or a year that is over; ``data["field"]`` names it
    :raises Conflict: somebody saved meanwhile
    """
    rules = parse_rules(values)
    if not this_year <= from_year <= LAST_YEAR:
        raise Invalid("hours_year_over", N_("新的规则只能从 {year} 年或以后施行：已过去的年度不再改变。"), field="from_year",
                      year=this_year)
    latest = rule_book(db).latest
    if latest != seen:
        raise Conflict("hours_rules_changed", N_("学时规则刚刚由别人改过，您的改动没有保存。请刷新后再改。"))
    made = HoursRule(number=latest + 1, from_year=from_year, values=asdict(rules), by_id=by_id, at=now)
    db.add(made)
    db.flush()
    record(db, actor_id=by_id, action="hours.rules", thing=f"hours-rule-{made.number}", now=now,
           after={"from_year": from_year, **asdict(rules)})
    return made


def parse_rules(values: Mapping[str, str]) -> HoursRules:
    """:raises Invalid: a value is no number or out of bounds; ``data["field"]`` names it"""
    found = {f.name: _parsed(f.name, values.get(f.name, "")) for f in fields(HoursRules)}
    rules = HoursRules(**found)
    if rules.half_minutes >= rules.unit_minutes:
        raise Invalid("hours_half", N_("折合 0.5 学时的分钟数要少于折合 1 学时的 {unit} 分钟。"), field="half_minutes",
                      unit=rules.unit_minutes)
    return rules


def _parsed(name: str, text: str) -> int:
    _, scale, least, most = FIELDS[name]
    number = hundredths(text)
    if number is not None and scale == 1:
        number = None if number % 100 else number // 100
    if number is None or not least <= number <= most:
        raise Invalid("hours_rule_value", N_("请填写 {least} 到 {most} 之间的数，学时最多两位小数，分钟写整数。"), field=name,
                      least=f"{Decimal(least) / scale:f}", most=f"{Decimal(most) / scale:f}")
    return number


def hundredths(text: str) -> int | None:
    """A typed number in 1/100; None for what is no number or has more than two decimals."""
    try:
        number = Decimal(text.strip()) * 100
    except ArithmeticError:
        return None
    if not number.is_finite() or abs(number) > 10 ** 9 or number != number.to_integral_value():
        return None
    return int(number)
