"""What each section of a module must hold, and the length of the whole."""
from __future__ import annotations

import re
from itertools import pairwise

from lms.core.courses import fault_kinds as kinds
from lms.core.courses.blocks import CASE, CODE, HEADING, ITEM, PARAGRAPH, TABLE, Block
from lms.core.courses.case import Case
from lms.core.courses.marks import AMOUNT, CITATION
from lms.core.courses.modules import ModuleFile
from lms.core.courses.sections import (
    CASES,
    FIGURES,
    GOALS,
    MISTAKES,
    OVERVIEW,
    RULES,
    SECTIONS,
    SUMMARY,
    section_number,
)
from lms.core.courses.words import body_length
from lms.core.documents.faults import FaultLog

SHORTEST, LONGEST = 800, 1500  # Chinese characters: what is read in ten to fifteen minutes on a phone
_BOLD_LINE = re.compile(r"\*\*[^*]+\*\*")
_ITEM_COUNTS = {GOALS: (2, 6), MISTAKES: (3, 3), SUMMARY: (3, 5)}


def check_sections(module: ModuleFile, blocks: list[Block], log: FaultLog) -> None:
    """Sections present, once, in order; each with what it is for; the whole of the right length."""
    found = _find(module, blocks, log)
    for number, heading in found.items():
        inside = [block for block in blocks if block.section == heading.text and block.kind != HEADING]
        _check_content(module, number, heading, inside, log)
    _check_rules(module, blocks, found.get(RULES), log)
    _check_length(module, log)


def check_case(module: ModuleFile, blocks: list[Block], cases: list[tuple[Block, Case]], log: FaultLog) -> None:
    """Exactly one case block, in its section, with exactly one right option."""
    fenced = [block for block in blocks if block.kind == CASE]
    if len(fenced) != 1:
        log.add(kinds.CASE_COUNT, module.file, fenced[1].line - 1 if fenced else _last_line(module), count=len(fenced))
    for block in blocks:
        if block.kind in (CASE, CODE) and not block.closed:
            log.add(kinds.FENCE_OPEN, module.file, block.line - 1)
    for block, case in cases:
        if section_number(block.section) != CASES:
            log.add(kinds.CASE_PLACE, module.file, block.line - 1)
        right = sum(option.right for option in case.options)
        if right != 1:
            log.add(kinds.CASE_RIGHT, module.file, case.line, count=right)
        if not 2 <= len(case.options) <= 6:
            log.add(kinds.CASE_OPTIONS, module.file, case.line, count=len(case.options))


def _find(module: ModuleFile, blocks: list[Block], log: FaultLog) -> dict[int, Block]:
    """The heading of each section that is there."""
    found: dict[int, Block] = {}
    for block in blocks:
        number = section_number(block.text) if block.kind == HEADING and block.level == 2 else None
        if number is None:
            continue
        if number in found:
            log.add(kinds.SECTION_TWICE, module.file, block.line, section=SECTIONS[number][0])
        found.setdefault(number, block)
    order = list(found)
    misplaced = next((number for before, number in pairwise(order) if number < before), None)
    if misplaced is not None:
        log.add(kinds.SECTION_ORDER, module.file, found[misplaced].line, section=SECTIONS[misplaced][0],
                order=[names[0] for names in SECTIONS])
    for number, names in enumerate(SECTIONS):
        if number not in found:
            log.add(kinds.SECTION_MISSING, module.file, _last_line(module), section=names[0])
    return found


def _check_content(module: ModuleFile, number: int, heading: Block, inside: list[Block], log: FaultLog) -> None:
    if number == OVERVIEW and not any(block.kind == TABLE or "](assets/" in block.text for block in inside):
        log.add(kinds.NO_OVERVIEW, module.file, heading.line, section=heading.text)
    if number == FIGURES and not any(re.search(r"\d|\[=", CITATION.sub("", block.text)) for block in inside):
        log.add(kinds.NO_FIGURES, module.file, heading.line, section=heading.text)
    if number in _ITEM_COUNTS:
        low, high = _ITEM_COUNTS[number]
        # Nested items explain one of the outer ones.
        count = sum(block.kind == ITEM and not block.text.startswith("  ") for block in inside)
        if not low <= count <= high:
            log.add(kinds.ITEM_COUNT, module.file, heading.line, section=heading.text, count=count, low=low, high=high)


def _check_rules(module: ModuleFile, blocks: list[Block], rules: Block | None, log: FaultLog) -> None:
    """The rule section, and each ``###`` part of it, cites; so does each statement in it."""
    parts: list[tuple[Block, list[Block]]] = []
    for block in blocks:
        if rules is None or block.section != rules.text:
            continue
        if block.kind == HEADING:
            parts.append((block, []))
            continue
        parts[-1][1].append(block)
        if _states(block) and not _rests(block):
            log.add(kinds.STATEMENT_UNCITED, module.file, block.line)
    for heading, content in parts:
        introduction = heading is rules and len(parts) > 1
        if not introduction and not any(_rests(block) for block in content):
            log.add(kinds.RULE_UNCITED, module.file, heading.line, section=heading.text)


def _states(block: Block) -> bool:
    """Whether it says something: not a line that only leads to what follows, by a colon or wholly in bold."""
    text = block.text.strip()
    return block.kind in (PARAGRAPH, ITEM) and not text.endswith(("：", ":")) and not _BOLD_LINE.fullmatch(text)


def _rests(block: Block) -> bool:
    """Whether it names what it rests on: a fact, or an amount, which has its fact."""
    return bool(CITATION.search(block.text) or AMOUNT.search(block.text))


def _check_length(module: ModuleFile, log: FaultLog) -> None:
    count = body_length(module.body)
    if count < SHORTEST:
        log.add(kinds.TOO_SHORT, module.file, module.body_line, count=count, low=SHORTEST, high=LONGEST)
    if count > LONGEST:
        log.add(kinds.TOO_LONG, module.file, module.body_line, count=count, low=SHORTEST, high=LONGEST)


def _last_line(module: ModuleFile) -> int:
    return module.body_line + module.body.rstrip("\n").count("\n")
