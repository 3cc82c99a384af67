"""Background work as whoever asked for it sees it: how far it is, how it ended, and a way to stop it."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, jsonify, redirect, url_for
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch
from lms.core.audit.service import record
from lms.core.backup.jobs import DRILL, MAKE
from lms.core.certificates.delivery import DELIVER
from lms.core.certificates.jobs import ISSUE
from lms.core.classfile.bundle import BUNDLE
from lms.core.i18n import N_, translate
from lms.core.jobs.models import Job
from lms.core.jobs.service import UNFINISHED, cancel
from lms.core.material.pages import PAGES
from lms.core.privacy.nameless import NAMELESS
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("jobs", __name__)

STATES = {"queued": N_("等待开始"), "running": N_("正在进行"), "done": N_("已完成"), "failed": N_("没有做完"), "cancelled": N_("已停止")}


@dataclass(frozen=True)
class Kind:
    """What a page says of one kind of job.

    :param title: message id
    :param result: message id, filled from the job's result
    :param stopped: message id: what a stopped or failed one leaves behind
    :param back: label (message id) and address of the page that the job belongs to
    """

    title: str
    result: str
    stopped: str
    back: Callable[[Job], tuple[str, str]]


_OTHER = Kind(N_("后台任务"), N_("任务已完成。"), N_("已完成的部分保留。"), lambda job: (N_("回到首页"), url_for("lms.today.show")))
KINDS = {
    ISSUE: Kind(N_("发证"), N_("持有有效证书 {valid} 人，未结业 {incomplete} 人。"),
                N_("已经做好的证书有效；已编号还没做完的，下次发证时先做完，编号不会跳过。"),
                lambda job: (N_("回到证书"), url_for("lms.manage_certificates.show", uid=job.arguments["class"]))),
    BUNDLE: Kind(N_("报销附件包"), N_("已装入 {files} 个文件；缺少 {missing} 项，矛盾 {contradiction} 项。"), N_("没有留下不完整的文件。"),
                 lambda job: (N_("去看核对清单"), url_for("lms.manage_bundle.show", uid=job.arguments["class"]))),
    PAGES: Kind(N_("课件的页面图片"), N_("已生成 {pages} 页。"), N_("课件可以下载，没有页面图片。"),
                lambda job: (N_("回到课件"), url_for("lms.manage_courses.index"))),
    DELIVER: Kind(N_("证书打包"), N_("已装入 {count} 张证书，可以下载了。"), N_("没有留下不完整的文件。"),
                  lambda job: (N_("去下载"), url_for("lms.manage_deliveries.show", uid=job.arguments["class"]))),
    NAMELESS: Kind(N_("到期匿名"), N_("已匿名 {people} 人，清空 {entries} 条日志的内容。"), N_("已处理的人不会恢复；再点一次会接着做完。"),
                   lambda job: (N_("回到到期匿名"), url_for("lms.manage_nameless.show"))),
    MAKE: Kind(N_("备份"), N_("备份已做好：{rows} 条记录，{files} 个文件。"), N_("没有留下不完整的备份，原有的备份还在。"),
               lambda job: (N_("回到备份"), url_for("lms.manage_backups.index"))),
    DRILL: Kind(N_("试恢复"), N_("这份备份能恢复：{tables} 张表、{rows} 条记录逐表相同，{files} 个文件散列相同。"),
                N_("正在使用的系统没有受影响。"), lambda job: (N_("回到备份"), url_for("lms.manage_backups.index"))),
}


@pages.get("/manage/jobs/<uid>")
@login_required
def show(uid: str) -> str:
    job = fetch(here().db, here().viewer, Job, uid)
    kind = KINDS.get(job.kind, _OTHER)
    label, url = kind.back(job)
    return render_template("lms/manage/jobs/show.html", job=job, kind=kind, states=STATES, unfinished=job.state in UNFINISHED,
                           outcome=_outcome(job, kind), back={"label": translate(here().locale, label), "url": url})


@pages.get("/manage/jobs/<uid>/progress.json")
@login_required
def progress(uid: str) -> Response:
    job = fetch(here().db, here().viewer, Job, uid)
    return jsonify(state=job.state, done=job.done, total=job.total, unfinished=job.state in UNFINISHED,
                   text=translate(here().locale, STATES[job.state]))


@pages.post("/manage/jobs/<uid>/cancel")
@login_required
def stop(uid: str) -> Redirect:
    with writing() as db:
        job = fetch(db, here().viewer, Job, uid)
        if job.state in UNFINISHED:
            cancel(db, job, now=here().now)
            record(db, actor_id=here().viewer.person_id, action="job.cancel", thing=job, now=here().now, class_id=job.class_id,
                   after={"kind": job.kind, "done": job.done, "total": job.total})
            flash(translate(here().locale, N_("已停止。")), "ok")
    return redirect(url_for(".show", uid=uid), 303)


def _outcome(job: Job, kind: Kind) -> str:
    """How the job ended, in the reader's language."""
    if job.state == "done":
        return translate(here().locale, kind.result, **_texts(job.result))
    if job.state == "failed":
        return translate(here().locale, job.error, **_texts(job.error_data))
    return ""


def _texts(data: dict[str, Any] | None) -> dict[str, Any]:
    return data or {}
