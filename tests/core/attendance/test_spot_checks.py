"""Random spot checks: nobody twice before everybody once, repeatable from the seed, and no signature is erased."""
from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lms.core.attendance.check_in import check_in_by_staff
from lms.core.attendance.corrections import correct
from lms.core.attendance.in_session import people_in_session
from lms.core.attendance.models import AttendanceEvent, SpotCheck, SpotDraw
from lms.core.attendance.spot_checks import draw, drawn, mark
from lms.core.classes.models import Enrolment
from lms.core.errors import Conflict, Invalid
from lms.core.ids import new_uid


@pytest.fixture
def training(make_training, clock):
    made = make_training(people=7)
    clock.move(minutes=60)  # 09:00
    return made


@pytest.fixture
def teacher(person_with, training):
    return person_with("class_teacher", training.training_class)


@pytest.fixture
def check(database, training, teacher, clock):
    def make(size=3, seed="seed", uid=None):
        with database.writing() as db:
            people = people_in_session(db, session=training.sessions[0], training_class=training.training_class,
                                       enrolments=training.enrolments, now=clock.now())
            return draw(db, session=training.sessions[0], training_class=training.training_class, people=people, size=size, seed=seed,
                        uid=uid or new_uid(), by_id=teacher.id, now=clock.now())
    return make


@pytest.fixture
def found(database, training, teacher, clock):
    def note(made, uid=None, **outcomes):
        """``found(check, _0="absent")``: the first drawn is absent."""
        with database.writing() as db:
            uids = of(db, made)
            return mark(db, check=db.get_one(SpotCheck, made.id), session=training.sessions[0], uid=uid or new_uid(), by_id=teacher.id,
                        found={uids[int(n[1:])]: outcome for n, outcome in outcomes.items()}, now=clock.now())
    return note


def of(db, made):
    """Uids of those drawn, in order."""
    return list(db.scalars(select(Enrolment.uid).join(SpotDraw, SpotDraw.enrolment_id == Enrolment.id)
                           .where(SpotDraw.check_id == made.id).order_by(SpotDraw.position)))


def reviews(database, training, clock):
    with database.reading() as db:
        people = people_in_session(db, session=training.sessions[0], training_class=training.training_class,
                                   enrolments=training.enrolments, now=clock.now())
    return {p.enrolment.uid: (p.status.code, p.status.review) for p in people if p.status.review}


@given(st.text(max_size=20), st.lists(st.integers(0, 3), min_size=1, max_size=40), st.randoms())
def test_a_draw_depends_on_nothing_but_seed_and_pool(seed, before, chance):
    pool = [(f"{n:032x}", times) for n, times in enumerate(before)]
    shuffled = chance.sample(pool, len(pool))
    size = chance.randint(1, len(pool))
    chosen = drawn(seed, pool, size)
    assert chosen == drawn(seed, shuffled, size) and len(set(chosen)) == size
    times = dict(pool)
    assert sorted(times[one] for one in chosen) == sorted(times.values())[:size]


@given(st.integers(1, 12), st.lists(st.integers(1, 12), min_size=1, max_size=12))
def test_nobody_is_drawn_twice_until_everybody_was(people, sizes):
    counts = Counter({f"{n:032x}": 0 for n in range(people)})
    for number, size in enumerate(sizes):
        counts.update(drawn(f"seed {number}", list(counts.items()), min(size, people)))
        assert max(counts.values()) - min(counts.values()) <= 1


def test_whoever_was_away_while_others_had_their_turn_is_not_drawn_twice_for_it(database, training, teacher, check, clock):
    """Counting how often each was drawn would pick the one who came back three times running."""
    away = training.enrolments[0]
    with database.writing() as db:
        correct(db, session=training.sessions[0], person_id=away.person_id, status="sick_leave", reason="已交假条", by_id=teacher.id,
                now=clock.now(), uid=new_uid())
    for turn in range(3):
        check(6, seed=f"round {turn}")
    clock.move(seconds=1)
    with database.writing() as db:
        correct(db, session=training.sessions[0], person_id=away.person_id, status="present", reason="已回来", by_id=teacher.id,
                now=clock.now(), uid=new_uid())
    first, *round_of_seven = [check(1, seed=f"then {turn}") for turn in range(8)]
    with database.reading() as db:
        assert of(db, first) == [away.uid]
        assert sum(away.uid in of(db, turn) for turn in round_of_seven) == 1


