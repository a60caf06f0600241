r"""Reading regular expressions of XPath 2.0 (F&O 7.6.1, XML Schema part 2 appendix F) and writing them as Python's.

The pattern is read completely and written anew, so that nothing which only Python knows gets through and nothing means
something else there: `$` is the very end of the text, `.` excludes CR as well as LF, `\s` are the four blanks of XML,
`\d` every decimal digit of Unicode, `\w` everything but punctuation, separators and control characters (so not `_`). Of
characters that are younger than Python's Unicode `\w` and `\d` know nothing.
What is no regular expression raises FORX0002. What is one but has no equal here raises UnsupportedConstruct: `\p`,
`\i`, `\c`, class subtraction, back-references, and the rare forms that the reference matches in a way of its own (a
hyphen or `^` amid others, groups that are empty, repeated though they may be empty, or repeated reluctantly).
"""

import re
import sys
import unicodedata
from functools import lru_cache
from itertools import groupby
from typing import Final

from documents.adapters.schematron.runtime.errors import EvaluationError
from documents.adapters.schematron.xpath.errors import UnsupportedConstruct

_DOT: Final = r"[^\n\r]"
_ANCHORS: Final = {"^": r"\A", "$": r"\Z"}
_AT_MOST_ONCE: Final = frozenset({"", "?", "??"})
_SPACES: Final = r"\t\n\r "
_NO_SPACES: Final = r"\x00-\x08\x0b\x0c\x0e-\x1f!-\U0010ffff"
_CONTROL_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t"}
_MANY: Final = frozenset({r"\d", r"\D"})
_ESCAPED_LENGTH: Final = 2
_ESCAPED_SELVES: Final = frozenset("\\|.-^?*+{}()[]$")
_UNSUPPORTED_ESCAPES: Final = frozenset("pPiIcC")
_QUANTIFIER: Final = re.compile(r"(?:[?*+]|\{[0-9]+(?:,[0-9]*)?\})\??")
_COUNTS: Final = re.compile(r"\{([0-9]+)(?:,([0-9]*))?\}")


@lru_cache(maxsize=1)
def _word_ranges() -> tuple[str, str]:
    r"""What `\w` and what `\W` stand for inside brackets: made when first asked for, in about 0.2 s."""
    runs: dict[bool, list[str]] = {True: [], False: []}
    for is_word, run in groupby(range(sys.maxunicode + 1), key=lambda p: unicodedata.category(chr(p))[0] not in "PZC"):
        points = list(run)
        runs[is_word].append(f"\\U{points[0]:08x}-\\U{points[-1]:08x}")
    return "".join(runs[True]), "".join(runs[False])


