"""What a command says while it works."""
from __future__ import annotations

import io

import pytest

from lms.commands.console import Console
from lms.core.errors import Invalid


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Standard error is a terminal from here on. Not a fixture: pytest puts its own in place after the set-up."""
    made = Terminal()
    monkeypatch.setattr("sys.stderr", made)
    return made


def test_the_bar_is_drawn_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_on = terminal(monkeypatch)
    console = Console("zh_CN")
    console.progress(150, 300, "制作证书")
    console.progress(300, 300, "制作证书")
    shown = shown_on.getvalue()
    assert "制作证书 [###############...............] 150/300" in shown
    assert shown.endswith("300/300\n")


def test_nothing_is_drawn_into_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    Console("zh_CN").progress(150, 300, "制作证书")
    assert capsys.readouterr() == ("", "")


def test_a_refusal_takes_the_place_of_the_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    shown_on = terminal(monkeypatch)
    console = Console("zh_CN")
    console.progress(1, 3, "制作证书")
    console.refuse(Invalid("some_code", "出了问题 {what}", what="甲"))
    assert shown_on.getvalue().endswith("\r\x1b[2K出了问题 甲\n")


def test_json_is_one_object_and_sentences_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    console = Console("en", as_json=True)
    console.say("出了问题 {what}", what="甲")
    console.result(ok=True, name="赵𠮷安")
    assert capsys.readouterr().out == '{\n  "ok": true,\n  "name": "赵𠮷安"\n}\n'
