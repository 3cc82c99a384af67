"""A course that is edited here: one draft beside what is served, made of the same files, published as a local version."""
from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from lms.core.audit.service import record
from lms.core.courses.files import CourseFile
from lms.core.courses.library import import_course
from lms.core.courses.models import Course, CourseDraft, CourseVersion, ModuleAsset
from lms.core.courses.modules import MODULE_NAME
from lms.core.courses.sections import CASES, SECTIONS
from lms.core.courses.sources import CourseSources
from lms.core.db import expect_version
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.files.service import Stored
from lms.core.files.storage import Storage
from lms.core.i18n import DEFAULT_LOCALE, N_, translate

# What an author fills in; what is missing is told by the check, as for every draft.
_CASE = "```case\nstem:\noptions:\n  - text:\n    why:\n  - text:\n    right: true\n    why:\n  - text:\n    why:\n```\n"
_SKELETON = "\n".join(f"## {names[0]}\n\n{_CASE if number == CASES else ''}" for number, names in enumerate(SECTIONS))


@dataclass(frozen=True)
class EditedModule:
    """What the browser edits of a module; the rest of its file stays."""

    title: str
    summary: str
    minutes: int
    body: str


def stored_sources(db: Session, storage: Storage, version: CourseVersion) -> CourseSources:
    """The files of a version.

    :raises NotFound: it was imported before files were kept; ``lms upgrade`` keeps those of shipped courses
    """
    if not version.sources:
        raise NotFound("no_sources", N_("这个版本没有保存原文件，不能导出或编辑。随附的课程请先运行 lms upgrade。"))
    pictures = {}
    for asset in db.scalars(select(ModuleAsset).options(joinedload(ModuleAsset.file)).where(ModuleAsset.version_id == version.id)):
        with storage.open(asset.file.sha256) as file:
            pictures[asset.name] = file.read()
    return CourseSources(dict(version.sources), pictures)


def draft_of(db: Session, course: Course) -> CourseDraft | None:
    return db.scalar(select(CourseDraft).where(CourseDraft.course_id == course.id))


def begin(db: Session, *, course: Course, by_id: int | None, now: datetime) -> CourseDraft:
    """The draft of the course; one is begun from what is served where there is none."""
    known = draft_of(db, course)
    if known is not None:
        return known
    version = db.get_one(CourseVersion, course.current_version_id)
    if not version.sources:
        raise NotFound("no_sources", N_("这个版本没有保存原文件，不能导出或编辑。随附的课程请先运行 lms upgrade。"))
    pictures = {a.name: {"sha256": a.file.sha256, "size": a.file.size, "media_type": a.file.media_type} for a in db.scalars(
        select(ModuleAsset).options(joinedload(ModuleAsset.file)).where(ModuleAsset.version_id == version.id))}
    made = CourseDraft(course_id=course.id, base_id=version.id, sources=dict(version.sources), pictures=pictures, updated_at=now, updated_by_id=by_id)
    db.add(made)
    db.flush()
    return made


def replace(db: Session, *, course: Course, sources: Mapping[str, str], pictures: Mapping[str, Stored], by_id: int | None,
            now: datetime) -> CourseDraft:
    """Put files that came from outside in the draft's place; nothing is served of them yet."""
    draft = draft_of(db, course)
    if draft is None:
        draft = CourseDraft(course_id=course.id, base_id=course.current_version_id or 0, version=0)
        db.add(draft)
    draft.sources = dict(sources)
    draft.pictures = {name: {"sha256": s.sha256, "size": s.size, "media_type": s.media_type} for name, s in pictures.items()}
    _touch(draft, by_id, now)
    record(db, actor_id=by_id, action="course.draft", thing=course, now=now, after={"files": len(sources)})
    return draft


