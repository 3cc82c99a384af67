"""The results of a survey as a file: one row an option, and the texts on a sheet of their own."""
from __future__ import annotations

from lms.core.documents.tables import Book, Column, Sheet
from lms.core.i18n import N_, translate
from lms.core.surveys.questions import KINDS
from lms.core.surveys.results import Results


def survey_book(results: Results, *, zone: str, locale: str) -> Book:
    """What the screen shows, no more."""
    def say(text: str) -> str:
        return translate(locale, text)

    counts: list[list[str | int | float | None]] = []
    texts: list[list[str]] = []
    for r in results.questions:
        average = round(float(r.average), 2) if r.average is not None else None
        counts += [[r.question.text, say(KINDS[r.question.kind]), option, n, n / r.answered if r.answered else None, average, r.answered]
                   for option, n in zip(r.question.options, r.counts, strict=True)]
        texts += [[r.question.text, said] for said in r.texts]
    tally = [Column("question", say(N_("题目")), width=50), Column("kind", say(N_("题型")), width=8), Column("option", say(N_("选项")), width=24),
             Column("count", say(N_("人数")), "number", 8), Column("share", say(N_("占比")), "percent", 8),
             Column("average", say(N_("平均分")), "number", 8), Column("answered", say(N_("答题人数")), "number", 10)]
    words = [Column("question", say(N_("题目")), width=30), Column("text", say(N_("内容")), width=80)]
    return Book([Sheet(say(N_("满意度统计")), tally, counts), Sheet(say(N_("意见建议")), words, texts)], zone=zone, locale=locale)
