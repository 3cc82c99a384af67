"""Sign-in sheets: print them, find a returned one by its code, key who did not sign, keep its photograph."""
from __future__ import annotations

from datetime import time
from io import BytesIO

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as Redirect
from wtforms import FileField, StringField

from lms.core.access.service import fetch, fetch_by
from lms.core.classes.models import Group, TrainingClass
from lms.core.documents.forms_write import write_forms
from lms.core.documents.pdf import render_pdf
from lms.core.errors import Invalid, LmsError, NotFound, TooLarge
from lms.core.files.photos import MAX_BYTES, clean_photo
from lms.core.files.service import Stored, store_bytes
from lms.core.i18n import N_, explain, translate
from lms.core.ids import new_uid
from lms.core.paperwork.keying import Found, key_sheet, read_numbers, row_numbers
from lms.core.paperwork.models import SignInSheet
from lms.core.paperwork.sheet_codes import read_code, shown_code
from lms.core.paperwork.sheet_files import paper_forms, pdf_data
from lms.core.paperwork.sheet_photos import attach_photo, photos_of
from lms.core.paperwork.sheets import half_day, print_sheets, printed_sheets, sheet_sessions, signed_for, with_rows
from lms.core.shipped import shipped
from lms.web.context import here
from lms.web.files import send_stored
from lms.web.forms import Form
from lms.web.identity import login_required
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_sheets", __name__)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class KeyForm(Form):
    absent = StringField(N_("没有签名的号"))
    not_out = StringField(N_("没有签退的号"))
    photo = FileField(N_("签到表的照片"))


@pages.get("/manage/classes/<uid>/sheets")
@login_required
def show(uid: str) -> str | Redirect | tuple[str, int]:
    """What can be printed, what was printed, and the way to a returned sheet: its code."""
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "export")
    typed = request.args.get("code", "")
    if not typed.strip():
        return _list_page(training_class)
    try:
        found = here().db.scalar(select(SignInSheet.code).where(SignInSheet.code == read_code(typed),
                                                                SignInSheet.class_id == training_class.id))
        if found is None:
            raise NotFound("no_such_sheet", N_("本班没有编号为“{typed}”的签到表。请核对编号，并看是不是别的班的表。"), typed=typed.strip()[:20])
    except LmsError as fault:
        return _list_page(training_class, fault), fault.status
    return redirect(url_for(".sheet", code=found), 303)


@pages.post("/manage/classes/<uid>/sheets.<any(pdf, xlsx):ending>")
@login_required
def make(uid: str, ending: str) -> Response | tuple[str, int]:
    """The chosen sheets as a file. A POST, because pages get codes, and the log says who took names out."""
    try:
        with writing() as db:
            training_class = fetch(db, here().viewer, TrainingClass, uid, "export")
            chosen = set(request.form.getlist("session"))
            sheets = print_sheets(
                db, training_class=training_class, group=_group(db, training_class),
                together=bool(request.form.get("together")), by_id=here().viewer.person_id,
                sessions=[s for s in sheet_sessions(training_class) if s.uid in chosen], now=here().now)
            sheets = with_rows(db, [sheet.id for sheet in sheets])
    except Invalid as fault:
        return _list_page(fetch(here().db, here().viewer, TrainingClass, uid, "export"), fault), fault.status
    name = translate(here().locale, N_("{class_title}-签到表"), class_title=training_class.title)
    if ending == "pdf":
        data = pdf_data(training_class, sheets, locale=here().locale)
        file = BytesIO(render_pdf(shipped("templates") / "print" / "sign_in.typ", data, created=here().now))
        return send_file(file, "application/pdf", as_attachment=True, download_name=f"{name}.pdf")
    file = BytesIO()
    write_forms(paper_forms(training_class, sheets, locale=here().locale), file)
    file.seek(0)
    return send_file(file, _XLSX, as_attachment=True, download_name=f"{name}.xlsx")


@pages.get("/manage/sheets/<code>")
@login_required
def sheet(code: str) -> str:
    """The page on which a returned sheet is keyed; after that, what was keyed."""
    found = _sheet(here().db, code)
    return _sheet_page(found, KeyForm(), found.keyed)


@pages.post("/manage/sheets/<code>")
@login_required
def save(code: str) -> str | Redirect | tuple[str, int]:
    """Save a sheet once, with its photograph; whatever is wrong is told with the form as it was filled in."""
    seen = _sheet(here().db, code)
    form = KeyForm(request.form)
    try:
        found, photo = _found(seen), _photo()
        stored = store_bytes(here().site.storage, photo, "image/jpeg") if photo else None
        done = _key(code, found, stored)
    except (Invalid, TooLarge) as fault:
        field = form.photo if "photo" in fault.code else form.absent
        field.errors = [explain(fault, here().locale)]
        return _sheet_page(seen, form, _ticked()), fault.status
    flash(translate(here().locale, N_("已保存：{signed} 人签名，{absent} 人没有签名。"), signed=done[0], absent=done[1]), "ok")
    return redirect(url_for(".sheet", code=seen.code), 303)


