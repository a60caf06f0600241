"""Words of an XPath expression (XPath 2.0, appendix A.2): numbers, strings, names, symbols; comments may nest.

Which names are keywords and whether `*` is an operator depends on the place: that is the parser's part.
"""

import re
from typing import Final, NamedTuple

from documents.adapters.schematron.xpath.errors import XPathSyntaxError

# XML 1.0 (fifth edition), productions 4 and 4a, without the colon.
_NAME_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME: Final = f"[{_NAME_START}][{_NAME_START}\\-.0-9\u00b7\u0300-\u036f\u203f\u2040]*"

_WORD: Final = re.compile(
    rf"""
      (?P<blank>[ \t\r\n]+)
    | (?P<double>(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][+-]?[0-9]+)
    | (?P<decimal>\.[0-9]+|[0-9]+\.[0-9]*)
    | (?P<integer>[0-9]+)
    | (?P<string>"(?:[^"]|"")*"|'(?:[^']|'')*')
    | (?P<wildcard>{_NAME}:\*|\*:{_NAME})
    | (?P<name>{_NAME}(?::{_NAME})?)
    | (?P<symbol>\(:|::|\.\.|//|!=|<=|>=|<<|>>|[()\[\].@,|*+\-=<>/$?])
    """,
    re.VERBOSE,
)
_COMMENT_EDGE: Final = re.compile(r"\(:|:\)")
_NUMBERS: Final = frozenset({"integer", "decimal", "double"})


class Word(NamedTuple):
    """One word; its kind is integer, decimal, double, string, name (prefix or not), wildcard, symbol or end."""

    kind: str
    text: str
    position: int


def words_of(text: str) -> list[Word]:
    """The words of an expression with an `end` word behind them; XPathSyntaxError at anything that is no word."""
    words: list[Word] = []
    position = 0
    while position < len(text):
        match = _WORD.match(text, position)
        if match is None:
            raise XPathSyntaxError(f"character {position} starts no word", text)
        kind, start = str(match.lastgroup), position
        position = match.end()
        if match.group() == "(:":
            position = _after_comment(text, position)
        elif kind != "blank":
            _refuse_joined(words, kind, start, text)
            words.append(Word(kind, _value(kind, match.group()), start))
    words.append(Word("end", "", len(text)))
    return words


def _value(kind: str, written: str) -> str:
    if kind != "string":
        return written
    quote = written[0]
    return written[1:-1].replace(quote + quote, quote)


def _refuse_joined(words: list[Word], kind: str, start: int, text: str) -> None:
    """A number and a name or number right behind it are an error (A.2.2), not two words."""
    last = words[-1] if words else None
    if last is None or last.kind not in _NUMBERS or kind not in _NUMBERS | {"name", "wildcard"}:
        return
    if last.position + len(last.text) == start:
        raise XPathSyntaxError(f"a number runs into what follows at {start}", text)


def _after_comment(text: str, position: int) -> int:
    depth = 1
    while depth:
        edge = _COMMENT_EDGE.search(text, position)
        if edge is None:
            raise XPathSyntaxError("a comment has no end", text)
        depth += 1 if edge.group() == "(:" else -1
        position = edge.end()
    return position
