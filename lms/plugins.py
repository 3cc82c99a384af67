"""Fill the registry: our own features first, then the plugins installed beside us, by the same door."""
from __future__ import annotations

import logging
from importlib import import_module
from importlib.metadata import entry_points

from lms.core.events import Events
from lms.core.registry import Registry

log = logging.getLogger(__name__)

GROUP = "lms.plugins"
# Modules with a function register(registry, events), lower levels first.
OWN = (
    "lms.core.files.housekeeping",
    "lms.core.audit.chain",  # before the seals: what is linked in a minute is sealed in the same
    "lms.core.seals.sealing",
    "lms.core.people.housekeeping",
    "lms.core.jobs.access",
    "lms.core.notices.channels",
    "lms.core.classes.access",
    "lms.core.registration.access",
    "lms.core.quizzes.kinds",
    "lms.core.quizzes.formats",
    "lms.core.quizzes.access",
    "lms.core.learning.bank_access",
    "lms.core.attendance.access",
    "lms.core.paperwork.access",
    "lms.core.certificates.access",
    "lms.core.certificates.chain",
    "lms.core.certificates.jobs",
    "lms.core.certificates.delivery",
    "lms.core.certificates.terms",
    "lms.core.learning.completion",
    "lms.core.learning.completing",
    "lms.core.leave.access",
    "lms.core.assignments.access",
    "lms.core.surveys.access",
    "lms.core.announcements.access",
    "lms.core.discussion.access",
    "lms.core.search.access",
    "lms.core.courses.access",
    "lms.core.material.access",
    "lms.core.material.pages",
    "lms.core.reports.exporters",
    "lms.core.hours.access",
    "lms.core.backup.jobs",
    "lms.core.classfile.bundle",
    "lms.core.backup.alerts",
    "lms.core.privacy.corrections",
    "lms.core.privacy.nameless",
    "lms.core.privacy.purge",
)


def load_features(registry: Registry, events: Events) -> None:
    """Register what this package brings."""
    for name in OWN:
        import_module(name).register(registry, events)


def load_plugins(registry: Registry) -> None:
    """Call every installed plugin, a function that takes the registry.

    :raises LmsError: two of them use one name
    """
    for entry in sorted(entry_points(group=GROUP), key=lambda e: e.name):
        log.info("loading plugin %s", entry.name)
        entry.load()(registry)
