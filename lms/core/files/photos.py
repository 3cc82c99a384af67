"""Photographs that people take with their phones: made anew from their pixels, so that nothing else comes along."""
from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps

from lms.core.errors import Invalid, TooLarge
from lms.core.i18n import N_

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 2400  # a sheet stays readable, in about half a megabyte
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")


def clean_photo(data: bytes, name: str, mark: str = "") -> bytes:
    """*data* as a new JPEG, upright and without what the camera wrote beside it: place, time, device, preview.

    :param name: only for what is said about it
    :param mark: a comment to put into it, where the same picture twice must be two files
    :raises TooLarge: more bytes or pixels than a photograph has
    :raises Invalid: not a picture, or damaged
    """
    if len(data) > MAX_BYTES:
        raise TooLarge("photo_too_large", N_("照片“{name}”超过 {mb} MB，没有保存。请拍小一些或压缩后再传。"), name=name,
                       mb=MAX_BYTES // 1024 // 1024)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _anew(data, name, mark)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(name) from None
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError, IndexError, OverflowError) as error:
        raise Invalid("not_a_photo", N_("“{name}”不是照片，或者文件已损坏，没有保存。请上传 JPG 或 PNG 图片。"), name=name) from error


def _anew(data: bytes, name: str, mark: str) -> bytes:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as given:
        if given.width * given.height > MAX_PIXELS:
            raise _too_many_pixels(name)
        given.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is then read at half or a quarter of its size
        upright = ImageOps.exif_transpose(given)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        opaque = Image.new("RGB", upright.size, "white")
        has_alpha = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
        if has_alpha:
            layered = upright.convert("RGBA")
            opaque.paste(layered, mask=layered.getchannel("A"))
        else:
            opaque.paste(upright.convert("RGB"))
        out = io.BytesIO()
        opaque.save(out, "JPEG", quality=82, optimize=True, comment=mark.encode())
        return out.getvalue()


def _too_many_pixels(name: str) -> TooLarge:
    return TooLarge("photo_too_many_pixels", N_("照片“{name}”的像素太多，没有保存。请缩小后再传。"), name=name)
