"""``lms keys``: the keys that certificates are signed with; ``--rotate`` makes a new one."""
from __future__ import annotations

import argparse
from collections.abc import Callable

from lms.commands.command import OK, USAGE, Call, Command
from lms.core.audit.service import record
from lms.core.clock import local
from lms.core.errors import Invalid
from lms.core.i18n import N_
from lms.core.signing.keys import PUBLIC_FILE, key_file, open_signer, public_keys, rotate


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--rotate", action="store_true", help=tr(N_("换一把新的签名密钥；以前的证书仍可查验")))
    parser.add_argument("--withdraw", action="store_true", help=tr(N_("与 --rotate 一起用：旧密钥可能泄露，它的签名不再算数（证书仍可联网查验）")))


def run(call: Call) -> int:
    console, options, settings = call.console, call.options, call.settings
    if options.withdraw and not options.rotate:
        console.refuse(Invalid("withdraw_alone", N_("--withdraw 要和 --rotate 一起用。没有作任何改动。")))
        return USAGE
    today = local(call.now, settings.zone).date()
    if options.rotate:
        signer = rotate(settings, today, withdraw=options.withdraw)
        with call.site.database.writing() as db:
            record(db, actor_id=None, action="certificate.rotate_key", thing=signer.key_id, now=call.now, after={"withdrawn": options.withdraw})
    else:
        open_signer(settings, today)
    keys = public_keys(settings)
    for key in keys:
        words = N_("{id}：{since} 起使用") if not key.until else N_("{id}：{since} 至 {until}，已声明作废") if key.withdrawn \
            else N_("{id}：{since} 至 {until}，仍可查验")
        console.say(words, id=key.id, since=key.since, until=key.until)
    console.say(N_("私钥：{file}（不要复制给别人；备份时不带，或用口令锁住）"), file=key_file(settings))
    console.say(N_("公钥：{file}（可以公开，离线查验用它）"), file=settings.data_folder / PUBLIC_FILE)
    console.result(ok=True, keys=[{"id": k.id, "since": k.since, "until": k.until, "withdrawn": k.withdrawn} for k in keys])
    return OK


COMMAND = Command(("keys",), N_("查看或更换证书的签名密钥"), arguments, run)
