"""Errors that a person can act on: a code for machines, data, and a message id that ``core.i18n`` renders."""
from __future__ import annotations

from typing import Any


class LmsError(Exception):
    """A refusal with a reason.

    :param code: stable, for machines and tests, e.g. ``"ticket_expired"``
    :param message: the Chinese message id, marked with ``N_``; ``{names}`` in it are filled from *data*
    :param data: values for the message; never a secret
    """

    status = 400

    def __init__(self, code: str, message: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.data = data

    def __str__(self) -> str:
        shown = {name: "、".join(map(str, value)) if isinstance(value, list) else value for name, value in self.data.items()}
        return f"{self.code}: {self.message.format_map(_Lenient(shown))}"


class _Lenient(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


class Invalid(LmsError):
    """What was given cannot be used as it is."""

    status = 422


class Forbidden(LmsError):
    """This person may not do this to this thing."""

    status = 403


class NotFound(LmsError):
    """There is no such thing, or this person may not know of it."""

    status = 404


class Conflict(LmsError):
    """The thing has changed meanwhile, or the act does not fit its state."""

    status = 409


class TooLarge(LmsError):
    """More bytes, rows or entries than the limit allows."""

    status = 413


class Mismatch(LmsError):
    """The bytes that came are not those that were sent (the status of tus 1.0, extension checksum)."""

    status = 460


class TooOften(LmsError):
    """Try again later; ``data['seconds']`` says when."""

    status = 429


class Unavailable(LmsError):
    """Storage or database cannot take this now; nothing was acknowledged."""

    status = 503
