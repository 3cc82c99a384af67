"""A course leaves as files, is edited with whatever people have, checked, and comes back without loss; nothing overwrites it."""
from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import undefer

from lms.core.courses import drafts
from lms.core.courses.drafts import EditedModule, differences, draft_of, module_names, module_parts, stored_sources
from lms.core.courses.files import read_course
from lms.core.courses.library import import_course, store_assets
from lms.core.courses.models import Course, CourseVersion, Module
from lms.core.courses.sources import MOST_FILES, CourseSources, examined, sources_of, unzipped, zipped
from lms.core.errors import Conflict, Invalid, LmsError, NotFound, TooLarge
from lms.core.learning.content_check import check_content
from lms.core.shipped import shipped

TODAY = date(2026, 7, 6)
SLUG = "finance-rules"
ALL = sorted(path.name for path in shipped("courses").iterdir() if (path / "course.yaml").is_file())


def refused(act, *args, **values) -> LmsError:
    with pytest.raises(LmsError) as error:
        act(*args, **values)
    return error.value


def archive(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


def test_exported_courses_pass_the_check_of_the_command_line(tmp_path):
    for slug in ALL:
        data = zipped(slug, sources_of(shipped("courses") / slug))
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            packed.extractall(tmp_path / "courses")
        assert unzipped(data) == sources_of(shipped("courses") / slug)
        assert read_course(tmp_path / "courses" / slug)[0] == read_course(shipped("courses") / slug)[0]
    assert check_content(tmp_path / "courses", shipped("quizzes"), today=TODAY) == check_content(shipped("courses"), shipped("quizzes"), today=TODAY)


def test_edited_as_files_on_another_system_only_the_edit_is_new():
    before = sources_of(shipped("courses") / SLUG)
    name = sorted(n for n in before.texts if n.endswith(".md"))[0]
    files = {n: ("\ufeff" + t).replace("\n", "\r\n").encode() for n, t in before.texts.items()}  # as an editor on Windows saves it
    files[name] = files[name].replace("会计".encode(), "记账".encode())
    back = unzipped(archive({**files, **before.pictures, "__MACOSX/._x": b"", ".DS_Store": b""}))
    assert [n for n, _ in differences(before.texts, back.texts)] == [name] and back.pictures == before.pictures
    old, new = examined(SLUG, before, today=TODAY)[0], examined(SLUG, back, today=TODAY)[0]
    changed = [m.slug for m, n in zip(old.modules, new.modules, strict=True) if m != n]
    assert len(changed) == 1
    assert replace(new, modules=old.modules, content_hash=old.content_hash) == old


class Desk:
    """A course in the database, with its files."""

    def __init__(self, site):
        self.site = site
        self.bring(sources_of(shipped("courses") / SLUG))

    def now(self):
        return self.site.clock.now()

    def bring(self, sources: CourseSources, origin="shipped"):
        """What an upgrade does with the shipped files."""
        file, faults = examined(SLUG, sources, today=TODAY)
        assert file is not None, faults
        assets = store_assets(self.site.storage, shipped("courses") / SLUG, file)
        with self.site.database.writing() as db:
            import_course(db, course=file, assets=assets, origin=origin, by_id=None, now=self.now(), sources=sources.texts)

    def course(self, db):
        return db.scalars(select(Course).where(Course.slug == SLUG)).one()

    def edit(self, act, **values):
        with self.site.database.writing() as db:
            draft = drafts.begin(db, course=self.course(db), by_id=None, now=self.now())
            act(db, draft=draft, **{"version": draft.version, "by_id": None, "now": self.now(), **values})

    def publish(self, version=None):
        with self.site.database.reading() as db:
            draft = draft_of(db, self.course(db))
            pictures = {n: self.site.storage.open(p["sha256"]).read() for n, p in draft.pictures.items()}
            file, faults = examined(SLUG, CourseSources(draft.sources, pictures), today=TODAY)
            assert file is not None, faults
        with self.site.database.writing() as db:
            course = self.course(db)
            return drafts.publish(db, course=course, draft=draft_of(db, course), file=file, version=version or draft.version, by_id=None,
                                  now=self.now()).number

    def served(self):
        with self.site.database.reading() as db:
            version = db.get_one(CourseVersion, self.course(db).current_version_id)
            return version.number, version.origin, [(m.slug, m.titles["zh"]) for m in db.scalars(
                select(Module).where(Module.version_id == version.id).order_by(Module.position))]


@pytest.fixture
def desk(site):
    return Desk(site)


def first(desk) -> str:
    return module_names(sources_of(shipped("courses") / SLUG).texts)[0]


def test_edited_here_it_is_a_local_version_that_no_upgrade_overwrites(desk):
    name = first(desk)
    _, body = module_parts(sources_of(shipped("courses") / SLUG).texts, name)
    desk.edit(drafts.edit_module, name=name, edited=EditedModule("本地的名称", "本地的摘要", 12, body.replace("\n", "\r\n")))
    assert desk.served()[1] == "shipped", "a draft is served to nobody"
    assert desk.publish() == 2
    number, origin, modules = desk.served()
    assert (number, origin, modules[0][1]) == (2, "local", "本地的名称")
    shipped_next = sources_of(shipped("courses") / SLUG)
    second = module_names(shipped_next.texts)[1]
    desk.bring(CourseSources({**shipped_next.texts, second: shipped_next.texts[second].replace("minutes: ", "minutes: 1", 1)}, shipped_next.pictures))
    assert desk.served()[:2] == (2, "local"), "an upgrade never overwrites"
    with desk.site.database.reading() as db:
        newest = db.scalars(select(CourseVersion).options(undefer(CourseVersion.sources)).order_by(CourseVersion.number.desc())).first()
        current = db.get_one(CourseVersion, desk.course(db).current_version_id)
        assert newest.origin == "shipped" and {n for n, _ in differences(current.sources, newest.sources)} == {name, second}
    with desk.site.database.writing() as db:
        drafts.serve(db, course=desk.course(db), version=db.get_one(CourseVersion, newest.id), by_id=None, now=desk.now())
    assert desk.served()[:2] == (3, "shipped")


def test_modules_are_put_in_another_order_and_left_out(desk):
    names = module_names(sources_of(shipped("courses") / SLUG).texts)
    before = [slug for slug, _ in desk.served()[2]]
    for odd in ([], [names[0], names[0]], ["99-no.md"]):
        assert isinstance(refused(desk.edit, drafts.order_modules, names=odd), Invalid)
    desk.edit(drafts.order_modules, names=[*names[1:], names[0]])
    desk.publish()
    assert [slug for slug, _ in desk.served()[2]] == [*before[1:], before[0]]


def test_the_second_editor_is_told_and_faulty_drafts_stay_drafts(desk):
    name = first(desk)
    edited = EditedModule("名称", "摘要", 5, "## 学完能做到\n只有一句。")
    desk.edit(drafts.edit_module, name=name, edited=edited)
    assert isinstance(refused(desk.edit, drafts.edit_module, name=name, edited=edited, version=1), Conflict)
    for odd in (EditedModule("", "", 5, "x"), EditedModule("名", "", 0, "x"), EditedModule("名", "", 5, " ")):
        assert isinstance(refused(desk.edit, drafts.edit_module, name=name, edited=odd), Invalid)
    assert isinstance(refused(desk.edit, drafts.edit_module, name="01-nothing.md", edited=edited), NotFound)
    with desk.site.database.reading() as db:
        draft = draft_of(db, desk.course(db))
        assert examined(SLUG, CourseSources(draft.sources, {}), today=TODAY)[0] is None
    with desk.site.database.writing() as db:
        drafts.discard(db, course=desk.course(db), by_id=None, now=desk.now())
    with desk.site.database.reading() as db:
        assert draft_of(db, desk.course(db)) is None and desk.served()[1] == "shipped"


def test_what_was_imported_before_files_were_kept_gets_them_with_the_next_upgrade(desk):
    with desk.site.database.writing() as db:
        db.scalars(select(CourseVersion)).one().sources = {}
    with desk.site.database.writing() as db:
        assert isinstance(refused(stored_sources, db, desk.site.storage, db.scalars(select(CourseVersion)).one()), NotFound)
    desk.bring(sources_of(shipped("courses") / SLUG))
    with desk.site.database.reading() as db:
        assert stored_sources(db, desk.site.storage, db.scalars(select(CourseVersion)).one()) == sources_of(shipped("courses") / SLUG)


COURSE = b"id: x\n"


@pytest.mark.parametrize(("data", "code"), [
    (b"", "course_zip_bad"), (b"PK\x03\x04 not whole", "course_zip_bad"), (archive({}), "course_zip_empty"),
    (archive({"facts.yaml": b""}), "course_zip_empty"), (archive({"course.yaml": COURSE, "../evil.md": b""}), "course_zip_stranger"),
    (archive({"course.yaml": COURSE, "/etc/passwd": b""}), "course_zip_stranger"), (archive({"course.yaml": COURSE, "run.exe": b"MZ"}), "course_zip_stranger"),
    (archive({"course.yaml": COURSE, "assets/../../x.svg": b"<svg/>"}), "course_zip_stranger"),
    (archive({"course.yaml": COURSE, "assets/x.html": b""}), "course_zip_stranger"),
    (archive({"course.yaml": b"\xff\xfe\x00"}), "course_zip_encoding"),
    (archive({"course.yaml": COURSE, "assets/x.svg": b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"}), "course_zip_active"),
    (archive({"course.yaml": b"0" * (31 * 1024 * 1024)}), "course_zip_large"),
    (archive({f"{n:03}.md": b"" for n in range(MOST_FILES + 1)}), "course_zip_large")])
def test_zips_that_are_no_course(data, code):
    fault = refused(unzipped, data)
    assert fault.code == code and isinstance(fault, Invalid | TooLarge)


def test_another_course_s_files_are_not_published_over_this_one(desk):
    other = sources_of(shipped("courses") / next(slug for slug in ALL if slug != SLUG))
    with desk.site.database.writing() as db:
        drafts.replace(db, course=desk.course(db), sources=other.texts, pictures={}, by_id=None, now=desk.now())
    with desk.site.database.reading() as db:
        assert examined(SLUG, CourseSources(draft_of(db, desk.course(db)).sources, other.pictures), today=TODAY)[0] is None
