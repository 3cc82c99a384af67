"""Watching is credited as far as the server's clock allows: forged, doubled and foreign reports change nothing."""
from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import select

from lms.core.errors import Conflict, Forbidden, Invalid, LmsError
from lms.core.files.service import store_bytes
from lms.core.ids import new_uid
from lms.core.material.content import Content
from lms.core.material.models import Material, MaterialProgress
from lms.core.material.playing import report_watched, take_over
from lms.core.material.spans import joined, measured, read_spans
from lms.core.material.standing import ADVANCED, Standing, standings

LENGTH = 600_000


class Viewer:
    """Somebody in front of a player."""

    def __init__(self, site: Any, clock: Any, material: Material, person_id: int, player: str = "") -> None:
        self.site, self.clock, self.material, self.person_id, self.player = site, clock, material, person_id, player or new_uid()

    def play(self) -> MaterialProgress:
        with self.site.database.writing() as db:
            return take_over(db, person_id=self.person_id, material=db.get_one(Material, self.material.id), player=self.player,
                             now=self.clock.now())

    def tell(self, *spans: tuple[int, int], at: int = 0) -> MaterialProgress:
        with self.site.database.writing() as db:
            return report_watched(db, person_id=self.person_id, material=db.get_one(Material, self.material.id), player=self.player,
                                  at=at, spans=list(spans), now=self.clock.now())

    def watch(self, start: int, seconds: int, speed: float = 1) -> MaterialProgress:
        """Play on, and report as the page does."""
        done = self.tell()
        end = start + round(seconds * speed * 1000)
        while start < end:
            step = min(15_000, end - start)
            self.clock.move(seconds=step / 1000 / speed)
            done = self.tell((start, start + step), at=start + step)
            start += step
        return done

    def standing(self) -> Standing:
        with self.site.database.reading() as db:
            return standings(db, person_ids=[self.person_id], material_ids=[self.material.id]).get(
                (self.person_id, self.material.id), Standing())


@pytest.fixture
def viewer(site, clock, video, person_with) -> Viewer:
    made = Viewer(site, clock, video, person_with(name="学员").id)
    made.play()
    return made


def test_watching_to_the_end_counts_once_however_often(viewer):
    assert viewer.watch(0, 300).share == 500
    assert viewer.watch(0, 300).share == 500, "the same half again is the same half"
    done = viewer.watch(300_000, 150, speed=2)
    assert (done.share, done.position, done.done_at is not None) == (1000, LENGTH, True)
    assert viewer.standing() == Standing(1000, True)


def test_where_it_stopped_is_known_on_any_device(viewer, site, clock, video):
    viewer.watch(0, 75)
    other = Viewer(site, clock, video, viewer.person_id)
    assert other.play().position == 75_000


@pytest.mark.parametrize("spans", [((0, LENGTH),), ((LENGTH - 10_000, LENGTH),), tuple((n * 10_000, n * 10_000 + 9000) for n in range(50))])
def test_the_end_in_one_request_changes_nothing(viewer, spans):
    with pytest.raises(Invalid, match="watched_too_fast"):
        viewer.tell(*spans, at=LENGTH)
    assert viewer.standing() == Standing()


def test_ten_hours_in_a_minute_are_a_minute(viewer, clock):
    """Whatever is sent and however often: at most twice the time that passed, and the two seconds that a clock may be early."""
    refused = 0
    for number in range(200):
        clock.move(seconds=0.3)
        start = number * 900 % (LENGTH - 60_000)
        try:
            viewer.tell((start, start + 60_000))
        except LmsError:
            refused += 1
        try:
            viewer.tell((start, start + 900))
        except LmsError:
            refused += 1
    assert refused > 200
    assert viewer.standing().share <= (60 * 2 + 2 * 2) * 1000 * 1000 // LENGTH + 1


def test_many_players_earn_no_more_than_one(viewer, site, clock, video):
    players = [viewer, *(Viewer(site, clock, video, viewer.person_id) for _ in range(4))]
    refused = 0
    for number in range(300):
        clock.move(seconds=0.2)
        one = players[number % 5]
        one.play()
        start = number * 1900
        try:
            one.tell((start, start + 1900))
        except LmsError:
            refused += 1
    assert refused and viewer.standing().share <= (60 * 2 + 4) * 1000 * 1000 // LENGTH + 1


