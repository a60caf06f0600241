"""Draws uploaded pictures anew with Pillow, in a thread of their own.

What comes in is a stranger's file: only three formats are tried, whatever it calls itself, its size is looked at before
it is decoded, and nothing but its pixels goes on: no place, camera or comment, and no second format hidden in it.
"""

import asyncio
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from identity.domain.errors import PictureRefused
from identity.domain.picture import LARGEST_SIDE, MAX_PIXELS

_FORMATS: Final = ("PNG", "JPEG", "WEBP")
# What Pillow raises for files that are something else, break off, lie, or are too large to be decoded.
_NO_PICTURE: Final = (OSError, ValueError, SyntaxError, IndexError, Image.DecompressionBombError, RuntimeWarning)
_QUALITY: Final = 85
_AT_ONCE: Final = 2


class PillowPictures:
    """Turns files into WebP pictures that fit a square of `LARGEST_SIDE` pixels."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(_AT_ONCE)

    async def draw(self, content: bytes) -> bytes:
        """Return the picture of a file; raises `PictureRefused` for what is none, or too many pixels."""
        async with self._turn:
            return await asyncio.to_thread(_drawn, content)


def _drawn(content: bytes) -> bytes:
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as picture:
            return _fitting(picture)
    except _NO_PICTURE as error:
        raise PictureRefused from error


def _fitting(picture: Image.Image) -> bytes:
    width, height = picture.size
    if width * height > MAX_PIXELS:
        raise PictureRefused
    picture.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))  # a JPEG is decoded at a fraction of its size
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    plain = Image.new("RGBA", upright.size)
    plain.paste(upright.convert("RGBA"))
    out = BytesIO()
    plain.save(out, format="WEBP", quality=_QUALITY)
    return out.getvalue()
