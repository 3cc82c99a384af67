"""Answers that people mark: nameless, question by question, every mark kept; until then an attempt has no mark, not 0."""
from __future__ import annotations

import pytest
from exam_room import Room
from sqlalchemy import select
from written_room import WRITTEN, hand_in_written, with_short_answers, written_paper

from lms.core.certificates.exams import judge_exam
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Invalid
from lms.core.quizzes.content import QuestionContent
from lms.core.quizzes.marking import GivenMark, Pile, give_marks, pile, queue
from lms.core.quizzes.models import Attempt, Mark, Paper, Question
from lms.core.quizzes.overdue import close_what_is_over
from lms.core.quizzes.plans import Cell
from lms.core.quizzes.versions import add_questions


@pytest.fixture
def written(room: Room) -> Room:
    return with_short_answers(room)


def look(room: Room, paper: Paper, *, waiting_only: bool = True) -> Pile | None:
    with room.site.database.reading() as db:
        fresh = db.get_one(Paper, paper.id)
        question = queue(db, fresh)[0]
        return pile(db, paper=fresh, question_uid=question.question_uid, part=question.part, waiting_only=waiting_only)


def give(room: Room, paper: Paper, *marks: GivenMark, by: int | None = None) -> tuple[int, list[str]]:
    by = by or room.person("阅卷人", enrolled=False).id
    with room.site.database.writing() as db:
        fresh = db.get_one(Paper, paper.id)
        return give_marks(db, paper=fresh, question_uid=queue(db, fresh)[0].question_uid, part="", given=marks, by_id=by,
                          now=room.clock.now())


def sentence(room: Room, attempt: Attempt) -> str:
    with room.site.database.reading() as db:
        one = db.scalars(select(Enrolment).where(Enrolment.person_id == attempt.person_id)).one()
        part, = judge_exam(db, db.get_one(TrainingClass, room.training_class.id), [one], room.clock.now())[one.id]
        return part.sentence.format(**part.data)


def one_question(room: Room) -> Paper:
    """A paper whose only short answer is the same for everybody."""
    return written_paper(room, drawn="once")


def test_an_attempt_waits_for_its_marker_and_has_no_mark_meanwhile(written: Room) -> None:
    paper = one_question(written)
    attempt = hand_in_written(written, paper, "王芳")
    assert (attempt.mark, attempt.passed, attempt.waiting) == (None, None, 1)
    assert sentence(written, attempt) == "“结业考试”已交卷，待阅卷"
    close_what_is_over(written.site)
    assert written.fresh(attempt).mark is None, "the minute's work marks nothing that people mark"
    found = look(written, paper)
    assert found is not None and [s.answer for s in found.sheets] == [WRITTEN] and found.rubric and found.reference
    assert give(written, paper, GivenMark(attempt.uid, 15_500, "要点齐", found.sheets[0].seal)) == (1, [])
    marked = written.fresh(attempt)
    assert (marked.mark, marked.passed, marked.waiting) == (35_500, True, 0)
    assert sentence(written, attempt) == "“结业考试”35.5 分，及格"
    assert look(written, paper) is None, "nothing waits any more"


def test_what_was_left_empty_waits_for_nobody(written: Room) -> None:
    attempt = hand_in_written(written, one_question(written), "李明", text="")
    assert (attempt.mark, attempt.waiting) == (20_000, 0)


def test_names_are_hidden_and_the_order_tells_nothing(written: Room) -> None:
    paper = one_question(written)
    for name in ("王芳", "李明", "赵静"):
        hand_in_written(written, paper, name)
    found = look(written, paper)
    assert found is not None and found.total == 3
    assert not any(name in repr(found) for name in ("王芳", "李明", "赵静"))


