"""Functions on strings (XPath 2.0 F&O section 7), by code points, without collations.

Blank means the four white space characters of XML, never what Python or Unicode call white space (U+00A0 is a letter
here). Texts come from XML documents: characters that XML 1.0 cannot hold (U+000B, U+001C ...) do not occur in them.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from math import floor, isinf, isnan
from typing import Final

from documents.adapters.schematron.runtime.errors import EvaluationError, Undecided
from documents.adapters.schematron.runtime.numbers import BLANK

_FAR: Final = 1e9
_words: Final = re.compile(f"[^{BLANK}]+").findall


def normalize_space(text: str) -> str:
    """`normalize-space(text)`: no blanks outside, one space for each run of them inside (F&O 7.4.5)."""
    return " ".join(text.split() if text.isascii() else _words(text))


def substring(text: str, start: float, length: float | None = None) -> str:
    """`substring(text, start, length)`: what lies at round(start) <= place < round(start) + round(length).

    Places count from 1; a start below 1 takes its part of the length with it; NaN selects nothing (F&O 7.4.3).
    """
    if not (-_FAR < start < _FAR and (length is None or -_FAR < length < _FAR)):
        return _far_substring(text, start, length)
    first = floor(start + 0.5)
    if length is None:
        return text[max(first, 1) - 1 :]
    return text[max(first, 1) - 1 : max(first + floor(length + 0.5), 1) - 1]


def _far_substring(text: str, start: float, length: float | None) -> str:
    """Of NaN, and from an infinity; anything else so far away is an error, for the reference loses count there."""
    if isnan(start) or (length is not None and isnan(length)):
        return ""
    if length is None and isinf(start):
        return text if start < 0 else ""
    raise Undecided("FOCA0003", "a place of a character that is too large")


def substring_before(text: str, searched: str) -> str:
    """`substring-before`: '' when it does not occur or is empty."""
    before, found, _ = text.partition(searched) if searched else ("", "", "")
    return before if found else ""


def substring_after(text: str, searched: str) -> str:
    """`substring-after`: '' when it does not occur, the whole text after an empty one."""
    return text.partition(searched)[2] if searched else text


def translate(text: str, mapped: str, replacements: str) -> str:
    """`translate`: the first occurrence in `mapped` counts; what has no replacement is removed (F&O 7.4.9)."""
    return text.translate(_translation(mapped, replacements))


@lru_cache(maxsize=64)
def _translation(mapped: str, replacements: str) -> dict[int, str]:
    pairs = zip(mapped, [*replacements, *[""] * len(mapped)], strict=False)
    return {ord(character): replacement for character, replacement in reversed(list(pairs))}


def upper_case(text: str) -> str:
    """`upper-case`: Unicode's full mapping, whatever the language (F&O 7.4.7)."""
    return text.upper()


def codepoints(text: str) -> list[int]:
    """`string-to-codepoints`."""
    return [ord(character) for character in text]


def from_codepoints(numbers: Iterable[int]) -> str:
    """`codepoints-to-string`; a number that is no character of XML is an error (FOCH0001)."""
    points = list(numbers)
    for point in points:
        if not _is_character(point):
            raise EvaluationError("FOCH0001", f"{point} is not a character")
    return "".join(map(chr, points))


def _is_character(point: int) -> bool:
    """Whether XML 1.0 knows it (production 2)."""
    if point < 0x20:  # noqa: PLR2004 - the first printable character
        return point in {0x9, 0xA, 0xD}
    return point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or 0x10000 <= point <= 0x10FFFF  # noqa: PLR2004
