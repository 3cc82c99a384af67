"""Makes a module's HTML from its Markdown, its citations' numbered sources, and its headings for navigation.

Nothing that an author writes reaches the page as markup of its own: raw HTML is escaped, and the result passes a
whitelist last. It works without script and carries no style attributes.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import nh3
from mistune.core import BlockState

from lms.core.courses.example_figures import say_whose_figures
from lms.core.courses.facts import Amount, Fact, SourceDocument
from lms.core.courses.markdown import plain, tokens, walk
from lms.core.courses.module_html import ModuleRenderer
from lms.core.courses.sections import GOALS, SUMMARY, section_number

_TAGS = {"h2", "h3", "p", "ul", "ol", "li", "strong", "em", "blockquote", "table", "thead", "tbody", "tr", "th", "td",
         "div", "sup", "a", "span", "figure", "img", "section", "details", "summary", "br", "hr", "pre", "code"}
_ATTRIBUTES = {"h2": {"id"}, "h3": {"id"}, "a": {"href", "id", "aria-label"}, "div": {"aria-label"},
               "section": {"aria-label"}, "img": {"src", "alt"}, "ol": {"start"}}
_VALUES = {"div": {"class": {"table-wrap", "why"}, "tabindex": {"0"}, "role": {"region"}},
           "table": {"class": {"table"}}, "th": {"class": {"num"}, "scope": {"col"}}, "td": {"class": {"num"}},
           "sup": {"class": {"cite"}}, "span": {"class": {"amount"}}, "p": {"class": {"case-label", "whose-figures"}},
           "section": {"class": {"goals", "case", "summary-card"}}, "img": {"loading": {"lazy"}}}
_SECTION_CLASSES = {GOALS: "goals", SUMMARY: "summary-card"}


class HasBody(Protocol):
    """A module: a file's, or a row's."""

    @property
    def body(self) -> str: ...


class HasFacts(Protocol):
    """A course's registers: a ``CourseFile``, or a ``Register`` made from a row."""

    @property
    def facts(self) -> Mapping[str, Fact]: ...

    @property
    def amounts(self) -> Mapping[str, Amount]: ...


@dataclass(frozen=True)
class Heading:
    """A heading of the module; ``id`` is its anchor in the page."""

    id: str
    level: int
    text: str


@dataclass(frozen=True)
class Source:
    """An entry of the list of sources: a fact, and the documents it was read in.

    Put it on the page under ``anchor``, which the citations link to; ``cited_at`` leads back to the first of them.
    """

    number: int
    fact_id: str
    statement: str
    confidence: str
    documents: tuple[SourceDocument, ...]

    @property
    def anchor(self) -> str:
        return f"src-{self.fact_id}"

    @property
    def cited_at(self) -> str:
        return f"cite-{self.fact_id}"


@dataclass(frozen=True)
class RenderedModule:
    """A module ready for a page; ``html`` is safe to show as it is.

    :param local: amounts of this site that it names; each links to ``local-<id>`` and is found at ``at-local-<id>``
    """

    html: str
    headings: tuple[Heading, ...]
    sources: tuple[Source, ...]
    local: tuple[Amount, ...] = ()


def render_module(module: HasBody, course: HasFacts, locale: str, link_for_asset: Callable[[str], str],
                  amounts: Mapping[str, Amount] | None = None) -> RenderedModule:
    """*module* for a page in *locale*.

    :param link_for_asset: gives the address for ``assets/name.svg``; an empty one shows the picture's words instead
    :param amounts: figures of this site, by id; the course's own stand for those that it lacks
    """
    tree = tokens(module.body)
    headings = _number_headings(tree)
    tree = say_whose_figures(_framed(tree), course.amounts, amounts or {})
    renderer = ModuleRenderer(course.facts, {**course.amounts, **(amounts or {})}, locale, link_for_asset)
    html = nh3.clean(renderer(tree, BlockState()), tags=_TAGS, attributes=_ATTRIBUTES, tag_attribute_values=_VALUES,
                     url_schemes={"http", "https"}, link_rel="noopener noreferrer")
    return RenderedModule(html, headings, tuple(
        Source(number, fact.id, fact.statement, fact.confidence, fact.sources)
        for number, fact in enumerate(renderer.cited, start=1)), tuple(renderer.local))


def _number_headings(tree: list[dict[str, Any]]) -> tuple[Heading, ...]:
    """Give each heading an anchor and a level that fits below the page's title, and each table the words above it."""
    headings: list[Heading] = []
    for token in walk(tree):
        if token["type"] == "heading":
            level = min(max(token["attrs"]["level"], 2), 3)
            headings.append(Heading(f"part-{len(headings) + 1}", level, plain(token["children"]).strip()))
            token["attrs"] = {"level": level, "id": headings[-1].id}
        elif token["type"] == "table":
            token["attrs"] = {"label": headings[-1].text if headings else ""}
    return tuple(headings)


def _framed(tree: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """*tree* with the goals and the summary in sections of their own, and a picture that stands alone as a figure."""
    framed: list[dict[str, Any]] = []
    inside = framed
    for token in tree:
        kind = token["type"]
        if kind == "heading" and token["attrs"]["level"] == 2:
            number = section_number(plain(token["children"]).strip())
            inside = framed
            if number in _SECTION_CLASSES:
                inside = []
                framed.append({"type": "section", "attrs": {"name": _SECTION_CLASSES[number]}, "children": inside})
        if kind == "paragraph" and [child["type"] for child in token["children"]] == ["image"]:
            token = {**token, "type": "figure"}
        inside.append(token)
    return framed
