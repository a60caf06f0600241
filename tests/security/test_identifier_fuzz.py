"""Identifiers of every kind, from strings that resemble one: understood or refused, canonical once, the same twice."""

from collections.abc import Callable
from typing import Any

import pytest
from documents.domain.parties import canonical_party
from hypothesis import given
from hypothesis import strategies as st
from identity.domain.connection_key import KeyText, Mode
from identity.domain.email_address import EmailAddress
from organizations.domain.identifiers import KvkNumber, check_identifier
from organizations.domain.name_match import match_names
from shared.errors import DomainError
from shared.http.pagination import decode_cursor, encode_cursor
from support.fuzzing import bounded

SCHEMES = ["0106", "0190", "9944", "0208", "9925", "0088", "0060", "0199", "9930", "9957", "0002", "", "01060", "١٠٦"]
COUNTRIES = ["NL", "BE", "DE", "FR", "XX", "nl", "", "\N{REGIONAL INDICATOR SYMBOL LETTER N}"]
REAL = [
    "12345678", "00000001823288444000", "NL857587973B01", "0202239951", "8712345678906", "BE0202239951",
    "0106:12345678", "iso6523-actorid-upis::0106:12345678", "NL:KVK:12345678", "9944:nl857587973b01",
    "jan.jansen@acme.example", "J" * 64 + "@" + "a" * 60 + ".example", "koe_ck_live_" + "A" * 60,
]  # fmt: skip
ODD = "٣²①\u200b\u202e\x00\ud7ff \t\n\r:;/?#%&'\"\\<>@.-_ABCabcNLB0123456789éßİ\u0131"


@st.composite
def resembling(draw: st.DrawFn) -> str:
    """A real identifier with a few characters changed, or anything at all."""
    if draw(st.booleans()):
        return draw(st.text(max_size=80))
    text = list(draw(st.sampled_from(REAL)))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(text)))
        match draw(st.sampled_from(["insert", "replace", "remove", "repeat"])):
            case "insert":
                text.insert(place, draw(st.sampled_from(ODD)))
            case "replace" if place < len(text):
                text[place] = draw(st.sampled_from(ODD))
            case "remove" if place < len(text):
                del text[place]
            case "repeat":
                text[place:place] = text[:place]
    return "".join(text[:400])


def accepted(read: Callable[[], Any]) -> Any:
    """Return what was read, None when it was refused in words; anything else is raised."""
    try:
        return read()
    except DomainError:
        return None


@bounded(300)
@given(text=resembling())
def test_a_participant_identifier_has_one_canonical_form(text: str) -> None:
    party = accepted(lambda: canonical_party(text))
    if party is not None:
        assert canonical_party(party) == party
        assert party == party.strip().lower()
        assert not any(character in party for character in " \t\r\n/?#\x00")


@bounded(300)
@given(scheme=st.sampled_from(SCHEMES), country=st.sampled_from(COUNTRIES), text=resembling())
def test_an_identifier_that_is_taken_is_plain_ascii(scheme: str, country: str, text: str) -> None:
    if accepted(lambda: check_identifier(scheme, text, country=country) or True):
        assert text.isascii()
        assert text.isprintable()
        assert 1 <= len(text) <= 50
        assert accepted(lambda: canonical_party(f"{scheme}:{text}")) is not None


@bounded(200)
@given(text=resembling())
def test_a_kvk_number_is_eight_ascii_digits(text: str) -> None:
    number = accepted(lambda: KvkNumber(text))
    if number is not None:
        assert (len(text), text.isascii(), text.isdecimal()) == (8, True, True)


@bounded(200)
@given(text=resembling())
def test_an_address_that_is_taken_names_one_mailbox(text: str) -> None:
    address = accepted(lambda: EmailAddress.parse(text))
    if address is not None:
        shown = str(address)
        assert str(EmailAddress.parse(shown)) == shown
        assert "\n" not in shown
        assert shown.count("@") == 1


@bounded(200)
@given(text=resembling(), mode=st.sampled_from(list(Mode)), flip=st.integers(0, 200), to=st.sampled_from("aA0_- "))
def test_a_connection_key_is_read_back_or_refused(text: str, mode: Mode, flip: int, to: str) -> None:
    assert accepted(lambda: KeyText.parse(text)) is None
    key = str(KeyText.generate(mode))
    assert str(KeyText.parse(key)) == key
    place = flip % len(key)
    changed = key[:place] + to + key[place + 1 :]
    if changed != key:
        assert accepted(lambda: KeyText.parse(changed)) is None


@bounded(200)
@given(text=resembling())
def test_a_cursor_is_ours_or_refused(text: str) -> None:
    last = accepted(lambda: decode_cursor(text))
    if last is not None:
        assert decode_cursor(encode_cursor(last)) == last


@bounded(200)
@given(holder=resembling(), names=st.lists(resembling(), max_size=4))
def test_any_two_names_are_compared_in_bounded_time(holder: str, names: list[str]) -> None:
    assert match_names(holder, tuple(names)) == match_names(holder, tuple(names))


@pytest.mark.parametrize("text", ["a" * 100_000, " " * 100_000, "0106:" * 20_000, "1" * 100_000 + "@x.nl"])
def test_a_very_long_text_is_refused_at_once(text: str) -> None:
    for read in (canonical_party, KvkNumber, EmailAddress.parse, KeyText.parse, decode_cursor):
        assert accepted(lambda read=read: read(text)) is None  # type: ignore[misc]
