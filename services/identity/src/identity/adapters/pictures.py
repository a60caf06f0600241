"""Draws uploaded pictures anew with Pillow, in a thread of their own.

What comes in is a stranger's file: only three formats are tried, whatever it calls itself, its size is looked at before
it is decoded, and nothing but its pixels goes on: no place, camera or comment, and no second format hidden in it.
"""

import asyncio
from io import BytesIO
from typing import Final

from PIL import Image

from identity.domain.errors import PictureRefused, PicturesBusy
from identity.domain.picture import LARGEST_SIDE, MAX_PIXELS

_FORMATS: Final = ("PNG", "JPEG", "WEBP")
_QUALITY: Final = 85
_MAX_WAITING: Final = 8
_ORIENTATION: Final = 0x0112
# How a picture is turned upright, by what its camera says (EXIF 2.3, 4.6.4).
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class PillowPictures:
    """Turns files into WebP pictures that fit a square of `LARGEST_SIDE` pixels, one at a time."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def draw(self, content: bytes) -> bytes:
        """Return the picture of a file.

        Raises `PictureRefused` for what is none or has too many pixels, `PicturesBusy` when many are waiting.
        """
        if self._waiting >= _MAX_WAITING:
            raise PicturesBusy
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(_drawn, content)
        finally:
            self._waiting -= 1


def _drawn(content: bytes) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            return _fitting(picture)
    except Exception as error:  # what a stranger's file makes Pillow raise is anything: it is no picture then
        raise PictureRefused from error


def _fitting(picture: Image.Image) -> bytes:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise PictureRefused
    turned = _UPRIGHT.get(picture.getexif().get(_ORIENTATION, 1))
    picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # a JPEG is decoded at a fraction of its size
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))  # in place: there is never a second picture of the full size
    small = picture.convert("RGBA")
    plain = Image.new("RGBA", small.size)
    plain.paste(small)
    out = BytesIO()
    (plain if turned is None else plain.transpose(turned)).save(out, format="WEBP", quality=_QUALITY)
    return out.getvalue()
