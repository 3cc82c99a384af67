"""Case study (案例题): one stem, several questions of other kinds about it."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from lms.core.i18n import N_
from lms.core.quizzes.kinds.form_values import text_in
from lms.core.quizzes.kinds.options import check_stem
from lms.core.quizzes.kinds.protocol import (
    Answer,
    Choice,
    Flaw,
    FormValues,
    Kind,
    Part,
    Policy,
    Posed,
    kind_of,
    kinds_of,
    not_an_answer,
)
from lms.core.registry import Registry

FEWEST, MOST, WHOLE = 1, 8, 1000


class Case(Kind):
    """body ``{"stem": …, "parts": [{"id": "1", "kind": "single", "share": 400, "body": {…}}]}``, key
    ``{"parts": {"1": {…}}}``, answer ``{"1": answer of the part}``.

    ``share`` is the part's share of the mark in 1/1000; all of them make 1000. A value of a form is ``1=2``: the part, and
    the value as the part's own kind reads it. Parts keep their order, for one often builds on another.
    """

    code = "case"
    title = N_("案例题")
    player = "lms/attempts/kinds/case.html"
    review = "lms/attempts/kinds/case_review.html"
    printed = "lms/attempts/kinds/case_print.html"
    editor = "lms/manage/banks/kinds/case.html"
    by_hand = False  # its parts may be: pieces_of tells

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def kind_of(self, code: str) -> Kind:
        """The kind of a part. :raises Invalid: a plugin is missing"""
        return kind_of(self._registry, code)

    def kinds_of_parts(self) -> dict[str, Kind]:
        """The kinds that a part may be, with an editor: all but a case."""
        return {code: kind for code, kind in kinds_of(self._registry).items() if code != self.code and kind.editor}

    def check(self, body: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        flaws, parts, keys = check_stem(body), body.get("parts") or [], key.get("parts") or {}
        if not FEWEST <= len(parts) <= MOST:
            flaws.append(Flaw("part_count", N_("有 {count} 道小题，应有 {fewest} 到 {most} 道。"), "parts",
                              {"count": len(parts), "fewest": FEWEST, "most": MOST}))
        if set(keys) != {part["id"] for part in parts} or len(keys) != len(parts):
            flaws.append(Flaw("part_key", N_("每道小题都要有答案。"), "parts"))
        elif parts and (sum(part["share"] for part in parts) != WHOLE or any(part["share"] < 1 for part in parts)):
            flaws.append(Flaw("part_shares", N_("各小题占的分合起来是 {sum}%，应是 100%。"), "parts",
                              {"sum": f"{sum(part['share'] for part in parts) / 10:g}"}))
        return flaws + [flaw for part in parts for flaw in self._check_part(part, keys.get(part["id"]) or {})]

    def _check_part(self, part: dict[str, Any], key: dict[str, Any]) -> list[Flaw]:
        kind = self._registry.get("question_kind", part["kind"])
        if kind is None or kind.code == self.code:
            return [Flaw("part_kind", N_("小题 {part} 的题型“{kind}”不能用在案例里。"), "parts",
                         {"part": part["id"], "kind": part["kind"]})]
        return [replace(flaw, about="parts", part=part["id"]) for flaw in kind.check(part["body"], key)]

    def freeze(self, body: dict[str, Any], key: dict[str, Any], policy: Policy, rng: Random) -> Posed:
        posed = {part["id"]: self.kind_of(part["kind"]).freeze(part["body"], key["parts"][part["id"]], policy, rng)
                 for part in body["parts"]}
        shown = [{"id": part["id"], "kind": part["kind"], "share": part["share"], "shown": posed[part["id"]].shown}
                 for part in body["parts"]]
        keys = [{"id": part["id"], "kind": part["kind"], "share": part["share"], "key": posed[part["id"]].key}
                for part in body["parts"]]
        return Posed({"stem": body["stem"], "parts": shown}, {"parts": keys})

    def read_answer(self, shown: dict[str, Any], values: Sequence[str]) -> Answer:
        given: dict[str, list[str]] = {part["id"]: [] for part in shown["parts"]}
        for value in values:
            name, equals, text = value.partition("=")
            if not equals or name not in given:
                raise not_an_answer()
            given[name].append(text)
        answers = {part["id"]: self.kind_of(part["kind"]).read_answer(part["shown"], given[part["id"]])
                   for part in shown["parts"]}
        return {name: answer for name, answer in answers.items() if answer}

    def parts(self, shown: dict[str, Any], key: dict[str, Any], full_mark: int) -> list[Part]:
        return [Part(part["id"], part["kind"], part["shown"], own["key"], mark)
                for part, own, mark in zip(shown["parts"], key["parts"], self.marks(key, full_mark), strict=True)]

    def marks(self, parted: dict[str, Any], full_mark: int) -> list[int]:
        """The full mark of each part: its share, rounded so that all of them make *full_mark*.

        :param parted: what was shown, or its key
        """
        upto, ends = 0, [0]
        for part in parted["parts"]:
            upto += part["share"]
            ends.append(full_mark * upto // WHOLE)
        return [end - start for start, end in zip(ends, ends[1:], strict=False)]

    def grade(self, key: dict[str, Any], answer: Answer, full_mark: int) -> int:
        """The sum over the parts that no person has to mark; ``pieces_of`` has all of them, one by one."""
        parts = [(self.kind_of(own["kind"]), own, mark) for own, mark in zip(key["parts"], self.marks(key, full_mark), strict=True)]
        return sum(kind.grade(own["key"], answer.get(own["id"]) or {}, mark) for kind, own, mark in parts if not kind.by_hand)

    def tally(self, shown: dict[str, Any], key: dict[str, Any], answer: Answer) -> list[str]:
        return [f"{part.id}. {name}" for part in self.parts(shown, key, 0)
                for name in self.kind_of(part.kind).tally(part.shown, part.key, answer.get(part.id) or {})]

    def choices(self, shown: dict[str, Any], key: dict[str, Any]) -> list[Choice]:
        return [choice._replace(name=f"{part.id}. {choice.name}") for part in self.parts(shown, key, 0)
                for choice in self.kind_of(part.kind).choices(part.shown, part.key)]

    def right_text(self, body: dict[str, Any], key: dict[str, Any]) -> str:
        return "　".join(f"({part['id']}) {self.kind_of(part['kind']).right_text(part['body'], key['parts'][part['id']])}"
                        for part in body.get("parts") or ())

    def with_new_part(self, body: dict[str, Any], key: dict[str, Any], code: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Body and key with one more part, still empty. Equal shares are dealt out anew, others stay."""
        parts, kind = list(body.get("parts") or ()), self.kinds_of_parts().get(code)
        if kind is None or len(parts) >= MOST:
            return body, key
        name, (empty, no_key) = str(len(parts) + 1), kind.read_form({})
        if shared_out([{**part, "share": 0} for part in parts]) == parts:
            parts = [{**part, "share": 0} for part in parts]
        parts.append({"id": name, "kind": code, "share": 0, "body": empty})
        return {**body, "parts": parts}, {"parts": {**(key.get("parts") or {}), name: no_key}}

    def read_form(self, form: FormValues) -> tuple[dict[str, Any], dict[str, Any]]:
        parts: list[dict[str, Any]] = []
        keys: dict[str, Any] = {}
        for slot in form.get("part") or ():
            kind = self.kinds_of_parts().get(text_in(form, f"part-{slot}-kind"))
            prefix = f"part-{slot}-"
            mine = {name.removeprefix(prefix): values for name, values in form.items() if name.startswith(prefix)}
            if kind is None or not (text_in(mine, "stem") or "add-part" in form):
                continue  # a part that was added and left empty is dropped when the question is saved
            name, (body, key) = str(len(parts) + 1), kind.read_form(mine)
            parts.append({"id": name, "kind": kind.code, "share": _share(text_in(mine, "share")), "body": body})
            keys[name] = key
        return {"stem": text_in(form, "stem"), "parts": shared_out(parts)}, {"parts": keys}


def shared_out(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """*parts*, those without a share of their own (0) with equal shares of what the others leave."""
    left, open_ones = WHOLE - sum(part["share"] for part in parts), [part for part in parts if not part["share"]]
    if left <= 0 or not open_ones:
        return parts
    ends = [left * place // len(open_ones) for place in range(len(open_ones) + 1)]
    shares = iter([end - start for start, end in zip(ends, ends[1:], strict=False)])
    return [part if part["share"] else {**part, "share": next(shares)} for part in parts]


def _share(text: str) -> int:
    """A share in 1/1000 from per cent, ``"33.3%"``; 0 for anything else."""
    whole, _, tenth = text.removesuffix("%").partition(".")
    digits = whole + (tenth or "0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(tenth) < 2 and len(digits) < 5 else 0
