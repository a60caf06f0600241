"""The plain words for a finding, in the two languages of the platform, and how values are written in them.

Guarantees: every value can be written in both languages, whatever a stranger put in the document: what is long is cut,
what is absent is said to be missing, and nothing of a value is taken for a part of the sentence.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum

_SHOWN = 80
_NAMED = 200
_LISTED = 5
_CUT = "…"
_THOUSANDS = str.maketrans(",.", ".,")


class Language(StrEnum):
    NL = "nl"
    EN = "en"


class Absent(Enum):
    """MISSING is not in the document; UNKNOWN cannot be computed from what is there."""

    MISSING = "missing"
    UNKNOWN = "unknown"


class Plain(str):
    """A name of the standard (an element, an attribute), written without quotation marks."""

    __slots__ = ()


class Percent(Decimal):
    """A rate, written with its sign."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of ours that depend on what was found."""

    nl: str
    en: str


Value = Decimal | int | str | Absent | Phrase | tuple[str, ...]

_ABSENT = {
    Language.NL: {Absent.MISSING: "ontbreekt", Absent.UNKNOWN: "niet te berekenen"},
    Language.EN: {Absent.MISSING: "missing", Absent.UNKNOWN: "not computable"},
}
_EMPTY = {Language.NL: "leeg", Language.EN: "empty"}
_MORE = {Language.NL: "en {} andere", Language.EN: "and {} more"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What was found in the document, and what is expected instead."""

    found: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A finding in plain words; beside the official text, never instead of it."""

    nl: Wording
    en: Wording


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in a sentence: `{x}` is the value, `{x.state}` what a sentence says of it ("is 5", "ontbreekt")."""

    value: Value
    language: Language

    def __str__(self) -> str:
        return written(self.value, self.language)

    @property
    def state(self) -> str:
        text = written(self.value, self.language)
        return text if self.value is Absent.MISSING and self.language is Language.NL else f"is {text}"


def sentence(template: str, values: dict[str, Value], language: Language) -> str:
    """Fill a template; raises KeyError for a name that has no value (a fault in our table, which a test finds)."""
    return template.format_map({name: Shown(value, language) for name, value in values.items()})


def written(value: Value, language: Language) -> str:
    """Write a value as people of that language do: 1.200,00 or 1,200.00."""
    if isinstance(value, Absent):
        return _ABSENT[language][value]
    if isinstance(value, Phrase):
        return value.nl if language is Language.NL else value.en
    if isinstance(value, Plain):
        return cut(value, _NAMED)
    if isinstance(value, str):
        return f"“{cut(value)}”" if value else _EMPTY[language]
    if isinstance(value, tuple):
        return _listed(value, language)
    text = f"{value:,f}" if isinstance(value, Decimal) else f"{value:,}"
    text = text.translate(_THOUSANDS) if language is Language.NL else text
    return f"{text}%" if isinstance(value, Percent) else text


def cut(text: str, length: int = _SHOWN) -> str:
    """Return a text on one line, no longer than a sentence bears."""
    line = " ".join(text[: 10 * length].split())
    return line if len(line) <= length else f"{line[:length]}{_CUT}"


def _listed(values: tuple[str, ...], language: Language) -> str:
    if not values:
        return _ABSENT[language][Absent.MISSING]
    names = ", ".join(written(value, language) for value in values[:_LISTED])
    rest = len(values) - _LISTED
    return f"{names} {_MORE[language].format(rest)}" if rest > 0 else names
