"""The point of no return is told to the trainee and to the class teacher, in figures."""
from __future__ import annotations

from typing import Any

from lms.core.attendance.corrections import correct
from lms.core.classes.models import ClassSession
from lms.core.ids import new_uid
from lms.core.quizzes.models import Attempt, Paper
from lms.site import Site


def test_the_trainee_and_the_class_teacher_read_the_same_figures(make_training: Any, log_in: Any, person_with: Any, site: Site) -> None:
    training = make_training(people=4, rules={"leave_limit": "none", "exam_required": False})
    teacher = person_with("class_teacher", training.training_class)
    for number, sessions in ((0, 2), (1, 1)):
        for session in training.sessions[:sessions]:
            with site.database.writing() as db:
                correct(db, session=db.get_one(ClassSession, session.id), person_id=training.people[number].id, status="unexcused",
                        reason="无故不到", by_id=teacher.id, now=site.clock.now(), uid=new_uid())
    lost = "应学 24 学时，已缺（含请假）8 学时，最多还能达到 16 学时，少于要求的 19.2 学时"
    near = "只能再缺 0.8 学时"
    for number, said, other in ((0, lost, near), (1, near, lost), (2, "", lost)):
        browser = log_in(training.people[number])
        for place in ("/", "/me"):
            page = browser.get(place).get_data(as_text=True)
            assert said in page and other not in page, (number, place)
            assert ("已不能结业" in page) == (number == 0)
    place = f"/manage/classes/{training.training_class.uid}/attendance/alarms"
    page = log_in(teacher).get(place).get_data(as_text=True)
    assert lost in page and near in page and training.people[2].name not in page
    assert page.index(training.people[0].name) < page.index(training.people[1].name)
    leader = log_in(person_with("group_leader", training.groups[1])).get(place).get_data(as_text=True)
    assert training.people[1].name in leader and training.people[0].name not in leader


def test_where_nobody_is_to_be_told_the_page_says_so(make_training: Any, log_in: Any, person_with: Any) -> None:
    training = make_training()
    browser = log_in(person_with("administrator"))
    assert "没有人需要提醒" in browser.get(f"/manage/classes/{training.training_class.uid}/attendance/alarms").get_data(as_text=True)


def test_a_failed_exam_without_attempts_left_is_told_to_the_trainee_and_the_class_teacher_alone(
        make_training: Any, log_in: Any, person_with: Any, site: Site) -> None:
    training = make_training(people=2, rules={"leave_limit": "none", "required_share": 0})
    now, person = site.clock.now(), training.people[0]
    with site.database.writing() as db:
        paper = Paper(class_id=training.training_class.id, title="结业考试", kind="exam", plan={}, state="published", attempts=1, created_at=now)
        db.add(paper)
        db.flush()
        db.add(Attempt(paper_id=paper.id, person_id=person.id, number=1, frozen={}, started_at=now, submitted_at=now, mark=45_000,
                       full_mark=100_000, passed=False))
    said, mine = "“结业考试”可以作答 1 次，已用完；最好成绩 45 分，及格线 60 分。", log_in(person)
    for place in ("/", "/me"):
        page = mine.get(place).get_data(as_text=True)
        assert "已不能结业" in page and said in page, place
    place = f"/manage/classes/{training.training_class.uid}/attendance/alarms"
    page = log_in(person_with("class_teacher", training.training_class)).get(place).get_data(as_text=True)
    assert said in page and training.people[1].name not in page
    for leader in (person_with("group_leader", training.groups[0]), person_with("class_monitor", training.training_class)):
        assert "45 分" not in log_in(leader).get(place).get_data(as_text=True)  # marks are not theirs to see
