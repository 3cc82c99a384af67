"""A head-count in a bus without a signal, on an address that is not localhost, by plain http and by https: no tap is lost, none counts twice."""
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from browser.conftest import FLAGS, PHONE, NewContext
from browser.field_visit import Served, outer_address, served
from browser.own_authority import Authority
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect
from sqlalchemy import select

from lms.core.attendance import head_count
from lms.core.attendance.models import AttendanceEvent
from lms.core.attendance.vehicles import add_vehicle, seat
from lms.core.clock import Clock
from lms.core.ids import new_uid
from lms.core.people.logins import open_login
from lms.site import Site
from lms.testing import Training

PEOPLE, HALF = 40, 20
LISTS = re.compile("/head-count/vehicles/")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def clock() -> Clock:
    """The phone's clock runs, so the server's must."""
    return Clock()


class Visit:
    """A class of forty in one coach, its page on a phone, and the events that came of it."""

    def __init__(self, app: Flask, site: Site, training: Training, by: Any) -> None:
        self.app, self.site, self.training = app, site, training
        with site.database.writing() as db:
            self.vehicle = add_vehicle(db, training_class=training.training_class, name="1 号车", seats="45", by_id=by.id,
                                       now=site.clock.now())
            seat(db, vehicle=self.vehicle, enrolments=training.enrolments, by_id=by.id, now=site.clock.now())
            self.secret = open_login(db, person=by, method="password", lasts=timedelta(days=1), now=site.clock.now())

    def open(self, context: NewContext, where: Served) -> Page:
        """The list on somebody's phone, who is logged in."""
        signer: Any = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
        phone = context(**PHONE)
        phone.add_cookies([{"name": "lms_session", "url": where.base, "value": signer.dumps({"_user_id": self.secret, "_fresh": True})}])
        page = phone.new_page()
        page.goto(f"{where.base}/manage/sessions/{self.training.sessions[0].uid}/head-count/vehicles/{self.vehicle.uid}")
        expect(page.locator("#head-count-state")).to_contain_text("已全部上传")
        return page

    def events(self) -> list[AttendanceEvent]:
        with self.site.database.reading() as db:
            return list(db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id)))

    def doubled(self) -> int:
        """How many events there are more than people."""
        found = self.events()
        return len(found) - len({e.person_id for e in found})


@pytest.fixture
def visit(app: Flask, site: Site, make_training: Any, person_with: Any) -> Visit:
    training = make_training(people=PEOPLE)
    return Visit(app, site, training, person_with("class_teacher", training.training_class))


@pytest.fixture
def outside(app: Flask) -> Iterator[Served]:
    host = outer_address()
    if host is None:
        pytest.skip("this machine has no address but localhost")
    with served(app, host) as where:
        yield where


def tap(page: Page, begin: int, end: int) -> None:
    for number in range(begin, end):
        page.locator("#head-count-list .tap").nth(number).tap()


def tap_all(page: Page) -> None:
    tap(page, 0, PEOPLE)


def test_forty_taps_without_a_signal_arrive_once_each_with_their_times(visit: Visit, outside: Served, context: NewContext) -> None:
    page = visit.open(context, outside)
    assert not page.evaluate("isSecureContext")
    began = datetime.now(UTC)
    page.context.set_offline(True)
    tap_all(page)
    expect(page.locator("#head-count-state")).to_contain_text(f"{PEOPLE} 条未上传")
    expect(page.locator("#head-count-leave button")).to_be_disabled()
    tapped, kept = datetime.now(UTC), page.evaluate("Object.values(localStorage).map((text) => JSON.parse(text))")
    assert visit.events() == [] and len(kept[0]) == PEOPLE
    page.wait_for_timeout(1500)
    page.context.set_offline(False)
    expect(page.locator("#head-count-state")).to_contain_text("已全部上传")
    events = visit.events()
    assert len(events) == PEOPLE and len({e.person_id for e in events}) == PEOPLE
    assert {e.uid: e.client_at for e in events} == {t["uid"]: datetime.fromisoformat(t["at"]) for t in kept[0]}
    assert all(began - timedelta(seconds=1) <= e.at <= tapped and e.received_at > tapped and e.flags == [] for e in events)
    expect(page.locator("#head-count-leave button")).to_be_enabled()


def lose_answers(page: Page) -> list[int]:
    """The first batch arrives, but its answer does not come back; gives what the server answered since."""
    answered: list[int] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST":
            return route.continue_()
        answer = route.fetch()
        answered.append(answer.status)
        return route.abort("connectionreset") if len(answered) == 1 else route.fulfill(response=answer)

    page.route(LISTS, lose)
    return answered


def count_with_a_lost_answer(visit: Visit, where: Served, context: NewContext) -> None:
    page = visit.open(context, where)
    page.context.set_offline(True)
    tap_all(page)
    answered = lose_answers(page)
    page.context.set_offline(False)
    expect(page.locator("#head-count-state")).to_contain_text("已全部上传", timeout=10_000)  # it tries again after five seconds
    assert answered == [200, 200]


