"""Compares the holder of a bank account with the names under which a company is registered (R5.11).

Case, diacritics, punctuation, spacing, salutations, "t.n.v." and legal forms do not count; "h.o." and "e/o" join names
of which each is compared. Only `match` activates an organization, so a match asks for the same words on both sides, two
different legal forms are never one (Jansen V.O.F. is not Jansen B.V.), and a salutation is only dropped for people.
Everything uncertain goes to a person.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from . import legal_forms


class Outcome(StrEnum):
    MATCH = "match"
    CLOSE_MATCH = "close_match"
    NO_MATCH = "no_match"
    NOT_AVAILABLE = "not_available"


MAX_LENGTH = 200
_CLOSE = 0.85
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"})
_JOINED_BY = re.compile(r"(?:^|(?<=[\s,;(]))(?:h\.\s?o\.?|h/o|handelend onder(?: de naam)?|e/o|en/of)(?=[\s,;:)]|$)")
_ON_BEHALF = re.compile(r"^(?:t\.\s?n\.\s?v\.?|ten name van)[\s,:]+")
_TITLE = r"(?:de heer|dhr|hr|mevrouw|mevr|mw)\.?"
_SALUTATION = re.compile(rf"^{_TITLE}(?: (?:e/o|en) {_TITLE})?\s+")
_DOTTED = re.compile(r"(?<!\w)(?:\w[./])+\w?(?!\w)")
_APOSTROPHES = re.compile("['`\u2018\u2019\u00b4]")
_NOT_A_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """A name reduced to what counts; `addressed` when a salutation was taken off."""

    words: tuple[str, ...]
    form: str | None
    addressed: bool = False

    @property
    def letters(self) -> str:
        return "".join(self.words)


def match_names(holder: str | None, registered: tuple[str, ...]) -> Outcome:
    """Compare the account holder with each registered name and return the best outcome."""
    holders = [name for name in _names_of_holder(holder or "") if name.words]
    if not holders:
        return Outcome.NOT_AVAILABLE
    outcomes = {_compare(given, _name(_plain(text))) for given in holders for text in registered}
    best = (outcome for outcome in (Outcome.MATCH, Outcome.CLOSE_MATCH) if outcome in outcomes)
    return next(best, Outcome.NO_MATCH)


def _names_of_holder(text: str) -> Iterator[_Name]:
    plain = _ON_BEHALF.sub("", _plain(text))
    parts = _JOINED_BY.split(plain)
    for part in [plain, *parts] if len(parts) > 1 else parts:
        yield _name(part)
        person = _SALUTATION.sub("", part.strip())
        if person != part.strip():
            yield _name(person, addressed=True)


def _plain(text: str) -> str:
    """Return the text in lower case, without diacritics and with ligatures taken apart."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text[:MAX_LENGTH]).casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(bare.translate(_LETTERS).split())


def _name(plain: str, *, addressed: bool = False) -> _Name:
    text = _DOTTED.sub(lambda initials: re.sub(r"\W", "", initials.group()) + " ", _APOSTROPHES.sub("", plain))
    words = _NOT_A_WORD.sub(" ", text.replace("&", " en ").replace("+", " en ")).split()
    own, form = legal_forms.strip(["en" if word == "and" else word for word in words])
    return _Name(words=own, form=form, addressed=addressed)


def _compare(holder: _Name, registered: _Name) -> Outcome:
    if not registered.words:
        return Outcome.NO_MATCH
    if holder.letters == registered.letters or sorted(holder.words) == sorted(registered.words):
        return Outcome.MATCH if _same_kind(holder, registered) else Outcome.CLOSE_MATCH
    return Outcome.CLOSE_MATCH if _resembles(holder, registered) else Outcome.NO_MATCH


def _same_kind(holder: _Name, registered: _Name) -> bool:
    if holder.addressed:
        return holder.form is None and registered.form is None
    return holder.form is None or registered.form is None or holder.form == registered.form


def _resembles(holder: _Name, registered: _Name) -> bool:
    left, right = set(holder.words), set(registered.words)
    shared = {word for word in left & right if len(word) > 1}
    if shared and (left <= right or right <= left):
        return True
    return SequenceMatcher(None, holder.letters, registered.letters, autojunk=False).ratio() >= _CLOSE
