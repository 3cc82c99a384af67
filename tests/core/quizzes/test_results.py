"""What the screen shows of results is what the file holds, and nobody's missing mark is a 0."""
from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from exam_room import GRACE, Room
from openpyxl import load_workbook
from sqlalchemy import select

from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.documents.xlsx_write import write_xlsx
from lms.core.quizzes.models import Paper
from lms.core.quizzes.results import PersonResult, distribution, paper_results, progress_of, question_results
from lms.core.reports.results import results_book


def results(room: Room, paper: Paper) -> list[PersonResult]:
    with room.site.database.reading() as db:
        people = db.scalars(select(Enrolment).where(Enrolment.class_id == room.training_class.id).order_by(Enrolment.number)).all()
        return paper_results(db, paper=db.get_one(Paper, paper.id), enrolments=people, now=room.clock.now(), grace=GRACE)


def test_everybody_stands_somewhere(room: Room) -> None:
    paper = room.paper(attempts=2)
    people = [room.person(name) for name in ("未开始", "作答中", "已交卷", "到时间")]
    late = room.start(paper, people[3])
    room.clock.move(minutes=29)
    room.start(paper, people[1])
    done = room.start(paper, people[2])
    room.answer_all(done, range(1, 7))
    room.submit(done)
    room.clock.move(minutes=2)
    assert [r.state for r in results(room, paper)] == ["not_started", "working", "handed_in", "closing"]
    assert [r.best and r.best.mark for r in results(room, paper)] == [None, None, 60_000, None]
    assert [r.passed for r in results(room, paper)] == [None, None, True, None]
    room.submit(late)
    assert results(room, paper)[3].state == "timed_out"


def test_the_best_attempt_counts(room: Room) -> None:
    paper, person = room.paper(attempts=3), room.person()
    for right in ((1, 2, 3, 4), (1, 2, 3, 4, 5), ()):
        attempt = room.start(paper, person)
        room.answer_all(attempt, right)
        room.submit(attempt)
        room.clock.move(minutes=1)
    row, = results(room, paper)
    assert row.best is not None and row.last is not None
    assert (row.best.number, row.best.mark, row.last.mark, row.passed) == (2, 50_000, 0, True)


def test_the_histogram_counts_marked_people_once(room: Room) -> None:
    paper = room.paper()
    for number, right in enumerate(((), (1,), range(1, 6), range(1, 7))):
        attempt = room.start(paper, room.person(f"学员{number}"))
        room.answer_all(attempt, right)
        room.submit(attempt)
    room.start(paper, room.person("还在答"))
    spread = distribution(results(room, paper))
    assert {b.label: b.people for b in spread.bins} == {"0–59": 2, "60–69": 0, "70–79": 0, "80–89": 1, "90–100": 1}
    assert (spread.marked, spread.passed, spread.mean, spread.highest, spread.lowest) == (4, 2, 30_000, 60_000, 0)


def test_nobody_yet(room: Room) -> None:
    assert distribution(results(room, room.paper())).mean is None


def test_progress_and_questions(room: Room) -> None:
    paper = room.paper()
    attempt = room.start(paper, room.person())
    room.clock.move(minutes=3)
    room.answer_all(attempt, (1, 2))
    room.answer(attempt, {"sequence": 50, "item": 1, "given": ["1"]})
    with room.site.database.reading() as db:
        progress = progress_of(db, paper)[attempt.id]
        assert (progress.answered, progress.saved_at) == (6, room.clock.now())
    room.submit(attempt)
    with room.site.database.reading() as db:
        questions = question_results(db, paper)
    assert [q.asked for q in questions] == [1] * 6
    assert sorted({q.right for q in questions}) == [0, 1000] and questions[0].right == 0


def test_the_file_holds_what_the_screen_shows(room: Room) -> None:
    paper, quiz = room.paper(), room.paper(kind="quiz", title="课后测验", attempts=0)
    for number, right in enumerate((range(1, 6), ())):
        attempt = room.start(paper, room.person(f"学员{number}"))
        room.answer_all(attempt, right)
        room.submit(attempt)
    room.person("没来考")
    with room.site.database.reading() as db:
        book = results_book(db, training_class=db.get_one(TrainingClass, room.training_class.id), now=room.clock.now(),
                            grace=timedelta(seconds=30), locale="zh_CN")
        shown = results(room, paper)
        marks, attempts = book.sheets
        rows = list(marks.rows)
        assert [c.key for c in marks.columns][5:] == [f"{quiz.uid}.mark", f"{quiz.uid}.passed", f"{paper.uid}.mark",
                                                      f"{paper.uid}.passed"]
        assert [row[7] for row in rows] == [r.best and Decimal(r.best.mark or 0) / 1000 for r in shown] == [50, 0, None]
        assert [row[8] for row in rows] == ["及格", "不及格", ""]
        out = BytesIO()
        write_xlsx(book, out)
    sheets = load_workbook(out)
    assert sheets["成绩表"]["H2"].value == 50
    assert sheets["作答记录"].max_row == 3 and [c.value for c in sheets["作答记录"][2]][8:12] == ["已交卷", 50, 60, "及格"]
    assert [c.title for c in attempts.columns][:2] == ["试卷", "类别"]
