"""Texts of questions in pages: with their pictures where the marks stand, or in words where only words have room."""
from __future__ import annotations

from flask import url_for
from markupsafe import Markup, escape

from lms.core.i18n import N_, translate
from lms.core.quizzes.picture_marks import pieces, words_of
from lms.web.context import here


def with_pictures(text: str) -> Markup | str:
    """A text of a question with its pictures in it."""
    if "](picture:" not in text:
        return text
    return Markup("").join(
        escape(piece) if isinstance(piece, str) else
        Markup('<img class="question-picture" src="{}" alt="{}" width="{}" height="{}">').format(
            url_for("lms.question_pictures.picture", sha256=piece.sha256), piece.words or translate(here().locale, N_("图")),
            piece.width, piece.height) for piece in pieces(text))


def in_words(text: str) -> str:
    """A text of a question where only words have room, as in a list."""
    locale = here().locale
    return words_of(text, lambda words: translate(locale, N_("［图：{words}］"), words=words) if words else translate(locale, N_("［图］")))
