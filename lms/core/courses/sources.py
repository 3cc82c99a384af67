"""A course as its files: texts and pictures, in a folder, in a zip, or in the database; the same bytes everywhere.

What is exported is accepted by ``lms check content`` and can be imported again.
"""
from __future__ import annotations

import io
import re
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath

from lms.core.courses.files import CourseFile, examine_course
from lms.core.courses.library import MEDIA_TYPES
from lms.core.courses.modules import MODULE_NAME
from lms.core.courses.pictures import inert_svg
from lms.core.courses.rules import check_course
from lms.core.documents.faults import Fault, FaultLog, has_errors
from lms.core.documents.zip_write import write_zip
from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

MOST_FILES, MOST_BYTES = 400, 30 * 1024 * 1024
_TEXTS = ("course.yaml", "facts.yaml")
_PICTURE = re.compile(r"assets/[A-Za-z0-9][A-Za-z0-9._-]{0,80}")


@dataclass(frozen=True)
class CourseSources:
    """*texts* by name (``course.yaml``, ``01-….md``); *pictures* by name (``assets/….svg``)."""

    texts: dict[str, str]
    pictures: dict[str, bytes]


def sources_of(folder: Path) -> CourseSources:
    """The files of a course folder that a course is made of."""
    texts = {path.name: path.read_text("utf-8-sig").replace("\r\n", "\n") for path in sorted(folder.iterdir()) if _is_text(path.name)}
    assets = folder / "assets"
    pictures = {f"assets/{path.name}": path.read_bytes() for path in sorted(assets.iterdir()) if path.is_file()
                and path.suffix in MEDIA_TYPES} if assets.is_dir() else {}
    return CourseSources(texts, pictures)


def examined(slug: str, sources: CourseSources, *, today: date) -> tuple[CourseFile | None, list[Fault]]:
    """The course that the files make, and their faults, by the same rules as ``lms check content``. None with an error.

    :param slug: the name of its folder
    """
    log = FaultLog()
    with tempfile.TemporaryDirectory(prefix="lms-course-") as place:
        folder = Path(place) / slug
        write_folder(folder, sources)
        course = examine_course(folder, log)
        if course is not None:
            check_course(course, log, today=today)
    faults = log.in_order()
    return (None if has_errors(faults) else course), faults


def write_folder(folder: Path, sources: CourseSources) -> None:
    """The course as a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in sources.texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    for name, data in sources.pictures.items():
        (folder / "assets").mkdir(exist_ok=True)
        (folder / name).write_bytes(data)


def zipped(slug: str, sources: CourseSources) -> bytes:
    """The course as a zip with one folder in it; the same course gives the same bytes."""
    out = io.BytesIO()
    entries = [(f"{slug}/{name}", text.encode()) for name, text in sorted(sources.texts.items())]
    write_zip(out, [*entries, *((f"{slug}/{name}", data) for name, data in sorted(sources.pictures.items()))])
    return out.getvalue()


def unzipped(data: bytes) -> CourseSources:
    """The files of a course in a zip, whether they lie in a folder or not. What a course has no use for is refused by name.

    :raises TooLarge: too many files, or too large once unpacked
    :raises Invalid: no zip, no course in it, or something that does not belong to one
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [e for e in archive.infolist() if not e.is_dir()]
            if len(entries) > MOST_FILES or sum(e.file_size for e in entries) > MOST_BYTES:
                raise TooLarge("course_zip_large", N_("压缩包里的文件太多，或者解开后超过 {mb} MB，没有导入。"), mb=MOST_BYTES // 1024 // 1024)
            top = _top([e.filename for e in entries])
            found = {e.filename.removeprefix(top): _read(archive, e) for e in entries}
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError) as error:
        raise Invalid("course_zip_bad", N_("这不是完整的 zip 压缩包，没有导入。请重新压缩后再传。")) from error
    return _sorted_out({name: content for name, content in found.items() if not _hidden(name)})


def _sorted_out(found: Mapping[str, bytes]) -> CourseSources:
    texts, pictures = {}, {}
    for name, content in found.items():
        if _is_text(name):
            try:
                texts[name] = content.decode("utf-8-sig").replace("\r\n", "\n")
            except UnicodeDecodeError as error:
                raise Invalid("course_zip_encoding", N_("“{name}”不是 UTF-8 文本，没有导入。"), name=name[-80:]) from error
        elif _PICTURE.fullmatch(name) and PurePosixPath(name).suffix in MEDIA_TYPES:
            if name.endswith(".svg") and not inert_svg(content):
                raise Invalid("course_zip_active", N_("图片“{name}”里有会运行的内容，没有导入。请换成普通的图片。"), name=name[-80:])
            pictures[name] = content
        else:
            raise Invalid("course_zip_stranger", N_("课程里不该有“{name}”这样的文件，没有导入。只收 course.yaml、facts.yaml、01-名称.md 和 assets/ 里的图片。"), name=name[-80:])
    if "course.yaml" not in texts:
        raise Invalid("course_zip_empty", N_("压缩包里没有 course.yaml，没有导入。"))
    return CourseSources(texts, pictures)


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """At most as much as it declared: what unpacks to more is a bomb."""
    with archive.open(entry) as file:
        content = file.read(entry.file_size + 1)
    if len(content) > entry.file_size:
        raise TooLarge("course_zip_large", N_("压缩包里的文件太多，或者解开后超过 {mb} MB，没有导入。"), mb=MOST_BYTES // 1024 // 1024)
    return content


def _top(names: list[str]) -> str:
    """The one folder in which everything lies, with its slash; empty where there is none."""
    first = {name.split("/")[0] for name in names if not _hidden(name)}
    return f"{first.pop()}/" if len(first) == 1 and all("/" in name for name in names if not _hidden(name)) else ""


def _hidden(name: str) -> bool:
    """What systems put beside one's own files."""
    return any(part.startswith(".") and part not in (".", "..") or part in ("__MACOSX", "Thumbs.db") for part in name.split("/"))


def _is_text(name: str) -> bool:
    return name in _TEXTS or MODULE_NAME.fullmatch(name) is not None
