"""What a command says: sentences or one JSON object on standard output, progress and refusals on standard error."""
from __future__ import annotations

import json
import sys
import time
from typing import Any

from lms.core.errors import LmsError
from lms.core.i18n import explain, translate

_BAR = 30
_EVERY = 0.1  # seconds between two pictures of the bar


class Console:
    """Speaks the reader's language.

    :param as_json: sentences are left out; ``result`` prints one object at the end
    """

    def __init__(self, locale: str, *, as_json: bool = False) -> None:
        self.locale, self.as_json = locale, as_json
        self._drawn = 0.0

    def tr(self, message: str, /, **data: Any) -> str:
        """A message id in the reader's language."""
        return translate(self.locale, message, **data)

    def say(self, message: str, /, **data: Any) -> None:
        """A sentence for people."""
        self.line(self.tr(message, **data))

    def line(self, text: str = "") -> None:
        """A line that needs no translation."""
        if not self.as_json:
            print(text, flush=True)

    def result(self, **values: Any) -> None:
        """What the command found, for programs; only with ``--json``."""
        if self.as_json:
            print(json.dumps(values, ensure_ascii=False, indent=2, default=str), flush=True)

    def refuse(self, error: LmsError) -> None:
        """Why it was not done."""
        self.clear()
        print(explain(error, self.locale), file=sys.stderr, flush=True)
        self.result(ok=False, error={"code": error.code, "message": explain(error, self.locale)})

    def progress(self, done: int, total: int, what: str) -> None:
        """How far it is, on a terminal only. *what* is a message id."""
        if not sys.stderr.isatty() or (done < total and time.monotonic() - self._drawn < _EVERY):
            return
        self._drawn = time.monotonic()
        filled = _BAR * done // total if total else _BAR
        bar = "#" * filled + "." * (_BAR - filled)
        sys.stderr.write(f"\r\x1b[2K{self.tr(what)} [{bar}] {done}/{total}")
        sys.stderr.flush()
        if done >= total:
            self.clear(keep=True)

    def clear(self, *, keep: bool = False) -> None:
        """Leave the line of the bar; *keep* what it shows."""
        if self._drawn and sys.stderr.isatty():
            sys.stderr.write("\n" if keep else "\r\x1b[2K")
            sys.stderr.flush()
        self._drawn = 0.0