def edit_module(db: Session, *, draft: CourseDraft, name: str, edited: EditedModule, version: int, by_id: int | None, now: datetime) -> None:
    """Change one module's file.

    :raises Conflict: somebody saved meanwhile
    :raises Invalid: nothing to show, or no reading time
    """
    front, _ = module_parts(draft.sources, name)
    if not edited.title.strip() or not edited.body.strip() or not 1 <= edited.minutes <= 240:
        raise Invalid("module_fields", N_("请填写模块的名称、正文和 1 到 240 分钟的阅读时间，没有保存。"))
    expect_version(draft, version)
    front = {**front, "title": {**front.get("title", {}), "zh": edited.title.strip()},
             "summary": {**front.get("summary", {}), "zh": edited.summary.strip()}, "minutes": edited.minutes}
    body = edited.body.replace("\r\n", "\n").strip("\n")
    draft.sources = {**draft.sources, name: f"---\n{_yaml(front)}---\n{body}\n"}
    _touch(draft, by_id, now, counted=True)
    record(db, actor_id=by_id, action="course.draft", thing=str(draft.course_id), now=now, after={"module": name})


def add_module(db: Session, *, draft: CourseDraft, slug: str, title: str, author: str, version: int, by_id: int | None, now: datetime) -> str:
    """Put an empty module at the end, with the sections that every module has; the name of its file.

    :param slug: names it in addresses and in its file
    :raises Conflict: somebody saved meanwhile
    :raises Invalid: no title, or a short name that cannot be or is taken
    """
    known, slug, title = module_names(draft.sources), slug.strip(), title.strip()
    if not 1 <= len(title) <= 60:
        raise Invalid("module_title", N_("请填写模块的名称（60 个字以内），没有保存。"), field="title")
    name = f"{len(known) + 1:02}-{slug}.md"
    if not MODULE_NAME.fullmatch(name) or len(slug) > 60:
        raise Invalid("module_slug", N_("短名只用小写字母、数字和中间的连字符，例如 budget-basics，没有保存。"), field="slug")
    if any(MODULE_NAME.fullmatch(n)["slug"] == slug for n in known):  # type: ignore[index]  # module_names has checked them
        raise Invalid("module_slug_taken", N_("这门课程已有短名为“{slug}”的模块，没有保存。请换一个。"), field="slug", slug=slug)
    expect_version(draft, version)
    front = {"id": slug, "title": {"zh": title, "en": title}, "summary": {"zh": "", "en": title}, "minutes": 10, "author": author,
             "reviewer_note": translate(DEFAULT_LOCALE, N_("{day} 在本站新建，还没有另一人复核。"), day=f"{now:%Y-%m-%d}"), "review_by": date(now.year + 1, now.month, 1)}
    course = yaml.safe_load(draft.sources["course.yaml"])
    draft.sources = {**draft.sources, "course.yaml": _yaml({**course, "modules": [*known, name]}), name: f"---\n{_yaml(front)}---\n{_SKELETON}"}
    _touch(draft, by_id, now, counted=True)
    record(db, actor_id=by_id, action="course.draft", thing=str(draft.course_id), now=now, after={"module": name})
    return name


def order_modules(db: Session, *, draft: CourseDraft, names: list[str], version: int, by_id: int | None, now: datetime) -> None:
    """Put the modules in another order, or leave some out; their files are numbered anew.

    :raises Invalid: no module is left, or one is unknown or stands twice
    """
    known = module_names(draft.sources)
    if not names or len(set(names)) < len(names) or any(name not in known for name in names):
        raise Invalid("module_order", N_("模块的次序不对，没有保存。至少要留一个模块。"))
    expect_version(draft, version)
    renamed = {old: f"{number:02}-{old.split('-', 1)[1]}" for number, old in enumerate(names, 1)}
    rest = {name: text for name, text in draft.sources.items() if not MODULE_NAME.fullmatch(name)}
    course = yaml.safe_load(rest["course.yaml"])
    rest["course.yaml"] = _yaml({**course, "modules": list(renamed.values())})
    draft.sources = {**rest, **{new: draft.sources[old] for old, new in renamed.items()}}
    _touch(draft, by_id, now, counted=True)
    record(db, actor_id=by_id, action="course.draft", thing=str(draft.course_id), now=now, after={"modules": list(renamed.values())})


