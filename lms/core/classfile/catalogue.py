"""Which papers a class's file has, in the order in which an office needs them, and how each becomes a file."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from lms.core.classfile.announcement import announcement
from lms.core.classfile.facts import ClassFile
from lms.core.classfile.fees import fee_receipt
from lms.core.classfile.lists import groups, roster, timetable
from lms.core.classfile.outcomes import completion_list, letters, mark_sheet
from lms.core.classfile.satisfaction import satisfaction
from lms.core.classfile.summary import summary
from lms.core.documents.document import Document, book_of
from lms.core.documents.document_pdf import write_document
from lms.core.documents.docx_write import write_docx
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.errors import NotFound
from lms.core.i18n import N_

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class PaperKind:
    """One paper of a class.

    :param title: message id
    :param endings: the files that there are of it: ``pdf`` to print, ``docx`` and ``xlsx`` to edit
    """

    title: str
    build: Callable[[ClassFile], Document]
    endings: tuple[str, ...]


_TABLE, _LETTER = ("pdf", "xlsx", "docx"), ("pdf", "docx")
PAPERS: dict[str, PaperKind] = {
    "announcement": PaperKind(N_("培训通知"), announcement, _LETTER),
    "roster": PaperKind(N_("学员名册"), roster, _TABLE),
    "timetable": PaperKind(N_("课程表"), timetable, _TABLE),
    "groups": PaperKind(N_("分组与乘车表"), groups, _TABLE),
    "marks": PaperKind(N_("成绩单"), mark_sheet, _TABLE),
    "completion": PaperKind(N_("结业名单"), completion_list, _TABLE),
    "letters": PaperKind(N_("参训证明"), letters, _LETTER),
    "fees": PaperKind(N_("讲课费签收单"), fee_receipt, _TABLE),
    "satisfaction": PaperKind(N_("满意度汇总"), satisfaction, _TABLE),
    "summary": PaperKind(N_("培训总结"), summary, _LETTER),
}


def paper_kind(code: str, ending: str) -> PaperKind:
    """The paper *code*, if there is such a file of it.

    :raises NotFound: there is none
    """
    found = PAPERS.get(code)
    if found is None or ending not in found.endings:
        raise NotFound("no_such_paper", N_("没有这种材料，请从“班级材料”页上选择。"))
    return found


def write_paper(document: Document, ending: str, *, file: ClassFile) -> bytes:
    """*document* as a file with this ending."""
    if ending == "pdf":
        return write_document(document, created=file.now)
    out = BytesIO()
    if ending == "docx":
        write_docx(document, out)
    else:
        write_xlsx(book_of(document), out)
    return out.getvalue()
