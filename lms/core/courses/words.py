"""The words of a module: plain text for search and review, and its length."""
from __future__ import annotations

import re
from collections.abc import Mapping

from lms.core.courses.case import Case, read_case
from lms.core.courses.facts import Amount, amount_text
from lms.core.courses.markdown import plain, tokens
from lms.core.courses.marks import AMOUNT
from lms.core.documents.faults import FaultLog
from lms.core.i18n import DEFAULT_LOCALE

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


def module_text(body: str, amounts: Mapping[str, Amount] | None = None, locale: str = DEFAULT_LOCALE) -> str:
    """The words of a module's *body* without markup and citations, the case block's words included.

    :param amounts: named amounts are written out from it; one that it lacks stays as its mark
    """
    tree = tokens(body)
    words = [plain(tree)]
    for token in tree:
        if token["type"] == "block_code" and token.get("attrs", {}).get("info") == "case":
            case = read_case(token["raw"], "", FaultLog())
            words += [plain(tokens(text)) for text in case_texts(case)]
    return with_amounts("\n".join(words), {key: amount_text(amount, locale) for key, amount in (amounts or {}).items()})


def case_texts(case: Case | None) -> list[str]:
    """Everything that a case says: its stem, then each option with its reason."""
    if case is None:
        return []
    return [case.stem, *(f"{option.text}\n\n{option.why}" for option in case.options)]


def with_amounts(text: str, written: Mapping[str, str]) -> str:
    """*text* with its amount marks written out; one that *written* lacks stays."""
    return AMOUNT.sub(lambda mark: written.get(mark["id"], mark[0]), text)


def body_length(body: str) -> int:
    """Chinese characters of *body* that a trainee reads: headings, text, lists and tables.

    Not counted: the case block, citations, amounts, picture descriptions, punctuation, digits and Latin letters.
    """
    return len(_HAN.findall(AMOUNT.sub("", plain(tokens(body)))))
