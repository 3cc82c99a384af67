"""Words in the reader's language. Message ids are the Chinese sentences; catalogues lie in ``lms/locale``."""
from __future__ import annotations

import gettext
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
    """*message* in *locale*, with its ``{names}`` filled in. A message id in *data* values is not translated."""
    text = catalogue(locale).gettext(message) if message else ""
    return text.format_map(data) if data else text


def explain(error: LmsError, locale: str) -> str:
    """The sentence for a refusal."""
    return translate(locale, error.message, **error.data)


def pick(titles: dict[str, str] | None, locale: str) -> str:
    """A title from a map by language (``{"zh": …, "en": …}``); Chinese where the language is missing."""
    titles = titles or {}
    return titles.get(locale.split("_")[0]) or titles.get("zh") or next(iter(titles.values()), "")
