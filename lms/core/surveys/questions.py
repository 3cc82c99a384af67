"""The questions of a survey as plain data, what a form says to them, and the questionnaire that a class starts from."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lms.core.classes.models import ClassSession
from lms.core.errors import Invalid
from lms.core.i18n import N_, translate

KINDS = {"scale": N_("打分"), "choice": N_("单选"), "choices": N_("多选"), "text": N_("文字")}
SCALE = (N_("非常满意"), N_("满意"), N_("一般"), N_("不满意"), N_("非常不满意"))
MOST_QUESTIONS, MOST_OPTIONS, LONGEST_TEXT = 60, 20, 1000


@dataclass(frozen=True)
class Question:
    """One question. The options of a scale go from the best to the worst; a text has none."""

    id: str
    kind: str
    text: str
    options: tuple[str, ...] = ()
    required: bool = True

    def data(self) -> dict[str, Any]:
        return {**asdict(self), "options": list(self.options)}


def questions_of(stored: Iterable[Mapping[str, Any]]) -> tuple[Question, ...]:
    """What a survey keeps, as questions."""
    return tuple(Question(q["id"], q["kind"], q["text"], tuple(q["options"]), q["required"]) for q in stored)


def check_questions(questions: Sequence[Question]) -> None:
    """:raises Invalid: a question that cannot be; ``data["number"]`` says which"""
    if len(questions) > MOST_QUESTIONS:
        raise Invalid("survey_long", N_("最多 {most} 题，没有保存。"), most=MOST_QUESTIONS)
    for number, question in enumerate(questions, 1):
        if question.kind not in KINDS:
            raise Invalid("survey_kind", N_("第 {number} 题的题型不对，没有保存。"), number=number)
        if not 1 <= len(question.text) <= 200:
            raise Invalid("survey_text", N_("第 {number} 题的题目要有 1 到 200 个字，没有保存。"), number=number)
        if question.kind != "text" and not 2 <= len(question.options) <= MOST_OPTIONS:
            raise Invalid("survey_options", N_("第 {number} 题要有 2 到 {most} 个选项，一行一个，没有保存。"), number=number, most=MOST_OPTIONS)
        if any(len(option) > 80 for option in question.options) or len(set(question.options)) < len(question.options):
            raise Invalid("survey_option", N_("第 {number} 题的选项有重复的，或超过 80 个字，没有保存。"), number=number)


Answers = dict[str, Any]  # by question id: the place of an option, a list of places, or a text


def read_answers(questions: Sequence[Question], given: Callable[[str], Sequence[str]]) -> Answers:
    """What a form says.

    :param given: all values of a field, by the question's id
    :raises Invalid: something is missing or cannot be; ``data["questions"]`` has the ids
    """
    found: Answers = {}
    wrong = []
    for question in questions:
        values = [v.strip() for v in given(question.id) if v.strip()]
        answer = _answer(question, values)
        if answer is None and (values or question.required):
            wrong.append(question.id)
        elif answer is not None:
            found[question.id] = answer
    if wrong:
        raise Invalid("survey_incomplete", N_("还有 {count} 题没有答，或答得不对，还没有提交。答过的都在。"), count=len(wrong), questions=wrong)
    return found


def _answer(question: Question, values: Sequence[str]) -> Any:
    """None where there is no answer, or one that cannot be."""
    if not values:
        return None
    if question.kind == "text":
        return values[0].replace("\r\n", "\n") if len(values[0]) <= LONGEST_TEXT else None
    if not all(v.isascii() and v.isdigit() and len(v) < 3 and int(v) < len(question.options) for v in values):
        return None
    if question.kind == "choices":
        return sorted({int(v) for v in values})
    return int(values[0]) if len(values) == 1 else None


def starting_questions(sessions: Sequence[ClassSession], locale: str) -> list[Question]:
    """What most classes ask: content, teaching, service, each lecture of the timetable, and a free word. To be edited."""
    def say(text: str, **data: str) -> str:
        return translate(locale, text, **data)

    scale = tuple(say(word) for word in SCALE)
    lectures = [s for s in sessions if s.kind == "lecture" and s.lecturer and not s.cancelled]
    asked = [("scale", say(N_("总体满意度")), scale, True), ("scale", say(N_("课程内容：贴近工作，用得上")), scale, True),
             ("scale", say(N_("授课质量：讲得清楚，有启发")), scale, True), ("scale", say(N_("组织服务：通知、签到、现场安排")), scale, True),
             ("scale", say(N_("食宿和场地")), scale, False)]
    asked += [("scale", say(N_("“{title}”（{lecturer}）"), title=s.title[:120], lecturer=(s.lecturer or "")[:40]), scale, False)
              for s in lectures[:30]]
    asked += [("choice", say(N_("培训的时间长短")), (say(N_("正好")), say(N_("偏长")), say(N_("偏短"))), False)]
    titles = list(dict.fromkeys(s.title[:80] for s in lectures))[:MOST_OPTIONS]
    if len(titles) > 1:
        asked.append(("choices", say(N_("最有收获的内容，可以选几项")), tuple(titles), False))
    asked.append(("text", say(N_("意见和建议")), (), False))
    return [Question(f"q{number}", kind, text, options, required) for number, (kind, text, options, required) in enumerate(asked, 1)]
