"""``lms import roster FILE --class SLUG``: what would become of each row; saved only with ``--commit``."""
from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lms.commands.command import OK, Call, Command
from lms.commands.console import Console
from lms.commands.files import read_file
from lms.core.classes.roster import PreviewRow, Roster, commit_roster, keep_preview, preview_rows, read_roster
from lms.core.classes.roster_judge import STATES, judge
from lms.core.classes.roster_known import load_knowledge
from lms.core.classes.service import find_class
from lms.core.i18n import N_


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=tr(N_("名册：.xlsx 或 .csv")))
    parser.add_argument("--class", dest="class_slug", required=True, metavar="SLUG", help=tr(N_("培训班的短名")))
    parser.add_argument("--commit", action="store_true", help=tr(N_("保存新增和有改动的行；不加则只预览")))
    parser.add_argument("--decide", action="append", default=[], metavar="N=WHAT", help=tr(
        N_("对第 N 行另作决定：import 导入、skip 不导入、merge:编号 与该人合并；可写多次")))
    parser.add_argument("--all-rows", action="store_true", help=tr(N_("预览时也列出没有疑问的行")))


def run(call: Call) -> int:
    roster = read_roster(read_file(call.options.file), call.options.file.name)
    for note in roster.notes:
        call.console.line(note.text(call.console.locale))
    return _save(call, roster) if call.options.commit else _preview(call, roster)


def _preview(call: Call, roster: Roster) -> int:
    """Say what would become of each row; nothing is written."""
    console = call.console
    with call.site.database.reading() as db:
        training_class = find_class(db, call.options.class_slug)
        verdicts = judge(roster.rows, load_knowledge(db, training_class, roster.rows, None))
    rows = [PreviewRow(row, verdict) for row, verdict in zip(roster.rows, verdicts, strict=True)]
    counts = Counter(verdict.state for verdict in verdicts)
    for row in rows:
        if call.options.all_rows or row.verdict.reasons or row.row.notices:
            console.line(_described(row, console))
    console.say(N_("共 {rows} 行：{states}"), rows=len(rows), states=console.tr(N_("，")).join(
        f"{console.tr(word)} {counts[state]}" for state, word in STATES.items()))
    console.say(N_("这是预览，没有保存任何内容。核对后加上 --commit 再运行一次。"))
    console.result(ok=True, committed=False, counts={"rows": len(rows), **{state: counts[state] for state in STATES}},
                   rows=[_plain(row, console) for row in rows])
    return OK


def _save(call: Call, roster: Roster) -> int:
    """Judge and save in one transaction."""
    console = call.console
    with call.site.database.writing() as db:
        training_class = find_class(db, call.options.class_slug)
        preview = keep_preview(db, training_class=training_class, roster=roster, by_id=None, now=call.now)
        saved = commit_roster(db, roster_import=preview, decisions=_decisions(call.options.decide), by_id=None,
                              now=call.now)
        left = preview_rows(preview)
    for row in left:
        console.line(_described(row, console))
    console.say(N_("已保存：新增 {saved} 人，更新 {updated} 人，未变 {unchanged} 人；留下待处理 {held_back} 行，重复 {duplicate} 行，"
                   "缺手机号 {without_phone} 人。"), **saved)
    console.result(ok=True, committed=True, counts=saved, rows=[_plain(row, console) for row in left])
    return OK


def _decisions(given: list[str]) -> dict[int | str, str]:
    return {line.strip(): what.strip() for line, _, what in (text.partition("=") for text in given)}


def _described(row: PreviewRow, console: Console) -> str:
    values, verdict = row.row.values, row.verdict
    words = [remark.text(console.locale) for remark in (*verdict.reasons, *row.row.notices)]
    words += [f"merge:{uid}" for uid in verdict.candidates]
    return console.tr(N_("第 {line} 行 {name}：{state}{why}"), line=row.row.line, name=values.get("name") or "—",
                      state=console.tr(STATES[verdict.state]), why="　" + console.tr(N_("；")).join(words) if words else "")


def _plain(row: PreviewRow, console: Console) -> dict[str, Any]:
    return {"line": row.row.line, "state": row.verdict.state, "values": row.row.values, "changes": row.verdict.changes,
            "reasons": [{"code": r.code, "message": r.text(console.locale)} for r in row.verdict.reasons],
            "notices": [{"code": r.code, "message": r.text(console.locale)} for r in row.row.notices],
            "candidates": list(row.verdict.candidates)}


COMMAND = Command(("import", "roster"), N_("导入名册：先预览，加 --commit 才保存"), arguments, run)
