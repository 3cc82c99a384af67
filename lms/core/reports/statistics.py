"""The statistics of a paper as a workbook: what the pages show, in numbers that a worksheet can go on with.

What is not defined is an empty cell; why stands beside it.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence

from lms.core.documents.tables import Book, Column, Kind, Sheet, Value
from lms.core.i18n import N_, translate
from lms.core.quizzes.kinds.protocol import Kind as QuestionKind
from lms.core.quizzes.statistics.choices import Choices
from lms.core.quizzes.statistics.figures import Figure
from lms.core.quizzes.statistics.paper import PaperFigures
from lms.core.quizzes.statistics.reading import QuestionRow, Slice

_QUESTION: tuple[tuple[str, str, Kind], ...] = (
    ("facility", N_("得分率（难度）"), "percent"), ("deviation", N_("标准差"), "number"), ("intended", N_("应占比重"), "percent"),
    ("effective", N_("实占比重"), "percent"), ("discrimination", N_("区分度"), "number"), ("efficiency", N_("区分效率"), "percent"))
_THIRDS = (N_("低分段"), N_("中间段"), N_("高分段"))


def statistics_book(*, figures: PaperFigures, bins: Sequence[Mapping[str, str | int]], questions: Sequence[QuestionRow],
                    choices: Mapping[int, Choices], groups: Sequence[Slice], units: Sequence[Slice],
                    kinds: Mapping[str, QuestionKind], zone: str, locale: str) -> Book:
    """A sheet for the paper, the questions, their options, the spread, groups and units; questions only where they are given."""
    sheets = [_paper_sheet(figures, locale)]
    if questions:
        sheets += [_questions_sheet(questions, kinds, locale), _options_sheet(questions, choices, locale)]
    sheets.append(_bins_sheet(bins, locale))
    for title, slices in ((N_("按组"), groups), (N_("按单位"), units)):
        if slices:
            sheets.append(_slices_sheet(title, slices, figures, locale))
    return Book(sheets, zone=zone, locale=locale)


def _column(key: str, title: str, locale: str, kind: Kind = "text", width: float | None = None) -> Column:
    return Column(key, translate(locale, title), kind, width)


def _paper_sheet(figures: PaperFigures, locale: str) -> Sheet:
    unit = translate(locale, N_("分")) if figures.full_mark is not None else "%"
    spread = figures.spread
    rows: list[tuple[str, Figure, str]] = [
        (N_("平均分"), spread.mean, unit), (N_("中位数"), spread.median, unit), (N_("标准差"), spread.deviation, unit),
        (N_("最低分"), spread.lowest, unit), (N_("最高分"), spread.highest, unit), (N_("偏度"), figures.skewness, ""),
        (N_("峰度"), figures.kurtosis, ""), (N_("内部一致性系数（α）"), figures.consistency, ""), (N_("误差比"), figures.error_ratio, ""),
        (N_("标准误差"), figures.standard_error, unit)]
    known: list[Sequence[Value]] = [(translate(locale, N_("有成绩的人数")), spread.people, "", ""),
                                    (translate(locale, N_("计分的题数")), figures.questions, "", "")]
    known += [(translate(locale, title), figure.value, said, _why(figure, locale)) for title, figure, said in rows]
    columns = [_column("name", N_("指标"), locale, width=26), _column("value", N_("数值"), locale, "number", 14),
               _column("unit", N_("计量"), locale, width=8), _column("why", N_("没有数值的原因"), locale, width=34)]
    return Sheet(translate(locale, N_("全卷")), columns, known)


def _questions_sheet(questions: Sequence[QuestionRow], kinds: Mapping[str, QuestionKind], locale: str) -> Sheet:
    columns = [_column("code", N_("编号"), locale, width=14), _column("kind", N_("题型"), locale, width=10),
               _column("stem", N_("题干"), locale, width=50), _column("asked", N_("作答人次"), locale, "number"),
               _column("empty", N_("未答"), locale, "number"), _column("full_mark", N_("满分"), locale, "number"),
               *(_column(key, title, locale, kind, 11) for key, title, kind in _QUESTION),
               _column("median", N_("用时中位数（秒）"), locale, "number", 12), _column("mean", N_("平均用时（秒）"), locale, "number", 12),
               _column("timed", N_("有用时的人数"), locale, "number", 12), _column("why", N_("没有数值的原因"), locale, width=50)]
    rows: list[Sequence[Value]] = []
    for row in questions:
        figures = [getattr(row.figures, key) for key, _, _ in _QUESTION]
        full = row.figures.full_mark
        rows.append((row.code, translate(locale, kinds[row.kind].title) if row.kind in kinds else row.kind, row.stem, row.figures.asked,
                     row.empty, None if full is None else full / 1000, *(figure.value for figure in figures), row.time.median.value,
                     row.time.mean.value, row.time.people, _reasons(row, locale)))
    return Sheet(translate(locale, N_("各题")), columns, rows, frozen=1)


def _options_sheet(questions: Sequence[QuestionRow], choices: Mapping[int, Choices], locale: str) -> Sheet:
    columns = [_column("code", N_("编号"), locale, width=14), _column("option", N_("选项"), locale, width=14),
               _column("text", N_("内容"), locale, width=44), _column("right", N_("是否正确"), locale, width=10),
               *(_column(f"third-{place}", title, locale, "number") for place, title in enumerate(_THIRDS)),
               _column("people", N_("合计"), locale, "number")]
    words = {True: translate(locale, N_("正确")), False: translate(locale, N_("错误")), None: ""}
    rows: list[Sequence[Value]] = []
    for row in questions:
        found = choices[row.id]
        rows += [(row.code, option.name, translate(locale, option.text) if option.ours else option.text, words[option.right],
                  *option.counts, option.people) for option in found.options]
        rows.append((row.code, translate(locale, N_("未答")), "", "", *found.empty, sum(found.empty)))
        rows.append((row.code, translate(locale, N_("考到的人")), "", "", *found.asked, sum(found.asked)))
    return Sheet(translate(locale, N_("选项")), columns, rows, frozen=2)


def _bins_sheet(bins: Sequence[Mapping[str, str | int]], locale: str) -> Sheet:
    columns = [_column("bin", N_("百分制"), locale), _column("people", N_("人数"), locale, "number")]
    return Sheet(translate(locale, N_("成绩分布")), columns, [(one["label"], one["value"]) for one in bins])


def _slices_sheet(title: str, slices: Sequence[Slice], figures: PaperFigures, locale: str) -> Sheet:
    unit = "" if figures.full_mark is not None else " (%)"
    columns = [_column("name", N_("名称"), locale, width=34), _column("expected", N_("应考"), locale, "number"),
               _column("people", N_("有成绩"), locale, "number"),
               *(Column(key, translate(locale, word) + unit, "number", 10)
                 for key, word in (("mean", N_("平均分")), ("median", N_("中位数")), ("deviation", N_("标准差")))),
               _column("passed", N_("及格"), locale, "number"), _column("share", N_("及格率"), locale, "percent")]
    rows: list[Sequence[Value]] = [
        (one.name, one.expected, one.spread.people, one.spread.mean.value, one.spread.median.value, one.spread.deviation.value, one.passed,
         one.passed / one.spread.people if one.spread.people else None) for one in slices]
    return Sheet(translate(locale, title), columns, rows, frozen=1)


def _why(figure: Figure, locale: str) -> str:
    return translate(locale, figure.why) if figure.why else ""


def _reasons(row: QuestionRow, locale: str) -> str:
    """Why the empty cells of a row are empty, each reason once with the figures that it is about."""
    found: dict[str, list[str]] = {}
    for key, title, _ in _QUESTION:
        if why := _why(getattr(row.figures, key), locale):
            found.setdefault(why, []).append(translate(locale, title))
    if why := _why(row.time.median, locale):
        found.setdefault(why, []).append(translate(locale, N_("用时")))
    return "; ".join(f"{', '.join(names)}: {why}" for why, names in found.items())
