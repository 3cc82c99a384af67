from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from lms.core.people.models import LoginThrottle
from lms.core.people.throttle import (
    LONGEST_WAIT,
    Limits,
    forget_devices,
    forgive,
    note_failure,
    note_success,
    seconds_to_wait,
)

LIMITS = Limits(attempts=5, wait=60)
ACCOUNT = "19900000001"


def fail(database, clock, times, device="attacker", account=ACCOUNT):
    waits = []
    with database.writing() as db:
        for _ in range(times):
            waits.append(note_failure(db, account=account, device=device, limits=LIMITS, now=clock.now()))
    return waits


def wait_of(database, clock, device, account=ACCOUNT):
    with database.reading() as db:
        return seconds_to_wait(db, account=account, device=device, now=clock.now())


def test_the_wait_doubles_up_to_an_hour(database, clock):
    assert fail(database, clock, 4) == [0, 0, 0, 0]
    assert fail(database, clock, 9) == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert wait_of(database, clock, "attacker") == LONGEST_WAIT
    clock.move(seconds=LONGEST_WAIT)
    assert wait_of(database, clock, "attacker") == 0


def test_one_device_does_not_lock_another_out(database, clock):
    fail(database, clock, 6)
    assert wait_of(database, clock, "attacker") > 0
    assert wait_of(database, clock, "the owner's new phone") == 0


def test_a_known_device_is_never_kept_out_by_others(database, clock):
    with database.writing() as db:
        note_success(db, account=ACCOUNT, device="the owner's phone", now=clock.now())
    for number in range(200):
        fail(database, clock, 1, device=f"cookie {number}")
    assert wait_of(database, clock, "the owner's phone") == 0


def test_a_new_cookie_for_each_guess_gains_nothing(database, clock):
    for number in range(49):
        fail(database, clock, 1, device=f"cookie {number}")
    assert wait_of(database, clock, "cookie 49") == 0
    fail(database, clock, 1, device="cookie 49")
    assert 0 < wait_of(database, clock, "cookie 50") <= 60


def test_another_account_is_not_touched(database, clock):
    for number in range(60):
        fail(database, clock, 1, device=f"cookie {number}")
    assert wait_of(database, clock, "cookie 0", account="19900000002") == 0


def test_a_right_password_begins_the_count_anew(database, clock):
    fail(database, clock, 4, device="phone")
    with database.writing() as db:
        note_success(db, account=ACCOUNT, device="phone", now=clock.now())
    assert fail(database, clock, 4, device="phone") == [0, 0, 0, 0]


def test_the_count_is_forgotten_after_a_day(database, clock):
    fail(database, clock, 6)
    clock.move(hours=25)
    assert fail(database, clock, 4) == [0, 0, 0, 0]


def test_staff_can_lift_the_wait_of_new_devices(database, clock):
    for number in range(60):
        fail(database, clock, 1, device=f"cookie {number}")
    with database.writing() as db:
        forgive(db, ACCOUNT)
    assert wait_of(database, clock, "the owner's new phone") == 0


def test_rows_do_not_pile_up(database, clock):
    for number in range(20):
        fail(database, clock, 1, account=f"nobody {number}")
    with database.writing() as db:
        note_success(db, account=ACCOUNT, device="phone", now=clock.now())
    clock.move(hours=25)
    fail(database, clock, 1)
    with database.reading() as db:
        assert db.query(LoginThrottle).count() == 3  # the known phone and the last guess
    with database.writing() as db:
        forget_devices(db, now=clock.now() + timedelta(days=500))
        assert db.query(LoginThrottle).count() == 0


def test_guesses_at_the_same_moment_are_all_counted(database, clock):
    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(lambda _: fail(database, clock, 1)[0], range(8)))
    assert sorted(waits) == [0, 0, 0, 0, 60, 120, 240, 480]