def test_two_seeds_draw_differently():
    pool = [(f"{n:032x}", 0) for n in range(40)]
    assert len({tuple(drawn(f"seed {n}", pool, 5)) for n in range(20)}) == 20


def test_drawn_people_can_be_drawn_again_from_what_is_stored(database, check):
    check(4)
    made = check(5, seed="another")
    with database.reading() as db:
        stored = db.get_one(SpotCheck, made.id)
        assert drawn(stored.seed, [(uid, times) for uid, times in stored.pool], stored.size) == of(db, made)
        counts = Counter(db.scalars(select(SpotDraw.enrolment_id)))
    assert sorted(counts.values()) == [1, 1, 1, 1, 1, 2, 2]


def test_the_same_draw_sent_twice_is_one(database, check):
    uid = new_uid()
    assert check(uid=uid).id == check(uid=uid, seed="other").id
    with database.reading() as db:
        assert len(db.scalars(select(SpotDraw)).all()) == 3
    with pytest.raises(Conflict):
        check(4, uid=uid)


def test_draws_at_once_still_draw_nobody_twice(database, check):
    with ThreadPoolExecutor(3) as hands:
        list(hands.map(lambda n: check(2, seed=str(n)), range(3)))
    with database.reading() as db:
        assert max(Counter(db.scalars(select(SpotDraw.enrolment_id))).values()) == 1


@pytest.mark.parametrize("size", [0, 8])
def test_too_few_and_too_many_are_refused(check, size):
    with pytest.raises(Invalid):
        check(size)


@pytest.mark.parametrize(("minutes", "refused"), [(-31, True), (-30, False), (150, False), (151, True)])
def test_people_are_looked_for_while_the_session_is_on(check, clock, minutes, refused):
    clock.move(minutes=minutes)
    if refused:
        with pytest.raises(Conflict) as refusal:
            check()
        assert refusal.value.code == "spot_check_outside"
    else:
        check()


def test_whoever_is_on_leave_is_not_looked_for(database, training, check, clock):
    with database.writing() as db:
        db.add(AttendanceEvent(class_id=training.training_class.id, session_id=training.sessions[0].id, person_id=training.people[0].id,
                               kind="status", status="sick_leave", at=clock.now(), received_at=clock.now(), method="leave", flags=[]))
    made = check(6)
    with database.reading() as db:
        assert training.enrolments[0].uid not in of(db, made)


def test_who_was_not_there_is_put_under_review_and_stays_signed_in(database, training, teacher, check, found, clock):
    with database.writing() as db:
        for person in training.people:
            check_in_by_staff(db, session=training.sessions[0], person_id=person.id, direction="in", method="card", uid=new_uid(),
                              by_id=teacher.id, now=clock.now())
    made, before = check(), {}
    with database.reading() as db:
        first = of(db, made)[0]
        before = {p.enrolment.uid: p.status.code for p in people_in_session(
            db, session=training.sessions[0], training_class=training.training_class, enrolments=training.enrolments, now=clock.now())}
    assert found(made, _0="absent", _1="present") == 2
    assert reviews(database, training, clock) == {first: (before[first], ("spot_absent",))}


def test_notes_sent_twice_count_once_and_a_changed_note_voids_the_first(database, training, check, found, clock):
    made, uid = check(), new_uid()
    assert found(made, uid, _0="absent") == 1 and found(made, uid, _0="absent") == 0
    assert found(made, _0="present") == 1
    assert reviews(database, training, clock) == {}
    with database.reading() as db:
        assert [e.kind for e in db.scalars(select(AttendanceEvent).order_by(AttendanceEvent.id))] == ["check", "check", "void"]


def test_notes_about_others_are_refused_whole(database, training, check, teacher, clock):
    made = check()
    with database.reading() as db:
        uids = of(db, made)
    stranger = next(e.uid for e in training.enrolments if e.uid not in uids)
    for found in ({uids[0]: "absent", stranger: "absent"}, {uids[0]: "late"}):
        with pytest.raises(Invalid), database.writing() as db:
            mark(db, check=db.get_one(SpotCheck, made.id), session=training.sessions[0], found=found, uid=new_uid(), by_id=teacher.id,
                 now=clock.now())
    with database.reading() as db:
        assert not db.scalars(select(AttendanceEvent)).all()
