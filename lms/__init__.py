"""A training management system for cadre classes: ``LMS(app)`` in any Flask app, ``create_app()`` as a ready one.

Importing this package does nothing else; the names below are loaded when first asked for, so that
``lms.core`` never pulls the web in.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lms.web.app import create_app
    from lms.web.ext import LMS

__all__ = ["LMS", "create_app", "__version__"]
__version__ = "0.1.0"

_EXPORTS = {"LMS": "lms.web.ext", "create_app": "lms.web.app"}


def __getattr__(name: str) -> Any:
    if name in _EXPORTS:
        from importlib import import_module

        return getattr(import_module(_EXPORTS[name]), name)
    raise AttributeError(f"module 'lms' has no attribute {name!r}")
