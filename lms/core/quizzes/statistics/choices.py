"""How often each option of a question was chosen, by the lower, middle and upper third of the people."""
from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lms.core.quizzes.kinds.protocol import Choice

THIRDS = 3
_LISTED = 10  # of more options than this, those that are wrong and were chosen by nobody are left out
_TEXTS = 30   # different answers in words

ByThird = tuple[int, int, int]


@dataclass(frozen=True)
class OptionCount:
    """An option with how many chose it.

    :param ours: as in ``Choice``
    :param right: None where only the marking can say, e.g. of an answer in words
    :param counts: of the lower, middle and upper third
    """

    name: str
    text: str
    right: bool | None
    counts: ByThird
    ours: bool = False

    @property
    def people(self) -> int:
        return sum(self.counts)


@dataclass(frozen=True)
class Choices:
    """What a question was answered with.

    :param asked: how many of each third were asked
    :param empty: how many of each third left it empty
    :param more: different answers beyond those in *options*
    """

    options: tuple[OptionCount, ...]
    asked: ByThird
    empty: ByThird
    more: int = 0


@dataclass(frozen=True)
class Chosen:
    """What one person did with the question.

    :param third: 0, 1 or 2, as ``sheets.thirds``
    :param names: as ``Kind.tally``; empty of a kind that cannot be counted, e.g. in words
    """

    third: int
    names: Sequence[str]
    answered: bool


def count_choices(known: Iterable[Choice], people: Sequence[Chosen]) -> Choices:
    """Counts by option, those that the question offers first and in their order, then others by how often they came.

    :param known: what the question offers, as ``Kind.choices``
    """
    asked: list[Counter[str]] = [Counter() for _ in range(THIRDS)]
    for person in people:
        asked[person.third].update(set(person.names))
    offered = {choice.name: choice for choice in known}
    listed = [OptionCount(name, choice.text, choice.right, _by_third(asked, name), choice.ours)
              for name, choice in offered.items()]
    if len(listed) > _LISTED:
        listed = [option for option in listed if option.right or option.people]
    others = sorted((OptionCount(name, "", None, _by_third(asked, name)) for name in set().union(*asked) - set(offered)),
                    key=lambda option: (-option.people, option.name))
    return Choices((*listed, *others[:_TEXTS]), _counted(people, lambda person: True),
                   _counted(people, lambda person: not person.answered), max(len(others) - _TEXTS, 0))


def _by_third(asked: Sequence[Counter[str]], name: str) -> ByThird:
    low, middle, high = (counter[name] for counter in asked)
    return low, middle, high


def _counted(people: Sequence[Chosen], wanted: Callable[[Chosen], bool]) -> ByThird:
    low, middle, high = (sum(person.third == third and wanted(person) for person in people) for third in range(THIRDS))
    return low, middle, high
