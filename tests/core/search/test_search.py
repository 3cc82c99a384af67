"""Search finds what stands there, two characters, one, or the rarest name, and only for those who may see it."""
from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text

from lms.core.access.service import load_viewer
from lms.core.courses.library import assign_course
from lms.core.courses.models import ClassCourse, Course, CourseVersion, Module
from lms.core.files.service import keep, store_bytes
from lms.core.material.models import Material
from lms.core.search.grams import grams, plain, words
from lms.core.search.indexing import index_what_changed
from lms.core.search.models import SearchDocument
from lms.core.search.service import PAGE, search

BODY = "## 规则是什么\n工会经费由**基层工会**审批，主讲是𠮷野㛃老师和𰻞师傅。差旅费按 Excel 表 100%_报销。\n"


class Library:
    """Courses as rows, given to classes, and a reader who looks for words."""

    def __init__(self, site, training, other):
        self.site, self.training, self.other = site, training, other

    def course(self, slug, *modules, training=None):
        with self.site.database.writing() as db:
            course = Course(slug=slug, titles={"zh": f"{slug}课程"}, created_at=self.site.clock.now())
            db.add(course)
            db.flush()
            self._version(db, course, modules, 1)
            if training is not None:
                assign_course(db, class_id=training.training_class.id, course=course, by_id=None, now=self.site.clock.now())
            return course.id

    def serve(self, course_id, *modules):
        with self.site.database.writing() as db:
            self._version(db, db.get_one(Course, course_id), modules, 2)

    def _version(self, db, course, modules, number):
        version = CourseVersion(course_id=course.id, number=number, content_hash=str(number), titles=course.titles, summaries={}, amounts=[],
                                facts=[], created_at=self.site.clock.now())
        version.modules = [Module(slug=f"m{n}", position=n, titles={"zh": title}, summaries={}, body=body) for n, (title, body) in
                           enumerate(modules)]
        db.add(version)
        db.flush()
        course.current_version_id = version.id

    def index(self):
        index_what_changed(self.site)

    def find(self, query, person=None, page=1):
        with self.site.database.reading() as db:
            hits, more = search(db, load_viewer(db, (person or self.training.people[0]).id), query, page=page)
        return ([hit.document.title for hit in hits], more) if page != 1 or more else [hit.document.title for hit in hits]


@pytest.fixture
def library(site, make_training):
    made = Library(site, make_training(people=1), make_training("class-b", people=1))
    made.first = made.course("finance", ("经费审批", BODY), ("竭诚服务职工", "服务站的故事，从学习开始。"), training=made.training)
    made.course("other", ("别班的经费", "工会经费也在这里。"), training=made.other)
    made.index()
    return made


def test_what_is_shown_of_one_language_does_not_run_into_the_other(library):
    course_id = library.course("both", training=library.training)
    with library.site.database.writing() as db:
        version = CourseVersion(course_id=course_id, number=2, content_hash="2", titles={}, summaries={}, amounts=[], facts=[],
                                created_at=library.site.clock.now())
        version.modules = [Module(slug="m0", position=0, titles={"en": "Handing over", "zh": "财务交接"}, body="## 规则\n交接要有人监交。\n",
                                  summaries={"en": "Who is present", "zh": "谁来监交"})]
        db.add(version)
        db.flush()
        db.get_one(Course, course_id).current_version_id = version.id
    library.index()
    with library.site.database.reading() as db:
        found = {query: search(db, load_viewer(db, library.training.people[0].id), query)[0][0] for query in ("监交", "handing", "present")}
    assert (found["监交"].title, found["handing"].title, found["present"].title) == ("财务交接", "Handing over", "财务交接")
    assert (found["监交"].before, found["监交"].after) == ("谁来", "")
    assert (found["present"].before, found["present"].found, found["present"].after) == ("Who is ", "present", "")


@pytest.mark.parametrize(("query", "found"), [
    ("经费", ["经费审批"]), ("审批", ["经费审批"]), ("服", ["竭诚服务职工"]), ("𠮷野", ["经费审批"]), ("𠮷", ["经费审批"]), ("㛃", ["经费审批"]),
    ("𰻞师傅", ["经费审批"]), ("𰻞", ["经费审批"]), ("基层工会审批", ["经费审批"]), ("EXCEL", ["经费审批"]), ("ｅｘｃｅｌ", ["经费审批"]),
    ("经费 老师", ["经费审批"]), ("经费 故事", []), ("费经", []), ("工费", []), ("100%_", ["经费审批"]), ("100x_", []), ("%", ["经费审批"]),
    ("服务", ["竭诚服务职工"]), ("工", ["竭诚服务职工", "经费审批"]), ("不存在", []), ("", []), ("   ", []), ("'\" OR 1=1 --", []), ("**", []),
    ("规则是什么工会", []), ("从学", ["竭诚服务职工"])])
