"""Turns a module's tokens into HTML."""
from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence

from mistune import HTMLRenderer
from mistune.core import BlockState
from mistune.util import striptags

from lms.core.courses.case import read_case
from lms.core.courses.example_figures import Differing
from lms.core.courses.facts import Amount, Fact, amount_text
from lms.core.courses.markdown import inline_tokens, well_formed
from lms.core.documents.faults import FaultLog
from lms.core.i18n import N_, pick, translate

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class ModuleRenderer(HTMLRenderer):
    """One rendering of one module; ``cited`` and ``local`` gather its facts and this place's amounts in the order of their first mention."""

    def __init__(self, facts: Mapping[str, Fact], amounts: Mapping[str, Amount], locale: str,
                 link_for_asset: Callable[[str], str]) -> None:
        super().__init__(escape=True)
        self._facts, self._amounts, self._locale, self._link_for_asset = facts, amounts, locale, link_for_asset
        self.cited: list[Fact] = []
        self.local: list[Amount] = []

    def citation(self, fact_id: str) -> str:
        """A number that links to the source; an unknown fact stays as it was written."""
        fact = self._facts.get(fact_id)
        if fact is None:
            return html.escape(f"[@{fact_id}]")
        attributes = {"href": f"#src-{fact.id}"}
        if fact not in self.cited:
            self.cited.append(fact)
            attributes["id"] = f"cite-{fact.id}"
        number = self.cited.index(fact) + 1
        attributes["aria-label"] = self._say(N_("来源 {number}"), number=number)
        return f'<sup class="cite"><a{_attributes(attributes)}>{number}</a></sup>'

    def amount(self, amount_id: str) -> str:
        """Value, unit and year, this place's own as a link to its source; an unknown amount stays as it was written."""
        amount = self._amounts.get(amount_id)
        if amount is None:
            return html.escape(f"[={amount_id}]")
        words = html.escape(amount_text(amount, self._locale))
        if amount.local:
            attributes = {"href": f"#local-{amount.id}"}
            if amount not in self.local:
                self.local.append(amount)
                attributes["id"] = f"at-local-{amount.id}"
            words = f"<a{_attributes(attributes)}>{words}</a>"
        return f'<span class="amount">{words}</span>'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        return f"<a{_attributes({'href': url})}>{text}</a>" if well_formed(url) else text

    def image(self, text: str, url: str, title: str | None = None) -> str:
        alt = html.unescape(striptags(text))
        source = self._link_for_asset(url) if url.startswith("assets/") and ".." not in url else ""
        if not source:
            return html.escape(alt)
        return f"<img{_attributes({'src': source, 'alt': alt, 'loading': 'lazy'})}>"

    def figure(self, text: str) -> str:
        return f"<figure>{text}</figure>\n"

    def section(self, text: str, name: str) -> str:
        return f"<section{_attributes({'class': name})}>\n{text}</section>\n"

    def whose_figures(self, differing: Sequence[Differing]) -> str:
        """Under the heading of a worked example whose figures are other ones here."""
        pairs = self._say(N_("；")).join(self._say(
            N_("{name}，例题用 {shipped}，本地是 {local}"), name=pick(d.shipped.label, self._locale), shipped=f"{d.shipped.value}{d.shipped.unit}",
            local=amount_text(d.local, self._locale)) for d in differing)
        words = self._say(N_("这道例题按教材的数计算。{pairs}。算法相同，请换成本地的数再算一遍。"), pairs=pairs)
        return f'<p class="whose-figures">{html.escape(words)}</p>\n'

    def table(self, text: str, label: str = "") -> str:
        attributes = {"class": "table-wrap", "tabindex": "0", "role": "region",
                      "aria-label": self._say(N_("表格：{title}"), title=label) if label else self._say(N_("表格"))}
        return f'<div{_attributes(attributes)}><table class="table">\n{text}</table></div>\n'

    def table_head(self, text: str) -> str:
        return f"<thead>\n<tr>\n{text}</tr>\n</thead>\n"

    def table_body(self, text: str) -> str:
        return f"<tbody>\n{text}</tbody>\n"

    def table_row(self, text: str) -> str:
        return f"<tr>\n{text}</tr>\n"

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        tag = "th" if head else "td"
        attributes = {"scope": "col" if head else None, "class": "num" if align == "right" else None}
        return f"<{tag}{_attributes(attributes)}>{text}</{tag}>\n"

    def block_code(self, code: str, info: str | None = None) -> str:
        return self._case(code) if info == "case" else f"<pre><code>{html.escape(code)}</code></pre>\n"

    def _case(self, code: str) -> str:
        """A case that works without script: each option opens to whether it is suitable, and why."""
        case = read_case(code, "", FaultLog())
        if case is None:
            return f"<pre><code>{html.escape(code)}</code></pre>\n"
        options = []
        for letter, option in zip(_LETTERS, case.options, strict=False):
            verdict = self._say(N_("合适") if option.right else N_("不合适"))
            options.append(
                f"<details><summary>{letter}. {self._line(option.text)}</summary>"
                f'<div class="why"><p><strong>{html.escape(verdict)}</strong></p>'
                f"<p>{self._line(option.why)}</p></div></details>\n")
        label, hint = (html.escape(self._say(words)) for words in (N_("案例思考"), N_("想一想，再点开选项看理由")))
        return (f'<section class="case" aria-label="{label}">\n<p class="case-label">{hint}</p>\n'
                f"<p>{self._line(case.stem)}</p>\n{''.join(options)}</section>\n")

    def _line(self, text: str) -> str:
        return self.render_tokens(inline_tokens(text), BlockState())

    def _say(self, message: str, **data: object) -> str:
        return translate(self._locale, message, **data)


def _attributes(values: Mapping[str, str | None]) -> str:
    """*values* as HTML attributes; None leaves one out."""
    return "".join(f' {name}="{html.escape(value)}"' for name, value in values.items() if value is not None)
