"""Pages of PDF and Office files as pictures, made in the job child: they show on every phone, need no script and no viewer, and
nothing that a document brings along can act."""
from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session, joinedload

from lms.core.errors import Invalid
from lms.core.events import Events
from lms.core.files.service import Stored, keep
from lms.core.i18n import N_
from lms.core.jobs.service import Progress, Workplace, enqueue
from lms.core.material.content import kind_of
from lms.core.material.models import MaterialVersion
from lms.core.material.office import converter, to_pdf
from lms.core.material.page_pictures import TOO_MANY
from lms.core.registry import Registry

PAGES = "material.pages"
_PIECE = 1024 * 1024
_ENDINGS = {"application/msword": ".doc", "application/vnd.ms-excel": ".xls", "application/vnd.ms-powerpoint": ".ppt"}


def register(registry: Registry, events: Events) -> None:
    registry.add("job", PAGES, make_pages)


def ask_for_pages(db: Session, version: MaterialVersion, *, by_id: int, now: datetime) -> None:
    """Have the pictures made if this kind has pages and somebody can make them."""
    if version.kind == "pdf" or version.kind == "office" and converter() is not None:
        enqueue(db, kind=PAGES, arguments={"version": version.id, "material": version.material_id}, by_id=by_id, now=now,
                key=pages_key(version))


def pages_key(version: MaterialVersion) -> str:
    """By which the job of a version is found."""
    return f"pages:{version.id}"


def make_pages(place: Workplace, arguments: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """The job. Done again after a crash, it begins anew; what is there already it leaves."""
    with place.database.reading() as db:
        version = db.get(MaterialVersion, arguments["version"], options=[joinedload(MaterialVersion.file)])
        if version is None or version.pages_id is not None:
            return {"pages": len(version.about.get("pages", ())) if version else 0}
        sha256, media_type = version.file.sha256, version.file.media_type
    with tempfile.TemporaryDirectory(prefix="lms-pages-") as name:
        folder = Path(name)
        source = folder / f"given{_ENDINGS.get(media_type, '.pdf' if kind_of(media_type) == 'pdf' else _ending(media_type))}"
        with place.storage.open(sha256) as given, source.open("wb") as out:
            while piece := given.read(_PIECE):
                out.write(piece)
        pdf = source if kind_of(media_type) == "pdf" else to_pdf(source, folder / "made")
        archive = folder / "pages.zip"
        _draw(pdf, archive, progress)
        with zipfile.ZipFile(archive) as made:
            sizes = json.loads(made.read("sizes.json"))
        stored = Stored(*place.storage.take(archive), "application/zip")
    with place.database.writing() as db:
        row = db.get_one(MaterialVersion, arguments["version"])
        row.pages_id = keep(db, stored, now=place.clock.now()).id
        row.about = {**row.about, "pages": sizes}
    return {"pages": len(sizes)}


def _draw(pdf: Path, archive: Path, progress: Progress) -> None:
    command = [sys.executable, "-m", "lms.core.material.page_pictures", str(pdf), str(archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as drawing:
        assert drawing.stdout is not None
        try:
            for line in drawing.stdout:
                done, total = map(int, line.split())
                if done % 5 == 0 or done == total:
                    progress.step(done, total)
        except BaseException:
            drawing.kill()
            raise
    if drawing.returncode == TOO_MANY:
        raise Invalid("too_many_pages", N_("页数太多，没有生成页面图片；课件可以下载。请拆分后再传。"))
    if drawing.returncode != 0:
        raise Invalid("pdf_not_readable",
                      N_("这个 PDF 打不开（可能加了密码或已损坏），没有生成页面图片；课件可以下载。请另存后再传。"))


def _ending(media_type: str) -> str:
    """Of the Office Open XML formats."""
    return {"wordprocessingml": ".docx", "spreadsheetml": ".xlsx", "presentationml": ".pptx"}.get(media_type.split(".")[-2], ".bin")
