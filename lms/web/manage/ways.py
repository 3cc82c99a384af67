"""The ways within a part of a class (its attendance, its learning): a second row of tabs below the class's own."""
from __future__ import annotations

from flask import current_app, request, url_for

from lms.core.access.service import Viewer
from lms.core.classes.access import whole_class
from lms.core.classes.models import TrainingClass
from lms.core.i18n import translate
from lms.web.context import here
from lms.web.manage.may import may_in_class

# Endpoint (its address takes the class's uid), label, what must be allowed in the class (one of them; with ":class" in the
# whole of it, not in a group only), and blueprints
# whose pages belong to it besides the endpoint's own. An endpoint that is not there yet is not shown.
Entries = tuple[tuple[str, str, str, tuple[str, ...]], ...]


def blueprints(entries: Entries) -> tuple[str, ...]:
    """All that counts as this part for the class's own tabs."""
    return tuple({name for endpoint, _, _, more in entries for name in (endpoint.split(".")[-2], *more)})


def ways(entries: Entries, training_class: TrainingClass) -> list[dict[str, object]]:
    """Tabs for ``parts.tabs``; none where there is but one way."""
    viewer, locale = here().viewer, here().locale
    tabs = [{"url": url_for(endpoint, uid=training_class.uid), "label": translate(locale, label),
             "current": _is_here(entries, endpoint, more)}
            for endpoint, label, actions, more in entries
            if endpoint in current_app.view_functions
            and any(may_all(viewer, action, training_class) for action in actions.split())]
    return tabs if len(tabs) > 1 else []


def first(entries: Entries, training_class: TrainingClass) -> str:
    """The endpoint of the first way that the viewer may go; empty where there is none."""
    viewer = here().viewer
    return next((endpoint for endpoint, _, actions, _ in entries
                 if any(may_all(viewer, action, training_class) for action in actions.split())), "")


def may_all(viewer: Viewer, action: str, training_class: TrainingClass) -> bool:
    """Whether the viewer may do *action* in the class; with ``:class`` behind it, for everybody in it."""
    action, _, whole = action.partition(":")
    return whole_class(viewer, action, training_class.id) if whole else may_in_class(viewer, action, training_class)


def _is_here(entries: Entries, endpoint: str, more: tuple[str, ...]) -> bool:
    """The page itself, or another of a blueprint that no other entry has."""
    current = request.endpoint or ""
    blueprint = current.split(".")[-2]
    if current in {entry[0] for entry in entries}:
        return current == endpoint
    own = endpoint.split(".")[-2]
    shared = sum(entry[0].split(".")[-2] == own for entry in entries) > 1
    return blueprint in more or (blueprint == own and not shared)
