"""``lms verify FILE``: is this very file a certificate that was issued here?"""
from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from lms.commands.command import OK, REFUSED, Call, Command
from lms.commands.files import read_file
from lms.core.certificates.verify import STATES, by_file
from lms.core.i18n import N_

_FIELDS = (("number", N_("编号")), ("name", N_("姓名")), ("unit", N_("单位")), ("class_title", N_("培训班")),
           ("starts", N_("开始")), ("ends", N_("结束")), ("hours", N_("学时")), ("organiser", N_("主办单位")),
           ("date", N_("发证日期")))


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help=tr(N_("证书的 PDF 文件")))


def run(call: Call) -> int:
    data = read_file(call.options.file)
    with call.site.database.reading() as db:
        certificate = by_file(db, data)
    console, printed = call.console, certificate.snapshot
    console.say(N_("这是本系统发出的证书原件，状态：{state}"), state=console.tr(STATES[certificate.state]))
    for name, title in _FIELDS:
        console.say(N_("  {title}：{value}"), title=console.tr(title), value=printed.get(name, ""))
    if certificate.state_reason:
        console.say(N_("  原因：{reason}"), reason=certificate.state_reason)
    if printed.get("sample"):
        console.say(N_("  这是演示用的样例，不能作为结业凭据。"))
    console.result(ok=certificate.state == "valid", state=certificate.state, sample=bool(printed.get("sample")),
                   certificate={name: printed.get(name, "") for name, _ in _FIELDS})
    return OK if certificate.state == "valid" else REFUSED


COMMAND = Command(("verify",), N_("查验一个证书文件是否为原件"), arguments, run)
