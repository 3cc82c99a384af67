"""A reflection is drafted, handed in, returned, handed in again and marked; nothing handed in is ever lost or changed."""
from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from lms.core.assignments.completion import judge_assignments
from lms.core.assignments.handing import hand_in, own_work, save_draft, take_file, work_on
from lms.core.assignments.marking import give_back, mark, read_mark, rows
from lms.core.assignments.models import Assignment, HandIn, Submission
from lms.core.assignments.service import change_assignment, make_assignment, move_assignment
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.errors import Conflict, Forbidden, Invalid, LmsError, TooLarge

VALUES = {"title": "心得体会", "prompt": "三天学到了什么", "least_chars": 10, "most_files": 2, "due_at": None, "late_ok": True,
          "required": True, "needs": "handed_in"}
LONG = "工会干部要竭诚服务职工群众，依法依规用好经费。"


class Desk:
    """A class with one published assignment, its trainees, and an instructor."""

    def __init__(self, site, training, instructor):
        self.site, self.training, self.instructor = site, training, instructor
        self.me, self.other = training.people[:2]

    def now(self):
        return self.site.clock.now()

    def set(self, publish=True, **changed):
        with self.site.database.writing() as db:
            made = make_assignment(db, training_class=db.get_one(TrainingClass, self.training.training_class.id),
                                   by_id=self.instructor.id, now=self.now(), **{**VALUES, **changed})
            if publish:
                move_assignment(db, assignment=made, to="published", by_id=self.instructor.id, now=self.now())
            return made.id

    def write(self, assignment, text=LONG, version=None, person=None, send=True, **more):
        with self.site.database.writing() as db:
            work = work_on(db, assignment=db.get_one(Assignment, assignment), person_id=(person or self.me).id, now=self.now())
            save_draft(db, submission=work, text=text, version=version or work.version, now=self.now(), **more)
            if send:
                hand_in(db, submission=work, now=self.now())
            return work.id

    def judge(self, work, act=mark, version=None, by=None, **values):
        given = {"level": "good", "mark_": 88_500, "comment": "写得实在"} if act is mark else {"comment": "再具体一些"}
        with self.site.database.writing() as db:
            row = db.get_one(Submission, work)
            act(db, submission=row, version=version or row.version, by_id=(by or self.instructor).id, now=self.now(), **{**given, **values})

    def part(self, person=None):
        with self.site.database.reading() as db:
            seats = db.scalars(select(Enrolment).where(Enrolment.person_id == (person or self.me).id)).all()
            found = judge_assignments(db, db.get_one(TrainingClass, self.training.training_class.id), seats, self.now())
            return found[seats[0].id][0] if found else None

    def all(self, model):
        with self.site.database.reading() as db:
            return db.scalars(select(model).order_by(model.id)).all()


@pytest.fixture
def desk(site, make_training, person_with):
    training = make_training(people=3)
    return Desk(site, training, person_with("instructor", training.training_class))


def refused(act, *args, **values) -> LmsError:
    with pytest.raises(LmsError) as error:
        act(*args, **values)
    return error.value


def test_a_reflection_goes_its_whole_way(desk):
    assignment = desk.set()
    work = desk.write(assignment, "初稿", send=False)
    assert desk.part().sentence == "“{title}”还没有交" and not desk.part().met
    desk.write(assignment)
    assert desk.part().met and desk.part().figure == "1 / 1"
    desk.judge(work, give_back)
    assert not desk.part().met and "退回" in desk.part().sentence
    desk.write(assignment, LONG + "补充两点。")
    desk.judge(work)
    first, second = desk.all(HandIn)
    assert (first.text, first.verdict, first.comment) == (LONG, "returned", "再具体一些")
    assert (second.text, second.verdict, second.level, second.mark) == (LONG + "补充两点。", "accepted", "good", 88_500)
    assert desk.all(Submission)[0].state == "accepted" and desk.part().met
    assert [e.action for e in desk.all(AuditEntry) if e.action.startswith("assignment.")] == [
        "assignment.make", "assignment.published", "assignment.return", "assignment.mark"]


def test_where_it_must_be_accepted_handing_in_is_not_enough(desk):
    assignment = desk.set(needs="accepted")
    work = desk.write(assignment)
    assert not desk.part().met and "等待批阅" in desk.part().sentence
    desk.judge(work, level="fail", mark_=None)
    assert not desk.part().met and "不合格" in desk.part().sentence
    desk.judge(work)
    assert desk.part().met


def test_what_is_not_required_is_no_condition(desk):
    desk.set(required=False)
    desk.set(publish=False)
    assert desk.part() is None


def test_the_same_twice_is_once(desk):
    assignment = desk.set()
    work = desk.write(assignment)
    version = desk.all(Submission)[0].version
    desk.write(assignment)
    assert len(desk.all(HandIn)) == 1 and desk.all(Submission)[0].version == version
    desk.judge(work)
    desk.judge(work, version=1)
    assert sum(e.action == "assignment.mark" for e in desk.all(AuditEntry)) == 1


def test_a_draft_saved_elsewhere_is_not_overwritten(desk):
    assignment = desk.set()
    desk.write(assignment, "在电脑上写的", send=False)
    version = desk.all(Submission)[0].version
    desk.write(assignment, "在手机上写的", send=False)
    assert refused(desk.write, assignment, "旧页面上的", version=version, send=False).code == "edited_meanwhile"
    assert desk.all(Submission)[0].text == "在手机上写的"


