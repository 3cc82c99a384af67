"""Is the installation well? What an operator should look at before somebody in the hall does."""
from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.core.backup.jobs import MAKE
from lms.core.i18n import N_
from lms.core.jobs.models import Job

_PATIENCE = timedelta(minutes=10)
_WITHOUT_BACKUP = timedelta(days=2)


@dataclass(frozen=True)
class Problem:
    """Something to mend. *message* is a message id, *data* fills it."""

    code: str
    message: str
    data: dict[str, Any]


def problems(db: Session, settings: Any, *, now: datetime) -> list[Problem]:
    """What is wrong; empty if nothing is. One statement."""
    found = []
    free = shutil.disk_usage(settings.data_folder).free // (1024 * 1024)
    if free < settings.disk_warning:
        found.append(Problem("disk", N_("数据目录所在的磁盘只剩 {free} MB。写满后签到、答题都不能保存，请尽快清理，或把备份放到另一块磁盘。"), {"free": free}))
    waiting, first, latest = db.execute(select(
        select(func.min(Job.created_at)).where(Job.state == "queued").scalar_subquery(),
        select(func.min(Job.created_at)).where(Job.kind == MAKE).scalar_subquery(),
        select(func.max(Job.created_at)).where(Job.kind == MAKE, Job.state == "done").scalar_subquery())).one()
    if waiting is not None and now - waiting > _PATIENCE:
        found.append(Problem("jobs", N_("后台任务等了 10 分钟以上还没有开始。请重启服务；仍不行请看日志。"), {}))
    since = latest or first
    if since is not None and settings.backup_daily_at != "off" and not settings.demo and now - since > _WITHOUT_BACKUP:
        found.append(Problem("backup", N_("已有两天以上没有做成备份。请看“备份”页上的原因。"), {}))
    return found