def test_every_mark_and_comment_stays(written: Room) -> None:
    paper, marker = one_question(written), written.person("阅卷人")
    attempt = hand_in_written(written, paper, "王芳")
    for mark, comment in ((10_000, "初评"), (18_000, "复评")):
        found = look(written, paper, waiting_only=False)
        assert found is not None
        give(written, paper, GivenMark(attempt.uid, mark, comment, found.sheets[0].seal), by=marker.id)
    with written.site.database.reading() as db:
        rows = db.execute(select(Mark.mark, Mark.comment, Mark.grader_id, Mark.replaced_at.is_(None)).where(
            Mark.attempt_id == attempt.id, Mark.item == 3).order_by(Mark.id)).all()
    assert [tuple(row) for row in rows] == [(None, "", None, False), (10_000, "初评", marker.id, False), (18_000, "复评", marker.id, True)]
    found = look(written, paper, waiting_only=False)
    assert found is not None and [(mark, comment, name) for mark, comment, name, _ in found.sheets[0].past] == [(10_000, "初评", "阅卷人")]


def test_the_second_of_two_markers_is_told(written: Room) -> None:
    paper = one_question(written)
    attempt = hand_in_written(written, paper, "王芳")
    found = look(written, paper)
    assert found is not None
    seal, label = found.sheets[0].seal, found.sheets[0].label
    assert give(written, paper, GivenMark(attempt.uid, 12_000, "", seal)) == (1, [])
    assert give(written, paper, GivenMark(attempt.uid, 20_000, "", seal)) == (0, [label])
    assert give(written, paper, GivenMark(attempt.uid, 12_000, "", seal)) == (0, []), "the same form twice is one effect"
    assert written.fresh(attempt).mark == 32_000


@pytest.mark.parametrize(("mark", "comment", "code"), [(20_001, "", "mark_range"), (-1, "", "mark_range"), (1, "字" * 2001, "comment_long")])
def test_a_mark_that_cannot_be_is_refused_whole(written: Room, mark: int, comment: str, code: str) -> None:
    paper = one_question(written)
    first, second = (hand_in_written(written, paper, name) for name in ("王芳", "李明"))
    found = look(written, paper)
    assert found is not None
    seals = {s.attempt_uid: s.seal for s in found.sheets}
    with pytest.raises(Invalid, match=code):
        give(written, paper, GivenMark(first.uid, 10_000, "", seals[first.uid]), GivenMark(second.uid, mark, comment, seals[second.uid]))
    assert written.fresh(first).mark is None


def test_each_part_of_a_case_has_the_history_of_its_own_marks(room: Room) -> None:
    parts = [{"id": part, "kind": "short_answer", "share": 500, "body": {"stem": f"第{part}问"}} for part in "12"]
    case = QuestionContent("case", "one", 1, {"stem": "材料", "parts": parts}, {"parts": {part: {"reference": "", "rubric": []} for part in "12"}}, "")
    with room.site.database.writing() as db:
        add_questions(db, bank_id=room.bank.id, contents={"case-1": case}, origin="file", by_id=None, now=room.clock.now())
    paper, marker = room.paper(Cell("sample", kind="case", count=1, mark=10_000)), room.person("阅卷人")
    attempt = room.start(paper, room.person())
    room.answer(attempt, {"sequence": 1, "item": 1, "given": ["1=甲", "2=乙"]})
    room.submit(attempt)
    with room.site.database.reading() as db:
        uid = db.scalars(select(Question.uid).where(Question.code == "case-1")).one()
    for part, mark, comment in (("1", 1000, "初评"), ("1", 2000, "复评"), ("2", 3000, "初评")):
        with room.site.database.writing() as db:
            row = db.get_one(Paper, paper.id)
            [sheet] = pile(db, paper=row, question_uid=uid, part=part, waiting_only=False).sheets
            give_marks(db, paper=row, question_uid=uid, part=part, given=[GivenMark(attempt.uid, mark, comment, sheet.seal)], by_id=marker.id,
                       now=room.clock.now())
    with room.site.database.reading() as db:
        row = db.get_one(Paper, paper.id)
        past = {part: [p[1] for p in pile(db, paper=row, question_uid=uid, part=part, waiting_only=False).sheets[0].past] for part in "12"}
    assert past == {"1": ["初评"], "2": []}
