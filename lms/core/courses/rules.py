"""The rules that a course must keep by itself, without its question bank."""
from __future__ import annotations

from datetime import date

from lms.core.courses import fault_kinds as kinds
from lms.core.courses.blocks import CASE, split_blocks
from lms.core.courses.case import read_case
from lms.core.courses.files import CourseFile
from lms.core.courses.marks import amount_marks
from lms.core.courses.modules import ModuleFile
from lms.core.courses.section_rules import check_case, check_sections
from lms.core.courses.text_rules import check_marks, check_text, text_blocks
from lms.core.documents.faults import FaultLog


def check_course(course: CourseFile, log: FaultLog, *, today: date) -> None:
    """Note in *log* whatever breaks a rule of the content format in *course* and its modules.

    :param today: review dates before it have passed
    """
    _check_review(course.file, course.lines, course.review_by, log, today)
    used = {amount_id for module in course.modules for amount_id, _ in amount_marks(module.body)}
    for amount in course.amounts.values():
        if course.facts and amount.fact and amount.fact not in course.facts:
            log.add(kinds.AMOUNT_FACT_UNKNOWN, course.file, amount.line, id=amount.id, fact=amount.fact)
        if amount.id not in used:
            log.add(kinds.AMOUNT_UNUSED, course.file, amount.line, id=amount.id)
    for module in course.modules:
        _check_review(module.file, module.lines, module.review_by, log, today)
        check_module(module, course, log)


def check_module(module: ModuleFile, course: CourseFile, log: FaultLog) -> None:
    """Note in *log* whatever breaks a rule in the body of *module*."""
    blocks = split_blocks(module.body, module.body_line)
    cases = [(block, case) for block in blocks if block.kind == CASE
             and (case := read_case(block.text, module.file, log, block.line))]
    check_sections(module, blocks, log)
    check_case(module, blocks, cases, log)
    for block in blocks:
        if block.kind != CASE:
            check_text(module.file, block, log)
    for block, nearby in text_blocks(blocks, cases):
        if block not in blocks:
            check_text(module.file, block, log)
        if course.facts:  # an unreadable register is one fault, not one for every citation
            check_marks(module.file, block, nearby, course.facts, course.amounts, log)


def _check_review(file: str, lines: dict[str, int], review_by: date, log: FaultLog, today: date) -> None:
    if review_by < today:
        log.add(kinds.REVIEW_PASSED, file, lines.get("review_by", 1), day=review_by.isoformat())
