"""`matches`, `tokenize` and `replace` (XPath 2.0 F&O 7.6) with patterns that `regex_reader` turned into Python's.

Python searches with back-tracking and holds the interpreter meanwhile, so what a sender writes is limited: a text of
more than `MAX_TEXT` characters raises and is left to the reference, which has a deadline. A `.*` at either end of a
pattern that is only searched for says nothing and costs time by the square of the text: it is left out.
"""

import re
from functools import lru_cache
from typing import Final

from documents.adapters.schematron.runtime.errors import EvaluationError, Undecided
from documents.adapters.schematron.runtime.regex_reader import RegexReader
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct

MAX_TEXT: Final = 4_000
_IDLE: Final = ".*"
_QUANTIFIERS: Final = ("?", "*", "+", "{")


@lru_cache(maxsize=256)
def compile_regex(pattern: str, flags: str = "") -> re.Pattern[str]:
    """The Python expression with the meaning of an XPath one."""
    if flags:
        raise UnsupportedConstruct(f"the flags {flags!r} of a regular expression", pattern)
    try:
        return re.compile(RegexReader(pattern).expression())
    except (re.error, OverflowError, RecursionError) as error:
        raise EvaluationError("FORX0002", f"not a regular expression: {pattern!r} ({error})") from None


def compile_search(pattern: str) -> re.Pattern[str]:
    """The same for `matches`, which asks only whether there is a match."""
    needed = pattern
    if "|" not in pattern:
        if needed.startswith(_IDLE) and not needed[len(_IDLE) :].startswith(_QUANTIFIERS):
            needed = needed.removeprefix(_IDLE)
        if needed.endswith(_IDLE) and not needed.endswith(("\\.*", "[.*")):
            needed = needed.removesuffix(_IDLE)
    compile_regex(pattern)  # what is wrong with it is wrong with the whole
    return compile_regex(needed)


def matches(text: str, regex: re.Pattern[str]) -> bool:
    """`matches(text, regex)`: anywhere in the text."""
    _require_short(text)
    return regex.search(text) is not None


def tokenize(text: str, regex: re.Pattern[str]) -> list[str]:
    """`tokenize(text, regex)`: what lies between the separators, '' where two touch; nothing of an empty text."""
    if not text:
        return []
    _require_short(text)
    _require_characters(regex)
    tokens = []
    start = 0
    for found in regex.finditer(text):
        tokens.append(text[start : found.start()])
        start = found.end()
    tokens.append(text[start:])
    return tokens


def replace(text: str, regex: re.Pattern[str], replacement: str) -> str:
    r"""`replace(text, regex, replacement)`: `$0` is the match, `$1` a group or ''; `\$` and `\\`."""
    _require_short(text)
    _require_characters(regex)
    parts = _replacement_parts(replacement, regex.groups)
    if len(parts) == 1 and isinstance(parts[0], str):
        literal = parts[0]
        return regex.sub(lambda _: literal, text)
    return regex.sub(lambda found: "".join([p if isinstance(p, str) else found[p] or "" for p in parts]), text)


def _require_short(text: str) -> None:
    if len(text) > MAX_TEXT:
        raise Undecided("KOER0003", f"a text of {len(text)} characters under a regular expression")


def _require_characters(regex: re.Pattern[str]) -> None:
    if regex.fullmatch(""):
        raise EvaluationError("FORX0003", "the regular expression matches an empty string")


@lru_cache(maxsize=64)
def _replacement_parts(replacement: str, groups: int) -> tuple[str | int, ...]:
    """Texts and numbers of groups; of `$12` with fewer than 12 groups the 2 is text (F&O 7.6.3)."""
    parts: list[str | int] = []
    at = 0
    while at < len(replacement):
        character = replacement[at]
        following = replacement[at + 1 : at + 2]
        if character == "\\":
            if following not in {"\\", "$"}:
                raise EvaluationError("FORX0004", r"\ in a replacement stands before neither \ nor $")
            parts.append(following)
            at += 2
        elif character == "$":
            group, at = _group_number(replacement, at + 1, groups)
            parts.append(group if group <= groups else "")
        else:
            parts.append(character)
            at += 1
    return _joined(parts)


def _group_number(replacement: str, at: int, groups: int) -> tuple[int, int]:
    if not "0" <= replacement[at : at + 1] <= "9":
        raise EvaluationError("FORX0004", "$ in a replacement without a digit")
    group = int(replacement[at])
    at += 1
    while "0" <= replacement[at : at + 1] <= "9" and group * 10 + int(replacement[at]) <= groups:
        group = group * 10 + int(replacement[at])
        at += 1
    return group, at


def _joined(parts: list[str | int]) -> tuple[str | int, ...]:
    """With neighbouring texts as one; of nothing one empty text."""
    joined: list[str | int] = []
    for part in parts:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    return tuple(joined) or ("",)
