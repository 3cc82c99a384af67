"""``lms certificates issue --class SLUG``: certificates for everybody who completes the class and has none yet."""
from __future__ import annotations

import argparse
import logging
import threading
import time
from collections.abc import Callable

from sqlalchemy import select

from lms.commands.command import OK, REFUSED, Call, Command
from lms.core.certificates.completion import verdicts
from lms.core.certificates.issue import LIVE
from lms.core.certificates.jobs import ask_to_issue
from lms.core.certificates.models import Certificate
from lms.core.classes.models import Enrolment, TrainingClass
from lms.core.classes.service import find_class
from lms.core.i18n import N_
from lms.core.jobs.models import Job
from lms.core.jobs.service import UNFINISHED, run_job
from lms.site import Site

log = logging.getLogger(__name__)
_LOOK_AGAIN = 0.2  # seconds


def arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    parser.add_argument("--class", dest="class_slug", required=True, metavar="SLUG", help=tr(N_("培训班的短名")))
    parser.add_argument("--address", metavar="URL", help=tr(N_("二维码里的网址（默认用设置 public_address）")))


def run(call: Call) -> int:
    site, console = call.site, call.console
    with site.database.writing() as db:
        training_class = find_class(db, call.options.class_slug)
        job = ask_to_issue(db, training_class=training_class, enrolments=None, by_id=None, now=call.now,
                           base=call.options.address or call.settings.public_address)
        uid = job.uid
    finished = run_and_watch(site, uid, lambda done, total: console.progress(done, total, N_("制作证书")))
    if finished.state != "done":
        console.say(finished.error or N_("发证已取消；已经做好的证书有效。"), **(finished.error_data or {}))
        console.result(ok=False, state=finished.state)
        return REFUSED
    counts = finished.result or {}
    console.say(N_("持有有效证书 {valid} 人，未结业 {incomplete} 人。"), **counts)
    waiting = _not_yet(call, training_class)
    for name, sentence in waiting:
        console.say(N_("  {name}：{sentence}"), name=name, sentence=sentence)
    console.result(ok=True, **counts, not_yet=[{"name": name, "reason": sentence} for name, sentence in waiting])
    return OK


def run_and_watch(site: Site, uid: str, tell: Callable[[int, int], None]) -> Job:
    """Run a job here, or follow it where the job child of a running server was quicker, until it is finished."""
    worker = threading.Thread(target=_run, args=(site, uid), daemon=True)
    worker.start()
    while True:
        with site.database.reading() as db:
            job = db.scalars(select(Job).where(Job.uid == uid)).one()
        if job.total:
            tell(job.done, job.total)
        if job.state not in UNFINISHED:
            worker.join()
            return job
        time.sleep(_LOOK_AGAIN)


def _run(site: Site, uid: str) -> None:
    try:
        run_job(site, uid)
    except Exception:  # the job's row says that it failed; the cause is for the log
        log.exception("the job %s failed", uid)


def _not_yet(call: Call, training_class: TrainingClass) -> list[tuple[str, str]]:
    """Who does not complete the class, and why not."""
    with call.site.database.reading() as db:
        held = select(Certificate.enrolment_id).where(Certificate.class_id == training_class.id, Certificate.state.in_(LIVE))
        people = db.scalars(select(Enrolment).where(
            Enrolment.class_id == training_class.id, Enrolment.state == "enrolled", Enrolment.id.not_in(held))
            .order_by(Enrolment.number)).all()
        judged = verdicts(db, training_class=training_class, enrolments=people, now=call.now)
        return [(person.name, judged[person.id].sentence(call.console.locale)) for person in people]


COMMAND = Command(("certificates", "issue"), N_("给符合结业条件的人发证"), arguments, run)
