"""The command line: ``lms …``. It parses, calls a subcommand, and turns refusals into a sentence and an exit code."""
from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from io import TextIOWrapper
from typing import Any, NoReturn

from lms import __version__
from lms.commands.command import CANNOT_START, REFUSED, USAGE, Call, Command
from lms.commands.console import Console
from lms.commands.installation import CannotStart
from lms.core.errors import LmsError, Unavailable
from lms.core.i18n import DEFAULT_LOCALE, N_, translate
from lms.core.registry import Registry
from lms.plugins import load_plugins

# Name -> module in lms.commands with a COMMAND; only the one that is called is loaded, for half of them need no web.
OWN: dict[tuple[str, ...], str] = {
    ("demo",): "demo", ("serve",): "serve", ("init",): "init", ("upgrade",): "upgrade", ("backup",): "backup",
    ("restore",): "restore", ("move-database",): "move_database", ("check", "config"): "check_config",
    ("check", "content"): "check_content", ("check", "chain"): "check_chain",
    ("import", "roster"): "import_roster", ("import", "questions"): "import_questions",
    ("import", "attendance"): "import_attendance",
    ("export", "attendance"): "export_attendance", ("export", "results"): "export_results",
    ("certificates", "issue"): "certificates_issue", ("verify",): "verify", ("keys",): "keys", ("user", "reset"): "user_reset"}
FAMILIES = {"check": N_("检查设置、教学内容或封存的记录"), "import": N_("导入名册、题目或考勤"), "export": N_("导出考勤或成绩"),
            "certificates": N_("证书"), "user": N_("账号")}
LANGUAGES = {"zh": "zh_CN", "en": "en"}


class _Parser(argparse.ArgumentParser):
    """Says in the reader's language what is wrong with a call."""

    locale = DEFAULT_LOCALE

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        print(translate(self.locale, N_("命令写法不对：{message}。用法见 {program} --help。"), message=message,
                        program=self.prog), file=sys.stderr)
        raise SystemExit(USAGE)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code is 0 done, 1 refused or faults found, 2 wrong call, 3 cannot start or store."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # a console that lacks a character must not end a command
            stream.reconfigure(errors="backslashreplace")
    console = Console(_locale(given), as_json="--json" in given)
    try:
        options = make_parser(console.locale, (*own_commands(given), *_from_plugins())).parse_args(given)
        command: Command = options.command
        return command.run(Call(options, console))
    except CannotStart as error:
        console.refuse(error.refusal)
        return CANNOT_START
    except Unavailable as error:
        console.refuse(error)
        return CANNOT_START
    except LmsError as error:
        console.refuse(error)
        return REFUSED
    except KeyboardInterrupt:
        console.clear()
        return 130
    except BrokenPipeError:  # ``lms … | head``
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def own_commands(given: Sequence[str] = ()) -> list[Command]:
    """The command that *given* calls; all of them where it calls none."""
    words = tuple(word for word in given if not word.startswith("-"))
    called = [module for name, module in OWN.items() if words[:len(name)] == name]
    return [import_module(f"lms.commands.{module}").COMMAND for module in called or OWN.values()]


def make_parser(locale: str, commands: Iterable[Command]) -> argparse.ArgumentParser:
    """The parser of all *commands*, with its help in *locale*."""
    kind = type("Parser", (_Parser,), {"locale": locale})
    top = kind(prog="lms", description=translate(locale, N_("干部培训管理系统")), epilog=_exit_codes(locale))
    top.add_argument("--version", action="version", version=f"lms {__version__}")
    places: dict[str, Any] = {"": _branch(top, locale)}
    for command in commands:
        family = command.name[0] if len(command.name) > 1 else ""
        if family not in places:
            summary = translate(locale, FAMILIES.get(family, family))
            places[family] = _branch(places[""].add_parser(family, help=summary, description=summary), locale)
        _add(places[family], command, locale)
    return top  # type: ignore[no-any-return]


def _branch(parser: argparse.ArgumentParser, locale: str) -> Any:
    return parser.add_subparsers(title=translate(locale, N_("命令")), metavar="…", required=True, dest="_name")


def _add(place: Any, command: Command, locale: str) -> None:
    def tr(message: str) -> str:
        return translate(locale, message).replace("%", "%%")

    parser = place.add_parser(command.name[-1], help=tr(command.summary), description=tr(command.summary),
                              epilog=_exit_codes(locale))
    command.arguments(parser, tr)
    parser.add_argument("--data", metavar="DIR", help=tr(N_("数据目录（也可用环境变量 LMS_DATA，默认 data）")))
    parser.add_argument("--lang", choices=sorted(LANGUAGES), help=tr(N_("输出语言")))
    parser.add_argument("--json", action="store_true", help=tr(N_("以 JSON 输出结果")))
    parser.set_defaults(command=command)


def _exit_codes(locale: str) -> str:
    return translate(locale, N_("退出码：0 完成；1 被拒绝或发现问题；2 命令写法不对；3 设置、数据目录或数据库使程序不能工作。"))


def _locale(arguments: Sequence[str]) -> str:
    """The language is needed before anything is parsed, so that a wrong call is answered in it too."""
    for place, word in enumerate(arguments):
        name, _, value = word.partition("=")
        if name == "--lang":
            return LANGUAGES.get(value or "".join(arguments[place + 1:place + 2]), DEFAULT_LOCALE)
    return LANGUAGES.get(os.environ.get("LMS_LOCALE", "")[:2], DEFAULT_LOCALE)


def _from_plugins() -> list[Command]:
    registry = Registry()
    load_plugins(registry)
    return [command for _, command in registry.all("command")]


if __name__ == "__main__":
    sys.exit(main())
