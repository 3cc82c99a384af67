"""What a question kind is. A plugin adds one with ``registry.add("question_kind", kind.code, kind)``.

A kind works on plain data: ``body`` is what is asked, ``key`` what is right, both as the question's version holds
them. It never sees a request, a session or a person, and what it shows to the browser never holds the key.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, NamedTuple, Protocol

from lms.core.errors import Invalid, NotFound
from lms.core.i18n import N_, translate
from lms.core.registry import Registry

Answer = dict[str, Any]
"""What somebody answered, e.g. ``{"given": "2"}``; empty where nothing was given."""


@dataclass(frozen=True)
class Flaw:
    """Something that makes a question or a paper unusable.

    :param message: message id, filled from *data*; says what is wrong and how to mend it
    :param about: what it is about: ``stem``, ``options``, ``answer``, …
    :param part: the part of a case that it is about
    """

    code: str
    message: str
    about: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    part: str = ""

    def text(self, locale: str) -> str:
        where = translate(locale, N_("小题 {part}："), part=self.part) if self.part else ""
        return where + translate(locale, self.message, **self.data)


@dataclass(frozen=True)
class Policy:
    """How a paper wants its questions posed and marked.

    :param shuffle: options come in a new order for everybody
    :param partial: of multiple choice. ``none``: all or nothing; ``half``: some of the right ones and none wrong earns
        half; ``weights``: what the chosen options weigh together, from 0 to the full mark
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


class Part(NamedTuple):
    """One part of a question that has several, posed and marked by its own kind.

    :param id: its name within the question, and in the answer ``{id: answer of the part}``
    :param kind: code of the part's kind
    :param shown: as in ``Posed``
    :param key: as in ``Posed``
    :param full_mark: in 1/1000; those of all parts make up the mark of the question
    """

    id: str
    kind: str
    shown: dict[str, Any]
    key: dict[str, Any]
    full_mark: int


class Choice(NamedTuple):
    """Something that can be chosen in a question.

    :param name: as ``Kind.tally`` calls it
    :param text: what it says
    :param ours: the text is a message id, not the author's
    """

    name: str
    text: str
    right: bool
    ours: bool = False


FormValues = Mapping[str, Sequence[str]]
"""What a form sent: the values of each field, in order."""


class Kind(Protocol):
    """A question kind. Whoever derives from it gets the plain answers to what is asked of few kinds.

    :param code: short name, stored with every question
    :param title: message id, e.g. 单选题
    :param player: template of the part below the stem in which it is answered; gets ``item`` (``number``, ``shown``,
        ``answer``, never a key) and ``name``, the name of its form fields
    :param review: template of the same part afterwards; its ``item`` has ``key``, ``mark`` and ``full_mark`` as well
    :param printed: template of the same part on paper; its ``item`` has ``shown`` alone
    :param editor: template of the fields in which staff write body and key; gets ``body``, ``key`` and ``prefix``, with
        which the names of its fields begin; empty: such questions come from files or from pages of the plugin's own
    :param by_hand: marked by people: ``grade`` is never called, the answer waits for a marker
    """

    code: str
    title: str
    player: str
    review: str
    printed: str = "lms/attempts/kinds/stem_print.html"
    editor: str = ""
    by_hand: bool = False

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

    def parts(self, shown: dict[str, Any], key: dict[str, Any], full_mark: int) -> list[Part]:
        """The parts that are marked one by one; none for a question that is marked as a whole."""
        return []

    def tally(self, shown: dict[str, Any], key: dict[str, Any], answer: Answer) -> list[str]:
        """What was chosen, for counting how often each option was: by names that do not depend on the shuffling."""
        return []

    def choices(self, shown: dict[str, Any], key: dict[str, Any]) -> list[Choice]:
        """What can be chosen, in the author's order, by the names of ``tally``; none where answers are not chosen."""
        return []

    def right_text(self, body: dict[str, Any], key: dict[str, Any]) -> str:
        """What is right, in one line for staff, e.g. ``ACD``."""
        return str(key.get("right", ""))

    def read_form(self, form: FormValues) -> tuple[dict[str, Any], dict[str, Any]]:
        """Body and key that the editor's fields hold, however flawed; ``check`` judges them.

        :raises NotFound: there is no editor
        """
        raise NotFound("kind_not_writable", N_("这种题型不能在这里编写。"))


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
