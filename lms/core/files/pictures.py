"""Pictures that people put into their texts: made anew from their pixels, so that nothing else comes along, and no larger than a
page needs."""
from __future__ import annotations

import io
import warnings
from typing import NamedTuple

from PIL import Image, ImageOps

from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")


class Picture(NamedTuple):
    """A picture as it is kept."""

    data: bytes
    media_type: str
    width: int
    height: int


def clean_picture(data: bytes, name: str) -> Picture:
    """*data* made anew: a photograph stays JPEG, everything else becomes PNG; of something moving, its first picture.

    :param name: only for what is said about it
    :raises TooLarge: more bytes or pixels than a picture in a text has
    :raises Invalid: no picture of these kinds, or damaged
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("picture_too_large", N_("图片“{name}”超过 {mb} MB，没有读入。请缩小或压缩图片后再导入。"), name=name,
                       mb=MAX_BYTES // 1024 // 1024)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _anew(data, name)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(name) from None
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise Invalid("not_a_picture", N_("“{name}”不是 JPG、PNG、GIF、WebP 或 BMP 图片，或者已损坏，没有读入。请换成这些格式的图片。"),
                      name=name) from error


def _anew(data: bytes, name: str) -> Picture:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as given:
        if given.width * given.height > MAX_PIXELS:
            raise _too_many_pixels(name)
        photograph = given.format == "JPEG"
        upright = ImageOps.exif_transpose(given)
        if upright.mode not in ("1", "L", "P", "RGB", "RGBA"):
            upright = upright.convert("RGBA" if "A" in upright.mode or "transparency" in upright.info else "RGB")
        if max(upright.size) > LONGEST_SIDE:
            upright = upright.convert("RGBA" if upright.mode == "P" else upright.mode)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        see_through = upright.info.get("transparency")
        upright.info.clear()
        out = io.BytesIO()
        if photograph:
            upright.convert("RGB").save(out, "JPEG", quality=85, optimize=True)
        else:
            upright.save(out, "PNG", optimize=True, **({} if see_through is None else {"transparency": see_through}))
        return Picture(out.getvalue(), "image/jpeg" if photograph else "image/png", *upright.size)


def _too_many_pixels(name: str) -> TooLarge:
    return TooLarge("picture_too_many_pixels", N_("图片“{name}”的像素太多，没有读入。请缩小后再导入。"), name=name)
