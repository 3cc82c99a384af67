"""Resumable uploads: tus 1.0 with creation, expiration, checksum and termination (https://tus.io/protocols/resumable-upload)."""
from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from lms.core.access.roles import ROLE_ACTIONS
from lms.core.db import after_commit
from lms.core.errors import Forbidden, Invalid, LmsError
from lms.core.files.incoming import Incoming
from lms.core.files.models import Upload
from lms.core.files.uploads import advance, begin, expect_offset, find_upload, forget, require_room
from lms.core.i18n import N_
from lms.web.context import here
from lms.web.identity import login_required
from lms.web.posted import me
from lms.web.unit import writing

pages = Blueprint("uploads", __name__)

_VERSION, _PIECE = "1.0.0", 256 * 1024
_OCTETS = "application/offset+octet-stream"
_MB = 1024 * 1024


@pages.post("/uploads")
@login_required
def create() -> Response:
    _check_version()
    if not any("teach" in ROLE_ACTIONS[role] for role, _, _ in here().viewer.grants):
        raise Forbidden("uploads_for_teaching", N_("只有讲师和教务人员可以上传课件。"))
    settings, size = here().site.settings, _number("Upload-Length")
    require_room(settings.data_folder, size)
    with writing() as db:
        upload = begin(db, person_id=me(), name=_file_name(), size=size, limit=settings.upload_limit * _MB, days=settings.upload_days,
                       now=here().now)
        uid = upload.uid
    return _answer(201, upload, Location=url_for(".look", uid=uid))


@pages.get("/uploads/<uid>")
@login_required
def look(uid: str) -> Response:
    """How much of it is here; a HEAD asks the same."""
    return _answer(200, find_upload(here().db, person_id=me(), uid=uid, now=here().now))


@pages.patch("/uploads/<uid>")
@login_required
def append(uid: str) -> Response:
    """The next piece. The file is held from the look at the row until the row says how far it is."""
    _check_version()
    if request.mimetype != _OCTETS:
        raise _Unsupported()
    find_upload(here().db, person_id=me(), uid=uid, now=here().now)  # before a file is made for it
    with incoming().hold(uid) as part:
        with here().site.database.reading() as db:  # the request's own session may see what was before we held it
            upload = find_upload(db, person_id=me(), uid=uid, now=here().now)
        expect_offset(upload, _number("Upload-Offset"))
        end = part.append(upload.received, _pieces(), size=upload.size, checksum=request.headers.get("Upload-Checksum", ""))
        with writing() as db:
            advance(db, upload, received=end)
    upload.received = end
    return _answer(204, upload)


@pages.delete("/uploads/<uid>")
@login_required
def give_up(uid: str) -> Response:
    with writing() as db:
        forget(db, find_upload(db, person_id=me(), uid=uid, now=here().now))
        after_commit(db, lambda: incoming().remove(uid))
    return _answer(204)


@pages.after_request
def say_what_we_speak(response: Response) -> Response:
    response.headers["Tus-Resumable"] = response.headers["Tus-Version"] = _VERSION
    response.headers["Tus-Extension"] = "creation,expiration,checksum,termination"
    response.headers["Tus-Checksum-Algorithm"] = "sha256,sha1"
    response.headers["Tus-Max-Size"] = str(here().site.settings.upload_limit * _MB)
    return response


class _OtherVersion(LmsError):
    status = 412


class _Unsupported(LmsError):
    status = 415

    def __init__(self) -> None:
        super().__init__("not_octets", N_("分段上传的内容类型不对，没有保存。"))


def incoming() -> Incoming:
    """Where uploads of this installation grow."""
    return Incoming(here().site.settings.data_folder / "uploads")


def _check_version() -> None:
    if request.headers.get("Tus-Resumable") != _VERSION:
        raise _OtherVersion("tus_version", N_("分段上传的协议版本不对，没有保存。请刷新页面后重试。"))


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Invalid("bad_header", N_("上传请求缺少 {header}，没有保存。请刷新页面后重试。"), header=header)
    return int(text)


def _file_name() -> str:
    """From ``Upload-Metadata``: pairs of a key and Base64, divided by commas."""
    for pair in request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        if key in ("filename", "name"):
            try:
                return base64.b64decode(value, validate=True).decode().replace("\0", "")
            except (binascii.Error, ValueError) as error:
                raise Invalid("bad_header", N_("上传请求缺少 {header}，没有保存。请刷新页面后重试。"), header="Upload-Metadata") from error
    return ""


def _pieces() -> Iterator[bytes]:
    """What arrives. If the network breaks off, what came until then is kept."""
    try:
        while piece := request.stream.read(_PIECE):
            yield piece
    except ClientDisconnected:
        return


def _answer(status: int, upload: Upload | None = None, **headers: str) -> Response:
    response = Response(status=status, headers=headers)
    response.headers["Cache-Control"] = "no-store"
    if upload is not None:
        response.headers["Upload-Offset"], response.headers["Upload-Length"] = str(upload.received), str(upload.size)
        response.headers["Upload-Expires"] = http_date(upload.expires_at)
    return response
