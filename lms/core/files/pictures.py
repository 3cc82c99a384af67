"""Pictures that people upload or put into their texts: made anew from their pixels, so that nothing else comes along, neither where
they were taken nor with what."""
from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

from PIL import Image, ImageOps, ImageSequence

from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

MAX_BYTES = 5 * 1024 * 1024  # of one within a text
MAX_MATERIAL = 60 * 1024 * 1024
MAX_PIXELS = 60_000_000
MAX_MOVING = 400_000_000  # pixels of all pictures of something that moves
LONGEST_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_PLAIN = ("1", "L", "LA", "P", "RGB", "RGBA")


class Picture(NamedTuple):
    """A picture as it is kept."""

    data: bytes
    media_type: str
    width: int
    height: int


def clean_picture(data: bytes, name: str) -> Picture:
    """A picture within a text, made anew and no larger than a page needs: a photograph stays JPEG, everything else becomes PNG.

    :param name: only for what is said about it
    :raises TooLarge: more bytes or pixels than a picture in a text has
    :raises Invalid: no picture of these kinds, or damaged
    """
    return _guarded(data, name, MAX_BYTES, _for_text)


def clean_image(data: bytes, name: str) -> Picture:
    """An image that is material: upright, of the same kind and size, moving if it moves, without what the camera wrote beside it.

    :param name: only for what is said about it
    :raises TooLarge: more bytes or pixels than an image has
    :raises Invalid: no picture of these kinds, or damaged
    """
    return _guarded(data, name, MAX_MATERIAL, _for_material)


def _guarded(data: bytes, name: str, most: int, make: Callable[[Any, str], Picture]) -> Picture:
    if len(data) > most:
        raise TooLarge("picture_too_large", N_("图片“{name}”超过 {mb} MB，没有收下。请缩小或压缩以后再试。"), name=name, mb=most // 1024 // 1024)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=_FORMATS) as given:
                frames = getattr(given, "n_frames", 1)
                if given.width * given.height > MAX_PIXELS or given.width * given.height * frames > MAX_MOVING:
                    raise _too_many_pixels(name)
                return make(given, name)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(name) from None
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise Invalid("not_a_picture", N_("“{name}”不是 JPG、PNG、GIF、WebP 或 BMP 图片，或者已损坏，没有收下。请换成这些格式的图片。"),
                      name=name) from error


def _for_text(given: Any, name: str) -> Picture:
    kind = "JPEG" if given.format == "JPEG" else "PNG"
    upright = ImageOps.exif_transpose(given)
    if max(upright.size) > LONGEST_SIDE:
        upright = upright.convert("RGBA" if _see_through(upright) else "RGB")
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _saved(upright, kind, quality=85)


def _for_material(given: Any, name: str) -> Picture:
    kind = "PNG" if given.format == "BMP" else given.format
    if getattr(given, "n_frames", 1) > 1 and kind in ("GIF", "WEBP"):
        out = io.BytesIO()
        frames = [frame.copy() for frame in ImageSequence.Iterator(given)]
        durations = [frame.info.get("duration", 100) for frame in frames]
        for frame in frames:
            _bare(frame)
        frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=durations, loop=given.info.get("loop", 0))
        return Picture(out.getvalue(), f"image/{kind.lower()}", *given.size)
    return _saved(ImageOps.exif_transpose(given), kind, quality=92)


def _saved(picture: Any, kind: str, *, quality: int) -> Picture:
    if kind == "JPEG":
        picture = picture.convert("RGB") if picture.mode != "L" else picture
    elif picture.mode not in _PLAIN:
        picture = picture.convert("RGBA" if _see_through(picture) else "RGB")
    kept = {name: picture.info[name] for name in ("icc_profile", "transparency") if picture.info.get(name) is not None}
    _bare(picture)
    if kind == "JPEG":
        kept.pop("transparency", None)
    out = io.BytesIO()
    picture.save(out, kind, optimize=True, quality=quality, **kept)
    return Picture(out.getvalue(), f"image/{kind.lower()}", *picture.size)


def _bare(picture: Any) -> None:
    """Without what was written beside the pixels: Exif, XMP, comments."""
    for name in [name for name in picture.info if name not in ("transparency", "background", "duration", "disposal")]:
        del picture.info[name]


def _see_through(picture: Any) -> bool:
    return "A" in picture.mode or "transparency" in picture.info


def _too_many_pixels(name: str) -> TooLarge:
    return TooLarge("picture_too_many_pixels", N_("图片“{name}”的像素太多，没有收下。请缩小以后再试。"), name=name)
