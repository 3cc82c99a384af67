"""What a question kind is. A plugin adds one with ``registry.add("question_kind", kind.code, kind)``.

A kind works on plain data: ``body`` is what is asked, ``key`` what is right, both as the question's version holds
them. It never sees a request, a session or a person, and what it shows to the browser never holds the key.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple, Protocol

from lms.core.errors import Invalid
from lms.core.i18n import N_, translate
from lms.core.registry import Registry

Answer = dict[str, Any]
"""What somebody answered, e.g. ``{"given": "2"}``; empty where nothing was given."""


@dataclass(frozen=True)
class Flaw:
    """Something that makes a question or a paper unusable.

    :param message: message id, filled from *data*; says what is wrong and how to mend it
    :param about: the part that it is about: ``stem``, ``options``, ``answer``, …
    """

    code: str
    message: str
    about: str = ""
    data: dict[str, Any] = field(default_factory=dict)

    def text(self, locale: str) -> str:
        return translate(locale, self.message, **self.data)


@dataclass(frozen=True)
class Policy:
    """How a paper wants its questions posed and marked.

    :param shuffle: options come in a new order for everybody
    :param partial: ``none``: all or nothing; ``half``: some of the right ones and none wrong earns half
    """

    shuffle: bool = True
    partial: str = "none"


class Posed(NamedTuple):
    """A question as one person gets it.

    :param shown: what the browser may see, ``stem`` at least; nothing in it tells what is right
    :param key: what ``grade`` needs for this very posing, kept on the server
    """

    shown: dict[str, Any]
    key: dict[str, Any]


class Kind(Protocol):
    """A question kind.

    :param code: short name, stored with every question
    :param title: message id, e.g. 单选题
    :param player: template of the part below the stem in which it is answered; gets ``item`` (``number``, ``shown``,
        ``answer``, never a key) and ``name``, the name of its form fields
    :param review: template of the same part afterwards; its ``item`` has ``key``, ``mark`` and ``full_mark`` as well
    """

    code: str
    title: str
    player: str
    review: str

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        """All that makes this question unusable; an empty list if it may be asked."""
        ...

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        """Pose the question: shuffle what may be shuffled, with *rng* only, so that a seed gives the same again."""
        ...

    def read_answer(self, shown: dict[str, Any], values: Sequence[str]) -> Answer:
        """The answer in the *values* that a form sent for this question.

        :raises Invalid: they are no answer to what was shown
        """
        ...

    def grade(self, key: dict[str, Any], answer: Answer, full_mark: int) -> int:
        """The mark, in the unit of *full_mark* (1/1000), from 0 to *full_mark*. Exact: integers only."""
        ...


def kind_of(registry: Registry, code: str) -> Kind:
    """The kind with this code.

    :raises Invalid: no such kind; the plugin that brought it may be missing
    """
    kind: Kind | None = registry.get("question_kind", code)
    if kind is None:
        raise Invalid("unknown_kind", N_("没有名为“{kind}”的题型，可能缺少插件。"), kind=code)
    return kind


def kinds_of(registry: Registry) -> dict[str, Kind]:
    """All kinds by code, ours first."""
    return dict(registry.all("question_kind"))


def not_an_answer() -> Invalid:
    return Invalid("not_an_answer", N_("收到的内容不是这道题的答案，没有保存。请刷新页面后重新作答。"))
