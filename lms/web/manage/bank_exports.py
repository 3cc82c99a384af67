"""A bank's questions as a file, and on paper."""
from __future__ import annotations

from random import Random

from flask import Blueprint, Response, request, send_file

from lms.core.access.service import fetch
from lms.core.quizzes.exports import bank_out, note_export, write_bank, writer_of
from lms.core.quizzes.frozen import ShownItem
from lms.core.quizzes.kinds import Policy, kind_of
from lms.core.quizzes.models import Bank
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_bank_exports", __name__)


@pages.post("/manage/banks/<uid>/questions.<ending>")
@login_required
def questions(uid: str, ending: str) -> Response:
    """A POST, because it leaves a mark: who took questions and keys out, and when."""
    bank = fetch(here().db, here().viewer, Bank, uid, "teach")
    writer, out = writer_of(here().site.registry, ending), bank_out(here().db, bank, storage=here().site.storage)
    file = write_bank(here().site.registry, out, ending)
    with writing() as db:
        note_export(db, bank=bank, ending=ending, count=len(out.questions), by_id=here().viewer.person_id, now=here().now)
    return send_file(file, writer.media_type, as_attachment=True, download_name=f"{bank.slug}-{here().now:%Y%m%d}.{ending}")


@pages.get("/manage/banks/<uid>/print")
@login_required
def printed(uid: str) -> str:
    """All questions on paper; with ``?key=1`` what is right and why, for those who check them."""
    bank = fetch(here().db, here().viewer, Bank, uid, "teach")
    kinds, items = here().site.registry, []
    for number, (code, content) in enumerate(bank_out(here().db, bank).questions, start=1):
        kind = kind_of(kinds, content.kind)
        shown = kind.freeze(content.body, content.key, Policy(shuffle=False), Random(code)).shown
        items.append((ShownItem(number, kind, content.mark, shown, {}), code, content))
    return render_template("lms/manage/banks/print.html", bank=bank, items=items, with_key="key" in request.args)
