"""One table from refusals to answers: a page for people, JSON for programs, the same status for both."""
from __future__ import annotations

import logging
import time
from collections import defaultdict, deque

from flask import Response, current_app, jsonify, make_response, redirect, request, url_for
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from lms.core.audit.service import Origin, record
from lms.core.errors import Forbidden, Invalid, LmsError, NotFound, TooLarge, TooOften, Unavailable
from lms.core.i18n import N_, explain
from lms.web.context import here
from lms.web.templates import render_template

log = logging.getLogger(__name__)

_CAP, _WINDOW = 30, 600  # refusals logged per source and ten minutes; a flood must not fill the disk
_SECRET_PARTS = frozenset({"token", "ticket", "code"})


class LoginRequired(Forbidden):
    """Nobody is logged in on this device."""

    status = 401

    def __init__(self) -> None:
        super().__init__("login_required", N_("请先登录。"))


class _Cap:
    def __init__(self) -> None:
        self._seen: dict[str, deque[float]] = defaultdict(deque)

    def allows(self, source: str) -> bool:
        times, now = self._seen[source], time.monotonic()
        while times and now - times[0] > _WINDOW:
            times.popleft()
        if len(self._seen) > 10_000:
            self._seen.clear()
        if len(times) >= _CAP:
            return False
        times.append(now)
        return True


_cap = _Cap()


def answer_refusal(error: LmsError) -> Response:
    """The answer to a refusal, logged in a transaction of its own after the rollback."""
    if isinstance(error, LoginRequired) and not wants_json():
        if not here().installed.host_login:
            target = request.full_path.rstrip("?") if request.method == "GET" else None
            return redirect(url_for("lms.login.show", next=target))  # type: ignore[return-value]
        login = getattr(current_app, "login_manager", None)
        if login is not None and (login.login_view or login.unauthorized_callback):
            return make_response(login.unauthorized())  # the host knows where its people log in
    log_refusal(error)
    text = explain(error, here().locale)
    if wants_json():
        response = jsonify(error={"code": error.code, "message": text, "data": _plain(error.data)})
    else:
        response = make_response(render_template("lms/error.html", error=error, text=text))
    response.status_code = error.status
    if isinstance(error, TooOften) and "seconds" in error.data:
        response.headers["Retry-After"] = str(error.data["seconds"])
    return response


def answer_http(error: HTTPException) -> Response:
    """Errors of the web layer itself (unknown address, too large a body) in the same form."""
    known: dict[int, LmsError] = {
        404: NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。")),
        405: Invalid("wrong_method", N_("这个地址不能这样使用。请从页面上的按钮操作。")),
        413: TooLarge("too_large", N_("上传的内容太大，没有保存。一次最多 {limit} MB，请压缩或拆分后再传。"),
                      limit=here().site.settings.request_limit),
        400: Invalid("bad_request", N_("请求不完整，没有执行。请返回上一页重试。")),
    }
    if isinstance(error, RequestEntityTooLarge):
        return answer_refusal(known[413])
    refusal = known.get(error.code or 500)
    if refusal is None:
        return error.get_response()  # type: ignore[return-value]
    answer = answer_refusal(refusal)
    answer.status_code = error.code or 500
    return answer


def answer_fault(error: Exception) -> Response:
    """A fault of ours: logged with its trace, told without details."""
    log.exception("a request failed: %s %s", request.method, _place())
    if current_app.testing and not isinstance(error, OSError):
        raise error
    full = isinstance(error, OSError)
    return answer_refusal(Unavailable("fault", N_("系统出了问题，本次操作没有完成，已有的数据不受影响。请稍后再试；如果一直这样，请联系管理员。")
                                      if not full else
                                      N_("系统暂时无法保存数据，本次操作没有生效。请稍后再试，或联系管理员检查磁盘空间和数据库。")))


def wants_json() -> bool:
    """Whether the caller is a script: it sent JSON or asks for it."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"], default="text/html")
    return request.is_json or best == "application/json"


def _plain(data: dict[str, object]) -> dict[str, object]:
    return {k: v if isinstance(v, (str, int, float, bool, type(None))) else str(v) for k, v in data.items()}


def _place() -> str:
    """Where the request went; the rule instead of the path where a secret stands in it (a link, a ticket, a card)."""
    secrets = _SECRET_PARTS.intersection(request.view_args or {})
    place = request.url_rule.rule if secrets and request.url_rule is not None else request.path
    return place.replace("\0", "\N{REPLACEMENT CHARACTER}")  # which a database can keep


def log_refusal(error: LmsError) -> None:
    """Log a refusal in a transaction of its own; for handlers that show it on their own page instead of raising it."""
    unsafe = request.method not in ("GET", "HEAD", "OPTIONS")
    if isinstance(error, (LoginRequired, Unavailable)) or not (unsafe or isinstance(error, Forbidden)):
        return
    person = here().person
    source = f"{id(here().installed)} {person.id if person else request.remote_addr}"  # two apps may share this process
    if not _cap.allows(source):
        return
    try:
        with here().site.database.writing() as db:
            db.info["origin"] = Origin(request.remote_addr or "", request.user_agent.string)
            record(db, actor_id=person.id if person else None, action=request.endpoint or _place()[:60],
                   thing=_place()[:64], now=here().now, outcome="refused", code=error.code)
    except Unavailable:
        log.warning("a refusal (%s) could not be logged: storage is unavailable", error.code)
