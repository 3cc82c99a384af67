"""A second factor as RFC 6238 has it; each code is good once, recovery codes too, and a lost phone's secret never works again."""
from __future__ import annotations

from typing import Any

import pytest

from lms.core.clock import SettableClock
from lms.core.errors import Conflict, Invalid
from lms.core.people.models import Person
from lms.core.people.second_factor import (
    STEP,
    app_address,
    check,
    code_at,
    confirm,
    factor_of,
    next_serial,
    secret_of,
    step_of,
    turn_off,
)
from lms.site import Site

RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # the ASCII string 12345678901234567890


@pytest.mark.parametrize(("seconds", "digits"), [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"),
                                                 (2000000000, "279037"), (20000000000, "353130")])
def test_the_vectors_of_the_standard(seconds: int, digits: str) -> None:
    """RFC 6238, appendix B, SHA-1; the last six of its eight digits."""
    assert code_at(RFC_SECRET, seconds // STEP) == digits


class Phone:
    """Somebody with an app."""

    def __init__(self, site: Site, person: Person) -> None:
        self.site, self.person, self.key = site, person, site.key("second-factor")
        with site.database.reading() as db:
            self.secret = secret_of(self.key, person, next_serial(db, person))

    def shows(self, steps: int = 0) -> str:
        return code_at(self.secret, step_of(self.site.clock.now()) + steps)

    def confirm(self) -> list[str]:
        with self.site.database.writing() as db:
            return confirm(db, db.get_one(Person, self.person.id), self.shows(), key=self.key, now=self.site.clock.now())

    def check(self, given: str) -> None:
        with self.site.database.writing() as db:
            check(db, db.get_one(Person, self.person.id), given, key=self.key, now=self.site.clock.now())


@pytest.fixture
def phone(site: Site, person_with: Any) -> Phone:
    return Phone(site, person_with("administrator"))


def test_a_code_is_good_once_and_only_around_its_time(phone: Phone, clock: SettableClock) -> None:
    phone.confirm()
    with pytest.raises(Invalid, match="second_factor_wrong"):
        phone.check(phone.shows())  # it has just been used to set up
    clock.move(seconds=90)
    for wrong in (phone.shows(-2), phone.shows(2), "", "000000x", "𝟏𝟐𝟑"):
        with pytest.raises(Invalid, match="second_factor_wrong"):
            phone.check(wrong)
    phone.check(f" {phone.shows()[:3]} {phone.shows()[3:]} ")
    for used in (phone.shows(), phone.shows(-1)):
        with pytest.raises(Invalid, match="second_factor_wrong"):
            phone.check(used)
    clock.move(seconds=30)
    phone.check(phone.shows())


def test_each_recovery_code_works_once(phone: Phone) -> None:
    codes = phone.confirm()
    assert len(set(codes)) == 8
    phone.check(f"{codes[0][:5]}-{codes[0][5:]}".lower())
    with pytest.raises(Invalid, match="second_factor_wrong"):
        phone.check(codes[0])
    phone.check(codes[1])


def test_once_turned_off_the_old_secret_is_void(phone: Phone, site: Site, clock: SettableClock) -> None:
    codes = phone.confirm()
    with pytest.raises(Conflict, match="second_factor_on"):
        phone.confirm()
    with site.database.writing() as db:
        turn_off(db, db.get_one(Person, phone.person.id), by=None, now=clock.now())
    clock.move(minutes=5)
    for old in (phone.shows(), codes[3]):
        with pytest.raises(Invalid, match="second_factor_wrong"):
            phone.check(old)
    again = Phone(site, phone.person)
    assert again.secret != phone.secret
    again.confirm()
    with site.database.reading() as db:
        found = factor_of(db, phone.person)
        assert found is not None and found.serial == 2 and again.secret not in str(found.recovery)


def test_the_app_is_told_whose_code_it_is(phone: Phone) -> None:
    address = app_address(phone.secret, phone.person, "培训 中心")
    assert address.startswith("otpauth://totp/") and f"secret={phone.secret}" in address and "issuer=%E5%9F%B9%E8%AE%AD%20%E4%B8%AD%E5%BF%83" in address
