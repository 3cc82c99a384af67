"""How names sort and how staff find them: toneless pinyin and initials.

Surnames have readings of their own (单 is dān as a word, Shàn as a name). pypinyin reads words and knows the double
surnames; the single ones that it gets wrong stand here, read as 《现代汉语词典》 (7th edition) reads surnames. Where
families differ (盖, 覃, 乐) one reading must do, and a person's own goes into the override.
"""
from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from lms.core.people.names import clean_name

_SURNAMES = {
    "单": "shan", "曾": "zeng", "解": "xie", "仇": "qiu", "区": "ou", "查": "zha", "盖": "ge", "翟": "zhai",
    "朴": "piao", "覃": "qin", "缪": "miao", "卜": "bu", "种": "chong", "召": "shao", "秘": "bi", "折": "she",
    "员": "yun", "贠": "yun", "乐": "yue", "黑": "he", "洗": "xian", "能": "nai", "句": "gou", "祭": "zhai",
    "粘": "nian", "佴": "nai", "乜": "nie", "都": "du", "么": "yao", "适": "kuo", "重": "chong", "郇": "xun",
    "隗": "wei", "單": "shan", "區": "ou", "繆": "miao", "樂": "yue", "員": "yun", "蓋": "ge",
}
# Names of other peoples, written in Chinese without a surname, that begin with one of the characters above.
_NO_SURNAME = ("单增", "查干", "查苏", "解放", "能周", "乐克")
# Characters of real names that the dictionary behind pypinyin lacks.
_RARE = {"𠮷": "ji", "㛃": "jie", "䶮": "yan"}


@lru_cache(maxsize=1)
def _reader() -> Callable[..., list[str]]:
    # Loaded at the first name and not at start: its tables take 57 MB, and a server that only reads names needs none.
    from pypinyin import lazy_pinyin

    return lazy_pinyin


def pinyin_key(name: str, override: str = "") -> tuple[str, str]:
    """The sort key of *name* and its initials: 张赟 → ``("zhang yun", "zy")``.

    Characters that nobody can read for us stay as they are and sort last.

    :param override: the person's own reading, syllables separated by spaces, tones ignored ("Shàn Xióngxìn")
    """
    syllables = _plain(override).split() or _syllables(clean_name(name))
    return " ".join(syllables)[:240], "".join(s[0] for s in syllables)[:60]


def _syllables(name: str) -> list[str]:
    found: list[str] = []
    for number, part in enumerate(name.replace("·", " ").split()):
        surname = _surname(part) if number == 0 and "·" not in name else ""
        found += [surname, *_read(part[1:])] if surname else _read(part)
    return found


def _surname(part: str) -> str:
    """The reading of the surname that *part* begins with, if pypinyin would not know it."""
    return "" if part[:2] in _NO_SURNAME and len(part) > 2 else _SURNAMES.get(part[:1], "")


def _read(text: str) -> list[str]:
    if not text:
        return []
    syllables = (_plain(syllable) for syllable in _reader()(text, errors=_unread))
    letters = ("".join(c for c in syllable if unicodedata.category(c)[0] not in "PZS") for syllable in syllables)
    return [syllable for syllable in letters if syllable]


def _unread(run: str) -> list[str]:
    """What pypinyin cannot read: a Latin word stays one syllable, rare characters stand alone."""
    return [run] if run.isascii() else [_RARE.get(c, c) for c in run]


def _plain(text: str) -> str:
    """Lower case without tone marks; ü becomes v, as people type it."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(_UMLAUTS)
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


_UMLAUTS = dict.fromkeys(map(ord, "üǖǘǚǜ"), "v")
