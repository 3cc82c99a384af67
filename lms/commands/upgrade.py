"""``lms upgrade``: back up, then bring database and shipped content to this program's version."""
from __future__ import annotations

import argparse
from collections.abc import Callable

from lms.commands.backup import back_up
from lms.commands.command import OK, Call, Command
from lms.commands.installation import starting
from lms.content import import_shipped
from lms.core.i18n import N_
from lms.migrations.run import check_not_newer, current_revision, head_revision, upgrade
from lms.site import open_site


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--no-backup", action="store_true", help=tr(N_("升级之前不备份（已经另外备份时用）")))


def run(call: Call) -> int:
    with starting():
        site = open_site(call.settings)
        before = current_revision(site.database.engine)
        check_not_newer(site.database.engine)
    backup = None
    if before is not None and before != head_revision() and not call.options.no_backup:
        backup, _ = back_up(site, call, to=None, reason="upgrade")
    with starting():
        upgrade(site.database.engine)
    imported = import_shipped(site, by_id=None, now=site.clock.now(), tell=call.console.progress)
    if before == head_revision():
        call.console.say(N_("数据库已是最新版本（{revision}）。"), revision=before)
    else:
        call.console.say(N_("数据库已升级：{before} → {after}"), before=before or "—", after=head_revision())
    for item in imported:
        call.console.say(item.sentence, slug=item.slug)
    call.console.result(ok=True, before=before, after=head_revision(), backup=backup.name if backup else None,
                        content=[{"slug": item.slug, "kind": item.kind, "state": item.state} for item in imported])
    return OK


COMMAND = Command(("upgrade",), N_("先备份，再升级数据库和随附的课程、题库"), arguments, run)
