"""What may stand in a module's text: the small Markdown, citations of what was read, amounts that are registered."""
from __future__ import annotations

import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

from lms.core.courses import fault_kinds as kinds
from lms.core.courses.blocks import CASE, CODE, HEADING, ITEM, PARAGRAPH, TABLE, Block
from lms.core.courses.case import Case
from lms.core.courses.facts import RECALL, SECONDARY, Amount, Fact
from lms.core.courses.markdown import plain, tokens, walk, well_formed
from lms.core.courses.marks import amount_marks, broken_marks, citations
from lms.core.documents.faults import FaultLog, nearest

AS_IN_FORCE = "以现行文件为准"
_SUPPORTED = frozenset({
    "paragraph", "heading", "list", "list_item", "block_text", "text", "strong", "softbreak", "blank_line",
    "block_quote", "table", "table_head", "table_body", "table_row", "table_cell", "link", "image", "citation",
    "amount"})
# A heading made by underlining, an address kept for a link elsewhere, code made by indenting: mistune knows them.
_OTHER_BLOCK = re.compile(r"^ {0,3}(?:=+|-{2,})[ \t]*$|^ {0,3}\[[^\]\n]+\]:.*$|\A(?: {4}|\t)", re.MULTILINE)
_NAMES = {"emphasis": "*…*", "codespan": "`…`", "block_code": "```", "thematic_break": "---", "linebreak": "\\\\"}


def text_blocks(blocks: list[Block], cases: list[tuple[Block, Case]]) -> Iterator[tuple[Block, str]]:
    """Every block of running text, the case's among them, each with the text in which a secondary fact is owned up."""
    for block, following in zip(blocks, [*blocks[1:], None], strict=True):
        if block.kind in (CASE, CODE):
            continue
        after = following.text if block.kind == TABLE and following and following.kind == PARAGRAPH else ""
        yield block, block.text + after
    for _, case in cases:
        yield Block(PARAGRAPH, case.stem, case.line), case.stem
        for option in case.options:
            yield Block(PARAGRAPH, option.text, option.line), option.text + option.why
            yield Block(PARAGRAPH, option.why, option.why_line), option.text + option.why


def check_text(file: str, block: Block, log: FaultLog) -> None:
    """The Markdown of *block*: nothing but what the format has."""
    if block.kind == CODE:
        log.add(kinds.UNSUPPORTED, file, block.line - 1, name="```")
        return
    if block.kind == HEADING and block.level not in (2, 3):
        log.add(kinds.HEADING_LEVEL, file, block.line)
    text = dedent(block.text) if block.kind == ITEM else block.text  # an item may stand below another
    if block.kind != HEADING and (other := _OTHER_BLOCK.search(text)):
        log.add(kinds.UNSUPPORTED, file, block.line + text.count("\n", 0, other.start()), name=other[0].strip())
    for token in walk(tokens(dedent(block.text))):
        _check_token(file, block, token, log)
    for mark, offset in broken_marks(block.text):
        log.add(kinds.BAD_MARK, file, block.line + offset, mark=mark)


def check_marks(file: str, block: Block, nearby: str, facts: dict[str, Fact], amounts: dict[str, Amount],
                log: FaultLog) -> None:
    """The citations and amounts of *block*; *nearby* is where a secondary fact must be said to be one."""
    for fact_id, offset in citations(block.text):
        fact, line = facts.get(fact_id), block.line + offset
        if fact is None:
            meant = fact_id.upper() if fact_id.upper() in facts else None
            log.add(kinds.FACT_UNKNOWN_MEANT if meant else kinds.FACT_UNKNOWN, file, line, id=fact_id, meant=meant)
        elif fact.confidence == RECALL:
            log.add(kinds.RECALL_CITED, file, line, id=fact_id)
        elif fact.confidence == SECONDARY and AS_IN_FORCE not in nearby:
            log.add(kinds.SECONDARY_UNMARKED, file, line, id=fact_id)
    for amount_id, offset in amount_marks(block.text):
        if amount_id not in amounts:
            meant = nearest(amount_id, amounts)
            log.add(kinds.AMOUNT_UNKNOWN_MEANT if meant else kinds.AMOUNT_UNKNOWN, file, block.line + offset,
                    id=amount_id, meant=meant)


def _check_token(file: str, block: Block, token: dict[str, Any], log: FaultLog) -> None:
    kind = token["type"]
    if kind in ("inline_html", "block_html"):
        raw = token["raw"].strip()
        if not raw.startswith("</"):  # its opening tag has been named
            log.add(kinds.RAW_HTML, file, _line(block, raw), html=raw.split("\n")[0][:60])
    elif kind == "link":
        _check_link(file, block, token, log)
    elif kind == "image":
        _check_image(file, block, token, log)
    elif kind not in _SUPPORTED:
        log.add(kinds.UNSUPPORTED, file, _line(block, token.get("raw", "")), name=_NAMES.get(kind, kind))


def _check_link(file: str, block: Block, token: dict[str, Any], log: FaultLog) -> None:
    url = token["attrs"]["url"]
    if not well_formed(url):
        log.add(kinds.BAD_LINK, file, _line(block, url), url=url)
    elif not plain(token.get("children", [])).strip():
        log.add(kinds.LINK_NO_TEXT, file, _line(block, url))


def _check_image(file: str, block: Block, token: dict[str, Any], log: FaultLog) -> None:
    url = token["attrs"]["url"]
    if not url.startswith("assets/"):
        log.add(kinds.IMAGE_ELSEWHERE, file, _line(block, url), url=url)
    if not plain(token.get("children", [])).strip():
        log.add(kinds.IMAGE_NO_TEXT, file, _line(block, url))


def _line(block: Block, raw: str) -> int:
    """Where *raw* stands in *block*; its first line where it cannot be found as written."""
    index = block.text.find(raw) if raw else -1
    return block.line + (block.text.count("\n", 0, index) if index > 0 else 0)
