"""Topics (知识点) of a bank: a tree, kept as a list in which a topic names the one above it."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

SLASH = "/"
LONGEST = 120
Topic = dict[str, Any]
"""``{"id": "fees", "title": {"zh": …}, "parent": "money"}``; without ``parent`` it stands at the top."""


def paths(topics: Iterable[Topic], language: str = "zh") -> dict[str, str]:
    """The path of each topic by its id: titles from the root on, with slashes between, a tree's order kept."""
    known = {topic["id"]: topic for topic in topics}
    return {name: SLASH.join(_title(known[one], language) for one in _line(known, name)) for name in known}


def _line(known: dict[str, Topic], name: str) -> list[str]:
    """The ids from the root to *name*; a circle, which only a spoilt row could have, ends where it closes."""
    line = [name]
    while (above := known[line[0]].get("parent")) in known and above not in line:
        line.insert(0, above)
    return line


def _title(topic: Topic, language: str) -> str:
    titles = topic["title"]
    return str(titles.get(language) or next(iter(titles.values()), topic["id"]))


def ids_by_name(topics: Sequence[Topic]) -> dict[str, str]:
    """Topic ids by every name that people and files call them: title, path, id. The id counts most, then the path."""
    titles = {title: topic["id"] for topic in reversed(topics) for title in topic["title"].values()}
    whole = {path: name for language in ("en", "zh") for name, path in paths(topics, language).items()}
    return {**titles, **whole, **{topic["id"]: topic["id"] for topic in topics}}


def lines(topics: Sequence[Topic]) -> dict[str, frozenset[str]]:
    """Of each topic the ids from the root to it."""
    known = {topic["id"]: topic for topic in topics}
    return {name: frozenset(_line(known, name)) for name in known}


def below(topics: Sequence[Topic], name: str) -> set[str]:
    """The topic and all below it."""
    known = {topic["id"]: topic for topic in topics}
    return {one for one in known if name in _line(known, one)}


def with_topic(topics: Sequence[Topic], path: str) -> tuple[list[Topic], str]:
    """*topics* with the one that *path* names, and its id; what of the path is not there is made."""
    made, above, upto = list(topics), "", ""
    for title in filter(None, (part.strip()[:LONGEST] for part in path.split(SLASH))):
        upto = f"{upto}{SLASH}{title}" if upto else title
        name = ids_by_name(made).get(upto)
        if name is None:
            taken = {topic["id"] for topic in made}
            name = next(one for n in range(len(taken) + 1, 100_000) if (one := f"topic-{n}") not in taken)
            made.append({"id": name, "title": {"zh": title}, **({"parent": above} if above else {})})
        above = name
    return made, above
