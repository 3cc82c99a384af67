"""Anybody verifies a certificate: by the code on it, or by number and name together. No account, nothing beyond what is
printed, and too many wrong attempts have to wait."""
from __future__ import annotations

from flask import Blueprint, Response, make_response, request

from lms.core.certificates.issue import certificate_code
from lms.core.certificates.models import Certificate
from lms.core.certificates.numbers import number_key
from lms.core.certificates.render import check_code
from lms.core.certificates.terms import shown_state
from lms.core.certificates.verify import STATES, by_code, by_number, replaced_by
from lms.core.clock import local
from lms.core.errors import NotFound, TooOften
from lms.core.i18n import N_, explain
from lms.core.ids import keyed, new_secret
from lms.core.people.names import name_key
from lms.core.people.throttle import Limits, note_failure, seconds_to_wait
from lms.web.certificates import printed_rows
from lms.web.context import here
from lms.web.identity import device
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("verify", __name__)


@pages.after_request
def keep_out_of_search_engines(response: Response) -> Response:
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


@pages.get("/v")
def form() -> str:
    return render_template("lms/verify/form.html", words={}, refusal="")


@pages.get("/v/<code>")
def show(code: str) -> str:
    """The page behind the QR."""
    misses, address = here().installed.misses, request.remote_addr or ""
    _refuse_for(misses.seconds_to_wait(address, here().now))
    try:
        return _page(by_code(here().db, code), with_code=True)
    except NotFound:
        misses.note(address, here().now)
        raise


@pages.post("/v")
def search() -> str | Response:
    """By number and name, or by the code typed from the paper. What is found this way does not tell the code."""
    words = {key: request.form.get(key, "").strip()[:200] for key in ("number", "name", "code")}
    accounts = _accounts(words)
    misses, address = here().installed.misses, request.remote_addr or ""
    if words["code"]:
        _refuse_for(misses.seconds_to_wait(address, here().now))
    _wait_if_told_to(accounts)
    try:
        if words["code"]:
            return _page(by_code(here().db, words["code"]), with_code=True)
        return _page(by_number(here().db, words["number"], words["name"]), with_code=False)
    except NotFound as refusal:
        if words["code"]:
            misses.note(address, here().now)
        _count(accounts)
        page = render_template("lms/verify/form.html", words=words, refusal=explain(refusal, here().locale))
        return make_response(page, 404)


def _page(certificate: Certificate, *, with_code: bool) -> str:
    code = check_code(certificate_code(here().site.key("certificate"), certificate.uid)) if with_code else ""
    state = shown_state(certificate, local(here().now, here().site.settings.zone).date())
    return render_template("lms/verify/certificate.html", certificate=certificate, state=state, words=certificate.snapshot,
                           rows=printed_rows(certificate), code=code, states=STATES, replaced_by=replaced_by(here().db, certificate))


def _accounts(words: dict[str, str]) -> list[str]:
    """What wrong attempts are counted for: this browser, and, for browsers that keep no cookie, the number and the name
    that are being guessed at."""
    found = [f"verify:{_device()}"]
    if not words["code"]:
        found += [f"verify-number:{number_key(words['number'])}", f"verify-name:{name_key(words['name'])}",
                  f"verify-address:{request.remote_addr or ''}"]
    return found


def _wait_if_told_to(accounts: list[str]) -> None:
    """:raises TooOften: one of *accounts* must wait"""
    _refuse_for(max(seconds_to_wait(here().db, account=account, device=_device(), now=here().now) for account in accounts))


def _refuse_for(wait: int) -> None:
    """:raises TooOften: unless *wait* is 0 seconds"""
    if wait:
        raise TooOften("too_many_attempts", N_("查不到的次数太多，请 {seconds} 秒后再试，或扫描证书上的二维码查验。"), seconds=wait)


def _count(accounts: list[str]) -> None:
    settings = here().site.settings
    with writing() as db:
        for account in accounts:
            note_failure(db, account=account, device=_device(), limits=Limits(settings.login_attempts, settings.login_wait),
                         now=here().now)


def _device() -> str:
    """This browser's digest: keyed, so that the database alone identifies no phone."""
    return keyed(here().site.key("device"), device(lambda: new_secret(160)), bits=120)
