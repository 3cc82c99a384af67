"""Access is one answer, for a thing and for a list of things.

A feature registers, per model, a clause: which rows may this viewer *act* on? ``visible`` puts it into a query,
``fetch`` loads one row through it, ``may`` asks it about a row at hand. So a list can never show what a page would
refuse.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Integer, Select, bindparam, false, select, true
from sqlalchemy.orm import Session
from sqlalchemy.orm.interfaces import ORMOption

from lms.core.access.models import Grant
from lms.core.access.roles import ROLE_ACTIONS
from lms.core.errors import Forbidden, LmsError, NotFound
from lms.core.i18n import N_
from lms.core.registry import Registry

T = TypeVar("T")
Clause = Callable[["Viewer", str], ColumnElement[bool]]


@dataclass(frozen=True)
class Viewer:
    """A person with their live grants, or nobody (``person_id`` None). Made once a request by ``load_viewer``."""

    person_id: int | None
    registry: Registry
    grants: tuple[tuple[str, str, int], ...] = ()  # (role, scope type, scope id)
    trainee: bool = True
    _cache: dict[tuple[str, str], frozenset[int]] = field(default_factory=dict, compare=False)

    def everywhere(self, action: str) -> bool:
        """Whether a grant over the whole site allows *action*."""
        return any(scope == "site" and action in ROLE_ACTIONS[role] for role, scope, _ in self.grants)

    def scopes(self, action: str, scope_type: str) -> frozenset[int]:
        """Ids of the scopes of *scope_type* (unit, class, group, course) in which *action* is allowed."""
        key = (action, scope_type)
        if key not in self._cache:
            self._cache[key] = frozenset(i for role, scope, i in self.grants
                                         if scope == scope_type and action in ROLE_ACTIONS[role])
        return self._cache[key]

    @property
    def staff(self) -> bool:
        """Whether the person has any role beyond that of a trainee."""
        return bool(self.grants)

    def has_role(self, *roles: str) -> bool:
        return any(role in roles for role, _, _ in self.grants)


def load_viewer(db: Session, person_id: int | None) -> Viewer:
    """The viewer with this id, with grants as they are now. One statement."""
    registry = db.info["registry"]
    if person_id is None:
        return Viewer(None, registry)
    rows = db.execute(select(Grant.role, Grant.scope_type, Grant.scope_id)
                      .where(Grant.person_id == person_id, Grant.ended_at.is_(None))).all()
    return Viewer(person_id, registry, tuple((r.role, r.scope_type, r.scope_id) for r in rows if r.role in ROLE_ACTIONS))


def allowed(viewer: Viewer, model: type[Any], action: str = "see") -> ColumnElement[bool]:
    """The clause that picks the rows of *model* on which *viewer* may do *action*."""
    if viewer.person_id is None:
        return false()
    if viewer.everywhere(action):
        return true()
    rule: Clause | None = viewer.registry.get("access_rule", model.__name__)
    if rule is None:
        raise LmsError("no_access_rule", N_("程序缺少 {model} 的访问规则"), model=model.__name__)
    return rule(viewer, action)


def visible(viewer: Viewer, model: type[T], action: str = "see") -> Select[Any]:
    """A query over the rows of *model* on which *viewer* may do *action*; add filters and order to it."""
    return select(model).where(allowed(viewer, model, action))


def prepared(viewer: Viewer, build: Callable[[Viewer], Select[Any]]) -> tuple[Select[Any], dict[str, Any]]:
    """The statement of *build* for *viewer*, with the values to run it with.

    Putting a statement with an access clause together takes longer than running it. For trainees, who open most pages and
    have no grants, it says the same but for who asks; so theirs is put together once.

    :param build: a function of a module, not one made anew at each call
    """
    if viewer.grants or viewer.person_id is None:
        return build(viewer), {}
    known: dict[Any, Select[Any]] = viewer.registry.statements
    if build not in known:
        known[build] = build(Viewer(bindparam("viewer", type_=Integer), viewer.registry))  # type: ignore[arg-type]
    return known[build], {"viewer": viewer.person_id}


def may(db: Session, viewer: Viewer, action: str, thing: Any) -> bool:
    """Whether *viewer* may do *action* to *thing*: the same clause as the lists."""
    model = type(thing)
    return db.scalar(select(model.id).where(model.id == thing.id, allowed(viewer, model, action))) is not None


def fetch(db: Session, viewer: Viewer, model: type[T], uid: str, action: str = "see", *options: ORMOption) -> T:
    """The row with *uid*, if *viewer* may do *action* to it.

    :raises NotFound: there is none, or the viewer may not know of it
    :raises Forbidden: the viewer may see it, but not do this
    """
    query = visible(viewer, model, action).where(model.uid == uid)  # type: ignore[attr-defined]
    thing: T | None = db.scalar(query.options(*options) if options else query)
    if thing is not None:
        return thing
    if action != "see" and db.scalar(visible(viewer, model).where(model.uid == uid)) is not None:  # type: ignore[attr-defined]
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
    raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))


def fetch_by(db: Session, viewer: Viewer, model: type[T], condition: ColumnElement[bool], action: str = "see") -> T:
    """The one row that fits *condition*, if *viewer* may do *action* to it.

    :raises NotFound: there is none, or the viewer may not know of it
    """
    thing: T | None = db.scalar(visible(viewer, model, action).where(condition))
    if thing is None:
        raise NotFound("not_found", N_("没有找到您要的内容，它可能已被移走，或不在您的权限之内。"))
    return thing


def require(viewer: Viewer, action: str) -> None:
    """Go on only if *action* is allowed over the whole site.

    :raises Forbidden: it is not
    """
    if not viewer.everywhere(action):
        raise Forbidden("not_allowed", N_("您没有进行这项操作的权限。如确有需要，请联系管理员。"))
