"""Checks what is taught and asked against the content format: every fault with file, line, what, and how to mend it.

From the command line: ``python -m lms.core.learning.content_check courses quizzes``; it ends with 1 on errors.
"""
from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from lms.core.clock import Clock
from lms.core.courses.files import CourseFile, examine_course
from lms.core.courses.rules import check_course
from lms.core.documents.faults import WARNING, Fault, FaultLog, has_errors
from lms.core.i18n import DEFAULT_LOCALE, LOCALES, N_, translate
from lms.core.learning import fault_kinds as kinds
from lms.core.learning.question_check import check_questions
from lms.core.quizzes.files import BankFile, examine_bank
from lms.core.quizzes.rules import check_bank


def check_content(courses_dir: Path, quizzes_dir: Path, *, today: date | None = None) -> list[Fault]:
    """All faults of all courses and banks, by file and line; an empty list means that everything may be used.

    :param today: review dates before it have passed; the clock's date where it is not given
    """
    log = FaultLog()
    today = today or Clock().now().date()
    courses = {course.id: course for course in _courses(courses_dir, log, today)}
    banks = _banks(quizzes_dir, log, today)
    bank_ids = {bank.id for bank in banks}
    for course in courses.values():
        if course.bank and course.bank not in bank_ids:
            log.add(kinds.BANK_MISSING, course.file, course.lines.get("bank", 1), bank=course.bank)
    for bank in banks:
        _check_pair(bank, courses, log)
    _check_question_ids(banks, log)
    return log.in_order()


def _courses(folder: Path, log: FaultLog, today: date) -> list[CourseFile]:
    found = []
    for path in _entries(folder, log):
        course = examine_course(path, log) if path.is_dir() else None
        if course:
            check_course(course, log, today=today)
            found.append(course)
    return found


def _banks(folder: Path, log: FaultLog, today: date) -> list[BankFile]:
    found = []
    for path in _entries(folder, log):
        bank = examine_bank(path, log) if path.suffix == ".yaml" else None
        if bank:
            check_bank(bank, log, today=today)
            found.append(bank)
    return found


def _entries(folder: Path, log: FaultLog) -> list[Path]:
    if not folder.is_dir():
        log.add(kinds.FOLDER_MISSING, folder.as_posix(), 1)
        return []
    entries = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "_")))
    if not entries:
        log.add(kinds.NOTHING_HERE, folder.as_posix(), 1)
    return entries


def _check_pair(bank: BankFile, courses: dict[str, CourseFile], log: FaultLog) -> None:
    """A bank and its course name each other; topics are the modules; questions keep to what the course teaches."""
    course = courses.get(bank.course)
    if course is None:
        if bank.course:
            log.add(kinds.COURSE_MISSING, bank.file, bank.lines.get("course", 1), course=bank.course)
        return
    if course.bank and course.bank != bank.id:
        log.add(kinds.BANK_OF_ANOTHER, bank.file, bank.lines.get("course", 1), course=bank.course, other=course.bank)
    modules = [module.slug for module in course.modules]
    topics = [topic.id for topic in bank.topics]
    for topic in bank.topics:
        if topic.id not in modules:
            log.add(kinds.TOPIC_WITHOUT_MODULE, bank.file, topic.line, topic=topic.id, allowed=list(modules))
    for module in modules:
        if module not in topics:
            log.add(kinds.MODULE_WITHOUT_TOPIC, bank.file, bank.lines.get("topics", 1), module=module)
    check_questions(bank, course, log)


def _check_question_ids(banks: list[BankFile], log: FaultLog) -> None:
    """Question ids are unique over all banks; within one the reader has seen to it."""
    first: dict[str, tuple[BankFile, int]] = {}
    for bank in banks:
        for question in bank.questions:
            owner, line = first.setdefault(question.id, (bank, question.line))
            if owner is not bank and question.id:
                log.add(kinds.QUESTION_ID_USED, bank.file, question.line, id=question.id, first=f"{owner.file}:{line}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the faults; 1 if one of them is an error, else 0."""
    parser = argparse.ArgumentParser(prog="content_check", description=__doc__.split("\n")[0])
    parser.add_argument("courses", type=Path)
    parser.add_argument("quizzes", type=Path)
    parser.add_argument("--locale", choices=LOCALES, default=DEFAULT_LOCALE)
    options = parser.parse_args(arguments)
    faults = check_content(options.courses, options.quizzes)
    for fault in faults:
        print(fault.sentence(options.locale))
    warnings = sum(fault.severity == WARNING for fault in faults)
    print(translate(options.locale, N_("错误 {errors} 处，提醒 {warnings} 处"),
                    errors=len(faults) - warnings, warnings=warnings))
    return 1 if has_errors(faults) else 0


if __name__ == "__main__":
    sys.exit(main())
