"""The ways of being counted in one session: one line a feature, in the order in which a session runs."""
from __future__ import annotations

from flask import current_app, request, url_for

from lms.core.classes.access import whole_class
from lms.core.classes.models import ClassSession
from lms.core.i18n import N_, translate
from lms.web.context import here

# Endpoint (its address takes the session's uid), label, the kinds of session that it is for (empty: all), and whether it is
# only for whoever has the whole class.
ENTRIES: tuple[tuple[str, str, tuple[str, ...], bool], ...] = (
    ("lms.manage_sessions.show", N_("签到情况"), (), False),
    ("lms.manage_roll_call.show", N_("点名"), (), False),
    ("lms.manage_card_desk.show", N_("刷卡"), (), False),
    ("lms.manage_walk_ins.at_session", N_("现场登记"), (), True),
    ("lms.manage_spot_checks.show", N_("随机抽点"), (), True),
    ("lms.manage_head_count.show", N_("乘车清点"), ("field_visit",), False),
)


def session_nav(session: ClassSession) -> list[dict[str, object]]:
    """Tabs for ``parts.tabs``; an endpoint that is not there yet is not shown."""
    blueprint, locale = (request.endpoint or "").split(".")[-2], here().locale
    everybody = whole_class(here().viewer, "attendance", session.class_id)
    return [{"url": url_for(endpoint, uid=session.uid), "label": translate(locale, label),
             "current": endpoint.split(".")[-2] == blueprint}
            for endpoint, label, kinds, whole in ENTRIES
            if endpoint in current_app.view_functions and (not kinds or session.kind in kinds) and (everybody or not whole)]
