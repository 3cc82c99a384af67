"""Whom each role must not find named in anything that it is sent: the other class, and in their own whoever is not theirs."""
from __future__ import annotations

from typing import Any

from matrix.world import World
from routes import BY_POSSESSION, words

OF_A = ("trainee", "training_officer", "class_teacher", "class_monitor", "group_leader", "instructor", "unit_hr")
OF_B = ("other_trainee", "other_officer")


def forbidden(world: World, role: str) -> list[str]:
    """What must not stand in any answer to *role*. Everything of class B has the class's short name in it."""
    if role in OF_B:
        return ["class-a", *(p.phone or "" for p in world.a.training.people)]
    hidden = ["class-b", *(p.phone or "" for p in world.b.training.people)]
    own = {"trainee": {0}, "group_leader": {0, 2, 4}, "unit_hr": {0, 5}}.get(role)
    if own is not None:
        others = [(p, e) for n, (p, e) in enumerate(zip(world.a.training.people, world.a.training.enrolments, strict=True))
                  if n not in own]
        own_units = {world.a.training.enrolments[n].unit_name for n in own}
        hidden += [p.name for p, _ in others] + [p.phone or "" for p, _ in others]
        hidden += sorted({e.unit_name for _, e in others} - own_units)
    return [text for text in hidden if text]


def found_in(text: str, hidden: list[str]) -> list[str]:
    return [word for word in hidden if word in text]


def leaks(world: World, endpoint: str, role: str, answer: Any) -> list[str]:
    """Names in *answer* that *role* must not see."""
    if role not in (*OF_A, *OF_B) or endpoint in BY_POSSESSION:
        return []
    return found_in(words(answer), forbidden(world, role))
