"""``lms verify FILE|TEXT``: is this a certificate that was issued here? With ``--keys`` no installation is needed."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from lms.commands.command import OK, REFUSED, Call, Command
from lms.commands.files import read_file
from lms.core.certificates.signed import OUTCOMES, Checked, check_payload, payload_in, readable
from lms.core.certificates.verify import STATES, by_file
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.signing.keys import PublicKey, public_keys, read_public

_FIELDS = (("number", N_("编号")), ("name", N_("姓名")), ("unit", N_("单位")), ("class_title", N_("培训班")),
           ("starts", N_("开始")), ("ends", N_("结束")), ("hours", N_("学时")), ("organiser", N_("主办单位")),
           ("date", N_("发证日期")))


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("what", metavar="FILE|TEXT", help=tr(N_("证书的 PDF 文件，或者扫描二维码读到的整段文字")))
    parser.add_argument("--keys", type=Path, metavar="FILE",
                        help=tr(N_("公钥文件 signing.pub.json：只按签名查验，不用数据库，也不用联网")))


def run(call: Call) -> int:
    what, keys = call.options.what, call.options.keys
    if not Path(what).is_file():
        return _say_signed(call, check_payload(what, _keys(call)))
    if keys is None:
        return _original(call)
    code = _say_signed(call, check_payload(payload_in(read_file(Path(what))), _keys(call)))
    call.console.say(N_("核对的是文件里签名的内容，不是页面：页面改过也看不出来。要核对文件本身，请在发证单位的系统上运行 lms verify 文件。"))
    return code


def _keys(call: Call) -> list[PublicKey]:
    if call.options.keys is not None:
        return read_public(read_file(call.options.keys).decode("utf-8", "replace"))
    keys = public_keys(call.settings)
    if not keys:
        raise Invalid("no_public_keys", N_("这里没有公钥，不能按签名查验。请用 --keys 给出发证单位的公钥文件 signing.pub.json。"))
    return keys


def _say_signed(call: Call, checked: Checked) -> int:
    """What is signed, for comparison with the paper; a signature does not know of what came after it."""
    console = call.console
    console.say(OUTCOMES[checked.outcome])
    if checked.outcome == "valid":
        for name, title in _FIELDS:
            console.say(N_("  {title}：{value}"), title=console.tr(title), value=readable(name, checked.facts.get(name, "")))
        if checked.facts.get("sample"):
            console.say(N_("  这是演示用的样例，不能作为结业凭据。"))
        console.say(N_("请与证书逐项核对，有“…”的是只签了开头的长名称。发证以后是否作废、补发，要联网查验才知道。"))
    console.result(ok=checked.outcome == "valid", signature=checked.outcome, key=checked.key_id, sample=bool(checked.facts.get("sample")),
                   certificate={n: readable(n, checked.facts.get(n, "")) for n, _ in _FIELDS} if checked.outcome == "valid" else None)
    return OK if checked.outcome == "valid" else REFUSED


def _original(call: Call) -> int:
    """The very bytes, as the installation keeps them."""
    data = read_file(Path(call.options.what))
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


COMMAND = Command(("verify",), N_("查验一张证书：文件，或者二维码里的文字"), arguments, run)
