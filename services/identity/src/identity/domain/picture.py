"""What a profile picture may be."""

from typing import Final

MAX_BYTES: Final = 2 * 1024 * 1024
MAX_PIXELS: Final = 16_000_000
LARGEST_SIDE: Final = 512
"""In pixels, of the picture that is kept."""
