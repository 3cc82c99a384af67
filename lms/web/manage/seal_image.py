"""The picture of the seal for a class's certificates: put it forward, approve it, take it away."""
from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, flash, redirect, request, send_file, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from lms.core.access.service import fetch
from lms.core.certificates.models import SealImage
from lms.core.certificates.seal_image import (
    LARGEST,
    approve_seal,
    clean_seal,
    current_seal,
    propose_seal,
    withdraw_seal,
)
from lms.core.classes.models import TrainingClass
from lms.core.errors import Invalid, NotFound
from lms.core.files.models import StoredFile
from lms.core.files.service import store_bytes
from lms.core.i18n import N_, translate
from lms.core.people.models import Person
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("manage_seal_image", __name__)
_ROUTE = "/manage/classes/<uid>/certificates/seal"


@pages.get(_ROUTE)
@login_required
def show(uid: str) -> str:
    training_class = fetch(here().db, here().viewer, TrainingClass, uid, "certify")
    seal = current_seal(here().db, training_class.id)
    names = {} if seal is None else {row.id: row.name for row in here().db.execute(select(Person.id, Person.name).where(
        Person.id.in_([seal.proposed_by_id, seal.first_by_id, seal.second_by_id])))}
    return render_template("lms/manage/certificates/seal.html", training_class=training_class, seal=seal, names=names, own=seal is not None and seal.first_by_id == me())


@pages.get(f"{_ROUTE}.png")
@login_required
def picture(uid: str) -> Response:
    seal = _seal(here().db, uid)
    file = here().db.get_one(StoredFile, seal.file_id)
    with here().site.storage.open(file.sha256) as stored:
        return send_file(BytesIO(stored.read()), "image/png")


@pages.post(_ROUTE)
@login_required
def propose(uid: str) -> Redirect:
    upload = request.files.get("file")
    fetch(here().db, here().viewer, TrainingClass, uid, "certify")  # before anything is read
    if upload is None or not upload.filename:
        raise Invalid("seal_missing", N_("还没有选择印章图片，没有保存。"))
    stored = store_bytes(here().site.storage, clean_seal(upload.stream.read(LARGEST + 1)), "image/png")
    with writing() as db:
        propose_seal(db, training_class=fetch(db, here().viewer, TrainingClass, uid, "certify"), stored=stored, by_id=me(), now=here().now)
    return _back(uid, N_("已提出，两个人批准以后才会印在证书上。"))


@pages.post(f"{_ROUTE}/approve")
@login_required
def approve(uid: str) -> Redirect:
    with writing() as db:
        approve_seal(db, seal=_seal(db, uid), by_id=me(), now=here().now)
    return _back(uid, N_("已批准。"))


@pages.post(f"{_ROUTE}/withdraw")
@login_required
def withdraw(uid: str) -> Redirect:
    with writing() as db:
        withdraw_seal(db, seal=_seal(db, uid), by_id=me(), now=here().now)
    return _back(uid, N_("已停用，以后的证书留空盖章。"))


def _seal(db: Session, uid: str) -> SealImage:
    """:raises NotFound: the class has none"""
    seal = current_seal(db, fetch(db, here().viewer, TrainingClass, uid, "certify").id)
    if seal is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return seal


def _back(uid: str, message: str) -> Redirect:
    flash(translate(here().locale, message), "ok")
    return redirect(url_for(".show", uid=uid), 303)
