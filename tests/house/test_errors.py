"""A refusal has a code that means one thing, and words that can be translated."""
from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from source import Source, all_sources

from lms.core import errors

ERRORS = {name for name, thing in vars(errors).items() if isinstance(thing, type) and issubclass(thing, errors.LmsError)}
# Likewise made of a code and a message, and raised or shown later.
CARRIERS = {"Flaw", "FaultKind"}
# Codes with one meaning but, by what was at hand, more than one sentence. Whatever is not listed has one sentence.
SHARED = {
    "bad_manifest": "the manifest of a package is not one of SCORM 1.2 with parts to open",
    "bad_package": "a zip that is no whole, harmless package",
    "empty_file": "a file without content",
    "file_too_large": "a file over the limit for its purpose",
    "header_not_found": "a table without the row of headings that is needed",
    "no_such_certificate": "nothing fits what the verifier gave",
    "not_enrolled": "the person is not on the class's roster",
    "not_a_spreadsheet": "the content is no table, whatever the name says",
    "person_inactive": "the account is switched off",
    "reason_missing": "staff must say why",
    "too_many_attempts": "this device has to wait",
    "wrong_code": "this is not the hall's code of now",
}


@dataclass(frozen=True)
class Refusal:
    where: str
    made: str  # the class
    code: ast.expr | None
    message: ast.expr | None
    names: frozenset[str]  # of the data given as keywords
    opened: bool  # there is further data that cannot be read here: **more


def refusals(source: Source) -> Iterator[Refusal]:
    """Every place where a refusal, or something that becomes one, is made."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS | CARRIERS:
            code, message, *_ = [*node.args, None, None]
            opened = any(k.arg is None for k in node.keywords)
            if not _passed_on(message) and (node.args or not opened):  # X(**stored) is one that was made before
                yield Refusal(f"{source.where}:{node.lineno}", node.func.id, code, message,
                              frozenset(k.arg for k in node.keywords if k.arg), opened)


def _passed_on(message: ast.expr | None) -> bool:
    """Whether it comes from something that was checked where it was made: ``Invalid(flaw.code, flaw.message, …)``."""
    return isinstance(message, ast.Attribute) and message.attr in ("message", "mend", "error")


def marked(node: ast.expr | None, source: Source) -> list[str]:
    """The message ids that *node* may stand for, each inside ``N_(…)``; empty if one is not marked.

    Follows a name to all that the file assigns to it or to the file it is imported from, and a choice to both its sides.
    """
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "N_":
        arg = node.args[0]
        return [arg.value] if isinstance(arg, ast.Constant) and isinstance(arg.value, str) else []
    sides: list[ast.expr] = []
    if isinstance(node, ast.IfExp):
        sides = [node.body, node.orelse]
    elif isinstance(node, ast.Name):
        sides = [item.value for item in ast.walk(source.tree) if isinstance(item, ast.Assign)
                 and any(isinstance(t, ast.Name) and t.id == node.id for t in item.targets)]
        home = next((s for item in source.tree.body if isinstance(item, ast.ImportFrom)
                     and any(alias.name == node.id for alias in item.names)
                     for s in all_sources() if s.name == item.module), None)
        if not sides and home is not None:
            return marked(node, home)
    found = [marked(side, source) for side in sides]
    return [message for side in found for message in side] if all(found) else []


ALL = [(source, refusal) for source in all_sources() for refusal in refusals(source)]


def test_there_is_something_to_check() -> None:
    assert len(ALL) > 100


def test_codes_are_written_out_and_stable() -> None:
    wrong = [r.where for s, r in ALL if not re.fullmatch(r"[a-z][a-z0-9_]{1,59}", _written(r.code))]
    assert not wrong, "\n".join(wrong)


def _written(code: ast.expr | None) -> str:
    """The code as it stands in the source; the varying part of ``f"paper_{field}"`` as an x."""
    if isinstance(code, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in code.values)
    return str(code.value) if isinstance(code, ast.Constant) else ""


def test_messages_are_marked_for_translation() -> None:
    wrong = [r.where for s, r in ALL if not marked(r.message, s)]
    assert not wrong, "\n".join(wrong)


def test_a_code_means_one_thing() -> None:
    """Programs and tests tell refusals apart by the code; one code with two meanings would tell them nothing."""
    sentences: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    places: dict[str, list[str]] = defaultdict(list)
    for source, refusal in ALL:
        if refusal.made in ERRORS and isinstance(refusal.code, ast.Constant):
            sentences[str(refusal.code.value)].add(tuple(marked(refusal.message, source)))
            places[str(refusal.code.value)].append(refusal.where)
    several = {code for code, said in sentences.items() if len(said) > 1}
    wrong = [f"{code}: {', '.join(places[code])}" for code in sorted(several - set(SHARED))]
    assert not wrong, "several sentences; give the others codes of their own, or say in SHARED what they all mean:\n" + "\n".join(wrong)
    assert set(SHARED) <= several, f"no longer shared: {sorted(set(SHARED) - several)}"


def test_a_code_has_one_status() -> None:
    kinds: dict[str, set[int]] = defaultdict(set)
    for _, refusal in ALL:
        if refusal.made in ERRORS and isinstance(refusal.code, ast.Constant):
            kinds[str(refusal.code.value)].add(getattr(errors, refusal.made).status)
    wrong = {code: statuses for code, statuses in kinds.items() if len(statuses) > 1}
    assert not wrong, wrong


def test_what_a_message_names_is_given() -> None:
    wrong = []
    for source, refusal in ALL:
        if refusal.made in ERRORS and not refusal.opened:
            named = {n for message in marked(refusal.message, source) for n in re.findall(r"{(\w+)}", message)}
            if named - refusal.names:
                wrong.append(f"{refusal.where}: {sorted(named - refusal.names)}")
    assert not wrong, "\n".join(wrong)


def test_messages_are_calm() -> None:
    wrong = [f"{r.where}: {m}" for s, r in ALL for m in marked(r.message, s) if "！" in m or m.rstrip().endswith("!")]
    assert not wrong, "\n".join(wrong)
