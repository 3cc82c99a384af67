"""Watching and listening. What a player reports is evidence; credit never exceeds what the server's clock allows.

A person's time is accounted for from the moment a player took over. Each report uses up time: as much as was played, at the
fastest speed there is. Nobody can use time that has not passed, nor save up more than ``LONGEST_GAP``, whatever the number of
players, materials and requests.
"""
from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.core.errors import Conflict, Forbidden, Invalid
from lms.core.i18n import N_
from lms.core.material.content import PLAYED
from lms.core.material.models import ActivePlayer, Material, MaterialProgress
from lms.core.material.spans import Span, bad_report, joined, measured, seen_from_start
from lms.core.material.standing import ADVANCED

FASTEST = 2  # the highest speed that the page offers
LONGEST_GAP = timedelta(minutes=10)  # a network may be gone for so long without loss
WHOLE = 980  # 1/1000: the last seconds are often a black picture
_EARLY = timedelta(seconds=2)  # clocks of phones run a little fast
_STEP = 2000  # 1/1000 s by which a player may overshoot what was seen


def take_over(db: Session, *, person_id: int, material: Material, player: str, now: datetime) -> MaterialProgress:
    """From now on the person's time belongs to this player; another one that still plays is told at its next report.

    :param player: made by the page that plays
    :raises Invalid: the material is nothing to play, or the player's id is none
    """
    if material.current.kind not in PLAYED:
        raise Invalid("nothing_to_play", N_("这份课件不是视频或音频。"))
    if not (len(player) == 32 and player.isascii() and player.isalnum()):
        raise bad_report()
    _insert(db, ActivePlayer, person_id=person_id, material_id=material.id, player=player, last_at=now)
    active = db.scalars(select(ActivePlayer).where(ActivePlayer.person_id == person_id).with_for_update()).one()
    if (active.player, active.material_id) != (player, material.id):
        active.player, active.material_id, active.last_at = player, material.id, max(now, active.last_at)
    return progress_row(db, person_id=person_id, material=material, now=now)


def report_watched(db: Session, *, person_id: int, material: Material, player: str, at: int, spans: list[Span],
                   now: datetime) -> MaterialProgress:
    """Take a player's report: where it stands and what it has played since the last one. A refused report changes nothing.

    :param at: 1/1000 s
    :param spans: as ``read_spans`` gives them; what was played twice stands in it twice
    :raises Conflict: another player has taken over
    :raises Invalid: more than can have been played since
    :raises Forbidden: it jumps ahead where nobody may, the first time
    """
    active = db.scalar(select(ActivePlayer).where(ActivePlayer.person_id == person_id).with_for_update())
    if active is None or (active.player, active.material_id) != (player, material.id):
        raise Conflict("other_player", N_("您正在另一处播放，这里的进度不再记录。要在这里看，请再按播放。"))
    used = max(active.last_at, now - LONGEST_GAP) + timedelta(milliseconds=measured(spans) / FASTEST)
    if used > now + _EARLY:
        raise Invalid("watched_too_fast", N_("播放进度比实际经过的时间还长，没有保存。请正常播放。"))
    progress, length = progress_row(db, person_id=person_id, material=material, now=now), material.current.length or 0
    watched = [(start, end) for start, end in progress.watched]
    if material.no_skip and progress.done_at is None:
        _require_no_jump(watched, spans)
    watched = joined([*watched, *spans])
    active.last_at = used
    progress.watched, progress.last_at = [list(span) for span in watched], now
    progress.position = min(max(at, 0), length)
    progress.share = max(progress.share, min(1000, measured(watched) * 1000 // length) if length else 0)
    if progress.done_at is None and progress.share >= WHOLE:
        progress.done_at = now
    db.flush()
    db.info["events"].send(db, ADVANCED, person_id=person_id, material=material, now=now)
    return progress


def progress_row(db: Session, *, person_id: int, material: Material, now: datetime) -> MaterialProgress:
    """The person's row of this material, held until the commit; made where there is none."""
    _insert(db, MaterialProgress, person_id=person_id, material_id=material.id, first_at=now, last_at=now, position=0, watched=[], share=0)
    return db.scalars(select(MaterialProgress).where(MaterialProgress.person_id == person_id, MaterialProgress.material_id == material.id)
                      .with_for_update()).one()


def _require_no_jump(watched: list[Span], spans: list[Span]) -> None:
    """:raises Forbidden: a stretch begins beyond what was seen"""
    for start, end in sorted(spans):
        if start > seen_from_start(watched) + _STEP:
            raise Forbidden("skipped_ahead", N_("这段视频第一次要按顺序看完，跳过去的部分没有记录。"))
        watched = joined([*watched, (start, end)])


def _insert(db: Session, model: Any, **values: Any) -> None:
    """A row, unless there is one: two devices may begin at the same moment."""
    dialect: Any = sqlite if db.get_bind().dialect.name == "sqlite" else postgresql
    db.execute(dialect.insert(model).values(**values).on_conflict_do_nothing())
