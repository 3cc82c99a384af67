"""Texts with pictures on their way into Moodle XML: as HTML that shows them, the files beside it."""
from __future__ import annotations

import base64
from collections.abc import Callable
from xml.sax.saxutils import escape

from lms.core.documents.tables import plain_text
from lms.core.quizzes.formats.moodle_text import PLUGIN_FILE
from lms.core.quizzes.picture_marks import Shown, pieces

PictureOf = Callable[[str], tuple[bytes, str] | None]


def formatted(text: str, picture: PictureOf) -> str:
    """The rest of an element that holds *text*: its format, the text, and the files of its pictures."""
    found = list(pieces(text))
    if not any(isinstance(piece, Shown) for piece in found):
        return f' format="plain_text"><text>{escape(plain_text(text))}</text>'
    html = "".join(_image(piece) if isinstance(piece, Shown) else escape(plain_text(piece)).replace("\n", "<br>") for piece in found)
    return f' format="html"><text>{escape(html)}</text>{files_of(text, picture)}'


def files_of(text: str, picture: PictureOf) -> str:
    """The files of the pictures in *text*, each once; one that is no longer kept is left out."""
    names = dict.fromkeys(piece.sha256 for piece in pieces(text) if isinstance(piece, Shown))
    files = {name: found[0] for name in names if (found := picture(name)) is not None}
    return "".join(f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'
                   for name, data in files.items())


def _image(shown: Shown) -> str:
    words = escape(shown.words, {'"': "&quot;"})
    return f'<img src="{PLUGIN_FILE}{shown.sha256}" alt="{words}" width="{shown.width}" height="{shown.height}">'
