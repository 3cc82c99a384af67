"""A phone signs in: it scans or types the hall's code, gets a ticket, and one tap redeems it. No GET changes anything."""
from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from flask import Blueprint, request

from lms.core.attendance.check_in import CheckedIn, check_in, counts_from
from lms.core.attendance.codes import Scan, Ticket, give_ticket, judge_scan, judge_typed, read_ticket
from lms.core.attendance.sessions import open_sessions, person_by_name_and_digits
from lms.core.classes.models import ClassSession
from lms.core.classes.rules import rules_of
from lms.core.errors import Conflict, Forbidden, LmsError, TooOften
from lms.core.i18n import N_
from lms.core.ids import keyed, new_secret
from lms.core.people.names import name_key
from lms.core.people.throttle import Limits, note_failure, seconds_to_wait
from lms.web.context import here
from lms.web.errors import wants_json
from lms.web.identity import device
from lms.web.templates import render_template
from lms.web.unit import writing

pages = Blueprint("sign_in", __name__)


@pages.get("/s")
def type_code() -> str:
    return render_template("lms/sign_in/type.html")


@pages.get("/s/<code>")
def scan(code: str) -> str:
    facts = here()
    judged = judge_scan(facts.site.key("hall"), code, facts.now, facts.site.settings.code_step)
    return _offer(judged, facts.session(judged.session_uid))


@pages.post("/s")
def typed() -> str:
    facts = here()
    with few_attempts(f"typed:{facts.person.uid if facts.person else _device()}"):
        sessions = {s.uid: s for s in open_sessions(facts.db, now=facts.now, soon=True)}
        judged = judge_typed(facts.site.key("hall"), request.form.get("code", ""), list(sessions), facts.now,
                             facts.site.settings.code_step)
    return _offer(judged, sessions[judged.session_uid])


@pages.get("/s/t/<ticket>")
def resume(ticket: str) -> str:
    """Come back to a ticket after logging in."""
    opened = _read(ticket)
    return _page(ticket, opened, here().session(opened.session_uid))


@pages.post("/s/t/<ticket>")
def redeem(ticket: str) -> str | tuple[str, int]:
    """The tap. Answered only after the event is durable."""
    facts = here()
    opened = _read(ticket)
    try:
        if facts.person is not None:
            return _done(opened, facts.person.id, [])
        if not facts.site.settings.sign_in_by_name:
            raise Forbidden("login_needed", N_("请先在这台手机上登录，再签到。"))
        return _by_name(opened)
    except Conflict as early:
        if early.code != "opens_later" or wants_json():
            raise
        return _page(ticket, opened, facts.session(opened.session_uid)), early.status


def _by_name(ticket: Ticket) -> str:
    facts, name = here(), request.form.get("name", "")
    session = facts.session(ticket.session_uid)
    with few_attempts(f"name:{session.class_id}:{name_key(name)}"):
        person = person_by_name_and_digits(facts.db, class_id=session.class_id, name=name,
                                           digits=request.form.get("digits", "").strip())
    return _done(ticket, person.id, ["name_and_digits"])


@contextmanager
def few_attempts(account: str) -> Iterator[None]:
    """Wrong answers about *account* are counted per device; after some of them this device must wait.

    :raises TooOften: it must wait now
    """
    facts, settings = here(), here().site.settings
    wait = seconds_to_wait(facts.db, account=account, device=_device(), now=facts.now)
    if wait:
        raise TooOften("too_many_attempts", N_("试错次数太多，请 {seconds} 秒后再试，或到签到台联系工作人员。"), seconds=wait)
    try:
        yield
    except LmsError:
        with writing() as db:
            note_failure(db, account=account, device=_device(), limits=Limits(settings.code_attempts, settings.login_wait),
                         now=facts.now)
        raise


def _done(ticket: Ticket, person_id: int, flags: list[str]) -> str:
    facts, browser = here(), _device()
    session = facts.session(ticket.session_uid)
    rules, zone = rules_of(session.training_class), session.training_class.zone
    with writing() as db:
        done = check_in(db, session=session, rules=rules, zone=zone, person_id=person_id, ticket=ticket, method=ticket.method,
                        device=browser, now=facts.now, flags=flags, client_at=_phone_says(),
                        prompt=timedelta(minutes=facts.site.settings.tap_minutes))
    return _result(session, done)


def _result(session: ClassSession, done: CheckedIn) -> str:
    return render_template("lms/sign_in/done.html", session=session, done=done, zone=session.training_class.zone)


def _offer(judged: Scan, session: ClassSession) -> str:
    """The page behind a right code: who you are, and one button."""
    training_class = session.training_class
    ready = counts_from(session, rules_of(training_class), training_class.zone, judged.seen_at)
    ticket = give_ticket(here().site.key("ticket"), judged, _device(), ready)
    return _page(ticket, _read(ticket), session)


def _page(ticket: str, opened: Ticket, session: ClassSession) -> str:
    settings, now, training_class = here().site.settings, here().now, session.training_class
    ready = counts_from(session, rules_of(training_class), training_class.zone, opened.seen_at)
    return render_template("lms/sign_in/tap.html", waits=math.ceil((ready - now).total_seconds()) if ready > now else 0,
                           ready=ready, ticket=ticket, direction=opened.direction, session=session,
                           by_name=settings.sign_in_by_name, until=max(ready, opened.seen_at) + _lasts(), zone=training_class.zone)


def _read(ticket: str) -> Ticket:
    return read_ticket(here().site.key("ticket"), ticket, here().now, _lasts())


def _lasts() -> timedelta:
    return timedelta(minutes=here().site.settings.ticket_minutes)


def _phone_says() -> datetime | None:
    """The phone's own clock, in milliseconds, where its script sent it; anything else is as if it had said nothing."""
    told = request.form.get("client_at", "")
    return datetime.fromtimestamp(int(told) / 1000, UTC) if told.isascii() and told.isdigit() and len(told) == 13 else None


def _device() -> str:
    """This browser's digest: keyed, so that the database alone identifies no phone."""
    return keyed(here().site.key("device"), device(lambda: new_secret(160)), bits=120)
