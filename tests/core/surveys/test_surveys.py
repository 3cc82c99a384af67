"""A survey tells what people think and never who: participation and answers share no key, time, order or log entry."""
from __future__ import annotations

from fractions import Fraction

import pytest
from sqlalchemy import inspect, select

from lms.core.audit.models import AuditEntry
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Forbidden, Invalid, LmsError
from lms.core.surveys import answering
from lms.core.surveys.answering import answer, with_one_more
from lms.core.surveys.completion import judge_surveys
from lms.core.surveys.models import Survey, SurveyBox, SurveyParticipation
from lms.core.surveys.questions import Question, check_questions, questions_of, read_answers, starting_questions
from lms.core.surveys.results import has_answered, results, still_to_answer
from lms.core.surveys.service import change_survey, close_survey, make_survey, open_survey, withdraw_survey

SCALE = Question("q1", "scale", "课程内容", ("很满意", "满意", "不满意"))
CHOICES = Question("q2", "choices", "最有收获的", ("财务", "经费", "服务"), required=False)
TEXT = Question("q3", "text", "意见", required=False)


class Desk:
    def __init__(self, site, training):
        self.site, self.training = site, training

    def now(self):
        return self.site.clock.now()

    def make(self, opened=True, **more):
        with self.site.database.writing() as db:
            made = make_survey(db, training_class=db.get_one(TrainingClass, self.training.training_class.id), title="满意度评价",
                               questions=[SCALE, CHOICES, TEXT], by_id=None, now=self.now(), **{"least": 3, **more})
            if opened:
                open_survey(db, survey=made, by_id=None, now=self.now())
            return made.id

    def act(self, act, survey, **values):
        with self.site.database.writing() as db:
            return act(db, survey=db.get_one(Survey, survey), **values)

    def move(self, act, survey):
        return self.act(act, survey, by_id=None, now=self.now())

    def answer(self, survey, *places, said="", start=0):
        for n, place in enumerate(places):
            given = {"q1": place, **({"q3": f"{said}{n}"} if said else {})}
            self.act(answer, survey, person_id=self.training.people[start + n].id, answers=given)

    def seen(self, survey):
        with self.site.database.reading() as db:
            return results(db, db.get_one(Survey, survey))

    def all(self, model):
        with self.site.database.reading() as db:
            return db.scalars(select(model)).all()

    def part(self, person):
        with self.site.database.reading() as db:
            seats = db.scalars(select(Enrolment).where(Enrolment.person_id == person.id)).all()
            found = judge_surveys(db, db.get_one(TrainingClass, self.training.training_class.id), seats, self.now())
            return found[seats[0].id][0] if found else None


@pytest.fixture
def desk(site, make_training):
    return Desk(site, make_training(people=12))


def refused(act, *args, **values) -> LmsError:
    with pytest.raises(LmsError) as error:
        act(*args, **values)
    return error.value


def test_nothing_says_who_answered_what(desk):
    survey = desk.make()
    before = len(desk.all(AuditEntry))
    desk.answer(survey, *[n % 3 for n in range(12)], said="说法")
    took_part, [box] = desk.all(SurveyParticipation), desk.all(SurveyBox)
    assert len(desk.all(AuditEntry)) == before
    assert {c.key for c in inspect(SurveyParticipation).columns} == {"id", "survey_id", "person_id"}
    assert {c.key for c in inspect(SurveyBox).columns} == {"id", "survey_id", "answers", "held", "shown"}
    ids = {p.person_id: p.id for p in took_part}
    assert [ids[p.id] for p in desk.training.people] != sorted(ids.values()), "keys must not grow with time"
    said = box.answers["texts"]["q3"]
    assert sorted(said) == sorted(f"说法{n}" for n in range(12)) and said != [f"说法{n}" for n in range(12)]
    assert set(box.answers) == {"count", "picked", "texts"} and box.answers["picked"]["q1"] == {"0": 4, "1": 4, "2": 4, "n": 12}


def test_an_order_that_is_kept_would_be_noticed(desk, monkeypatch):
    """The check above rests on this: without the shuffle the texts stand as they came."""
    monkeypatch.setattr(answering, "_shuffle", lambda texts: None)
    box = {}
    for n in range(12):
        box = with_one_more(box, {"q3": f"说法{n}"})
    assert box["texts"]["q3"] == [f"说法{n}" for n in range(12)]


def test_results_come_in_batches_and_never_for_a_few(desk):
    survey = desk.make()
    shown = []
    for n in range(12):
        desk.answer(survey, 0, start=n)
        shown.append(desk.seen(survey).shown)
    assert shown == [0, 0, 0, 0, 0, 3, 3, 3, 6, 6, 6, 9], "one batch behind, so that the last answers are never alone"
    desk.move(close_survey, survey)
    assert desk.seen(survey).shown == 12


@pytest.mark.parametrize(("count", "shown"), [(2, 0), (3, 3), (4, 4), (7, 7)])
def test_what_closing_adds_is_never_fewer_than_the_least(desk, count, shown):
    survey = desk.make()
    desk.answer(survey, *[0] * count)
    before = desk.seen(survey).shown
    desk.move(close_survey, survey)
    after = desk.seen(survey).shown
    assert after == shown and (after == before or after - before >= 3)
    assert refused(desk.move, open_survey, survey).code == "survey_not_opened"


