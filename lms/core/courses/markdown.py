"""The small Markdown of modules: mistune with tables, citations and amounts."""
from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

import mistune
from mistune.core import InlineState
from mistune.plugins.table import table

from lms.core.courses.marks import AMOUNT, CITATION


def tokens(text: str) -> list[dict[str, Any]]:
    """The token tree of *text*. A citation is a token ``citation``, an amount an ``amount``, with the id as ``raw``."""
    result = mistune.Markdown(plugins=[table, _marks])(text)
    assert isinstance(result, list)  # without a renderer it always is
    return result


def inline_tokens(text: str) -> list[dict[str, Any]]:
    """The tokens of *text* within its paragraphs, for a place that holds a line and no blocks."""
    return [token for block in tokens(text) if block["type"] == "paragraph" for token in block["children"]]


def walk(tree: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All tokens of *tree*, parents before children."""
    found = []
    for token in tree:
        found.append(token)
        found += walk(token.get("children", []))
    return found


def plain(tree: list[dict[str, Any]]) -> str:
    """The words of *tree*: no markup, no citations; an amount stays as its mark, a block ends with a line end."""
    words = []
    for token in tree:
        kind = token["type"]
        if kind == "amount":
            words.append(f"[={token['raw']}]")
        elif kind in ("text", "codespan"):
            words.append(token["raw"])
        elif kind in ("softbreak", "linebreak", "blank_line"):
            words.append("\n")
        elif kind != "image":  # its words are for those who cannot see it, not part of the text
            words.append(plain(token.get("children", [])))
        if kind in _BLOCKS:
            words.append("\n")
    return "".join(words)


def well_formed(url: str) -> bool:
    """Whether *url* is a whole web address with a host."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        return False


_BLOCKS = frozenset({"heading", "paragraph", "block_text", "list_item", "table_cell", "block_quote"})


def _marks(md: mistune.Markdown) -> None:
    # Before links, which begin with the same bracket.
    md.inline.register("citation", _named(CITATION, "citation_id"), _citation, before="link")
    md.inline.register("amount", _named(AMOUNT, "amount_id"), _amount, before="link")


def _named(pattern: re.Pattern[str], name: str) -> str:
    """mistune joins all its patterns into one, so the groups need names of their own."""
    return pattern.pattern.replace("?P<id>", f"?P<{name}>")


def _citation(inline: mistune.InlineParser, found: re.Match[str], state: InlineState) -> int:
    state.append_token({"type": "citation", "raw": found["citation_id"]})
    return found.end()


def _amount(inline: mistune.InlineParser, found: re.Match[str], state: InlineState) -> int:
    state.append_token({"type": "amount", "raw": found["amount_id"]})
    return found.end()
