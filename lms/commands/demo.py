"""``lms demo``: a fictional class of three hundred that is on today, ready to be tried out."""
from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lms.commands.command import OK, Call, Command
from lms.commands.console import Console
from lms.commands.init import make_folder, prepare
from lms.commands.installation import CannotStart, settings_of, starting
from lms.commands.serve import addresses, make_app, refuse_taken_port, serve_until_stopped
from lms.core.classes.roles import ROLE_NAMES
from lms.core.errors import Conflict
from lms.core.i18n import N_
from lms.core.settings import Settings
from lms.demo import facts
from lms.demo.build import ensure
from lms.demo.roster import roster_csv

FOLDER = "demo-data"
_TOML = "# 演示 / a demonstration\ndemo = true\nsite_name = \"干部培训（演示）\"\n"
# All that an installation keeps in its folder; --reset takes nothing else away.
_OURS = ("lms.db*", "queue.db*", "files", "secret.key", "lms.toml", facts.FILE, "demo-roster.csv")


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--host", help=tr(N_("监听地址（默认 0.0.0.0：本机和同一网络都能访问）")))
    parser.add_argument("--port", type=int, help=tr(N_("监听端口（默认 8000）")))
    parser.add_argument("--reset", action="store_true", help=tr(N_("删除这个演示的全部数据，从头再来")))
    parser.add_argument("--yes", action="store_true", help=tr(N_("--reset 时不再询问")))
    parser.add_argument("--no-serve", action="store_true", help=tr(N_("只准备数据，不启动服务")))


def run(call: Call) -> int:
    options, console = call.options, call.console
    options.data = options.data or os.environ.get("LMS_DATA") or FOLDER
    settings = call.settings
    if not options.no_serve:
        refuse_taken_port(settings)
    refuse_real_data(settings)
    if options.reset:
        _reset(settings.data_folder, console, sure=options.yes)
    settings = _as_demonstration(options, settings)
    told = _prepare(settings, console)
    _print(told, console)
    console.result(ok=True, **told)
    if not options.no_serve:
        console.say(N_("按 Ctrl-C 停止。"))
        serve_until_stopped(*make_app(settings))
    return OK


def _prepare(settings: Settings, console: Console) -> dict[str, Any]:
    site = prepare(settings)
    now = site.clock.now()
    known = facts.known_passwords(settings.data_folder)
    new = facts.new_passwords(known)
    here, phones = addresses(settings)
    made = ensure(site, passwords=new, here=here.rstrip("/"), now=now, tell=console.progress)
    told = facts.gather(site, made, passwords={**known, **new}, here=here, phones=phones, now=now)
    facts.write(settings.data_folder, told)
    (settings.data_folder / "demo-roster.csv").write_bytes(roster_csv())
    site.database.close()
    return told


def refuse_real_data(settings: Settings) -> None:
    """Go on only if the folder holds a demonstration, or nothing yet.

    :raises CannotStart: it is the data of an installation that works for its living
    """
    there = (settings.data_folder / "lms.db").exists() or bool(settings.database_url)
    if there and not settings.demo:
        raise CannotStart(Conflict("not_a_demo", N_("{folder} 里是正式数据，演示不会使用它，没有作任何改动。请用 --data 另选一个目录"
                                                   "（make run DATA=目录）。"), folder=str(settings.data_folder)))


def _as_demonstration(options: argparse.Namespace, settings: Settings) -> Settings:
    """Mark the folder, so that every later command on it knows that it is a demonstration."""
    with starting():
        make_folder(settings.data_folder)
    file = settings.data_folder / "lms.toml"
    if not file.exists():
        file.write_text(_TOML, "utf-8")
    return settings_of(options, demo=True)


def _reset(folder: Path, console: Console, *, sure: bool) -> None:
    found = [path for pattern in _OURS for path in folder.glob(pattern)]
    if not found:
        return
    if not sure:
        question = console.tr(N_("将删除 {folder} 里演示的全部数据，从头再来。确定吗？输入 y 继续："), folder=folder.resolve())
        if not sys.stdin.isatty() or input(question).strip().lower() not in ("y", "yes", "是"):
            raise Conflict("not_reset", N_("没有删除任何数据。如确要从头再来，请加上 --yes。"))
    for path in found:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _print(told: dict[str, Any], console: Console) -> None:
    names = {**ROLE_NAMES, "trainee": N_("学员")}
    console.line()
    console.line(f"  {told['class']['title']}  {told['class']['starts_on']} – {told['class']['ends_on']}")
    console.line()
    console.say(N_("  本机打开：{address}"), address=told["addresses"]["here"])
    for address in told["addresses"]["phones"]:
        console.say(N_("  同一网络的手机打开：{address}"), address=address)
    console.line()
    console.say(N_("  账号（手机号 / 密码）："))
    for account in told["accounts"]:
        console.line(f"    {account['login']}  {account['password']}  {console.tr(names[account['role']])} {account['name']}")
    open_now = next(s["title"] for s in told["sessions"] if s["uid"] == told["sign_in"]["session"])
    console.say(N_("  现在可以签到：{title}，讲师登录后的大屏幕：{screen}"), title=open_now, screen=told["sign_in"]["screen"])
    console.say(N_("  激活链接、学员卡和各项编号：{file}"), file=f"{told['data']}/{facts.FILE}")
    console.say(N_("  可以试着导入的名册：{file}"), file=f"{told['data']}/demo-roster.csv")
    console.say(N_("  数据目录：{folder}"), folder=told["data"])
    console.line()


COMMAND = Command(("demo",), N_("准备并启动一个演示：今天正在举办的 300 人虚构培训班"), arguments, run)
