"""300 people log in behind one address: by activation link, and by password."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bench.load import Answer, Phone, Result, crowd
from bench.rows import Place, Row, burst, failures
from lms.core.people.activation import activation_links
from lms.core.people.models import Password, Person
from lms.core.people.passwords import hash_password

_MINUTE = 60.0
_PASSWORD = "correct horse battery"


async def measure(place: Place) -> list[Row]:
    links = await _by_link(place)
    passwords = await _by_password(place)
    return [Row("log in by link", burst([links]), "within a minute p95 < 3 s, none blocked", _kept(links)),
            *failures([links], "log in by link"),
            Row("log in by password", burst([passwords]), "within a minute p95 < 3 s, none blocked", _kept(passwords)),
            *failures([passwords], "log in by password")]


def _kept(result: Result) -> bool:
    return result.percentile(.95) < 3 and not result.failures


async def _by_link(place: Place) -> Result:
    """Everybody opens their link and taps the button, at any time of one minute."""
    site, now = place.world.site, datetime.now(UTC)
    with site.database.writing() as db:
        people = [db.get_one(Person, p.id) for p in place.world.people]
        links = activation_links(db, people, key=site.key("activation"), lasts=timedelta(days=1), now=now)
        tokens = [links[p.id] for p in people]
    phones = _new_phones(place)

    async def log_in(n: int) -> list[Answer]:
        page = await phones[n].get(f"/a/{tokens[n]}")
        done = await phones[n].post(f"/a/{tokens[n]}", {"csrf_token": place.world.token})
        return [page, _as_expected(done)]

    return await crowd(len(phones), log_in, within=_MINUTE)


async def _by_password(place: Place) -> Result:
    site, now, one = place.world.site, datetime.now(UTC), hash_password(_PASSWORD)  # one hash for all: only checking is measured
    with site.database.writing() as db:
        db.add_all(Password(person_id=p.id, hash=one, changed_at=now) for p in place.world.people)
    phones = _new_phones(place)

    async def log_in(n: int) -> list[Answer]:
        page = await phones[n].get("/login")
        form = {"csrf_token": place.world.token, "phone": str(place.world.people[n].phone), "password": _PASSWORD}
        return [page, _as_expected(await phones[n].post("/login", form))]

    return await crowd(len(phones), log_in, within=_MINUTE)


def _new_phones(place: Place) -> list[Phone]:
    """Phones that nobody is logged in on, each with a session cookie that holds the CSRF token."""
    return [Phone(place.port, place.world.new_cookie()) for _ in place.world.people]


def _as_expected(answer: Answer) -> Answer:
    """A redirect onwards is what success looks like; one back to the login page is not."""
    onwards = answer.status == 303 and not answer.headers.get("location", "").startswith("/login")
    return Answer(200, answer.body, answer.seconds, answer.headers) if onwards else answer
