"""The blueprints of our pages, one a feature."""
from __future__ import annotations

from flask import Blueprint

from lms.web import card, health, language, learning, material, sign_in, today
from lms.web.manage import attendance, audit, courses, exports, sessions


def blueprints(own_login: bool) -> list[Blueprint]:
    """All of them; without the login pages where the host has a login of its own."""
    return [
        health.pages,
        language.pages,
        today.pages,
        learning.pages,
        material.pages,
        sign_in.pages,
        card.pages,
        sessions.pages,
        attendance.pages,
        exports.pages,
        courses.pages,
        audit.pages,
    ]
