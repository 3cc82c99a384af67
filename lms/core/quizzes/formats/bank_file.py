"""A bank's file (docs/content-format.md) as an upload: usable as a whole or not at all."""
from __future__ import annotations

from lms.core.documents.faults import FaultLog, has_errors
from lms.core.documents.yaml_lines import MAX_BYTES
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_, translate
from lms.core.quizzes.content import content_of
from lms.core.quizzes.files import examine_bank_text
from lms.core.quizzes.formats.exchange import BEGINS, read_exchange
from lms.core.quizzes.formats.protocol import ReadQuestions, ReadRow
from lms.core.quizzes.kinds.protocol import Flaw


def read_bank_file(data: bytes, filename: str) -> ReadQuestions:
    """The questions of a bank's file; with a fault in it ``blocked`` is set and each fault is a row's reason.

    :raises Invalid: not UTF-8 text
    :raises TooLarge: more than 5 MB
    """
    if data.removeprefix(b"\xef\xbb\xbf").startswith(BEGINS):
        return read_exchange(data, filename)
    if len(data) > MAX_BYTES:
        raise TooLarge("file_too_large", N_("“{filename}”超过 {mb} MB。请拆成几个文件再上传。"), filename=filename,
                       mb=MAX_BYTES // 1024 // 1024)
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise Invalid("not_utf8", N_("“{filename}”不是 UTF-8 编码，从第 {line} 行起读不出文字。没有保存任何内容。"
                                     "请在编辑器里另存为 UTF-8 编码再上传。"),
                      filename=filename, line=data[:error.start].count(b"\n") + 1) from error
    log = FaultLog()
    bank = examine_bank_text(text, filename, log)
    faults = log.in_order()
    if bank is None or has_errors(faults):
        return ReadQuestions([ReadRow(f.line, reasons=[Flaw(f.code, f.message, data=f.data), Flaw(f.code, f.mend, data=f.data)])
                              for f in faults], blocked=True)
    rows = [ReadRow(question.line, question.id, content_of(question, bank)) for question in bank.questions]
    notes = [Flaw("warning", N_("第 {line} 行：{what}"), data={"line": f.line, "what": translate("zh_CN", f.message, **f.data)})
             for f in faults]
    return ReadQuestions(rows, notes, bank={
        "id": bank.id, "titles": bank.title, "course": bank.course, "hash": bank.content_hash,
        "topics": [{"id": topic.id, "title": topic.title} for topic in bank.topics]})
