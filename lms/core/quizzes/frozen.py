"""What an attempt is made of: the questions as this person got them, frozen in one JSON with their keys."""
from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from random import Random
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.errors import Conflict
from lms.core.i18n import N_
from lms.core.quizzes.answers import Given
from lms.core.quizzes.kinds.protocol import Answer, Kind, Policy, kind_of
from lms.core.quizzes.models import Paper, Question, QuestionVersion
from lms.core.quizzes.plans import Plan, draw
from lms.core.registry import Registry

_SOURCES_KEPT = 16


@dataclass(frozen=True)
class Content:
    """A question version, as far as posing it goes."""

    version_id: int
    kind: str
    body: dict[str, Any]
    key: dict[str, Any]


@dataclass(frozen=True)
class Source:
    """All that a published paper may ask, read once per version of the paper."""

    paper_id: int
    paper_version: int
    plan: Plan
    policy: Policy
    once: bool
    pass_mark: int
    contents: dict[int, Content]


@dataclass(frozen=True)
class Item:
    """One question of an attempt. *number* counts from 1; *key* stays on the server; *section* is a title or empty."""

    number: int
    version_id: int
    kind: str
    mark: int
    shown: dict[str, Any]
    key: dict[str, Any]
    section: str = ""


@dataclass(frozen=True)
class Prepared:
    """A paper made ready for one person, before the write that begins the attempt."""

    paper_id: int
    paper_version: int
    frozen: dict[str, Any]
    full_mark: int


class _Sources:
    """The sources used last. A version of a paper never changes, so nothing here can be out of date."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], Source] = OrderedDict()
        self._guard = threading.Lock()

    def of(self, db: Session, paper: Paper) -> Source:
        key = paper.uid, paper.version
        with self._guard:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        found = _read(db, paper)
        with self._guard:
            self._kept[key] = found
            while len(self._kept) > _SOURCES_KEPT:
                self._kept.popitem(last=False)
        return found


_sources = _Sources()


def _read(db: Session, paper: Paper) -> Source:
    plan = Plan.of(paper.plan)
    ids = sorted({number for pool in plan.pools for number in pool})
    contents: dict[int, Content] = {}
    for start in range(0, len(ids), 5000):
        v = QuestionVersion
        rows = db.execute(select(v.id, Question.kind, v.body, v.key).join(Question, Question.id == v.question_id)
                          .where(v.id.in_(ids[start:start + 5000])))
        contents.update((row[0], Content(*row)) for row in rows)
    return Source(paper.id, paper.version, plan, Policy(paper.shuffle, paper.partial), paper.drawn == "once",
                  paper.pass_mark, contents)


def prepare(db: Session, paper: Paper, *, seed: int | None = None, keys: Mapping[int, dict[str, Any]] | None = None) -> Prepared:
    """Draw, shuffle and freeze *paper* for one person. Reads at most once per version of the paper, writes nothing.

    :param seed: the same seed gives the same questions in the same order; None: a new one, stored with the attempt
    :param keys: by version id, keys in place of the version's own: how a question that was put right would have been posed
    :raises Conflict: the paper was never published, so nobody has said which questions it has
    """
    source = _sources.of(db, paper)
    seed = secrets.randbits(63) if seed is None else seed
    rng = Random(seed)
    asked = _asked(source, rng)
    items = [_posed(db.info["registry"], one, (keys or {}).get(one.content.version_id), source.policy, rng) for one in asked]
    frozen = {"seed": seed, "pass_mark": source.pass_mark, "items": items}
    return Prepared(paper.id, paper.version, frozen, sum(one.mark for one in asked))


class _Asked(NamedTuple):
    content: Content
    mark: int
    section: str


def _asked(source: Source, rng: Random) -> list[_Asked]:
    """The questions that one person gets, section by section. What is drawn once for all is drawn by the paper's own seed."""
    plan = source.plan
    chosen = draw(plan.pools, plan.counts, Random(plan.seed) if source.once else rng) if plan.pools else None
    if chosen is None:
        raise Conflict("paper_not_ready", N_("这份试卷还没有准备好，不能开始作答。请联系教务人员。"))
    asked = [_Asked(source.contents[number], mark, section)
             for numbers, mark, section in zip(chosen, plan.marks, plan.places, strict=True) for number in numbers]
    order = {title: place for place, title in enumerate(plan.sections)}
    asked.sort(key=lambda one: order.get(one.section, -1))
    return _shuffled(asked, rng) if source.policy.shuffle else asked


def _shuffled(asked: Sequence[_Asked], rng: Random) -> list[_Asked]:
    """Questions change places with their neighbours of the same section and kind; a paper keeps its parts."""
    found: list[_Asked] = []
    for _, run in groupby(asked, key=lambda one: (one.section, one.content.kind)):
        part = list(run)
        rng.shuffle(part)
        found += part
    return found


def _posed(registry: Registry, one: _Asked, key: dict[str, Any] | None, policy: Policy, rng: Random) -> dict[str, Any]:
    content = one.content
    posed = kind_of(registry, content.kind).freeze(content.body, content.key if key is None else key, policy, rng)
    item = {"version": content.version_id, "kind": content.kind, "mark": one.mark, "shown": posed.shown, "key": posed.key}
    return {**item, "section": one.section} if one.section else item


def items_of(frozen: dict[str, Any]) -> list[Item]:
    """The questions of an attempt in their order."""
    return [Item(number, i["version"], i["kind"], i["mark"], i["shown"], i["key"], i.get("section", ""))
            for number, i in enumerate(frozen["items"], start=1)]


@dataclass(frozen=True)
class ShownItem:
    """A question for the browser: no key, no name of the question, nothing that tells what is right."""

    number: int
    kind: Kind
    mark: int
    shown: dict[str, Any]
    answer: Answer
    sequence: int = 0  # of the answer, see ``answers.Given``; 0 where there is none
    section: str = ""


def shown_items(registry: Registry, frozen: dict[str, Any], given: Mapping[int, Given]) -> list[ShownItem]:
    """What the page of a running attempt may know."""
    nothing = Given(0, {})
    return [ShownItem(item.number, kind_of(registry, item.kind), item.mark, item.shown,
                      given.get(item.number, nothing).answer, given.get(item.number, nothing).sequence, item.section)
            for item in items_of(frozen)]
