"""What came of the class that is over: certificates, marked 样例, to be verified."""
from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.certificates.issue import certificate_code
from lms.core.certificates.jobs import ask_to_issue
from lms.core.certificates.models import Certificate
from lms.core.classes.models import TrainingClass
from lms.core.errors import LmsError
from lms.core.jobs.models import Job
from lms.core.jobs.service import run_job
from lms.site import Site

_SHOWN = 3


def certify(site: Site, training_class: TrainingClass, *, base: str, by_id: int) -> None:
    """Issue certificates to whoever completed the class, by the job that staff would start."""
    with site.database.writing() as db:
        uid = ask_to_issue(db, training_class=training_class, enrolments=None, base=base, by_id=by_id,
                           now=site.clock.now()).uid
    run_job(site, uid)
    with site.database.reading() as db:
        job = db.scalars(select(Job).where(Job.uid == uid)).one()
    if job.state == "failed":
        raise LmsError("demo_certificates", job.error, **(job.error_data or {}))


def some_certificates(site: Site, db: Session) -> list[dict[str, Any]]:
    """A few certificates of the demonstration, with the address behind the QR as a path."""
    rows = db.scalars(select(Certificate).where(Certificate.state == "valid").order_by(Certificate.id).limit(_SHOWN))
    key = site.key("certificate")
    return [{"uid": row.uid, "number": row.number, "name": row.snapshot["name"], "verify": f"v/{certificate_code(key, row.uid)}"}
            for row in rows]
