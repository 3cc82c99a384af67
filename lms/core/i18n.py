"""Words in the reader's language. Message ids are the Chinese sentences; catalogues lie in ``lms/locale``."""
from __future__ import annotations

import gettext
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from lms.core.errors import LmsError

LOCALES = ("zh_CN", "en")
DEFAULT_LOCALE = "zh_CN"
_DIRECTORY = Path(__file__).resolve().parent.parent / "locale"


def N_(message: str) -> str:
    """Mark a message id for extraction without translating it here."""
    return message


@cache
def catalogue(locale: str) -> gettext.NullTranslations:
    """The catalogue of *locale*; that of Chinese holds only what libraries say, our messages are the ids."""
    return gettext.translation("lms", _DIRECTORY, [locale], fallback=True)


def translate(locale: str, message: str, /, **data: Any) -> str:
    """*message* in *locale*, with its ``{names}`` filled in; a list is enumerated. Message ids in *data* are not translated."""
    text = catalogue(locale).gettext(message) if message else ""
    return text.format_map({name: _shown(locale, value) for name, value in data.items()}) if data else text


def enumerated(locale: str, items: Iterable[Any]) -> str:
    """*items* one after the other, as a list within a sentence is written in *locale*."""
    return catalogue(locale).gettext(N_("、")).join(map(str, items))


def _shown(locale: str, value: Any) -> Any:
    return enumerated(locale, value) if isinstance(value, list) else value


def explain(error: LmsError, locale: str) -> str:
    """The sentence for a refusal."""
    return translate(locale, error.message, **error.data)


def pick(titles: dict[str, str] | None, locale: str) -> str:
    """A title from a map by language (``{"zh": …, "en": …}``); Chinese where the language is missing."""
    titles = titles or {}
    return titles.get(locale.split("_")[0]) or titles.get("zh") or next(iter(titles.values()), "")