def test_the_player_that_was_taken_over_is_told_and_earns_nothing(viewer, site, clock, video):
    viewer.watch(0, 30)
    other = Viewer(site, clock, video, viewer.person_id)
    other.play()
    clock.move(seconds=20)
    with pytest.raises(Conflict, match="other_player"):
        viewer.tell((30_000, 45_000))
    assert other.tell((30_000, 45_000)).share == 75


def test_another_person_s_player_is_nobody_s(viewer, site, clock, video, person_with):
    stranger = Viewer(site, clock, video, person_with(name="别人").id, viewer.player)
    clock.move(seconds=30)
    with pytest.raises(Conflict, match="other_player"):
        stranger.tell((0, 10_000))
    assert stranger.standing() == Standing() and viewer.standing() == Standing()


def test_time_cannot_be_saved_up_beyond_a_lost_network(viewer, clock):
    clock.move(hours=10)
    with pytest.raises(Invalid):
        viewer.tell((0, LENGTH), (0, LENGTH), (0, LENGTH))
    viewer.tell((0, 500_000), at=500_000)
    with pytest.raises(Invalid):
        viewer.tell((500_000, LENGTH), (0, LENGTH), (0, LENGTH))


def test_five_minutes_without_network_are_credited_when_it_is_back(viewer, clock):
    clock.move(minutes=5)
    assert viewer.tell((0, 300_000), at=300_000).share == 500


def test_nobody_jumps_ahead_the_first_time_where_that_is_forbidden(viewer, site, clock, video):
    with site.database.writing() as db:
        db.get_one(Material, video.id).no_skip = True
    viewer.watch(0, 60)
    clock.move(seconds=30)
    with pytest.raises(Forbidden, match="skipped_ahead"):
        viewer.tell((300_000, 310_000))
    viewer.tell((20_000, 30_000), (60_000, 70_000))  # looking back is free
    viewer.watch(70_000, 530)
    clock.move(seconds=30)
    assert viewer.tell((300_000, 310_000)).share == 1000, "seen once, it may be jumped about in"


def test_what_is_no_video_is_not_played(site, clock, add, person_with):

    paper = add(Content("a.pdf", store_bytes(site.storage, b"x", "application/pdf"), "pdf"))
    with pytest.raises(Invalid, match="nothing_to_play"):
        Viewer(site, clock, paper, person_with(name="学员").id).play()


def test_whoever_listens_hears_of_it_in_the_same_transaction(viewer, site, clock):
    heard = []
    site.events.on(ADVANCED, lambda db, person_id, material, now: heard.append((person_id, material.id, db.scalar(
        select(MaterialProgress.share).where(MaterialProgress.person_id == person_id)))))
    clock.move(seconds=30)
    viewer.tell((0, 30_000))
    assert heard == [(viewer.person_id, viewer.material.id, 50)]


@pytest.mark.parametrize("given", [None, "x", 7, [[0]], [[0, 1, 2]], [[1, 0]], [[5, 5]], [[-1, 5]], [[0.5, 1]], [[True, 5]], [["0", "1"]],
                                   [[0, 10**12]], [[0, 1]] * 61, {"a": 1}])
def test_reports_that_are_none_are_refused(given):
    with pytest.raises(Invalid, match="bad_watch_report"):
        read_spans(given, LENGTH)


def test_stretches_are_cut_to_the_length():
    assert read_spans([[599_000, 601_000], [LENGTH, LENGTH + 5]], LENGTH) == [(599_000, LENGTH)]


@pytest.mark.parametrize("seed", range(5))
def test_joined_stretches_hold_the_same_time(seed):
    rng = random.Random(seed)
    spans = [(start, start + rng.randint(1, 90)) for start in (rng.randrange(0, 100_000, 1000) for _ in range(200))]
    points = {t for start, end in spans for t in range(start, end)}
    found = joined(spans)
    assert measured(found) == len(points) and found == sorted(found)
    assert all(b[0] - a[1] > 500 for a, b in zip(found, found[1:], strict=False))
