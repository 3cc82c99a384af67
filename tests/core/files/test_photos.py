"""A photograph is made anew: what the camera wrote beside it stays behind, what is no photograph is refused."""
from __future__ import annotations

import io

import pytest
from PIL import Image

from lms.core.errors import Invalid, TooLarge
from lms.core.files.photos import LONGEST_SIDE, MAX_BYTES, clean_photo


def picture(size: tuple[int, int] = (40, 20), kind: str = "JPEG", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def test_position_and_device_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010F] = "SecretPhone"
    exif.get_ifd(0x8825)[2] = (40.0, 22.0, 35.0)  # GPS latitude
    given = picture(exif=exif, comment=b"written beside it")
    assert b"SecretPhone" in given and b"Exif" in given
    made = clean_photo(given, "表.jpg")
    assert b"Exif" not in made and b"SecretPhone" not in made and b"written beside" not in made
    with Image.open(io.BytesIO(made)) as image:
        assert (image.format, image.size, dict(image.getexif())) == ("JPEG", (20, 40), {})


def test_a_large_one_gets_smaller_and_transparency_becomes_paper() -> None:
    with Image.open(io.BytesIO(clean_photo(picture((5000, 2500)), "a.jpg"))) as image:
        assert image.size == (LONGEST_SIDE, LONGEST_SIDE // 2)
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    with Image.open(io.BytesIO(clean_photo(out.getvalue(), "a.png"))) as image:
        assert image.getpixel((1, 1)) == (255, 255, 255)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n%%EOF\n", b"PK\x03\x04", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
                                  b"\x89PNG\r\n\x1a\n\x00\x00", picture((400, 400))[:600], b"GIF89a", b"<script>alert(1)</script>"])
def test_what_is_no_photograph_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid, match="not_a_photo"):
        clean_photo(data, "表.jpg")


def test_too_many_bytes_and_too_many_pixels_are_refused() -> None:
    with pytest.raises(TooLarge, match="photo_too_large"):
        clean_photo(b"\xff\xd8\xff" * (MAX_BYTES // 3 + 1), "a.jpg")
    with pytest.raises(TooLarge, match="photo_too_many_pixels"):
        clean_photo(picture((9000, 9000), "PNG"), "bomb.png")
