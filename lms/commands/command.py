"""What a subcommand is made of, and what it is given. Plugins build theirs of the same (registry slot ``command``)."""
from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from lms.commands.console import Console
from lms.commands.installation import open_ready, settings_of
from lms.core.settings import Settings
from lms.site import Site

# Exit codes, the same for every command (docs/commands.md).
OK, REFUSED, USAGE, CANNOT_START = 0, 1, 2, 3


@dataclass
class Call:
    """One call of a subcommand: its options, where to print, and the installation, opened when first asked for."""

    options: argparse.Namespace
    console: Console

    @cached_property
    def settings(self) -> Settings:
        """:raises CannotStart: a setting is wrong"""
        return settings_of(self.options)

    @cached_property
    def site(self) -> Site:
        """:raises CannotStart: no key, no database, or one of another version"""
        return open_ready(self.settings)

    @property
    def now(self) -> datetime:
        return self.site.clock.now()


@dataclass(frozen=True)
class Command:
    """A subcommand.

    :param name: one or two words, e.g. ``("check", "config")``
    :param summary: message id, one line
    :param arguments: adds its own options to a parser; *tr* renders a message id in the reader's language
    :param run: does it and returns an exit code
    """

    name: tuple[str, ...]
    summary: str
    arguments: Callable[[argparse.ArgumentParser, Callable[[str], str]], None]
    run: Callable[[Call], int]


def no_arguments(parser: argparse.ArgumentParser, tr: Callable[[str], str]) -> None:
    """For commands without options of their own."""