def test_an_answer_that_is_lost_doubles_nothing(visit: Visit, outside: Served, context: NewContext) -> None:
    count_with_a_lost_answer(visit, outside, context)
    assert len(visit.events()) == PEOPLE and visit.doubled() == 0


def test_a_server_that_did_not_look_at_the_uids_would_be_caught(visit: Visit, outside: Served, context: NewContext,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    genuine = head_count.new_event
    monkeypatch.setattr(head_count, "_on_record", lambda db, uids: {})
    monkeypatch.setattr(head_count, "new_event", lambda session, **values: genuine(session, **{**values, "uid": new_uid()}))
    count_with_a_lost_answer(visit, outside, context)
    assert visit.doubled() == PEOPLE


def test_taps_that_wait_survive_a_reload_once_the_signal_is_back(visit: Visit, outside: Served, context: NewContext) -> None:
    page = visit.open(context, outside)
    page.route(LISTS, lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    for number in range(3):
        page.locator("#head-count-list .tap").nth(number).tap()
    expect(page.locator("#head-count-state")).to_contain_text("3 条未上传")
    page.unroute_all()
    page.reload()
    expect(page.locator("#head-count-state")).to_contain_text("已全部上传")
    expect(page.locator("#head-count-list input:checked")).to_have_count(3)
    assert len(visit.events()) == 3 and visit.doubled() == 0


def test_where_the_browser_trusts_the_address_the_page_opens_again_without_network(visit: Visit, app: Flask,
                                                                                 context: NewContext) -> None:
    """Browsers trust localhost as they do https: there a worker keeps the page, and nothing beyond this session's lists."""
    with served(app, "127.0.0.1") as where:
        page = visit.open(context, where)
        scope = page.evaluate("navigator.serviceWorker.ready.then((r) => r.scope)")
        assert scope == f"{where.base}/manage/sessions/{visit.training.sessions[0].uid}/head-count/"
        page.wait_for_function("""async () => { for (const name of await caches.keys()) {
            if (await (await caches.open(name)).match(location.href)) return true; } return false; }""")
        where.vanish()
        page.locator("#head-count-list .tap").first.tap()
        expect(page.locator("#head-count-state")).to_contain_text("1 条未上传")
        page.reload()
        expect(page.locator("#head-count-list input:checked")).to_have_count(1)
        expect(page.locator("#head-count-state")).to_contain_text("1 条未上传")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    host = outer_address()
    if host is None:
        pytest.skip("this machine has no address but localhost")
    return Authority(tmp_path_factory.mktemp("authority"), host)


@pytest.fixture
def trusting(browser: Browser, chromium: str, authority: Authority) -> Iterator[NewContext]:
    """A browser of somebody whose office has its own certificate authority: nothing is ignored, the authority is known."""
    started = browser.browser_type.launch(executable_path=chromium, args=FLAGS, env={"HOME": str(authority.home)})

    def new(**options: Any) -> BrowserContext:
        made = started.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", **options)
        made.set_default_timeout(20_000)
        return made

    yield new
    started.close()


def waiting(page: Page, count: int) -> None:
    expect(page.locator("#head-count-state")).to_contain_text(f"{count} 条未上传")


def test_the_page_opens_again_without_network_and_forty_taps_arrive_once_each(visit: Visit, app: Flask, authority: Authority,
                                                                           trusting: NewContext) -> None:
    with served(app, authority.host, authority.server) as where:
        page = visit.open(trusting, where)
        assert page.url.startswith(f"https://{authority.host}:") and page.evaluate("isSecureContext")
        assert page.evaluate("navigator.serviceWorker.ready.then((r) => r.scope)") == f"{where.base}/manage/sessions/{visit.training.sessions[0].uid}/head-count/"
        page.wait_for_function("""async () => { for (const name of await caches.keys()) {
            if (await (await caches.open(name)).match(location.href)) return true; } return false; }""")
        where.vanish()
        tap(page, 0, HALF)
        waiting(page, HALF)
        page.reload()
        expect(page.locator("#head-count-list input:checked")).to_have_count(HALF)
        waiting(page, HALF)
        tap(page, HALF, PEOPLE)
        waiting(page, PEOPLE)
        expect(page.locator("#head-count-leave button")).to_be_disabled()
        kept = page.evaluate("Object.values(localStorage).map((text) => JSON.parse(text))")[0]
        assert visit.events() == [] and len(kept) == PEOPLE
        where.come_back()
        expect(page.locator("#head-count-state")).to_contain_text("已全部上传", timeout=20_000)  # it tries again every five seconds
        events = visit.events()
        assert len(events) == PEOPLE and visit.doubled() == 0
        assert {e.uid: e.client_at for e in events} == {t["uid"]: datetime.fromisoformat(t["at"]) for t in kept}
        expect(page.locator("#head-count-leave button")).to_be_enabled()


def test_a_browser_that_does_not_know_the_authority_opens_nothing(visit: Visit, app: Flask, authority: Authority, context: NewContext) -> None:
    """So that the test above is known to rest on trust, and on no flag that turns it off."""
    with served(app, authority.host, authority.server) as where, pytest.raises(Exception, match="ERR_CERT_AUTHORITY_INVALID"):
        context().new_page().goto(where.base)