def discard(db: Session, *, course: Course, by_id: int | None, now: datetime) -> None:
    """Throw the draft away; what is served stays."""
    draft = draft_of(db, course)
    if draft is not None:
        db.delete(draft)
        record(db, actor_id=by_id, action="course.discard", thing=course, now=now)


def publish(db: Session, *, course: Course, draft: CourseDraft, file: CourseFile, version: int, by_id: int | None, now: datetime) -> CourseVersion:
    """Serve the draft as a new local version. An upgrade will not overwrite it.

    :param file: what the draft's files make, examined without an error
    :raises Conflict: the draft changed meanwhile, or the files are another course's
    """
    if file.id != course.slug:
        raise Conflict("another_course", N_("这些文件是课程“{id}”的，不是这一门，没有发布。"), id=file.id)
    if draft.version != version:
        raise Conflict("edited_meanwhile", N_("在您编辑期间，别人已保存了新的内容；您的修改没有保存。请刷新页面核对后再改。"))
    stored = {name: Stored(p["sha256"], p["size"], p["media_type"]) for name, p in draft.pictures.items()}
    made = import_course(db, course=file, assets={name: stored[name] for name in stored}, origin="local", by_id=by_id, now=now,
                         sources=draft.sources)
    if course.current_version_id != made.id:  # the files are those of an earlier version
        serve(db, course=course, version=made, by_id=by_id, now=now)
    record(db, actor_id=by_id, action="course.publish", thing=course, now=now, after={"version": made.id, "number": made.number})
    db.delete(draft)
    db.flush()
    return made


def serve(db: Session, *, course: Course, version: CourseVersion, by_id: int | None, now: datetime) -> None:
    """Serve another version that is there, e.g. the one that an upgrade brought."""
    if version.course_id != course.id:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    if course.current_version_id == version.id:
        return
    before, course.current_version_id, course.titles = course.current_version_id, version.id, version.titles
    record(db, actor_id=by_id, action="course.serve", thing=course, now=now, before={"version": before},
           after={"version": version.id, "number": version.number})


def module_names(sources: Mapping[str, str]) -> list[str]:
    """The module files in the order of course.yaml."""
    course = yaml.safe_load(sources["course.yaml"])
    listed = course.get("modules", []) if isinstance(course, dict) else []
    return [name for name in listed if name in sources]


def module_parts(sources: Mapping[str, str], name: str) -> tuple[dict[str, Any], str]:
    """Front matter and body of a module file.

    :raises NotFound: there is none of this name, or it has no front matter
    """
    text = sources.get(name, "") if MODULE_NAME.fullmatch(name) else ""
    parts = text.split("\n---\n", 1) if text.startswith("---\n") else []
    front = yaml.safe_load(parts[0][4:]) if len(parts) == 2 else None
    if not isinstance(front, dict):
        raise NotFound("no_such_module", N_("课程里没有这个模块，没有保存。请刷新页面后重试。"))
    return front, parts[1]


def differences(old: Mapping[str, str], new: Mapping[str, str]) -> list[tuple[str, list[str]]]:
    """By file, the lines that differ as a unified diff (three lines around), in the order of their names."""
    found = []
    for name in sorted({*old, *new}):
        lines = list(difflib.unified_diff(old.get(name, "").splitlines(), new.get(name, "").splitlines(), lineterm="", n=2))[2:]
        if lines:
            found.append((name, lines))
    return found


def _yaml(data: Mapping[str, Any]) -> str:
    return yaml.safe_dump(dict(data), allow_unicode=True, sort_keys=False, width=10_000)


def _touch(draft: CourseDraft, by_id: int | None, now: datetime, counted: bool = False) -> None:
    draft.updated_at, draft.updated_by_id = now, by_id
    if not counted:
        draft.version += 1