class RegexReader:
    """Reads one pattern from left to right and gives the Python pattern."""

    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0

    def expression(self) -> str:
        written = self._branches()
        if self._at < len(self._pattern):
            raise self._error("a parenthesis closes that was not opened")
        return written

    def _branches(self) -> str:
        branches = [self._branch()]
        while self._takes("|"):
            branches.append(self._branch())
        return "|".join(branches)

    def _branch(self) -> str:
        pieces: list[str] = []
        while self._at < len(self._pattern) and self._peek() not in {"|", ")"}:
            atom, quantifier = self._atom(), self._quantifier()
            self._refuse_uncertain(atom, quantifier, is_first=not pieces)
            pieces.append(atom + quantifier)
        return "".join(pieces)

    def _refuse_uncertain(self, atom: str, quantifier: str, *, is_first: bool) -> None:
        """Refuse what the reference matches otherwise than the recommendation says."""
        if atom in _ANCHORS.values() and quantifier:
            raise UnsupportedConstruct("a quantified anchor in a regular expression", self._pattern)
        if atom == _ANCHORS["^"] and not is_first:
            raise UnsupportedConstruct("^ amid a regular expression", self._pattern)
        if atom[0] != "(" or quantifier in _AT_MOST_ONCE:
            return
        if quantifier[-1] == "?":
            raise UnsupportedConstruct("a reluctantly repeated group in a regular expression", self._pattern)
        if re.fullmatch(atom, ""):
            raise UnsupportedConstruct("a repeated group that may be empty in a regular expression", self._pattern)

    def _atom(self) -> str:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return self._class()
        if character == "\\":
            return self._escape_outside()
        if character in "?*+{}]":
            raise self._error(f"an unexpected {character}")
        if character == ".":
            return _DOT
        return _ANCHORS.get(character) or _literal(character)

    def _group(self) -> str:
        if self._peek() == "?":
            raise UnsupportedConstruct("a group of a kind that XPath 2.0 does not know", self._pattern)
        if self._peek() == ")":
            raise UnsupportedConstruct("an empty group in a regular expression", self._pattern)
        inner = self._branches()
        if not self._takes(")"):
            raise self._error("a parenthesis is not closed")
        return f"({inner})"

    def _quantifier(self) -> str:
        found = _QUANTIFIER.match(self._pattern, self._at)
        if found is None:
            return ""
        self._at = found.end()
        counts = _COUNTS.match(found[0])
        if counts and counts[2] and int(counts[1]) > int(counts[2]):
            raise self._error("a quantifier of which the second number is smaller")
        return found[0]

    def _escape_outside(self) -> str:
        escaped = self._next()
        if escaped.isdigit():
            raise UnsupportedConstruct("a back-reference in a regular expression", self._pattern)
        inside = self._escape(escaped)
        return inside if len(inside) <= _ESCAPED_LENGTH else f"[{inside}]"

    def _escape(self, escaped: str) -> str:
        """An escape as it is written inside brackets."""
        if escaped in _UNSUPPORTED_ESCAPES:
            raise UnsupportedConstruct(rf"\{escaped} in a regular expression", self._pattern)
        if escaped in "wW":
            return _word_ranges()[escaped == "W"]
        many = {"s": _SPACES, "S": _NO_SPACES, "d": r"\d", "D": r"\D"}.get(escaped)
        return many or self._escaped_character(escaped)

    def _escaped_character(self, escaped: str) -> str:
        if escaped in _CONTROL_ESCAPES:
            return _literal(_CONTROL_ESCAPES[escaped])
        if escaped not in _ESCAPED_SELVES:
            raise self._error(rf"\{escaped} means nothing")
        return _literal(escaped)

    def _class(self) -> str:
        negated = self._takes("^")
        members: list[str] = []
        while not self._takes("]"):
            members.append(self._member(is_first=not members))
        if not members:
            raise self._error("a class of nothing")
        return f"[{'^' if negated else ''}{''.join(members)}]"

    def _member(self, *, is_first: bool) -> str:
        """One character, range or escape of a class."""
        first = self._class_character()
        if first is None:
            return self._hyphen(is_first=is_first)
        if len(first) > _ESCAPED_LENGTH or first in _MANY or not self._is_range():
            return first
        self._at += 1
        last = self._class_character()
        if last is None or last in _MANY or len(last) > _ESCAPED_LENGTH:
            raise self._error("a range of which the end is not a character")
        return f"{first}-{last}"

    def _is_range(self) -> bool:
        """Whether a hyphen follows that is not the last of its class."""
        return self._peek() == "-" and self._pattern[self._at + 1 : self._at + 2] != "]"

    def _class_character(self) -> str | None:
        """As written inside brackets; None for a hyphen."""
        character = self._next()
        if character == "[":
            raise self._error("a bracket within brackets")
        if character == "-":
            return None
        return self._escape(self._next()) if character == "\\" else _literal(character)

    def _hyphen(self, *, is_first: bool) -> str:
        if self._peek() == "[":
            raise UnsupportedConstruct("class subtraction in a regular expression", self._pattern)
        if self._peek() == "-":
            raise self._error("two hyphens in a class")
        if not is_first and self._peek() != "]":
            raise UnsupportedConstruct("a hyphen amid a class of a regular expression", self._pattern)
        return r"\-"

    def _peek(self) -> str:
        return self._pattern[self._at : self._at + 1]

    def _next(self) -> str:
        if self._at >= len(self._pattern):
            raise self._error("an early end")
        self._at += 1
        return self._pattern[self._at - 1]

    def _takes(self, character: str) -> bool:
        if self._peek() != character:
            return False
        self._at += 1
        return True

    def _error(self, problem: str) -> EvaluationError:
        return EvaluationError("FORX0002", f"{problem} in the regular expression {self._pattern!r}")


def _literal(character: str) -> str:
    return re.escape(character)
