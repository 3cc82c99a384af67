"""Passwords that everybody tries first: refused by how they are made, so that no list has to be shipped.

OWASP ASVS 5.0, 6.2.4 asks to refuse the three thousand commonest. Nearly all of those with eight characters or more are
a common word with a common number, a run on the keyboard, or a pattern repeated; these rules cover them and their kin.
"""
from __future__ import annotations

import re
import unicodedata

_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm",
         "1qaz2wsx3edc4rfv5tgb", "qazwsxedcrfvtgb", "1q2w3e4r5t6y7u8i9o0p", "q1w2e3r4t5y6u7i8o9p0", "147258369",
         "159357", "789456123", "zaqwsxcde", "poiuytrewq", "1357924680", "2468013579")
_LINES = _RUNS + tuple(line[::-1] for line in _RUNS)
_TYPED = """
    a aa aaa ab abc abcd abcde abcdef as asd asdf asdfg q qq qqq qw qwe qwer qwert qwerty z zx zxc zxcv zxcvb x y w wo
    woaini woaiwo aini iloveyou ilove love loveyou lovely baby angel princess sunshine superman batman dragon monkey
    master shadow football baseball michael jordan pokemon starwars freedom whatever trustno computer internet samsung
    iphone google password passwd pass pwd admin administrator root user test tester guest hello welcome login letmein
    changeme secret default system manager server mima denglu yonghu ceshi guanli guanliyuan nihao nimen zhongguo china
    beijing shanghai chengdu peixun ganbu xueyuan gonghui zonggonghui zhigong laoshi xuexi zhengfu jiguan danwei renmin
    wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang xiao xiaoming
    mm gg dd lovemm nicole jessica daniel charlie killer hunter summer winter spring monday
"""
_WORDS = frozenset(_TYPED.split())
_NUMBERS = re.compile(r"(\d)\1*|0?1?2?3?4?5?6?7?8?9?0?|(19|20)\d\d|(19|20)\d{6}|520|521|1314|5201314|1314520|666|888|"
                      r"168|918|12[13]|321|654321|87654321|101|110|119|120|007|147|258|369|100200|123123|112233|11223344")
_LOOKALIKE = str.maketrans("@$!0134578", "asioieastb")


def is_common(password: str) -> bool:
    """Whether *password* is one of those that are tried first."""
    text = unicodedata.normalize("NFKC", password).casefold()
    return _repeats(text) or _runs(text) or _word_and_number(text) or _word_and_number(text.translate(_LOOKALIKE))


def _repeats(text: str) -> bool:
    """One short pattern over and over (12121212, abcabcabc), or only two different characters."""
    return len(set(text)) <= 2 or any(text == (text[:n] * len(text))[:len(text)] for n in range(1, len(text) // 2 + 1))


def _runs(text: str) -> bool:
    """Along the keyboard or the alphabet, forwards or backwards, in pieces of three and more (123qweasd)."""
    return any(any(text[:cut] in line for line in _LINES) and (cut == len(text) or _runs(text[cut:]))
               for cut in range(len(text), 2, -1))


def _word_and_number(text: str) -> bool:
    """A common word with a common number before or behind it, with signs between or at the end."""
    bare = re.sub(r"[\W_]", "", text)
    found = re.fullmatch(r"(\d*)([^\d]*)(\d*)", bare)
    if not found:
        return False
    before, word, behind = found.groups()
    half = word[:len(word) // 2]
    known = not word or word in _WORDS or (half * 2 == word and half in _WORDS)
    return known and all(not number or _NUMBERS.fullmatch(number) for number in (before, behind))
