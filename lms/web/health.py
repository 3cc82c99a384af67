"""Is the server alive, and does its database answer?"""
from __future__ import annotations

from flask import Blueprint, Response, jsonify
from sqlalchemy import text

from lms.web.context import here

pages = Blueprint("health", __name__)


@pages.get("/healthz")
def show() -> Response:
    here().db.execute(text("SELECT 1"))
    return jsonify(status="ok")
