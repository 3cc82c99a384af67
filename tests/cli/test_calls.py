"""How commands are called: help, languages, wrong calls, refusals as sentences and as JSON, plugins' commands."""
from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import Any

import pytest

from lms.cli import OWN, make_parser, own_commands
from lms.commands.command import Call, Command, no_arguments
from lms.core.registry import Registry


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize(("language", "word"), [("zh", "退出码"), ("en", "")])
def test_every_command_explains_itself(lms: Any, name: tuple[str, ...], language: str, word: str) -> None:
    answer = lms(*name, "--help", "--lang", language)
    assert answer.code == 0
    assert " ".join(("lms", *name)) in answer.out
    assert "--json" in answer.out and "--data" in answer.out
    assert word in answer.out


def test_the_commands_that_were_promised_are_there() -> None:
    assert set(OWN) == {("demo",), ("serve",), ("init",), ("upgrade",), ("check", "config"), ("check", "content"),
                        ("import", "roster"), ("import", "questions"), ("import", "attendance"), ("export", "attendance"), ("export", "results"),
                        ("certificates", "issue"), ("verify",), ("user", "reset"),
                        ("backup",), ("restore",), ("move-database",), ("check", "chain"), ("keys",)}
    assert [command.name for command in own_commands()] == list(OWN)


@pytest.mark.parametrize("call", [(), ("nonsense",), ("import",), ("import", "roster"), ("verify",), ("verify", "a", "b"),
                                  ("export", "attendance", "--class", "x"), ("serve", "--port", "many"),
                                  ("check", "config", "--lang", "fr")])
def test_a_wrong_call_is_answered_with_the_usage(lms: Any, call: tuple[str, ...]) -> None:
    answer = lms(*call)
    assert answer.code == 2
    assert "usage: lms" in answer.err and "--help" in answer.err
    assert answer.out == ""


def test_a_refusal_is_one_sentence_on_standard_error(lms: Any) -> None:
    answer = lms("export", "attendance", "--class", "nowhere", "-o", "x.xlsx")
    assert (answer.code, answer.out) == (1, "")
    assert "nowhere" in answer.err and "Traceback" not in answer.err
    assert len(answer.err.strip().splitlines()) == 1


def test_a_refusal_is_also_json(lms: Any) -> None:
    answer = lms("export", "attendance", "--class", "nowhere", "-o", "x.xlsx", "--json")
    assert answer.code == 1
    assert answer.json["ok"] is False
    assert answer.json["error"]["code"] == "no_such_class"
    assert answer.json["error"]["message"] in answer.err


def test_a_plugin_adds_a_command_of_its_own(lms: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
        parser.add_argument("word")

    def run(call: Call) -> int:
        call.console.result(ok=True, said=call.options.word, data=call.settings.data)
        return 0

    def plugin(registry: Registry) -> None:
        registry.add("command", "greet", Command(("greet",), "问候", arguments, run))

    monkeypatch.setattr("lms.cli.load_plugins", plugin)
    answer = lms("greet", "你好", "--json")
    assert answer.code == 0 and answer.json["said"] == "你好"
    assert "greet" in lms("--help").out


def test_a_plugin_may_join_a_family() -> None:
    parser = make_parser("zh_CN", [*own_commands(), Command(("export", "diplomas"), "导出", no_arguments, lambda call: 0)])
    assert parser.parse_args(["export", "diplomas"]).command.name == ("export", "diplomas")


def test_json_alone_stands_on_standard_output(lms: Any) -> None:
    answer = lms("check", "config", "--no-disk", "--json")
    assert isinstance(json.loads(answer.out), dict)
