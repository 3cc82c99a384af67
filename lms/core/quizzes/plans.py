"""What a paper is made of: questions picked by hand, and cells from which questions are drawn for everybody anew."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from random import Random
from typing import Any


@dataclass(frozen=True)
class Pick:
    """A question picked by hand.

    :param question: its uid
    :param mark: in 1/1000
    :param section: title of the section that it stands in; empty: before all sections
    """

    question: str
    mark: int = 1000
    section: str = ""


@dataclass(frozen=True)
class Cell:
    """So many questions of a bank, drawn at random.

    :param bank: short name
    :param topic: id; empty: any topic. Likewise *kind*, and *difficulty* 0
    :param mark: of each question, in 1/1000
    :param section: as in ``Pick``
    """

    bank: str
    topic: str = ""
    kind: str = ""
    difficulty: int = 0
    count: int = 1
    mark: int = 1000
    section: str = ""


@dataclass(frozen=True)
class Plan:
    """The plan of a paper (组卷).

    :param pools: made when the paper is published: for each pick and cell the ids of the question versions that it may
        use, so that an edit of a question does not change a paper that people are sitting
    :param sections: their titles, in order
    :param seed: made when the paper is published; what is drawn once for all is drawn with it
    """

    fixed: tuple[Pick, ...] = ()
    draw: tuple[Cell, ...] = ()
    pools: tuple[tuple[int, ...], ...] = ()
    sections: tuple[str, ...] = ()
    seed: int = 0

    @property
    def places(self) -> list[str]:
        """The section of each pick and cell."""
        return [pick.section for pick in self.fixed] + [cell.section for cell in self.draw]

    def with_sections(self, titles: Sequence[str]) -> Plan:
        """The plan with these sections; what stood in one that is gone stands before all."""
        kept = tuple(dict.fromkeys(titles))
        fixed = tuple(p if p.section in kept else replace(p, section="") for p in self.fixed)
        return replace(self, sections=kept, fixed=fixed,
                       draw=tuple(c if c.section in kept else replace(c, section="") for c in self.draw))

    @property
    def counts(self) -> list[int]:
        """How many questions each pick and cell gives."""
        return [1] * len(self.fixed) + [cell.count for cell in self.draw]

    @property
    def marks(self) -> list[int]:
        """The mark of each question of each pick and cell."""
        return [pick.mark for pick in self.fixed] + [cell.mark for cell in self.draw]

    @property
    def questions(self) -> int:
        return sum(self.counts)

    @property
    def full_mark(self) -> int:
        """In 1/1000."""
        return sum(count * mark for count, mark in zip(self.counts, self.marks, strict=True))

    def stored(self) -> dict[str, Any]:
        """Plain JSON."""
        return {"fixed": [asdict(pick) for pick in self.fixed], "draw": [asdict(cell) for cell in self.draw],
                "pools": [list(pool) for pool in self.pools], "sections": list(self.sections), "seed": self.seed}

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Plan:
        return cls(tuple(Pick(**pick) for pick in stored.get("fixed", ())),
                   tuple(Cell(**cell) for cell in stored.get("draw", ())),
                   tuple(tuple(pool) for pool in stored.get("pools", ())), tuple(stored.get("sections", ())),
                   stored.get("seed", 0))


def draw(pools: Sequence[Sequence[int]], counts: Sequence[int], rng: Random) -> list[list[int]] | None:
    """So many different ids from each pool, none twice over all pools; None where that cannot be done.

    Pools may overlap ("any topic" beside "topic X"): an id that one pool can do without moves to where it is needed
    (augmenting paths), so a draw fails only if no draw could succeed.
    """
    orders = [rng.sample(list(pool), len(pool)) for pool in pools]
    holder: dict[int, int] = {}
    for pool, count in enumerate(counts):
        for _ in range(count):
            if not _take(pool, orders, holder, {pool}):
                return None
    return [[number for number in order if holder.get(number) == pool] for pool, order in enumerate(orders)]


def _take(pool: int, orders: list[list[int]], holder: dict[int, int], asked: set[int]) -> bool:
    for number in orders[pool]:
        if number not in holder:
            holder[number] = pool
            return True
    for number in orders[pool]:
        other = holder[number]
        if other not in asked:
            asked.add(other)
            if _take(other, orders, holder, asked):
                holder[number] = pool
                return True
    return False
