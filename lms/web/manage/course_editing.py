"""A course edited in the browser or as files: a draft with its check and preview, published as a local version; versions compared."""
from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session, undefer
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch_by
from lms.core.courses import drafts
from lms.core.courses.drafts import EditedModule, differences, draft_of, module_names, module_parts, stored_sources
from lms.core.courses.files import CourseFile
from lms.core.courses.library import MEDIA_TYPES
from lms.core.courses.models import Course, CourseDraft, CourseVersion
from lms.core.courses.render import RenderedModule, render_module
from lms.core.courses.sources import MOST_BYTES, CourseSources, examined, unzipped, zipped
from lms.core.documents.faults import Fault, has_errors
from lms.core.errors import Conflict, Forbidden, Invalid, LmsError, NotFound, TooLarge
from lms.core.files.service import store_bytes
from lms.core.i18n import N_, explain, translate
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.manage.classes import seen_version
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_course_editing", __name__)


@dataclass(frozen=True)
class _Text:
    body: str


@pages.get("/manage/courses/<slug>/edit")
@login_required
def show(slug: str) -> str:
    return _page(slug)


@pages.post("/manage/courses/<slug>/edit")
@login_required
def begin(slug: str) -> Redirect:
    with writing() as db:
        drafts.begin(db, course=_course(db, slug), by_id=me(), now=here().now)
    return redirect(url_for(".show", slug=slug), 303)


@pages.post("/manage/courses/<slug>/edit/order")
@login_required
def order(slug: str) -> Redirect:
    """Numbers say the order; a module whose number is empty is left out."""
    form = request.form
    numbered = [(form[key].strip(), key.removeprefix("place-")) for key in form if key.startswith("place-") and form[key].strip()]
    names = [name for number, name in sorted(numbered, key=lambda row: (int(row[0]) if row[0].isascii() and row[0].isdigit() else 9999, row[1]))]
    with writing() as db:
        drafts.order_modules(db, draft=_draft(db, _course(db, slug)), names=names, version=seen_version(), by_id=me(), now=here().now)
    flash(translate(here().locale, N_("次序已保存在草稿里。")), "ok")
    return redirect(url_for(".show", slug=slug), 303)


@pages.get("/manage/courses/<slug>/edit/<name>")
@login_required
def module(slug: str, name: str) -> str:
    course = _course(here().db, slug)
    draft = _draft(here().db, course)
    front, body = module_parts(draft.sources, name)
    edited = EditedModule(str(front.get("title", {}).get("zh", "")), str(front.get("summary", {}).get("zh", "")), int(front.get("minutes", 10)), body)
    return _module_page(course, name, edited, draft.version)


@pages.post("/manage/courses/<slug>/edit/<name>")
@login_required
def save(slug: str, name: str) -> str | Redirect | tuple[str, int]:
    """Keep it in the draft, or only look at it."""
    form, minutes = request.form, request.form.get("minutes", "")
    edited = EditedModule(form.get("title", ""), form.get("summary", ""),
                          int(minutes) if minutes.isascii() and minutes.isdigit() and len(minutes) < 5 else 0, form.get("body", "").replace("\r\n", "\n"))
    course = _course(here().db, slug)
    if form.get("act") == "preview":
        return _module_page(course, name, edited, seen_version(), preview=_rendered(course, edited.body))
    try:
        with writing() as db:
            drafts.edit_module(db, draft=_draft(db, _course(db, slug)), name=name, edited=edited, version=seen_version(), by_id=me(),
                               now=here().now)
    except (Invalid, Conflict) as error:
        return _module_page(course, name, edited, seen_version(), error), error.status
    flash(translate(here().locale, N_("已保存在草稿里，学员还看不到。")), "ok")
    return redirect(url_for(".show", slug=slug), 303)


@pages.post("/manage/courses/<slug>/edit-module")
@login_required
def add(slug: str) -> str | Redirect | tuple[str, int]:
    """A new module, with its sections to be filled in."""
    try:
        with writing() as db:
            person = here().person
            name = drafts.add_module(db, draft=_draft(db, _course(db, slug)), slug=request.form.get("slug", ""), title=request.form.get("title", ""),
                                     author=person.name if person else "", version=seen_version(), by_id=me(), now=here().now)
    except (Invalid, Conflict) as error:
        return _page(slug, error), error.status
    return redirect(url_for(".module", slug=slug, name=name), 303)


