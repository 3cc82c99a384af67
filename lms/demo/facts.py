"""What is told about the demonstration: printed, and written to ``demo-accounts.json`` for whoever tries it out."""
from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.attendance.check_in import sign_in_window
from lms.core.classes.models import ClassSession, TrainingClass
from lms.core.classes.rules import rules_of
from lms.core.quizzes.models import Paper
from lms.demo import accounts, classes, history
from lms.demo.build import Demonstration
from lms.site import Site

FILE = "demo-accounts.json"
_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"


def known_passwords(folder: Path) -> dict[str, str]:
    """The passwords that an earlier run wrote down, by role."""
    try:
        known = json.loads((folder / FILE).read_text("utf-8"))
        return {str(account["role"]): str(account["password"]) for account in known["accounts"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def new_passwords(known: Mapping[str, str]) -> dict[str, str]:
    """A random password, 49 bits, for every role that has none yet."""
    return {role: "".join(secrets.choice(_LETTERS) for _ in range(10)) for role in accounts.ROLES if role not in known}


def gather(site: Site, made: Demonstration, *, passwords: Mapping[str, str], here: str, phones: Sequence[str],
           now: datetime) -> dict[str, Any]:
    """All that somebody needs to try the demonstration out.

    :param here: the address on this machine, ending with ``/``; *phones* those on the same network
    """
    settings = site.settings
    with site.database.writing() as db:  # activation links are made, or live longer
        training_class = db.get_one(TrainingClass, made.class_id)
        holders = accounts.link_holders(db, training_class, but=[p.id for p in made.people.values()])
        links = accounts.links_and_cards(db, holders, keys={name: site.key(name) for name in ("activation", "card")},
                                         lasts=timedelta(days=settings.activation_days), now=now)
        return {
            "addresses": {"here": here, "phones": list(phones)}, "data": str(settings.data_folder.resolve()),
            "accounts": [{"role": role, "name": made.people[role].name, "login": made.people[role].phone,
                          "password": passwords[role], "person": made.people[role].uid} for role in accounts.ROLES],
            "activation": [{**link, "link": here + link["link"], "card": here + link["card"],
                            "phone_link": phones[0] + link["link"] if phones else None} for link in links],
            "class": _class(training_class), "sessions": [_session(s, training_class, now) for s in training_class.sessions],
            "sign_in": {"session": made.session_uid, "screen": f"{here}manage/sessions/{made.session_uid}/screen"},
            "papers": _papers(db, training_class),
            "certificates": [{**c, "verify": here + c["verify"]} for c in history.some_certificates(site, db)],
            "earlier_classes": [_class(c) for c in classes.earlier_classes(db, training_class.starts_on)]}


def write(folder: Path, facts: Mapping[str, Any]) -> Path:
    """Write *facts* where only the owner can read them: there are passwords in them."""
    file = folder / FILE
    beside = file.with_suffix(".part")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        json.dump(facts, out, ensure_ascii=False, indent=2)
    beside.replace(file)
    return file


def _class(training_class: TrainingClass) -> dict[str, Any]:
    return {"uid": training_class.uid, "slug": training_class.slug, "title": training_class.title,
            "starts_on": training_class.starts_on.isoformat(), "ends_on": training_class.ends_on.isoformat()}


def _session(session: ClassSession, training_class: TrainingClass, now: datetime) -> dict[str, Any]:
    opens, closes = sign_in_window(session, rules_of(training_class), training_class.zone)
    return {"uid": session.uid, "title": session.title, "kind": session.kind, "day": session.day.isoformat(),
            "starts": f"{session.starts:%H:%M}", "ends": f"{session.ends:%H:%M}",
            "sign_in_open": session.counts and opens <= now < closes}


def _papers(db: Session, training_class: TrainingClass) -> list[dict[str, Any]]:
    papers = db.scalars(select(Paper).where(Paper.class_id == training_class.id).order_by(Paper.id))
    return [{"uid": paper.uid, "title": paper.title, "kind": paper.kind, "state": paper.state, "minutes": paper.minutes,
             "opens_at": paper.opens_at.isoformat() if paper.opens_at else None,
             "closes_at": paper.closes_at.isoformat() if paper.closes_at else None} for paper in papers]
