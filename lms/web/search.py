"""Search over the modules and the material that somebody may see."""
from __future__ import annotations

from flask import Blueprint, request

from lms.core.search.grams import LONGEST
from lms.core.search.service import search
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template

pages = Blueprint("search", __name__)


@pages.get("/search")
@login_required
def show() -> str:
    query, given = request.args.get("q", "")[:LONGEST], request.args.get("page", "1")
    page = max(1, int(given)) if given.isascii() and given.isdigit() and len(given) < 5 else 1
    hits, more = search(here().db, here().viewer, query, page=page)
    return render_template("lms/search.html", query=query, hits=hits, more=more, page=page)