@pages.post("/manage/courses/<slug>/edit-publish")
@login_required
def publish(slug: str) -> str | Redirect | tuple[str, int]:
    """Check the draft as ``lms check content`` does, then serve it."""
    db = here().db
    course = _course(db, slug)
    draft = _draft(db, course)
    file, _ = _examined(course, draft)
    if file is None:
        return _page(slug, Invalid("course_faulty", N_("草稿还有错误，没有发布。请先改正下面列出的各处。"))), 422
    with writing() as own:
        row = _course(own, slug)
        drafts.publish(own, course=row, draft=_draft(own, row), file=file, version=draft.version, by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已发布，学员现在看到的是新的版本。")), "ok")
    return redirect(url_for(".show", slug=slug), 303)


@pages.post("/manage/courses/<slug>/edit-discard")
@login_required
def discard(slug: str) -> Redirect:
    with writing() as db:
        drafts.discard(db, course=_course(db, slug), by_id=me(), now=here().now)
    flash(translate(here().locale, N_("草稿已放弃，正在用的版本不变。")), "ok")
    return redirect(url_for(".show", slug=slug), 303)


@pages.post("/manage/courses/<slug>/edit-upload")
@login_required
def upload(slug: str) -> str | Redirect | tuple[str, int]:
    """A zip that was exported and edited as files becomes the draft."""
    _course(here().db, slug)
    given = request.files.get("file")
    try:
        data = given.stream.read(MOST_BYTES + 1) if given is not None and given.filename else b""
        if len(data) > MOST_BYTES:
            raise TooLarge("course_zip_large", N_("压缩包里的文件太多，或者解开后超过 {mb} MB，没有导入。"), mb=MOST_BYTES // 1024 // 1024)
        sources = unzipped(data)
    except LmsError as error:
        return _page(slug, error), error.status
    stored = {name: store_bytes(here().site.storage, content, MEDIA_TYPES["." + name.rsplit(".", 1)[-1]])
              for name, content in sources.pictures.items()}
    with writing() as db:
        drafts.replace(db, course=_course(db, slug), sources=sources.texts, pictures=stored, by_id=me(), now=here().now)
    flash(translate(here().locale, N_("文件已放进草稿。请看检查结果和改动，再发布。")), "ok")
    return redirect(url_for(".show", slug=slug), 303)


@pages.get("/manage/courses/<slug>/export.zip")
@login_required
def export(slug: str) -> Response:
    """What is served, as the files that it was made of."""
    db = here().db
    course = _course(db, slug)
    data = zipped(slug, stored_sources(db, here().site.storage, _version(db, course, course.current_version_id)))
    return send_file(BytesIO(data), "application/zip", as_attachment=True, download_name=f"{slug}.zip")


@pages.get("/manage/courses/<slug>/versions/<version_uid>")
@login_required
def compare(slug: str, version_uid: str) -> str:
    """What another version has that the served one has not, line by line."""
    db = here().db
    course = _course(db, slug)
    other, current = _other(db, course, version_uid), _version(db, course, course.current_version_id)
    return render_template("lms/manage/courses/compare.html", course=course, other=other, current=current,
                           changes=differences(current.sources, other.sources), kept=bool(other.sources and current.sources))


@pages.post("/manage/courses/<slug>/versions/<version_uid>")
@login_required
def serve(slug: str, version_uid: str) -> Redirect:
    with writing() as db:
        course = _course(db, slug)
        drafts.serve(db, course=course, version=_other(db, course, version_uid), by_id=me(), now=here().now)
    flash(translate(here().locale, N_("已换用这个版本，学员现在看到的是它。")), "ok")
    return redirect(url_for(".show", slug=slug), 303)


def _course(db: Session, slug: str) -> Course:
    """The course, for those who answer for it everywhere: its own instructors and administrators.

    :raises Forbidden: the viewer teaches it only in a class; what they change would change it for others
    """
    course = fetch_by(db, here().viewer, Course, Course.slug == slug, "teach")
    if not here().viewer.everywhere("teach") and course.id not in here().viewer.scopes("teach", "course"):
        raise Forbidden("course_of_others", N_("改课程会影响所有培训班，只有管理员和这门课程的讲师能改。"))
    if course.current_version_id is None:
        raise NotFound("no_version", N_("这门课程还没有内容。"))
    return course


def _draft(db: Session, course: Course) -> CourseDraft:
    found = draft_of(db, course)
    if found is None:
        raise NotFound("no_draft", N_("这门课程没有正在编辑的草稿。请先点“开始修改”。"))
    return found


def _version(db: Session, course: Course, version_id: int | None) -> CourseVersion:
    return db.scalars(select(CourseVersion).options(undefer(CourseVersion.sources)).where(
        CourseVersion.id == version_id, CourseVersion.course_id == course.id)).one()


def _other(db: Session, course: Course, uid: str) -> CourseVersion:
    found = db.scalar(select(CourseVersion).options(undefer(CourseVersion.sources)).where(
        CourseVersion.uid == uid, CourseVersion.course_id == course.id))
    if found is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return found


def _examined(course: Course, draft: CourseDraft) -> tuple[CourseFile | None, list[Fault]]:
    pictures = {}
    for name, about in draft.pictures.items():
        with here().site.storage.open(about["sha256"]) as file:
            pictures[name] = file.read()
    return examined(course.slug, CourseSources(dict(draft.sources), pictures), today=here().now.date())


def _rendered(course: Course, body: str) -> RenderedModule:
    volume = here().installed.shelf.volume(here().db, course.current_version_id or 0)
    return render_module(_Text(body), volume.register, here().locale, lambda name: url_for(
        "lms.learning.asset", version=volume.version.uid, name=name), here().local_amounts(volume))


def _page(slug: str, error: LmsError | None = None) -> str:
    db = here().db
    course = _course(db, slug)
    draft, current = draft_of(db, course), _version(db, course, course.current_version_id)
    versions = db.scalars(select(CourseVersion).where(CourseVersion.course_id == course.id).order_by(CourseVersion.number.desc())).all()
    file, faults = _examined(course, draft) if draft else (None, [])
    names = module_names(draft.sources) if draft and file else []
    return render_template(
        "lms/manage/courses/edit.html", course=course, draft=draft, current=current, versions=versions, faults=faults,
        wrong=has_errors(faults), modules=[(name, module_parts(draft.sources, name)[0]) for name in names] if draft else [],
        files=sorted(draft.sources) if draft else [], changes=differences(current.sources, draft.sources) if draft else [],
        newer=next((v for v in versions if v.origin == "shipped" and v.number > current.number), None), limit=MOST_BYTES // 1024 // 1024,
        told=explain(error, here().locale) if error else "")


def _module_page(course: Course, name: str, edited: EditedModule, version: int, error: LmsError | None = None,
                 preview: RenderedModule | None = None) -> str:
    return render_template("lms/manage/courses/edit_module.html", course=course, file_name=name, edited=edited, version=version, preview=preview,
                           told=explain(error, here().locale) if error else "")