def test_shares_averages_and_texts(desk):
    survey = desk.make()
    desk.answer(survey, 0, 0, 1, 2, said="好")
    desk.act(answer, survey, person_id=desk.training.people[4].id, answers={"q1": 1, "q2": [0, 2]})
    desk.move(close_survey, survey)
    scale, choices, text = desk.seen(survey).questions
    assert (scale.counts, scale.answered, scale.average, scale.content) == ((2, 2, 1), 5, Fraction(11, 5), Fraction(4, 5))
    assert (choices.counts, choices.answered, choices.average) == ((1, 0, 1), 1, None)
    assert sorted(text.texts) == ["好0", "好1", "好2", "好3"] and text.answered == 4


def test_answering_twice_is_once_and_only_while_it_is_open(desk, person_with):
    draft = desk.make(opened=False)
    assert isinstance(refused(desk.answer, draft, 0), Conflict)
    survey, person = desk.make(), desk.training.people[0]
    assert desk.act(answer, survey, person_id=person.id, answers={"q1": 0}) is True
    assert desk.act(answer, survey, person_id=person.id, answers={"q1": 2}) is False
    assert desk.seen(survey).answered == 1 and desk.all(SurveyBox)[0].answers["picked"]["q1"] == {"0": 1, "n": 1}
    assert isinstance(refused(desk.act, answer, survey, person_id=person_with().id, answers={"q1": 0}), Forbidden)
    desk.move(close_survey, survey)
    assert isinstance(refused(desk.answer, survey, 0, start=1), Conflict)


def test_taking_part_is_the_condition(desk):
    survey, person = desk.make(), desk.training.people[0]
    assert not desk.part(person).met and "还没有填写" in desk.part(person).sentence
    desk.answer(survey, 2)
    assert desk.part(person).met and desk.part(person).figure == "1 / 1"
    with desk.site.database.reading() as db:
        assert len(still_to_answer(db, db.get_one(Survey, survey))) == 11
        assert has_answered(db, survey_id=survey, person_id=person.id)
    desk.move(close_survey, survey)
    late = desk.part(desk.training.people[1])
    assert late.final and not late.met


def test_what_nobody_has_to_answer_is_no_condition(desk):
    desk.make(required=False)
    assert desk.part(desk.training.people[0]) is None


def test_questions_are_edited_until_it_is_open(desk):
    survey = desk.make(opened=False)
    values = {"title": "评价", "intro": "", "questions": [SCALE], "least": 5, "required": False, "by_id": None, "now": desk.now()}
    desk.act(change_survey, survey, version=1, **values)
    assert isinstance(refused(desk.act, change_survey, survey, version=1, **values), Conflict)
    for field, value in (("title", " "), ("intro", "长" * 1001), ("least", 2)):
        assert refused(desk.act, change_survey, survey, version=2, **{**values, field: value}).data["field"] == field
    desk.move(open_survey, survey)
    assert refused(desk.act, change_survey, survey, version=3, **values).code == "survey_begun"
    desk.move(withdraw_survey, survey)
    desk.move(open_survey, survey)
    desk.answer(survey, 0)
    assert refused(desk.move, withdraw_survey, survey).code == "survey_answered"


@pytest.mark.parametrize("bad", [
    Question("q", "slider", "题", ("a", "b")), Question("q", "scale", "", ("a", "b")), Question("q", "choice", "题", ("一个",)),
    Question("q", "choice", "题", ("重", "重")), Question("q", "choices", "题", tuple(map(str, range(21)))),
    Question("q", "scale", "题", ("长" * 81, "b"))])
def test_questions_that_cannot_be(bad):
    assert refused(check_questions, [SCALE, bad]).data["number"] == 2


@pytest.mark.parametrize("given", [
    {}, {"q1": ["9"]}, {"q1": ["-1"]}, {"q1": ["x"]}, {"q1": ["0", "1"]}, {"q1": ["²"]}, {"q1": ["0"], "q2": ["5"]},
    {"q1": ["0"], "q3": ["长" * 1001]}])
def test_forms_that_cannot_be(given):
    fault = refused(read_answers, [SCALE, CHOICES, TEXT], lambda key: given.get(key, []))
    assert isinstance(fault, Invalid) and fault.data["count"] == 1


def test_a_form_is_read(desk):
    given = {"q1": ["1"], "q2": ["2", "0", "2"], "q3": ["  很好\r\n谢谢 "]}
    assert read_answers([SCALE, CHOICES, TEXT], lambda key: given.get(key, [])) == {"q1": 1, "q2": [0, 2], "q3": "很好\n谢谢"}


@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_the_questions_that_a_class_starts_from_can_be_asked(desk, locale):
    with desk.site.database.writing() as db:
        made = db.get_one(TrainingClass, desk.training.training_class.id)
        made.sessions[0].lecturer = "王老师"
        made.sessions[1].lecturer = "李老师"
        asked = starting_questions(made.sessions, locale)
        check_questions(asked)
        assert sum("王老师" in q.text for q in asked) == 1 and asked[-1].kind == "text"
        assert questions_of([q.data() for q in asked]) == tuple(asked)
