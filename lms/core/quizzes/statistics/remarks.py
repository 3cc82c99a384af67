"""What the figures of a question say in plain words, and what to do about it."""
from __future__ import annotations

from lms.core.i18n import N_
from lms.core.quizzes.statistics.choices import Choices
from lms.core.quizzes.statistics.questions import QuestionFigures

# Moodle's documentation ("Quiz report statistics") reads a discrimination under 20 % as weak and a negative one as a sign
# that the question is probably invalid, and a facility of 5 % or less as a sign that something may be wrong with it.
_WEAK, _NOBODY, _EVERYBODY = 0.2, 0.05, 0.95
ENOUGH = 10  # people; with fewer than that a single one of them turns every figure

BACKWARDS = N_("得高分的人在这道题上反而得分低：这道题区分不出掌握得好与不好的人，请先核对答案，再看题干有没有歧义。")
WEAK = N_("这道题的得分和其余题的得分关系不大：答对答错差不多全凭别的原因，例如猜、题干不清，或考的是另外的内容。")
TOO_HARD = N_("几乎没有人得分：请核对答案，也看看课上讲过没有。")
TOO_EASY = N_("几乎人人得满分：用来确认大家都会可以，用来分高下不行。")
TEMPTING = N_("高分段里选“{option}”的有 {n} 人，比选正确答案的还多：请核对答案，也看看这个选项是不是也说得通。")
FEW = N_("只有 {n} 人，数字只供参考：多一个人少一个人就会变很多。")


def warns(figures: QuestionFigures) -> bool:
    """Whether the question should be looked at: it works against the rest of the paper."""
    return figures.discrimination.value is not None and figures.discrimination.value < 0


def remarks(figures: QuestionFigures, choices: Choices | None = None) -> list[tuple[str, dict[str, str | int]]]:
    """Message ids with their data, the gravest first. An ``option`` among the data is a message id where it is ours, e.g. 对."""
    found: list[tuple[str, dict[str, str | int]]] = []
    facility, index = figures.facility.value, figures.discrimination.value
    if index is not None and index < 0:
        found.append((BACKWARDS, {}))
    found += [(TEMPTING, {"option": name, "n": n}) for name, n in _tempting(choices)]
    if facility is not None and facility <= _NOBODY:
        found.append((TOO_HARD, {}))
    if facility is not None and facility >= _EVERYBODY:
        found.append((TOO_EASY, {}))
    elif index is not None and 0 <= index < _WEAK:
        found.append((WEAK, {}))
    if found and figures.asked < ENOUGH:
        found.append((FEW, {"n": figures.asked}))
    return found


def _tempting(choices: Choices | None) -> list[tuple[str, int]]:
    """Wrong options that more of the upper third chose than any right one."""
    offered = choices.options if choices else ()
    most = max((option.counts[2] for option in offered if option.right), default=None)
    return [] if most is None else [(option.text if option.ours else option.name, option.counts[2]) for option in offered
                                    if option.right is False and option.counts[2] > most]
