"""Files that questions come in. Ours are registered here by the slot that a plugin uses: ``question_format``."""
from lms.core.events import Events
from lms.core.quizzes.formats.bank_file import read_bank_file
from lms.core.quizzes.formats.protocol import QuestionFormat, ReadQuestions, ReadRow
from lms.core.quizzes.formats.table import read_question_table
from lms.core.registry import Registry

__all__ = ["QuestionFormat", "ReadQuestions", "ReadRow", "register"]


def register(registry: Registry, events: Events) -> None:
    for ending in ("yaml", "yml"):
        registry.add("question_format", ending, read_bank_file)
    for ending in ("xlsx", "csv"):
        registry.add("question_format", ending, read_question_table)
