"""``lms import attendance FILE --class SLUG``: a list or an edited matrix; saved only with ``--commit``."""
from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lms.commands.command import OK, Call, Command
from lms.commands.console import Console
from lms.commands.files import read_file
from lms.core.attendance.status import STATUSES
from lms.core.classes.service import find_class
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.paperwork.import_judge import STATES, Change, judge
from lms.core.paperwork.import_known import load_knowledge, session_labels
from lms.core.paperwork.import_read import AttendanceFile, read_attendance
from lms.core.paperwork.imports import changes_of, commit_import, keep_preview


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=tr(N_("签到名单，或者导出后改过的考勤表：.xlsx 或 .csv")))
    parser.add_argument("--class", dest="class_slug", required=True, metavar="SLUG", help=tr(N_("培训班的短名")))
    parser.add_argument("--commit", action="store_true", help=tr(N_("保存要保存的行；不加则只预览")))
    parser.add_argument("--doubtful", action="store_true", help=tr(N_("存疑的行也保存")))


def run(call: Call) -> int:
    data, name = read_file(call.options.file), call.options.file.name
    with call.site.database.reading() as db:
        training_class = find_class(db, call.options.class_slug)
        class_uid, labels = training_class.uid, session_labels(training_class.sessions)
    file = read_attendance(data, name, labels=labels)
    if file.class_uid and file.class_uid != class_uid:
        raise Invalid("matrix_of_another_class", N_("“{filename}”是另一个培训班的考勤表，没有保存任何内容。请打开那个班再导入。"),
                      filename=name)
    for note in file.notes:
        call.console.line(note.text(call.console.locale))
    return _save(call, file) if call.options.commit else _preview(call, file)


def _preview(call: Call, file: AttendanceFile) -> int:
    """Say what would become of each entry; nothing is written."""
    with call.site.database.reading() as db:
        known = load_knowledge(db, find_class(db, call.options.class_slug), call.now)
    changes = [c for c in judge(file.kind, file.entries, known) if file.kind == "list" or c.state != "same"]
    _tell(call.console, changes)
    call.console.say(N_("这是预览，没有保存任何内容。核对后加上 --commit 再运行一次。"))
    call.console.result(ok=True, committed=False, kind=file.kind, counts=_counts(changes),
                        rows=[_plain(c, call.console) for c in changes])
    return OK


def _save(call: Call, file: AttendanceFile) -> int:
    """Judge and save in one transaction."""
    with call.site.database.writing() as db:
        made = keep_preview(db, training_class=find_class(db, call.options.class_slug), file=file, by_id=None, now=call.now)
        changes = changes_of(made)
        decisions = {c.key: "import" for c in changes if c.state == "doubtful" and c.acts} if call.options.doubtful else {}
        counts = commit_import(db, made=made, decisions=decisions, by_id=None, now=call.now)
    _tell(call.console, [c for c in changes if c.state in ("doubtful", "refused")])
    call.console.say(N_("已保存 {saved} 条，没有导入 {left} 条。"), saved=counts["saved"], left=counts["left"])
    call.console.result(ok=True, committed=True, kind=file.kind, counts=counts, rows=[_plain(c, call.console) for c in changes])
    return OK


def _tell(console: Console, changes: list[Change]) -> None:
    for c in changes:
        what = console.tr(N_("；")).join([*(_act(a.kind, a.status, a.at, console) for a in c.acts),
                                         *(r.text(console.locale) for r in c.reasons)])
        console.line(console.tr(N_("第 {line} 行 {name}：{state}{why}"), line=c.line, name=c.name or "—",
                                state=console.tr(STATES[c.state]), why=f"　{c.title} {what}" if what or c.title else ""))
    counts = _counts(changes)
    console.say(N_("共 {rows} 行：{states}"), rows=len(changes), states=console.tr(N_("，")).join(
        f"{console.tr(word)} {counts[state]}" for state, word in STATES.items()))


def _act(kind: str, status: str, at: str, console: Console) -> str:
    if kind == "status":
        return console.tr(STATUSES[status])
    return console.tr(N_("签到 {at}"), at=at[11:16]) if kind == "in" else console.tr(N_("签退 {at}"), at=at[11:16])


def _counts(changes: list[Change]) -> dict[str, int]:
    states = Counter(c.state for c in changes)
    return {"rows": len(changes), **{state: states[state] for state in STATES}}


def _plain(change: Change, console: Console) -> dict[str, Any]:
    return {**change.plain(), "reasons": [{"code": r.code, "message": r.text(console.locale)} for r in change.reasons]}


COMMAND = Command(("import", "attendance"), N_("导入考勤：先预览，加 --commit 才保存"), arguments, run)