def test_whoever_marks_has_read_the_last_that_was_handed_in(desk):
    assignment = desk.set()
    work = desk.write(assignment)
    seen = desk.all(Submission)[0].version
    desk.write(assignment, LONG + "改了一稿。")
    assert isinstance(refused(desk.judge, work, version=seen), Conflict)
    assert desk.all(Submission)[0].state == "handed_in"


@pytest.mark.parametrize(("late_ok", "code"), [(True, None), (False, "assignment_over")])
def test_the_deadline_and_what_comes_late(desk, late_ok, code):
    assignment = desk.set(due_at=desk.now() + timedelta(hours=1), late_ok=late_ok)
    desk.site.clock.move(hours=2)
    if code:
        assert refused(desk.write, assignment).code == code
    else:
        desk.write(assignment)
        assert desk.all(HandIn)[0].late and desk.all(Submission)[0].late


def test_work_that_was_returned_may_come_after_the_deadline(desk):
    assignment = desk.set(due_at=desk.now() + timedelta(hours=1), late_ok=False)
    work = desk.write(assignment)
    desk.judge(work, give_back)
    desk.site.clock.move(hours=2)
    desk.write(assignment, LONG + "改好了。")
    assert [h.late for h in desk.all(HandIn)] == [False, True]


def test_refusals_keep_what_was_there(desk):
    assignment, draft = desk.set(), desk.set(publish=False)
    assert refused(desk.write, assignment, "太短").code == "submission_short"
    assert refused(desk.write, assignment, "字" * 20_001).code == "submission_long"
    assert refused(desk.write, draft).code == "assignment_closed"
    assert isinstance(refused(desk.write, assignment, person=desk.instructor), Forbidden)
    work = desk.write(assignment)
    assert isinstance(refused(desk.judge, work, by=desk.me), Forbidden)
    assert refused(desk.judge, work, level="best").code == "submission_level"
    assert refused(desk.judge, work, give_back, comment=" ").code == "return_comment"
    assert refused(desk.judge, work, comment="长" * 2001).code == "submission_comment"
    desk.judge(work)
    assert refused(desk.write, assignment, LONG + "批阅以后再改").code == "submission_marked"
    assert [h.text for h in desk.all(HandIn)] == [LONG]


@pytest.mark.parametrize("text", ["abc", "-1", "100.1", "88.1234", "NaN", "1e9"])
def test_a_mark_that_is_none(text):
    assert isinstance(refused(read_mark, text), Invalid)


def test_marks_are_exact():
    assert (read_mark("85.5"), read_mark(" 100 "), read_mark("")) == (85_500, 100_000, None)


def test_files_photos_and_what_is_no_file(desk):
    picture = BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "JPEG", exif=Image.Exif())
    storage = desk.site.storage
    photo = take_file(storage, BytesIO(picture.getvalue()), name="手写.PNG")
    pdf = take_file(storage, BytesIO(b"%PDF-1.7\n%%EOF\n"), name="正文.pdf")
    assert photo.stored.media_type == "image/jpeg" and photo.name == "手写.jpg"
    for data, name in ((b"MZ", "a.exe"), (b"<html>", "a.pdf"), (b"no picture", "a.jpg"), (b"", "a.pdf"), (b"%PDF-1.7", "noending")):
        assert isinstance(refused(take_file, storage, BytesIO(data), name=name), Invalid)
    assert isinstance(refused(take_file, storage, BytesIO(b"\xff\xd8\xff" + b"0" * 21 * 1024 * 1024), name="a.jpg"), TooLarge)
    assignment = desk.set(least_chars=0)
    desk.write(assignment, "", added=[photo, pdf])
    assert refused(desk.write, assignment, "", added=[pdf]).code == "submission_files"
    kept, gone = desk.all(Submission)[0].files
    desk.write(assignment, "", dropped=[gone])
    assert [h.files for h in desk.all(HandIn)] == [[kept, gone], [kept]]
    assert refused(desk.write, assignment, "", dropped=[kept]).code == "submission_empty"


def test_an_assignment_that_somebody_works_on_is_not_taken_back(desk):
    assignment = desk.set()
    desk.write(assignment, "开了头", send=False)
    with desk.site.database.writing() as db:
        row = db.get_one(Assignment, assignment)
        assert refused(move_assignment, db, assignment=row, to="draft", by_id=1, now=desk.now()).code == "assignment_begun"
        assert isinstance(refused(change_assignment, db, assignment=row, version=99, by_id=1, now=desk.now(), **VALUES), Conflict)
        for field, value in (("title", " "), ("prompt", "长" * 4001), ("least_chars", -1), ("most_files", 10), ("needs", "x")):
            assert refused(change_assignment, db, assignment=row, version=row.version, by_id=1, now=desk.now(),
                           **{**VALUES, field: value}).data["field"] == field
        move_assignment(db, assignment=row, to="closed", by_id=None, now=desk.now())
    assert refused(desk.write, assignment).code == "assignment_closed"


def test_everybody_is_listed_in_one_statement(desk):
    assignment = desk.set()
    desk.write(assignment)
    with desk.site.database.reading() as db:
        found = rows(db, db.get_one(Assignment, assignment))
        assert [row.state for row in found] == ["handed_in", "draft", "draft"]
        assert own_work(db, assignment_id=assignment, person_id=desk.other.id) is None
