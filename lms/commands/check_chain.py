"""``lms check chain``: are the sealed records as they were made? Names each that is not."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from typing import Any

from lms.commands.command import OK, REFUSED, Call, Command
from lms.core.i18n import N_
from lms.core.seals.faults import ChainFault
from lms.core.seals.links import ChainSource
from lms.core.seals.sealing import printed_head
from lms.core.seals.walk import Walked, walk
from lms.core.signing.keys import public_keys, seal_is_signed


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--head", action="append", default=[], metavar="HEX",
                        help=tr(N_("纸上印的链首（结班材料、证书登记册、日志页上有）；它必须在链上。可以写多次")))


def run(call: Call) -> int:
    console, faults, chains = call.console, 0, {}
    printed = list(call.options.head)
    for name, source in call.site.registry.all("chain"):
        found = _walk(call, name, source)
        printed = [head for head in printed if not found.knows(head)]
        faults += len(found.faults)
        chains[name] = _result(found, console.tr)
    unknown = [ChainFault("head_unknown", N_("纸上的链首 {head} 不在任何一条链上：链被重做过，或者抄错了。"), {"head": head}) for head in printed]
    for fault in unknown:
        console.say(fault.sentence, **fault.data)
    faults += len(unknown)
    console.say(N_("封存的记录没有发现改动。") if not faults else N_("发现 {faults} 处不符。请不要再改动数据库，保留现场，与备份比对。"), faults=faults)
    console.result(ok=not faults, faults=faults, chains=chains, unknown_heads=printed)
    return REFUSED if faults else OK


def _walk(call: Call, name: str, source: ChainSource) -> Walked:
    """One chain, with a line for each fault."""
    console = call.console
    with call.site.database.reading() as db:
        found = walk(db, chain=name, source=source, verify=partial(seal_is_signed, public_keys(call.settings)))
        found.faults += source.further_faults(db, call.site.storage)
    console.say(N_("{title}：{seals} 次封存，{links} 条记录，其中 {waiting} 条等待封存。"), title=console.tr(source.title), seals=found.seals,
                links=found.links, waiting=found.waiting)
    if found.hashes:
        console.say(N_("  链首：{head}"), head=printed_head(found.hashes[-1]))
    for fault in found.faults:
        console.say(N_("  不符：{what}"), what=console.tr(fault.sentence, **fault.data))
    return found


def _result(found: Walked, tr: Callable[..., str]) -> dict[str, Any]:
    return {"seals": found.seals, "links": found.links, "waiting": found.waiting, "head": found.hashes[-1] if found.hashes else "",
            "faults": [{"code": f.code, "message": tr(f.sentence, **f.data)} for f in found.faults]}


COMMAND = Command(("check", "chain"), N_("核对封存的记录（发证、日志）有没有被改动"), arguments, run)
