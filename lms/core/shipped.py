"""Where courses/, quizzes/ and templates/ lie: inside the installed package, or beside it in a checkout."""
from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """The folder ``courses``, ``quizzes`` or ``templates`` that this program came with.

    :raises FileNotFoundError: the installation is incomplete
    """
    inside = _PACKAGE / "_shipped" / name
    if inside.is_dir():
        return inside
    checkout = _PACKAGE.parent
    if (checkout / "setup.cfg").is_file() and (checkout / name).is_dir():
        return checkout / name
    raise FileNotFoundError(f"{name}/ is missing from this installation; install the package again")
