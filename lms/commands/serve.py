"""``lms serve``: the web server and the job child."""
from __future__ import annotations

import argparse
import errno
import os
import socket
from collections.abc import Callable

from flask import Flask

from lms.commands.command import OK, Call, Command
from lms.commands.console import Console
from lms.commands.installation import CannotStart, starting
from lms.core.errors import Conflict, LmsError, Unavailable
from lms.core.i18n import N_
from lms.core.settings import Settings
from lms.logs import set_up_logs
from lms.migrations.run import check_current
from lms.server import local_addresses
from lms.server import serve as serve_app
from lms.site import Site
from lms.web.ext import create_application


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--host", help=tr(N_("监听地址（默认 0.0.0.0：本机和同一网络都能访问）")))
    parser.add_argument("--port", type=int, help=tr(N_("监听端口（默认 8000）")))
    parser.add_argument("--threads", type=int, help=tr(N_("网页服务线程数（默认 12）")))


def run(call: Call) -> int:
    settings = call.settings
    refuse_taken_port(settings)
    app, site = make_app(settings)
    tell_addresses(call.console, settings)
    serve_until_stopped(app, site)
    return OK


def make_app(settings: Settings) -> tuple[Flask, Site]:
    """The application of the installation, once its database fits.

    :raises CannotStart: no key, or no database of this version
    """
    with starting():
        app = create_application(settings.values)
        site: Site = app.extensions["lms"].site
        check_current(site.database.engine)
    return app, site


def serve_until_stopped(app: Flask, site: Site) -> None:
    """Serve until SIGTERM or Ctrl-C; requests that run are finished.

    :raises CannotStart: somebody took the port meanwhile
    """
    settings = site.settings
    with starting():
        set_up_logs(settings, "server")
    try:
        serve_app(app, host=settings.host, port=settings.port, threads=settings.threads, data=str(settings.data_folder),
                  request_limit=settings.request_limit, environ=child_environment(settings))
    except OSError as error:
        raise CannotStart(_cannot_listen(settings, error)) from error
    finally:
        site.database.close()


def child_environment(settings: Settings) -> dict[str, str]:
    """The environment of the job child: ours, with what the command line said on top."""
    given = {f"LMS_{name.upper()}": str(settings.values[name]) for name, origin in settings.origin.items()
             if origin == "argument"}
    return {**os.environ, **given}


def tell_addresses(console: Console, settings: Settings) -> None:
    """Where people find the pages."""
    here, phones = addresses(settings)
    console.say(N_("本机打开：{address}"), address=here)
    for address in phones:
        console.say(N_("同一网络的手机打开：{address}"), address=address)
    if settings.public_address:
        console.say(N_("对外网址：{address}"), address=settings.public_address)
    console.say(N_("按 Ctrl-C 停止。"))


def addresses(settings: Settings) -> tuple[str, list[str]]:
    """The address for this machine, and those for phones on the same network."""
    anywhere = settings.host in ("", "0.0.0.0", "::")
    here = "127.0.0.1" if anywhere else settings.host
    phones = local_addresses() if anywhere else []
    return f"http://{here}:{settings.port}/", [f"http://{address}:{settings.port}/" for address in phones]


def refuse_taken_port(settings: Settings) -> None:
    """Go on only if the port can be listened on.

    :raises CannotStart: it is in use, reserved, or the address is not this machine's
    """
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # elsewhere it would let two servers share one port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise CannotStart(_cannot_listen(settings, error)) from error


def _cannot_listen(settings: Settings, error: OSError) -> LmsError:
    if error.errno in (errno.EADDRINUSE, 10048):  # 10048: Windows
        return Conflict("port_in_use", N_("端口 {port} 已被别的程序占用，没有启动。请先停止那个程序，或换一个端口：--port {other}"
                                          "（make run PORT={other}）。"), port=settings.port, other=settings.port + 1)
    if error.errno in (errno.EACCES, 10013):
        return Unavailable("port_reserved", N_("没有权限使用端口 {port}（1024 以下一般留给系统）。请换一个端口，例如 --port 8000。"),
                           port=settings.port)
    return Unavailable("cannot_listen", N_("不能在 {host}:{port} 上监听（{reason}）。请检查设置 host 和 port。"),
                       host=settings.host, port=settings.port, reason=error.strerror or str(error))


COMMAND = Command(("serve",), N_("启动系统：网页服务和后台任务"), arguments, run)
