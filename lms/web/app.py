"""The ready application."""
from __future__ import annotations

from typing import Any

from flask import Flask

from lms.web.ext import create_application


def create_app(**settings: Any) -> Flask:
    """A Flask application with nothing but the training system in it.

    :param settings: settings by name, see docs/configuration.md; ``lms.toml`` and ``LMS_…`` stand behind them
    :raises lms.core.errors.Invalid: a setting is wrong; the message says which and what to do
    """
    return create_application(settings)