def test_words_are_found_as_they_stand(library, query, found):
    assert library.find(query) == found


def test_only_what_the_person_may_see(library, person_with):
    assert library.find("经费", library.other.people[0]) == ["别班的经费"]
    assert library.find("经费", person_with("administrator")) == ["经费审批", "别班的经费"]
    assert library.find("经费", person_with()) == []


def test_titles_come_first_and_pages_follow(library):
    library.course("many", *((f"第{n}节", "培训提到提纲") for n in range(PAGE + 5)), ("提纲", "别的"), training=library.training)
    library.index()
    titles, more = library.find("提纲")
    assert titles[0] == "提纲" and len(titles) == PAGE and more
    assert library.find("提纲", page=2)[1] is False and len(library.find("提纲", page=2)[0]) == 6


def test_a_new_version_takes_the_place_of_the_old(library):
    library.serve(library.first, ("经费审批", "现在只讲预算。"))
    library.index()
    assert library.find("预算") == ["经费审批"] and library.find("𠮷") == [] and library.find("服务") == []
    with library.site.database.reading() as db:
        assert len(db.scalars(select(SearchDocument).where(SearchDocument.course_id == library.first)).all()) == 1
    assert _left_over(library) == 0


def _left_over(library) -> int:
    """Entries of the index whose document is gone."""
    with library.site.database.reading() as db:
        key = "rowid" if db.get_bind().dialect.name == "sqlite" else "document_id"
        where = "lms_search_index MATCH 'x9884z7b97 OR x670dz52a1'" if key == "rowid" else "true"
        return db.scalar(text(f"SELECT count(*) FROM lms_search_index WHERE {where} AND {key} NOT IN (SELECT id FROM lms_search_document)"))


def test_material_is_found_by_its_title_and_name_until_it_is_removed(library):
    stored = store_bytes(library.site.storage, b"%PDF-1.4\n%%EOF\n", "application/pdf")
    with library.site.database.writing() as db:
        file = keep(db, stored, now=library.site.clock.now())
        made = Material(course_id=library.first, module_slug="m0", title="差旅标准一览", name="附件二.pdf", file_id=file.id,
                        created_at=library.site.clock.now())
        db.add(made)
        db.flush()
        uid = made.uid
    library.index()
    assert library.find("一览") == ["差旅标准一览"] and library.find("附件") == ["差旅标准一览"]
    with library.site.database.writing() as db:
        row = db.scalars(select(Material).where(Material.uid == uid)).one()
        row.title, row.version = "住宿标准", row.version + 1
    library.index()
    assert library.find("住宿") == ["住宿标准"] and library.find("一览") == []
    with library.site.database.writing() as db:
        db.scalars(select(Material).where(Material.uid == uid)).one().removed_at = library.site.clock.now()
    library.index()
    assert library.find("住宿") == []


def test_nothing_is_indexed_twice(library):
    with library.site.database.reading() as db:
        before = [d.id for d in db.scalars(select(SearchDocument).order_by(SearchDocument.id))]
    library.index()
    with library.site.database.reading() as db:
        assert [d.id for d in db.scalars(select(SearchDocument).order_by(SearchDocument.id))] == before


def test_an_index_that_stayed_behind_is_made_anew(library):
    with library.site.database.writing() as db:
        if db.get_bind().dialect.name == "sqlite":
            db.execute(text("INSERT INTO lms_search_index(lms_search_index) VALUES ('delete-all')"))
        else:
            db.execute(text("DELETE FROM lms_search_index"))
    assert library.find("经费") == []
    library.index()
    assert library.find("经费") == ["经费审批"]


def test_a_course_that_is_taken_from_the_class_is_found_no_more(library):
    with library.site.database.writing() as db:
        db.execute(delete(ClassCourse).where(ClassCourse.course_id == library.first))
    assert library.find("经费") == []


def test_pairs_and_words():
    assert grams("经费A1，b") == {"x7ecfz8d39", "x8d39z61", "x61z31"}
    assert grams("一") == set() and grams("𰻞𠮷") == {"x30edez20bb7"}
    assert plain("Ａ\u3000b\n\0c") == "A b c"
    assert plain("第２条，先审批（见附件）。") == "第2条，先审批（见附件）。"  # Chinese punctuation is no wide Latin one
    assert words("一 二  一 " + "字 " * 100) == ["一", "二", "字"] and len(words(" ".join(map(str, range(30))))) == 8
