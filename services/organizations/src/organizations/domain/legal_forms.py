"""Legal forms as they appear in names: `Jansen B.V.`, `Stichting Jansen`, `Coöperatie Jansen U.A.`.

`strip` takes a name apart into its own words and its legal form. Names reach it as lower-case words without
punctuation, in which initials are joined already ("b.v." is `bv`). At most one form is taken off, abbreviations only
from the end: "CV Partners" is a name, "Partners C.V." a partnership.
"""

from collections.abc import Mapping, Sequence

_AT_THE_END: dict[str, tuple[str, ...]] = {
    "bv": ("bv", "besloten vennootschap", "besloten vennootschap met beperkte aansprakelijkheid"),
    "nv": ("nv", "naamloze vennootschap"),
    "vof": ("vof", "vennootschap onder firma"),
    "cv": ("cv", "commanditaire vennootschap"),
    "stichting": ("stichting", "stg"),
    "vereniging": ("vereniging",),
    "vve": ("vve", "vereniging van eigenaars", "vereniging van eigenaren"),
    "cooperatie": ("cooperatie", "cooperatieve vereniging"),
    "owm": ("owm", "onderlinge waarborgmaatschappij"),
    "maatschap": ("maatschap",),
    "eenmanszaak": ("eenmanszaak",),
    "kerkgenootschap": ("kerkgenootschap",),
    "ltd": ("ltd", "limited"),
    "gmbh": ("gmbh",),
    "bvba": ("bvba",),
    "srl": ("srl",),
}
_AT_THE_START = {
    form: spellings
    for form, spellings in _AT_THE_END.items()
    if form in {"stichting", "vereniging", "vve", "cooperatie", "owm", "maatschap", "kerkgenootschap", "vof"}
}
_ADDITIONS = frozenset({("ua",), ("ba",), ("wa",), ("io",), ("in", "oprichting"), ("in", "liquidatie")})
_SPACED = frozenset({("b", "v"), ("n", "v"), ("c", "v"), ("v", "o", "f")})

_Forms = Mapping[tuple[str, ...], str]


def _by_words(spelled: Mapping[str, tuple[str, ...]]) -> _Forms:
    return {tuple(spelling.split()): form for form, spellings in spelled.items() for spelling in spellings}


_ENDINGS, _BEGINNINGS = _by_words(_AT_THE_END), _by_words(_AT_THE_START)
_LONGEST = max(len(words) for words in _ENDINGS)


def strip(words: Sequence[str]) -> tuple[tuple[str, ...], str | None]:
    """Return the words without legal form and what the form is; a name of nothing else keeps its words."""
    whole = _joined(tuple(words))
    for rest in (whole, _without_addition(whole)):
        for size in range(min(_LONGEST, len(rest) - 1), 0, -1):
            if rest[-size:] in _ENDINGS:
                return rest[:-size], _ENDINGS[rest[-size:]]
        for size in range(min(_LONGEST, len(rest) - 1), 0, -1):
            if rest[:size] in _BEGINNINGS:
                return _without_addition(rest[size:]), _BEGINNINGS[rest[:size]]
    return whole, None


def _joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """Join a form that is spelled letter by letter: `jansen b v`."""
    for size in (3, 2):
        if words[-size:] in _SPACED:
            return (*words[:-size], "".join(words[-size:]))
        if words[:size] in _SPACED:
            return ("".join(words[:size]), *words[size:])
    return words


def _without_addition(words: tuple[str, ...]) -> tuple[str, ...]:
    for size in (2, 1):
        if len(words) > size and words[-size:] in _ADDITIONS:
            return words[:-size]
    return words
