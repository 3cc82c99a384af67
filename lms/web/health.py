"""Is the server alive, does its database answer, and is there something to mend?"""
from __future__ import annotations

from flask import Blueprint, Response, jsonify

from lms.core.backup.health import problems
from lms.web.context import here

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def show() -> Response:
    """For anybody, so only codes are told; the page of the backups says more to administrators."""
    found = problems(here().db, here().site.settings, now=here().now)
    return jsonify(status="ok", problems=[problem.code for problem in found])
