"""A course is learned by rules: what completes a module, in which order, from when on, and what may be left out."""
from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core.access.service import load_viewer
from lms.core.audit.models import AuditEntry
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.courses.library import assign_course
from lms.core.courses.models import ClassCourse, Course, CourseVersion, Module
from lms.core.courses.study_rules import USUAL, ModuleRule, StudyRules, check_rules, rules_from
from lms.core.courses.study_settings import change_study_rules, open_to_all
from lms.core.errors import Conflict, Forbidden, Invalid, LmsError, NotFound
from lms.core.files.service import keep, store_bytes
from lms.core.learning.completing import confirm, material_advanced, quiz_marked
from lms.core.learning.completion import judge_courses
from lms.core.learning.lessons import lesson, locks, require_open, sessions_of
from lms.core.learning.progress import progress_of, report
from lms.core.material.models import Material, MaterialVersion
from lms.core.material.playing import progress_row as progress_of_material
from lms.core.quizzes.models import Paper

SLUGS = ["one", "two", "three"]


class School:
    """A class with a course of three modules, and somebody who learns it."""

    def __init__(self, site, training):
        self.site, self.training, self.me = site, training, training.people[0]
        with site.database.writing() as db:
            course = Course(slug="course", titles={"zh": "课程"}, created_at=self.now())
            db.add(course)
            db.flush()
            version = CourseVersion(course_id=course.id, number=1, content_hash="1", titles={}, summaries={}, amounts=[], facts=[],
                                    created_at=self.now())
            version.modules = [Module(slug=s, position=n, titles={"zh": s}, summaries={}, body="", minutes=10) for n, s in enumerate(SLUGS)]
            db.add(version)
            db.flush()
            course.current_version_id = version.id
            assign_course(db, class_id=training.training_class.id, course=course, by_id=None, now=self.now())
            self.course = course.id

    def now(self):
        return self.site.clock.now()

    def rule(self, order="free", version=1, whole_course=False, **modules):
        with self.site.database.writing() as db:
            owner = db.get_one(Course, self.course) if whole_course else db.scalars(
                select(ClassCourse).where(ClassCourse.course_id == self.course)).one()
            change_study_rules(db, owner=owner, rules=StudyRules(order, modules), sessions={s.uid for s in self.training.sessions},
                               version=version, by_id=None, now=self.now())

    def locked(self, person=None):
        with self.site.database.reading() as db:
            viewer = load_viewer(db, (person or self.me).id)
            found = lesson(db, viewer, "course")
            done = {slug for (_, slug), row in progress_of(db, person_id=viewer.person_id, course_ids=[self.course]).items() if row.completed_at}
            return locks(found, SLUGS, done, {}, sessions_of=lambda class_id: sessions_of(db, class_id), now=self.now())

    def read(self, slug, rule=USUAL, minutes=2):
        start = self.now()
        self.site.clock.move(minutes=minutes)
        with self.site.database.writing() as db:
            return report(db, person_id=self.me.id, course_id=self.course, module_slug=slug, minutes=10, read_to=1000, opened_at=start,
                          now=self.now(), rule=rule).completed_at

    def part(self):
        with self.site.database.reading() as db:
            seat = db.scalars(select(Enrolment).where(Enrolment.person_id == self.me.id)).one()
            return judge_courses(db, db.get_one(TrainingClass, self.training.training_class.id), [seat], self.now())[seat.id][0]


@pytest.fixture
def school(site, make_training):
    return School(site, make_training(people=2))


def refused(act, *args, **values) -> LmsError:
    with pytest.raises(LmsError) as error:
        act(*args, **values)
    return error.value


def test_without_rules_everything_is_open_and_reading_completes(school):
    assert school.locked() == {} and school.read("three")
    assert school.part().figure == "1 / 3"


def test_in_a_forced_order_each_opens_after_the_one_before(school):
    school.rule("forced")
    assert {slug: lock.data for slug, lock in school.locked().items()} == {"two": {"title": "one"}, "three": {"title": "one"}}
    school.read("one")
    assert set(school.locked()) == {"three"}
    school.read("two")
    assert school.locked() == {}


def test_what_is_optional_holds_nobody_up_and_is_no_condition(school):
    school.rule("forced", two=ModuleRule(optional=True))
    school.read("one")
    assert school.locked() == {} and school.part().figure == "1 / 2"
    school.read("three")
    assert school.part().met


def test_prerequisites_and_a_session_open_a_module(school):
    session = school.training.sessions[2]
    school.rule(three=ModuleRule(after=("one",)), two=ModuleRule(session=session.uid))
    assert set(school.locked()) == {"two", "three"} and "at" in school.locked()["two"].data
    assert isinstance(refused(require_open, school.locked()["two"], time="明天"), Forbidden)
    assert refused(require_open, school.locked()["three"], time="").code == "module_not_reached"
    school.read("one")
    assert set(school.locked()) == {"two"}
    school.site.clock.move(days=2)
    assert school.locked() == {}


def test_an_instant_opens_a_module(school):
    school.rule(one=ModuleRule(opens_at=school.now() + timedelta(hours=1)))
    assert set(school.locked()) == {"one"}
    school.site.clock.move(hours=1)
    assert school.locked() == {}


def test_the_least_time_is_the_rule_s(school):
    rule = ModuleRule(seconds=300)
    assert school.read("one", rule) is None
    assert school.read("one", rule, minutes=1) is None
    assert school.read("one", rule) is not None


