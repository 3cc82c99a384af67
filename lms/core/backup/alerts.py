"""What is wrong with the installation is told to whoever runs it, once a day as long as it lasts."""
from __future__ import annotations

from lms.core.backup.health import problems
from lms.core.clock import local
from lms.core.events import Events
from lms.core.i18n import N_, translate
from lms.core.notices.outbox import Place, post
from lms.core.registry import Registry


def register(registry: Registry, events: Events) -> None:
    registry.add("every_minute", "alerts", tell_problems)


def tell_problems(place: Place) -> None:
    """Each minute: a message for each problem that was not told of today."""
    settings, now = place.settings, place.clock.now()
    if not any(channel.ready(settings) for _, channel in place.registry.all("notice_channel")):
        return
    with place.database.reading() as db:
        found = problems(db, settings, now=now)
    if not found:
        return
    day = local(now, settings.zone).date()
    with place.database.writing() as db:
        for problem in found:
            post(db, settings, subject=translate(settings.locale, N_("{site}：请留意"), site=settings.site_name),
                 body=translate(settings.locale, problem.message, **problem.data), now=now, key=f"problem:{problem.code}:{day}")
