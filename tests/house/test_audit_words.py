"""Whoever reads the log reads words: every act that is recorded anywhere has one, under a kind that can be chosen."""
from __future__ import annotations

import ast
from collections.abc import Iterator

from source import Function, Source, all_sources

from lms.core.audit.words import ACTIONS, KINDS


def recorded(source: Source) -> Iterator[tuple[str, bool]]:
    """What *source* writes as ``action``: the text, and whether more follows (``f"paper.{state}"``)."""
    passed_on = {f.name: [a.arg for a in f.args.args].index("action") for f in ast.walk(source.tree)
                 if isinstance(f, Function) and "action" in [a.arg for a in f.args.args]}
    for call in ast.walk(source.tree):
        if not isinstance(call, ast.Call):
            continue
        named = getattr(call.func, "id", "")
        given = [k.value for k in call.keywords if k.arg == "action" and {"actor_id", "now"} <= {o.arg for o in call.keywords}]
        if named in passed_on:
            given += [call.args[passed_on[named]]] if len(call.args) > passed_on[named] else []
        for value in given:
            for one in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value, False
                elif isinstance(one, ast.JoinedStr) and isinstance(one.values[0], ast.Constant):
                    yield str(one.values[0].value), True


def all_recorded() -> set[tuple[str, bool]]:
    return {found for source in all_sources() for found in recorded(source) if "." in found[0]}


def test_every_recorded_act_has_a_word() -> None:
    """``lms/core/audit/words.py`` is where a word for a new act belongs."""
    missing = sorted(text for text, more in all_recorded() if not (any(a.startswith(text) for a in ACTIONS) if more else text in ACTIONS))
    assert missing == []


def test_every_kind_of_act_can_be_chosen() -> None:
    assert {action.split(".")[0] for action in ACTIONS} <= set(KINDS)


def test_no_word_is_left_of_an_act_that_nobody_records() -> None:
    said = all_recorded()
    assert [a for a in ACTIONS if (a, False) not in said and not any(more and a.startswith(text) for text, more in said)] == []


def test_an_act_without_a_word_would_be_noticed() -> None:
    found = {text for text, _ in all_recorded()}
    assert {"attendance.correct", "person.reset_phone", "paper.", "attendance."} <= found and "attendance.never" not in ACTIONS