@pytest.mark.parametrize("needs", ["watched", "quiz", "scorm", "hand"])
def test_reading_completes_only_what_asks_to_be_read(school, needs):
    assert school.read("one", ModuleRule(needs=needs), minutes=60) is None


def test_a_passed_quiz_completes_its_module_and_no_other(school):
    with school.site.database.writing() as db:
        course = db.get_one(Course, school.course)
        papers = [Paper(class_id=school.training.training_class.id, title=slug, kind=kind, course_slug=course.slug, module_slug=slug, plan={},
                        created_at=school.now(), state="published") for slug, kind in (("one", "quiz"), ("two", "quiz"), ("one", "exam"))]
        db.add_all(papers)
        db.flush()
        ids = [p.id for p in papers]
    school.rule(one=ModuleRule(needs="quiz"))
    for paper, passed, done in ((ids[0], False, set()), (ids[0], None, set()), (ids[2], True, set()), (ids[1], True, set()), (ids[0], True, {"one"})):
        with school.site.database.writing() as db:
            quiz_marked(db, paper_id=paper, person_id=school.me.id, passed=passed, now=school.now(), mark=1, full_mark=1, attempt_id=1)
        with school.site.database.reading() as db:
            found = progress_of(db, person_id=school.me.id, course_ids=[school.course])
            assert {slug for (_, slug), row in found.items() if row.completed_at} == done


@pytest.mark.parametrize(("needs", "kind", "progress"), [("watched", "video", {"share": 900}), ("scorm", "scorm", {"share": 1000, "done": True})])
def test_all_videos_watched_or_all_packages_done_complete_a_module(school, needs, kind, progress):
    school.rule(one=ModuleRule(needs=needs))
    ids = []
    with school.site.database.writing() as db:
        for n in range(2):
            file = keep(db, store_bytes(school.site.storage, f"{n}".encode(), "video/mp4"), now=school.now())
            material = Material(course_id=school.course, module_slug="one", title=f"{n}", name=f"{n}.mp4", file_id=file.id, created_at=school.now())
            db.add(material)
            db.flush()
            db.add(MaterialVersion(material_id=material.id, number=1, kind=kind, name=f"{n}.mp4", file_id=file.id, created_at=school.now()))
            ids.append(material.id)
    for material_id, share, done in ((ids[0], progress["share"], False), (ids[1], 899 if kind == "video" else 500, False), (ids[1], progress["share"], True)):
        with school.site.database.writing() as db:
            row = progress_of_material(db, person_id=school.me.id, material=db.get_one(Material, material_id), now=school.now())
            row.share, row.done_at = share, school.now() if progress.get("done") and share == 1000 else None
            db.flush()
            material_advanced(db, person_id=school.me.id, material=db.get_one(Material, material_id), now=school.now())
        with school.site.database.reading() as db:
            found = progress_of(db, person_id=school.me.id, course_ids=[school.course])
            assert bool(found and found[school.course, "one"].completed_at) == done


def test_an_instructor_s_word_is_logged_once(school):
    for fresh in (1, 0):
        with school.site.database.writing() as db:
            seat = db.scalars(select(Enrolment).where(Enrolment.person_id == school.me.id)).one()
            assert confirm(db, training_class=db.get_one(TrainingClass, seat.class_id), course=db.get_one(Course, school.course),
                           module_slug="two", seats=[seat], by_id=school.training.people[1].id, now=school.now()) == fresh
    with school.site.database.reading() as db:
        assert len(db.scalars(select(AuditEntry).where(AuditEntry.action == "course.confirm")).all()) == 1
    assert school.part().figure == "1 / 3"


def test_a_course_that_is_open_to_all(school, person_with):
    stranger = person_with()
    assert isinstance(refused(school.locked, stranger), NotFound)
    for _ in range(2):
        with school.site.database.writing() as db:
            open_to_all(db, course=db.get_one(Course, school.course), open_=True, by_id=None, now=school.now())
    assert school.locked(stranger) == {}
    school.rule("forced", whole_course=True)
    assert set(school.locked(stranger)) == {"two", "three"} == set(school.locked())  # a class without rules has the course's
    school.rule(two=ModuleRule(optional=True))
    assert school.locked() == {}


@pytest.mark.parametrize("rules", [
    StudyRules("backwards"), StudyRules(modules={"one": ModuleRule(needs="luck")}), StudyRules(modules={"one": ModuleRule(seconds=-60)}),
    StudyRules(modules={"one": ModuleRule(share=0)}), StudyRules(modules={"one": ModuleRule(session="x")}),
    StudyRules(modules={"one": ModuleRule(after=("one",))}), StudyRules(modules={"one": ModuleRule(after=("ten",))}),
    StudyRules(modules={"one": ModuleRule(after=("two",)), "two": ModuleRule(after=("one",))}),
    StudyRules("forced", {"one": ModuleRule(after=("three",))})])
def test_rules_that_cannot_be(rules):
    assert isinstance(refused(check_rules, rules, SLUGS, {"s"}), Invalid)


def test_rules_are_kept_as_what_differs_and_the_second_editor_is_told(school):
    rules = StudyRules("forced", {"one": ModuleRule("quiz", 60, 500, ("two",), "s", school.now(), True), "two": USUAL})
    assert rules_from({}, rules.data()).data() == rules.data() and set(rules.data()["modules"]) == {"one"}
    school.rule("forced")
    assert isinstance(refused(school.rule), Conflict)
    school.rule("forced", version=2)
    with school.site.database.reading() as db:
        assert len(db.scalars(select(AuditEntry).where(AuditEntry.action == "course.study_rules")).all()) == 1
