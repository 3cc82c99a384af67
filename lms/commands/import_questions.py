"""``lms import questions FILE --bank SLUG``: what would become of each question; saved only with ``--commit``."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lms.commands.command import OK, REFUSED, Call, Command
from lms.commands.console import Console
from lms.commands.files import read_file
from lms.core.i18n import N_
from lms.core.quizzes.kinds.protocol import Flaw
from lms.core.quizzes.pictures import keep_pictures, store_pictures
from lms.core.quizzes.preview import STATES, PreviewRow, QuestionPreview, import_questions, preview_questions


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=tr(N_("题目文件：.xlsx、.csv 或题库 .yaml")))
    parser.add_argument("--bank", required=True, metavar="SLUG", help=tr(N_("题库的短名")))
    parser.add_argument("--commit", action="store_true", help=tr(N_("保存新增和有改动的题目；不加则只预览")))
    parser.add_argument("--all-rows", action="store_true", help=tr(N_("也列出没有疑问的题目")))


def run(call: Call) -> int:
    console, file = call.console, call.options.file
    data = read_file(file)
    with call.site.database.reading() as db:
        preview = preview_questions(db, bank=call.options.bank, data=data, filename=file.name)
    _show(console, preview, call.options.all_rows)
    counts, committed = preview.counts, False
    if call.options.commit and not preview.blocked:
        stored = store_pictures(call.site.storage, preview.pictures)
        with call.site.database.writing() as db:
            keep_pictures(db, stored, now=call.now)
            counts, committed = import_questions(db, preview=preview, by_id=None, now=call.now), True
        console.say(N_("已保存：新增 {new} 题，改动 {changed} 题。"), **counts)
    elif not preview.blocked:
        console.say(N_("这是预览，没有保存任何内容。核对后加上 --commit 再运行一次。"))
    else:
        console.say(N_("文件有错误，不能导入；没有保存任何内容。请按上面的提示改正。"))
    console.result(ok=not preview.blocked, committed=committed, counts=counts,
                   notes=[_plain(note, console) for note in preview.notes],
                   rows=[{"line": row.line, "code": row.code, "state": row.state,
                          "reasons": [_plain(flaw, console) for flaw in row.reasons],
                          "notices": [_plain(flaw, console) for flaw in row.notices]} for row in preview.rows])
    return REFUSED if preview.blocked else OK


def _show(console: Console, preview: QuestionPreview, all_rows: bool) -> None:
    for note in preview.notes:
        console.line(console.tr(note.message, **note.data))
    for row in preview.rows:
        if all_rows or row.reasons or row.notices:
            console.line(_described(row, console))
    console.say(N_("共 {rows} 题：{states}"), rows=len(preview.rows), states=console.tr(N_("，")).join(
        f"{console.tr(word)} {preview.counts[state]}" for state, word in STATES.items()))


def _described(row: PreviewRow, console: Console) -> str:
    words = console.tr(N_("；")).join(console.tr(flaw.message, **flaw.data) for flaw in (*row.reasons, *row.notices))
    return console.tr(N_("第 {line} 行 {name}：{state}{why}"), line=row.line, name=row.code, state=console.tr(STATES[row.state]),
                      why="　" + words if words else "")


def _plain(flaw: Flaw, console: Console) -> dict[str, Any]:
    return {"code": flaw.code, "message": console.tr(flaw.message, **flaw.data)}


COMMAND = Command(("import", "questions"), N_("导入题目到题库：先预览，加 --commit 才保存"), arguments, run)
