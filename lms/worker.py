"""The job child: heavy work beside the web server, in a process of its own.

A Python thread at work in the server would make a sign-in burst ten times slower. Huey wakes this process and runs the
work; the job rows (``core.jobs``) are what is durable, and are queued again at start.
"""
from __future__ import annotations

import logging
import os
import sys
import threading

from huey import crontab
from huey.consumer import Consumer

from lms.core.jobs.service import requeue_interrupted, run_job, waiting
from lms.core.settings import load_settings
from lms.logs import set_up_logs
from lms.site import Site, open_site

log = logging.getLogger(__name__)


def work(site: Site) -> None:
    """Run jobs until told to stop."""
    queue = site.queue

    @queue.periodic_task(crontab(minute="*"), name="look_again")  # type: ignore[untyped-decorator]
    def look_again() -> None:
        look_around(site)

    queue.flush()  # what matters is in the job rows
    with site.database.writing() as db:
        uids = list(requeue_interrupted(db))
    for uid in uids:
        site.database.info["wake_worker"](uid)
    log.info("the job child is ready; %d jobs wait", len(uids))
    Consumer(queue, workers=1, initial_delay=0.05, max_delay=0.5, backoff=1.2).run()


def look_around(site: Site) -> None:
    """What the job child does each minute: run the jobs whose wake-up was lost, then the minute's work.

    A job that crashes keeps neither the jobs after it nor the minute's work from being done.
    """
    try:
        with site.database.reading() as db:
            uids = list(waiting(db))
        for uid in uids:
            _run_alone(site, uid)
    except Exception:
        log.exception("could not look for waiting jobs; it is tried again in a minute")
    do_every_minute(site)


def _run_alone(site: Site, uid: str) -> None:
    try:
        run_job(site, uid)
    except Exception:
        log.exception("the job %s crashed; what it had finished stays", uid)


def do_every_minute(site: Site) -> None:
    """What features and plugins do each minute; a fault of one does not keep the others from it."""
    for name, do in site.registry.all("every_minute"):
        try:
            do(site)
        except Exception:
            log.exception("the minute's work %s failed; it is tried again in a minute", name)


def run_waiting(site: Site) -> int:
    """Run everything that waits, here and now: for tests, and for commands that return when the work is done."""
    count = 0
    while True:
        with site.database.reading() as db:
            uids = list(waiting(db))
        if not uids:
            return count
        for uid in uids:
            count += run_job(site, uid)


def end_with_server() -> None:
    """End when the server is gone: the next one starts a child of its own, and two would run the same jobs."""
    while os.read(0, 1):
        pass
    log.warning("the server is gone; the job child ends, what it was doing is begun again")
    os._exit(1)


def main(arguments: list[str]) -> None:
    """``python -m lms.worker DATA``: started by ``lms serve``, settings come through the environment.

    With ``--with-server`` standard input is a pipe from the server.
    """
    settings = load_settings({"data": arguments[0]}, os.environ)
    set_up_logs(settings, "jobs")
    logging.getLogger("huey").setLevel("WARNING")  # it tells of every minute that it looked
    if "--with-server" in arguments:
        threading.Thread(target=end_with_server, name="end-with-server", daemon=True).start()
    work(open_site(settings))


if __name__ == "__main__":
    main(sys.argv[1:])
