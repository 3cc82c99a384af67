"""Files that questions come in. Ours are registered here by the slot that a plugin uses: ``question_format``."""
from lms.core.events import Events
from lms.core.i18n import N_
from lms.core.quizzes.formats.bank_file import read_bank_file
from lms.core.quizzes.formats.exchange import write_exchange
from lms.core.quizzes.formats.gift_write import write_gift
from lms.core.quizzes.formats.moodle import read_moodle
from lms.core.quizzes.formats.moodle_write import write_moodle
from lms.core.quizzes.formats.protocol import BankOut, QuestionFormat, QuestionWriter, ReadQuestions, ReadRow, ReadTable
from lms.core.quizzes.formats.table import read_question_table
from lms.core.quizzes.formats.table_write import write_table
from lms.core.quizzes.formats.text_file import read_aiken_file, read_gift_file, read_text_file, read_word_file
from lms.core.registry import Registry

__all__ = ["BankOut", "QuestionFormat", "QuestionWriter", "ReadQuestions", "ReadRow", "ReadTable", "register"]


def register(registry: Registry, events: Events) -> None:
    for ending in ("yaml", "yml"):
        registry.add("question_format", ending, read_bank_file)
    for ending in ("xlsx", "csv"):
        registry.add("question_format", ending, read_question_table)
    for ending, reader in (("txt", read_text_file), ("gift", read_gift_file), ("aiken", read_aiken_file),
                           ("docx", read_word_file), ("xml", read_moodle)):
        registry.add("question_format", ending, reader)
    for ending, title, media_type, write in (
            ("xlsx", N_("Excel 文件（.xlsx）"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", write_table),
            ("yaml", N_("本系统的题库文件（.yaml）"), "application/yaml", write_exchange),
            ("gift", N_("GIFT（.gift）"), "text/plain", write_gift), ("xml", N_("Moodle XML（.xml）"), "application/xml", write_moodle)):
        registry.add("question_writer", ending, QuestionWriter(title, media_type, write))
