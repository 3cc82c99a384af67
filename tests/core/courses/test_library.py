"""Files become versions by their content; what was edited here is never overwritten."""
from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from lms.core.courses.files import read_course
from lms.core.courses.library import assign_course, import_course, store_assets, take_course_away
from lms.core.courses.models import ClassCourse, Course, CourseVersion, ModuleAsset
from lms.core.shipped import shipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped("courses") / "finance-rules", tmp_path / "finance-rules"))


@pytest.fixture
def bring(site, clock, folder):
    def run(origin: str = "shipped") -> CourseVersion:
        course, faults = read_course(folder)
        assert course is not None, faults
        assets = store_assets(site.storage, folder, course)
        with site.database.writing() as db:
            return import_course(db, course=course, assets=assets, origin=origin, by_id=None, now=clock.now())
    return run


def edit(folder: Path) -> None:
    file = folder / "01-legal-standing.md"
    file.write_text(file.read_text("utf-8").replace("reviewer_note: ", "reviewer_note: 又看过一遍；", 1), "utf-8")


def current(site) -> CourseVersion:
    with site.database.reading() as db:
        return db.get_one(CourseVersion, db.scalars(select(Course.current_version_id)).one())


def test_a_course_comes_in_with_modules_facts_and_pictures(site, bring):
    version = bring()
    assert [m.position for m in version.modules] == list(range(8)) and version.facts and version.number == 1
    with site.database.reading() as db:
        for asset in db.scalars(select(ModuleAsset)):
            with site.storage.open(asset.file.sha256) as file:
                assert b"<svg" in file.read()


def test_the_same_files_again_are_the_same_version(site, bring):
    assert bring().id == bring().id
    with site.database.reading() as db:
        assert db.scalar(select(func.count(CourseVersion.id))) == 1


def test_changed_files_are_a_new_version_and_the_old_one_stays(site, bring, folder):
    first = bring()
    edit(folder)
    assert bring().number == 2 and current(site).number == 2
    with site.database.reading() as db:
        assert db.get(CourseVersion, first.id) is not None


def test_a_local_version_is_not_overwritten_by_a_shipped_one(site, bring, folder):
    bring()
    edit(folder)
    bring("local")
    edit(folder)
    bring()
    assert (current(site).origin, current(site).number) == ("local", 2)


def test_a_class_is_given_a_course_once_and_loses_it_without_losing_what_was_read(site, clock, bring, make_training):
    version, training = bring(), make_training(people=1)
    for required in (True, True, False):
        with site.database.writing() as db:
            row = assign_course(db, class_id=training.training_class.id, course=db.get_one(Course, version.course_id),
                                required=required, by_id=None, now=clock.now())
    assert row.required is False
    with site.database.writing() as db:
        take_course_away(db, db.scalars(select(ClassCourse)).one(), by_id=None, now=clock.now())
    with site.database.reading() as db:
        assert db.scalar(select(func.count(ClassCourse.id))) == 0
