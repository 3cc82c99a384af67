"""Course material (课件) in versions, what belongs to it, and what people have seen, heard and done of it."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from lms.core.courses.models import Course
from lms.core.db import Base, Json, PublicRow, Row, Versioned
from lms.core.files.models import StoredFile


class Material(PublicRow, Versioned, Base):
    """Course material that an instructor added to a module. Its address stays when a new version replaces its file."""

    __tablename__ = "lms_material"

    course_id: Mapped[int] = mapped_column(ForeignKey("lms_course.id"), index=True)
    module_slug: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(200))  # of the current version, as all three down to ``latest``
    file_id: Mapped[int] = mapped_column(ForeignKey("lms_stored_file.id"))
    latest: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)
    no_skip: Mapped[bool] = mapped_column(default=False)  # nobody jumps ahead before having seen it once
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]

    file: Mapped[StoredFile] = relationship()
    course: Mapped[Course] = relationship()
    current: Mapped[MaterialVersion] = relationship(
        primaryjoin=lambda: (foreign(Material.id) == MaterialVersion.material_id) & (foreign(Material.latest) == MaterialVersion.number),
        viewonly=True)


class MaterialVersion(Row, Base):
    """A file that the material had or has, with who put it there and when. Never changed but by the job that makes its pages."""

    __tablename__ = "lms_material_version"
    __table_args__ = (UniqueConstraint("material_id", "number"),)

    material_id: Mapped[int] = mapped_column(ForeignKey("lms_material.id"))
    number: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))  # core.material.kinds
    name: Mapped[str] = mapped_column(String(200))
    file_id: Mapped[int] = mapped_column(ForeignKey("lms_stored_file.id"))
    length: Mapped[int | None]  # of video and audio, in 1/1000 s
    about: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # what only its kind has: parts of a package, sizes of pages
    pages_id: Mapped[int | None] = mapped_column(ForeignKey("lms_stored_file.id"))  # pictures of its pages, in one archive
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]

    file: Mapped[StoredFile] = relationship(foreign_keys=file_id)
    pages: Mapped[StoredFile | None] = relationship(foreign_keys=pages_id)


class MaterialAttachment(PublicRow, Base):
    """What goes with a video: its poster, and subtitles in a language."""

    __tablename__ = "lms_material_attachment"
    __table_args__ = (UniqueConstraint("material_id", "role", "language"),)

    material_id: Mapped[int] = mapped_column(ForeignKey("lms_material.id"))
    role: Mapped[str] = mapped_column(String(12))  # poster | subtitles
    language: Mapped[str] = mapped_column(String(12), default="")
    file_id: Mapped[int] = mapped_column(ForeignKey("lms_stored_file.id"))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("lms_person.id"))
    created_at: Mapped[datetime]

    file: Mapped[StoredFile] = relationship()


class MaterialProgress(Row, Base):
    """What one person has seen of one material. Credit never exceeds the time that the server measured."""

    __tablename__ = "lms_material_progress"
    __table_args__ = (UniqueConstraint("person_id", "material_id"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    material_id: Mapped[int] = mapped_column(ForeignKey("lms_material.id"), index=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    position: Mapped[int] = mapped_column(default=0)  # where a video goes on, in 1/1000 s
    watched: Mapped[list[Any]] = mapped_column(Json, default=list)  # [[from, to], …] in 1/1000 s, apart and in order
    share: Mapped[int] = mapped_column(default=0)  # 1/1000: distinct time watched of the length, or parts done of the parts
    score: Mapped[int | None]  # 1/1000 of what can be reached; of packages that give one
    done_at: Mapped[datetime | None]  # all parts of a package are done; the whole of a video was watched


class ActivePlayer(Row, Base):
    """The one player with which a person may earn credit: whoever plays on a second device takes it over."""

    __tablename__ = "lms_active_player"

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"), unique=True)
    material_id: Mapped[int] = mapped_column(ForeignKey("lms_material.id"))
    player: Mapped[str] = mapped_column(String(32))  # made by the page that plays
    last_at: Mapped[datetime]  # until here time is accounted for


class ScormRecord(Row, Base):
    """What a part (SCO) of a SCORM 1.2 package has told about one person."""

    __tablename__ = "lms_scorm_record"
    __table_args__ = (UniqueConstraint("person_id", "version_id", "part"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("lms_person.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("lms_material_version.id"))
    part: Mapped[str] = mapped_column(String(200))  # the item's identifier in imsmanifest.xml
    status: Mapped[str] = mapped_column(String(20), default="not attempted")  # cmi.core.lesson_status
    score: Mapped[int | None]  # 1/1000 of cmi.core.score
    location: Mapped[str] = mapped_column(String(255), default="")
    suspend_data: Mapped[str] = mapped_column(Text, default="")
    exit: Mapped[str] = mapped_column(String(12), default="")
    seconds: Mapped[int] = mapped_column(default=0)  # reported, at most as long as the part was open
    opened_at: Mapped[datetime]
    last_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
