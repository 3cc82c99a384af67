"""What stands for class papers, replies of units and people's records in addresses and forms; part of ``things``."""
from __future__ import annotations

from io import BytesIO
from typing import Any

from lms.core.people.models import Unit

from .world import Things, World


def unit_of(w: World, t: Things) -> str:
    """The unit that holds the class."""
    with w.site.database.reading() as db:
        return db.get_one(Unit, t.training_class.organiser_id).uid


OFFICE_PARAMETERS: dict[tuple[str, str], Any] = {
    ("manage_classfile", "uid"): lambda w, t: t.training_class.uid,
    ("manage_replies", "uid"): lambda w, t: t.training_class.uid,
    ("", "reply_uid"): lambda w, t: t.reply.uid,
    ("reply", "token"): lambda w, t: t.reply_token,
    ("manage_units", "uid"): lambda w, t: unit_of(w, t),
    ("my_data", "uid"): lambda w, t: t.correction.uid,
    ("manage_correction_requests", "uid"): lambda w, t: t.correction.uid,
    ("manage_records", "uid"): lambda w, t: t.person.uid,
    ("manage_chat", "uid"): lambda w, t: t.training_class.uid,
    ("manage_chat", "code"): lambda w, t: "missing",
    ("manage_bundle", "uid"): lambda w, t: t.training_class.uid,
    ("manage_classfile", "code"): lambda w, t: "roster",
}

OFFICE_FORMS: dict[str, Any] = {
    "lms.manage_replies.set_them": {"quotas": "后来的单位 2", "closes": "2026-07-30T18:00"},
    "lms.manage_units.rename": {"name": "改名的单位", "version": "1"},
    "lms.manage_units.move": {"parent": "", "version": "1"},
    "lms.manage_units.merge": lambda w, t, role: {"other": t.training.enrolments[1].unit_name, "version": "1"},
    "lms.my_data.ask": {"field": "other", "text": "备注不对"},
    "lms.manage_correction_requests.accept": lambda w, t, role: {"version": t.correction.version},
    "lms.manage_correction_requests.refuse": lambda w, t, role: {"version": t.correction.version, "answer": "与档案一致"},
    "lms.manage_roster.phone": lambda w, t, role: {"show": t.training.enrolments[0].uid},
    "lms.manage_replies.merge": lambda w, t, role: {"files": (BytesIO("姓名,单位\n报名的人,某单位\n".encode()), "某单位.csv")},
    "lms.manage_records.move": {"unit": "新单位", "on": "2026-07-06"},
    "lms.reply.send": lambda w, t, role: {"name": "报名的人", "phone": "19900006001", "version": t.reply.version},
}
