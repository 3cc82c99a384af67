"""Course versions never change once made, so what is read of them is kept in memory: outline, sources, rendered pages."""
from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lms.core.courses.facts import Amount, Register
from lms.core.courses.models import CourseVersion, Module, ModuleAsset
from lms.core.courses.render import RenderedModule, render_module

_KEPT = 64  # versions; an old one goes when a new one comes


@dataclass(frozen=True)
class Volume:
    """A course version ready to be served."""

    version: CourseVersion
    modules: tuple[Module, ...]
    register: Register
    assets: dict[str, tuple[str, int, str]]  # name -> (sha256, size, media type)

    def module(self, slug: str) -> Module | None:
        return next((m for m in self.modules if m.slug == slug), None)

    def neighbours(self, module: Module) -> tuple[Module | None, Module | None]:
        """The modules before and after."""
        place = self.modules.index(module)
        return (self.modules[place - 1] if place else None,
                self.modules[place + 1] if place + 1 < len(self.modules) else None)


class Shelf:
    """The volumes of one installation."""

    def __init__(self) -> None:
        self._volumes: dict[int, Volume] = {}
        self._pages: dict[tuple[int, str, str], tuple[Mapping[str, Amount], RenderedModule]] = {}
        self._guard = threading.Lock()

    def volume(self, db: Session, version_id: int) -> Volume:
        """The version with this id; read from the database once."""
        known = self._volumes.get(version_id)
        if known is not None:
            return known
        with self._guard:
            if version_id not in self._volumes:
                if len(self._volumes) >= _KEPT:
                    self._volumes.clear()
                    self._pages.clear()
                self._volumes[version_id] = _read(db, version_id)
            return self._volumes[version_id]

    def page(self, volume: Volume, module: Module, locale: str, link_for_asset: Callable[[str], str],
             local: Mapping[str, Amount]) -> RenderedModule:
        """A module as HTML, rendered once per version and language, and anew when *local*, this place's amounts, differ."""
        key = volume.version.id, module.slug, locale
        known = self._pages.get(key)
        if known is None or known[0] != local:
            known = self._pages[key] = local, render_module(module, volume.register, locale, link_for_asset, local)
        return known[1]


def _read(db: Session, version_id: int) -> Volume:
    version = db.scalars(select(CourseVersion).options(selectinload(CourseVersion.modules))
                         .where(CourseVersion.id == version_id)).one()
    assets = db.scalars(select(ModuleAsset).options(selectinload(ModuleAsset.file))
                        .where(ModuleAsset.version_id == version_id)).all()
    files = {a.name: (a.file.sha256, a.file.size, a.file.media_type) for a in assets}
    for row in (version, *version.modules):
        db.expunge(row)
    return Volume(version, tuple(version.modules), Register.from_data(version.facts, version.amounts), files)
