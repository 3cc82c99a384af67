"""``lms check content``: faults of courses and banks, each with file, line, what is wrong and how to mend it."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from lms.commands.command import OK, REFUSED, Call, Command
from lms.core.documents.faults import ERROR, has_errors
from lms.core.i18n import N_
from lms.core.learning.content_check import check_content
from lms.core.shipped import shipped


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--courses", type=Path, metavar="DIR", help=tr(N_("课程目录（默认为随附的 courses/）")))
    parser.add_argument("--quizzes", type=Path, metavar="DIR", help=tr(N_("题库目录（默认为随附的 quizzes/）")))


def run(call: Call) -> int:
    console = call.console
    faults = check_content(call.options.courses or shipped("courses"), call.options.quizzes or shipped("quizzes"))
    for fault in faults:
        console.line(fault.sentence(console.locale))
    errors = sum(fault.severity == ERROR for fault in faults)
    console.say(N_("错误 {errors} 处，提醒 {warnings} 处"), errors=errors, warnings=len(faults) - errors)
    console.result(ok=not has_errors(faults), errors=errors, warnings=len(faults) - errors, faults=[
        {"file": f.file, "line": f.line, "code": f.code, "severity": f.severity, "message": f.sentence(console.locale)}
        for f in faults])
    return REFUSED if has_errors(faults) else OK


COMMAND = Command(("check", "content"), N_("检查课程和题库的文件"), arguments, run)
