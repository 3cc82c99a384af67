"""The blueprints of our pages, one a feature."""
from __future__ import annotations

from flask import Blueprint

from lms.web import health, language


def blueprints(own_login: bool) -> list[Blueprint]:
    """All of them; without the login pages where the host has a login of its own."""
    found = [health.pages, language.pages]
    return found
