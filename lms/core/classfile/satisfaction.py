"""满意度汇总: what the surveys of the class say, no more than their own pages show (``surveys.results``)."""
from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from lms.core.classfile.facts import ClassFile
from lms.core.classfile.parts import columns, paper, titled
from lms.core.documents.document import Bar, Block, Chart, Document, Grid, Heading, Text
from lms.core.documents.tables import Sheet
from lms.core.i18n import N_, enumerated
from lms.core.surveys.models import Survey
from lms.core.surveys.results import Result, Results, results


def satisfaction(file: ClassFile) -> Document:
    """Each survey that was held: how many answered, ratings, choices, and what was written."""
    surveys = file.db.scalars(select(Survey).where(Survey.class_id == file.training_class.id, Survey.state != "draft").order_by(Survey.id)).all()
    said = [(survey, results(file.db, survey)) for survey in surveys]
    blocks: list[Block] = [_overview(file, said), *([] if said else [Text(file.word(N_("本班没有进行满意度评价。")))])]
    for survey, found in said:
        blocks += [Heading(survey.title), *_survey(file, survey, found)]
    return paper(file, titled(file, N_("满意度汇总")), blocks)


def _overview(file: ClassFile, said: Sequence[tuple[Survey, Results]]) -> Grid:
    heads = columns(file, ("title", N_("评价"), "text", 40), ("people", N_("在册"), "number", 8), ("answered", N_("收回"), "number", 8),
                    ("shown", N_("公布结果的份数"), "number", 12))
    people = len(file.enrolments)
    return Grid(Sheet(file.word(N_("满意度汇总")), heads, [(survey.title, people, found.answered, found.shown) for survey, found in said]))


def _survey(file: ClassFile, survey: Survey, found: Results) -> list[Block]:
    if not found.shown:
        return [Text(file.word(N_("收回 {answered} 份。够 {least} 份以后才公布结果，现在没有可以公布的。"), answered=found.answered, least=survey.least))]
    said = N_("收回 {answered} 份，以下是其中 {shown} 份的结果。") if found.shown < found.answered else N_("收回 {answered} 份，以下是全部答卷的结果。")
    blocks: list[Block] = [Text(file.word(said, answered=found.answered, shown=found.shown))]
    scales = [r for r in found.questions if r.average is not None]
    if scales:
        blocks += _scales(file, survey, scales)
    for r in found.questions:
        if r.question.kind in ("choice", "choices"):
            blocks.append(_choice(file, r))
    written = [(r.question.text, text) for r in found.questions for text in r.texts]
    if written:
        heads = columns(file, ("question", N_("题目"), "text", 30), ("text", N_("内容"), "text", 80))
        blocks.append(Grid(Sheet(file.word(N_("意见建议")), heads, written)))
    return blocks


def _scales(file: ClassFile, survey: Survey, rated: list[Result]) -> list[Block]:
    heads = columns(file, ("question", N_("题目"), "text", 40), ("answered", N_("答题人数"), "number", 10), ("average", N_("平均分"), "number", 9),
                    ("best", N_("满分"), "number", 7), ("content", N_("满意率"), "percent", 9), ("counts", N_("各选项人数"), "text", 44))
    rows = [(r.question.text, r.answered, round(float(r.average or 0), 2), len(r.question.options), float(r.content or 0),
             enumerated(file.locale, (f"{option} {n}" for option, n in zip(r.question.options, r.counts, strict=True)))) for r in rated]
    bars = [Bar(r.question.text, float(r.content or 0), file.word(N_("{share}，平均 {average} 分"), share=f"{float(r.content or 0):.1%}",
                                                                average=f"{float(r.average or 0):.2f}")) for r in rated]
    return [Grid(Sheet(file.word(N_("评分")), heads, rows)), Chart(file.word(N_("满意率")), bars, 1)]


def _choice(file: ClassFile, r: Result) -> Grid:
    heads = columns(file, ("option", N_("选项"), "text", 40), ("count", N_("人数"), "number", 8), ("share", N_("占比"), "percent", 9))
    rows = [(option, n, n / r.answered if r.answered else None) for option, n in zip(r.question.options, r.counts, strict=True)]
    return Grid(Sheet(r.question.text, heads, rows))
