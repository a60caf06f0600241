"""Strings and dates: the run-time gives what the reference gives, for traps by name and for seeded random values."""

import itertools
import random

import pytest
from documents.adapters.schematron.runtime.dates import is_date
from support.xpath_calculations import FAILED, OF_ONE_TEXT, OF_TWO_DATES, OF_TWO_TEXTS, ours
from support.xpath_reference import differences, words

FROM_PLACE = "substring($a, xs:double($b))"
OF_LENGTH = "substring($a, xs:double($b), xs:double($c))"
TEXTS = [
    "",
    " ",
    "abc",
    "  a \t b\r\nc  ",
    "\u00a0a\u00a0 b",
    " \u2003a\u0085 b\u2028c ",
    "\u00e9\u00a0 \n \u00fc",
    "\U0001f600x\U0001f600",
    "aXbXXc",
    "stra\u00dfe \u0149 \ufb01 \u01c6 \u0390 \u0131 \u017f i\u0307 \u1fb3 \u10d0",
    "aab bb",
]
PLACES = words("1 0 -1 2 2.5 1.5 0.5 -0.5 3 100 -100 999999999 -999999999 NaN")
DATES = [
    *words("""
    2024-02-29 2023-02-29 2020-02-30 1900-02-29 2000-02-29 2024-04-31 2024-00-10 2024-13-10 2024-01-00 2024-12-31Z
    2024-1-01 24-01-01 20240101 2024-01-01T00:00:00 +2024-01-01 0000-01-01 -0000-01-01 -0001-01-01 -0004-02-29
    -0005-02-29 0000-02-29 10000-01-01 02024-01-01 20200-02-29 2147483647-01-01 2147483648-01-01 -2147483647-12-31
    99999999999-01-01 2024-01-01+00:00 2024-01-01-00:00 2024-01-01+14:00 2024-01-01+14:59 2024-01-01+15:00
    2024-01-01-14:00 2024-01-01-05:30 2024-01-01+13:60 2024-01-01+1:00 2024-01-01+0100 2024-01-01z 2024-01-01+
    2023-12-31-10:00 2024-01-02+14:00 \uff12024-01-01 2024-01-01Z+01:00
    """),
    "",
    " 2024-01-01 ",
    "\n2024-01-01\t",
    "2024-01-01 Z",
    "2024-01-01\u00a0",
    "2024 -01-01",
]
FAR_DATES = ["2147483647-01-01", "-2147483647-12-31"]


@pytest.mark.parametrize("expression", OF_ONE_TEXT)
def test_a_function_of_one_text_agrees(reference, expression):
    assert not differences(reference, expression, [(text,) for text in TEXTS])


@pytest.mark.parametrize("expression", OF_ONE_TEXT)
def test_a_function_of_one_random_text_agrees(reference, expression):
    chance = random.Random(f"texts {expression}")  # noqa: S311 - repeatable on purpose
    rows = [(random_text(chance),) for _ in range(300)]
    assert not differences(reference, expression, rows)


@pytest.mark.parametrize("expression", OF_TWO_TEXTS)
def test_a_function_of_two_texts_agrees(reference, expression):
    pairs = itertools.product([*TEXTS, "X", "b", "\U0001f600", "\u00a0"], repeat=2)
    assert not differences(reference, expression, pairs)


def test_translate_agrees(reference):
    triples = itertools.product(
        TEXTS, ["", "a", "aab", "abc ", "\u00a0\u00e9\U0001f600", "bXa"], ["", "1", "123", "12345"]
    )
    assert not differences(reference, "translate($a, $b, $c)", triples)


def test_substring_from_a_place_agrees(reference):
    rows = itertools.product(["", "12345", "\U0001f600x\U0001f600yz"], [*PLACES, "INF", "-INF"])
    assert not differences(reference, FROM_PLACE, rows)


def test_substring_of_a_length_agrees(reference):
    rows = itertools.product(["", "12345", "\U0001f600x\U0001f600yz"], PLACES, PLACES)
    assert not differences(reference, OF_LENGTH, rows)


@pytest.mark.parametrize(
    "places", [("1e18",), ("-1e18",), ("1", "1e18"), ("-1", "1e300"), ("-1e18", "2"), ("2", "INF"), ("-INF", "3")]
)
def test_a_substring_of_places_far_away_is_an_error(places):
    assert ours(OF_LENGTH if len(places) > 1 else FROM_PLACE, "12345", *places) == FAILED


def test_codepoints_that_are_no_characters_agree(reference):
    points = words("0 1 8 9 10 11 13 31 32 127 55295 55296 57343 57344 65533 65534 65535 65536 1114111 1114112 -1")
    assert not differences(reference, "codepoints-to-string(xs:integer($a))", [(p,) for p in points])


def test_every_letter_in_upper_case_agrees(reference):
    letters = [chr(point) for point in range(0xA0, 0x2C00) if chr(point).isalpha()]
    rows = [("".join(letters[start : start + 50]),) for start in range(0, len(letters), 50)]
    assert len(rows) > 100
    assert not differences(reference, "upper-case($a)", rows)


def test_dates_agree(reference):
    assert not differences(reference, "$a castable as xs:date", [(text,) for text in DATES])
    assert not differences(reference, "xs:date($a)", [(text,) for text in DATES if text not in FAR_DATES])


@pytest.mark.parametrize("text", FAR_DATES)
def test_a_date_that_the_reference_cannot_compare_is_an_error(reference, text):
    assert ours("xs:date($a)", text) == FAILED != reference.worth("xs:date($a)", text)


@pytest.mark.parametrize("expression", OF_TWO_DATES)
def test_the_order_of_dates_agrees(reference, expression):
    pairs = itertools.product([text for text in DATES if is_date(text) and text not in FAR_DATES], repeat=2)
    assert not differences(reference, expression, pairs)


def test_random_dates_agree(reference):
    chance = random.Random("dates")  # noqa: S311 - repeatable on purpose
    pairs = [(random_date(chance), random_date(chance)) for _ in range(500)]
    assert sum(is_date(left) for left, _ in pairs) > 100
    assert not differences(reference, "xs:date($a)", [pair[:1] for pair in pairs])
    assert not differences(reference, "xs:date($a) < xs:date($b)", pairs)


def random_text(chance):
    alphabet = "abcXYZ \t\r\n  \u00a0\u0085\u2003\u3000\u00e9\u00df\u0130\U0001f600\U00010428"
    return "".join(chance.choices(alphabet, k=chance.randint(0, 14)))


def random_date(chance):
    year = chance.choice(["2024", "2023", "1999", "0001", "-0400", "12024", f"{chance.randrange(10000):04}"])
    zone = chance.choice(["", "", "Z", f"{chance.choice('+-')}{chance.randint(0, 15):02}:{chance.randint(0, 61):02}"])
    return f"{year}-{chance.randint(1, 12):02}-{chance.randint(1, 31):02}{zone}"
