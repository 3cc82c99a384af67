"""``lms move-database --to URL``: the whole database into another one, on another engine too, and compare."""
from __future__ import annotations

import argparse
from collections.abc import Callable

from sqlalchemy.engine import make_url

from lms.commands.command import OK, REFUSED, Call, Command
from lms.commands.installation import starting
from lms.core.backup.restore import require_empty
from lms.core.backup.rows import copy_rows, tallies
from lms.core.i18n import N_
from lms.core.settings import Settings
from lms.migrations.run import upgrade
from lms.site import open_site


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--to", required=True, metavar="URL",
                        help=tr(N_("空的目标数据库，例如 postgresql+psycopg://用户:密码@主机/库名（先停掉服务再搬）")))


def run(call: Call) -> int:
    """The source is locked meanwhile: nothing that is written could be left behind."""
    with starting():
        target = open_site(Settings({**call.settings.values, "database_url": call.options.to}, call.settings.origin))
        require_empty(target)
        upgrade(target.database.engine)
    with call.site.database.writing() as old, target.database.writing() as new:
        expected = copy_rows(old.connection(), new.connection())
    with target.database.reading() as db:
        found = tallies(db.connection())
    target.database.close()
    unequal = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    if unequal:
        call.console.say(N_("搬过去的数据与原来不一致（{tables}），请不要使用新库；原来的数据库没有改动。"), tables=unequal)
    else:
        call.console.say(N_("{tables} 张表、{rows} 条记录逐表相同。"), tables=len(found), rows=sum(t.count for t in found.values()))
        call.console.say(N_("接下来：在 lms.toml 里把 database_url 设为 {url}，再启动服务。原来的数据库没有改动，核对无误后再删除。"),
                         url=make_url(call.options.to).render_as_string(hide_password=True))
    call.console.result(ok=not unequal, tables={name: tally.count for name, tally in found.items()}, unequal=unequal)
    return REFUSED if unequal else OK


COMMAND = Command(("move-database",), N_("把数据库搬到另一个数据库（如从 SQLite 到 PostgreSQL），并核对"), arguments, run)
