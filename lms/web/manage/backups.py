"""Backups: those that there are, make one, try one out, and take one away on a stick."""
from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import require
from lms.core.audit.service import record
from lms.core.backup.collection import backups, one_backup, unreadable
from lms.core.backup.health import problems
from lms.core.backup.jobs import DRILL, MAKE, ask_to_make, ask_to_try
from lms.core.backup.place import backup_folder
from lms.core.backup.volumes import stream, volumes
from lms.core.errors import NotFound
from lms.core.i18n import N_
from lms.core.jobs.models import Job
from lms.core.jobs.service import UNFINISHED
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_backups", __name__)
REASONS = {"asked": N_("手动"), "scheduled": N_("每日自动"), "upgrade": N_("升级之前")}
_LOOK_BACK = 200  # jobs


@pages.get("/manage/backups")
@login_required
def index() -> str:
    require(here().viewer, "manage")
    root, settings = backup_folder(here().site.settings), here().site.settings
    jobs = here().db.scalars(select(Job).where(Job.kind.in_((MAKE, DRILL))).order_by(Job.id.desc()).limit(_LOOK_BACK)).all()
    making = [job for job in jobs if job.kind == MAKE]
    return render_template(
        "lms/manage/backups/index.html", kept=backups(root), broken=unreadable(root), reasons=REASONS, drills=_drills(jobs),
        problems=problems(here().db, settings, now=here().now),
        under_way=next((job for job in making if job.state in UNFINISHED), None),
        failed=making[0] if making and making[0].state == "failed" else None, root=root, settings=settings,
        same_disk=_same_disk(root, Path(settings.data_folder)), free=_free(root, Path(settings.data_folder)))


@pages.post("/manage/backups")
@login_required
def make() -> Redirect:
    require(here().viewer, "manage")
    with writing() as db:
        uid = ask_to_make(db, by_id=me(), now=here().now).uid
        record(db, actor_id=me(), action="backup.ask", now=here().now)
    return redirect(url_for("lms.jobs.show", uid=uid), 303)


@pages.post("/manage/backups/<name>/drill")
@login_required
def try_out(name: str) -> Redirect:
    require(here().viewer, "manage")
    backup = one_backup(backup_folder(here().site.settings), name)
    with writing() as db:
        uid = ask_to_try(db, backup.name, by_id=me(), now=here().now).uid
        record(db, actor_id=me(), action="backup.drill", thing=backup.name, now=here().now)
    return redirect(url_for("lms.jobs.show", uid=uid), 303)


@pages.get("/manage/backups/<name>")
@login_required
def show(name: str) -> str:
    """What is in it, and its files to save."""
    require(here().viewer, "manage")
    backup = one_backup(backup_folder(here().site.settings), name)
    parts = [sum(size for *_, size in volume) for volume in volumes(backup)]
    return render_template("lms/manage/backups/show.html", backup=backup, reasons=REASONS, volumes=parts, lacks=backup.lacks())


@pages.post("/manage/backups/<name>/volumes/<int:number>")
@login_required
def take(name: str, number: int) -> Response:
    """One zip file. A POST, because it leaves a mark: everything that is known about everybody is in it."""
    require(here().viewer, "manage")
    backup = one_backup(backup_folder(here().site.settings), name)
    parts = volumes(backup)
    if not 1 <= number <= len(parts):
        raise NotFound("no_such_volume", N_("这份备份没有第 {number} 个文件，请刷新页面。"), number=number)
    with writing() as db:
        record(db, actor_id=me(), action="backup.take", thing=backup.name, now=here().now, after={"number": number, "total": len(parts)})
    file = f"lms-backup-{backup.name}{f'.{number}-{len(parts)}' if len(parts) > 1 else ''}.zip"
    return Response(stream(parts[number - 1]), mimetype="application/zip", direct_passthrough=True,
                    headers={"Content-Disposition": f'attachment; filename="{file}"'})


def _drills(jobs: Any) -> dict[str, Job]:
    """The latest drill of each backup, by its name."""
    found: dict[str, Job] = {}
    for job in jobs:
        if job.kind == DRILL:
            found.setdefault(str(job.arguments["name"]), job)
    return found


def _same_disk(root: Path, data: Path) -> bool:
    place = root if root.is_dir() else root.parent
    return place.is_dir() and place.stat().st_dev == data.stat().st_dev


def _free(root: Path, data: Path) -> int:
    return shutil.disk_usage(root if root.is_dir() else data).free
