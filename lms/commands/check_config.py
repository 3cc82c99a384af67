"""``lms check config``: settings with their origin, what does not fit, and the size of class that the disk holds."""
from __future__ import annotations

import argparse
import ipaddress
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from lms.commands.command import OK, REFUSED, Call, Command
from lms.commands.disk_speed import SIGN_IN_SECONDS, class_size, durable_commits
from lms.commands.installation import CannotStart, open_ready
from lms.core.errors import LmsError
from lms.core.i18n import N_, explain
from lms.core.settings import SETTINGS, Settings
from lms.site import require_writable

ORIGINS = {"lms.toml": N_("lms.toml"), "environment": N_("环境变量"), "argument": N_("命令行"), "default": N_("默认")}
USUAL_CLASS = 300  # people; the class that promises are made for


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--no-disk", action="store_true", help=tr(N_("不测磁盘速度（测量约需 1 秒）")))


def run(call: Call) -> int:
    settings, console = call.settings, call.console
    shown = [(s, _shown(settings, s.name, s.secret), settings.origin.get(s.name, "default")) for s in SETTINGS]
    for setting, value, origin in shown:
        unit = console.tr(setting.unit) if setting.unit else ""
        console.line(f"{setting.name:<18}{value} {unit}".rstrip() + f"  [{console.tr(ORIGINS[origin])}]")
        console.line(f"{'':<18}{console.tr(setting.meaning)}")
    faults = list(_faults(settings))
    for fault in faults:
        console.say(N_("问题：{what}"), what=explain(fault, console.locale))
    warnings = list(_warnings(settings))
    rate = None
    if not call.options.no_disk and not any(f.code == "data_not_writable" for f in faults):
        rate = durable_commits(settings.data_folder)
        console.say(N_("磁盘：每秒 {rate} 次落盘提交；签到高峰 {seconds} 秒内全部落盘，可容纳约 {people} 人的班同时签到。"), rate=round(rate),
                    seconds=SIGN_IN_SECONDS, people=class_size(rate))
        if class_size(rate) < USUAL_CLASS:
            warnings.append(N_("磁盘较慢：{people} 人的班签到时要排队等候。请把数据目录放到固态硬盘，或改用 PostgreSQL。"))
    for warning in warnings:
        console.say(N_("提醒：{what}"), what=console.tr(warning, people=USUAL_CLASS))
    if not faults:
        console.say(N_("设置可用。"))
    console.result(ok=not faults, settings={s.name: {"value": value, "origin": origin} for s, value, origin in shown},
                   faults=[{"code": f.code, "message": explain(f, console.locale)} for f in faults],
                   warnings=[console.tr(w, people=USUAL_CLASS) for w in warnings],
                   disk=None if rate is None else {"commits_per_second": round(rate), "class_size": class_size(rate)})
    return REFUSED if faults else OK


def _shown(settings: Settings, name: str, secret: bool) -> str:
    value = getattr(settings, name)
    if secret:
        return "***" if value else "—"
    if name == "database_url" and "@" in value:  # its password is nobody's business
        parts = urlsplit(value)
        host = parts.netloc.rpartition("@")[2]
        return str(parts._replace(netloc=f"{parts.username}:***@{host}").geturl())
    return str(value) if value != "" else "—"


def _faults(settings: Settings) -> Iterator[LmsError]:
    try:
        require_writable(settings.data_folder)
        open_ready(settings).database.close()
    except CannotStart as error:
        yield error.refusal
    except LmsError as error:
        yield error


def _warnings(settings: Settings) -> Iterator[str]:
    """Message ids of what works, but perhaps not as meant."""
    if not settings.public_address:
        yield N_("没有设置 public_address：二维码和激活链接会用访问时的网址。打印前请设置手机能打开的网址。")
    elif _only_here(settings.public_address):
        yield N_("public_address 只在本机或本地网络内能打开，外面的手机扫不开。")
    if settings.public_address.startswith("https://") and not settings.https_only:
        yield N_("对外网址是 https，请把 https_only 设为 true，登录 Cookie 就不会经明文发送。")


def _only_here(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or "." not in host


COMMAND = Command(("check", "config"), N_("检查设置，并测量磁盘能支撑多大的班"), arguments, run)