@pages.get("/manage/sheets/<code>/photos/<photo_uid>")
@login_required
def photo(code: str, photo_uid: str) -> Response:
    found = next((p for p in photos_of(here().db, _sheet(here().db, code)) if p.uid == photo_uid), None)
    if found is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return send_stored(found.file.sha256, found.file.size, found.file.media_type, found.name, inline=True)


def _key(code: str, found: Found, stored: Stored | None) -> tuple[int, int]:
    """One transaction: the events, what was keyed, and the photograph."""
    uid, version = request.form.get("uid", ""), request.form.get("version", "")
    by_id = here().viewer.person_id
    assert by_id is not None  # login_required
    with writing() as db:
        sheet = _sheet(db, code)
        done = key_sheet(db, sheet=sheet, training_class=db.get_one(TrainingClass, sheet.class_id), found=found,
                         version=int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
                         uid=uid if len(uid) == 32 and uid.isalnum() else new_uid(), by_id=by_id, now=here().now)
        if stored is not None and not done.repeated:
            attach_photo(db, sheet=sheet, stored=stored, by_id=by_id, now=here().now)
    return done.signed, done.absent


def _found(seen: SignInSheet) -> Found:
    """What the form says: numbers in the fields, ticks at the rows, times beside them."""
    rows = row_numbers(seen)
    ticked = {name: frozenset(int(n) for n in request.form.getlist(name) if n.isascii() and n.isdigit() and int(n[:4]) in rows)
              for name in ("absent-row", "out-row")}
    times = {n: _time(request.form[f"time-{n}"]) for n in rows if request.form.get(f"time-{n}", "").strip()}
    return Found(read_numbers(request.form.get("absent", ""), rows) | ticked["absent-row"],
                 read_numbers(request.form.get("not_out", ""), rows) | ticked["out-row"], times)


def _time(text: str) -> time:
    try:
        return time.fromisoformat(text.strip()).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        raise Invalid("sheet_time_unread", N_("看不懂时间“{text}”，没有保存。请写成 09:05 这样。"), text=text.strip()[:20]) from None


def _photo() -> bytes | None:
    given = request.files.get("photo")
    if given is None or not given.filename:
        return None
    return clean_photo(given.stream.read(MAX_BYTES + 1), given.filename.replace("\\", "/").rsplit("/", 1)[-1][:100])


def _ticked() -> dict[str, object]:
    """What was filled in at the rows, in the shape that a sheet keeps."""
    form: MultiDict[str, str] = request.form
    return {"absent": [int(n) for n in form.getlist("absent-row") if n.isascii() and n[:4].isdigit()],
            "not_out": [int(n) for n in form.getlist("out-row") if n.isascii() and n[:4].isdigit()],
            "times": {name[5:]: value for name, value in form.items() if name.startswith("time-") and value}}


def _sheet(db: Session, code: str) -> SignInSheet:
    """The sheet with this code, if its class is in the viewer's charge."""
    found = fetch_by(db, here().viewer, SignInSheet, SignInSheet.code == code.upper(), "export")
    return with_rows(db, [found.id])[0]


def _group(db: Session, training_class: TrainingClass) -> Group | None:
    uid = request.form.get("group", "")
    group = db.scalar(select(Group).where(Group.uid == uid, Group.class_id == training_class.id)) if uid else None
    if uid and group is None:
        raise Invalid("group_of_another_class", N_("这个组不属于本培训班。请刷新页面后重选。"))
    return group


def _list_page(training_class: TrainingClass, fault: LmsError | None = None) -> str:
    db, sessions = here().db, sheet_sessions(training_class)
    made = printed_sheets(db, training_class)
    today = here().now.date()
    chosen = set(request.values.getlist("session")) or {s.uid for s in sessions if s.day == today}
    return render_template(
        "lms/manage/sheets/index.html", training_class=training_class, sessions=sessions, chosen=chosen, half_day=half_day,
        groups=db.scalars(select(Group).where(Group.class_id == training_class.id).order_by(Group.position, Group.id)).all(),
        printed=[(s, [sheet for sheet in made if sheet.session_id == s.id]) for s in sessions], shown_code=shown_code,
        told=explain(fault, here().locale) if fault else "", asked=request.values)


def _sheet_page(found: SignInSheet, form: KeyForm, filled: dict[str, object]) -> str:
    return render_template(
        "lms/manage/sheets/sheet.html", sheet=found, session=found.session, sessions=signed_for(found), training_class=found.session.training_class,
        form=form, filled=filled, uid=new_uid(), shown_code=shown_code, photos=photos_of(here().db, found),
        limit=MAX_BYTES // 1024 // 1024)
