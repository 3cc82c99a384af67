"""The ways of being counted in one session: one line a feature, in the order in which a session runs."""
from __future__ import annotations

from flask import current_app, request, url_for

from lms.core.classes.models import ClassSession
from lms.core.i18n import N_, translate
from lms.web.context import here

# Endpoint (its address takes the session's uid), label, and the kinds of session that it is for (empty: all).
ENTRIES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("lms.manage_sessions.show", N_("签到情况"), ()),
    ("lms.manage_roll_call.show", N_("点名"), ()),
    ("lms.manage_card_desk.show", N_("刷卡"), ()),
    ("lms.manage_head_count.show", N_("乘车清点"), ("field_visit",)),
)


def session_nav(session: ClassSession) -> list[dict[str, object]]:
    """Tabs for ``parts.tabs``; an endpoint that is not there yet is not shown."""
    blueprint, locale = (request.endpoint or "").split(".")[-2], here().locale
    return [{"url": url_for(endpoint, uid=session.uid), "label": translate(locale, label),
             "current": endpoint.split(".")[-2] == blueprint}
            for endpoint, label, kinds in ENTRIES
            if endpoint in current_app.view_functions and (not kinds or session.kind in kinds)]
