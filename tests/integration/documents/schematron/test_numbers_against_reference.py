"""Numbers: the run-time gives what the reference gives, for the traps by name and for seeded random values."""

import itertools
import random
import struct

import pytest
from documents.adapters.schematron.runtime.numbers import is_decimal, is_double, to_double
from support.xpath_calculations import (
    CASTS,
    CASTS_TO_DOUBLE,
    OF_TWO_DECIMALS,
    OF_TWO_DOUBLES,
    OF_TWO_INTEGERS,
    TO_DOUBLE_OF_TWO,
)
from support.xpath_reference import differences, words

DECIMALS = words("""
0 -0 +0 0.0 -0.00 . + - 1. .5 -.5 +.5e 1e3 1E3 NaN INF 0x10 1_000 1,5 --1 +-1 \uff11\uff12 ² 00012.3400
2.5 -2.5 0.5 -0.5 1.5 -1.5
0.4999999999999999999999 100 300 300.0 300. 700000.0 1234567890123456789012345678901234567890
0.1234567890123456789012345678901234567891 -99999999999999999999.99999999999999999999 0.0000000000000000005
2000000000000000000.0 3 7 0.07 1000000000000000000000 -123456789012345678.9
""")
SPACED = [
    "",
    " ",
    " 12.5\t\r\n",
    "1 2",
    "\u00a012",
    "12\u00a0",
    "12\u2003",
    "\n-1\n",
    "true",
    " false ",
    "TRUE",
    "2",
]
DOUBLES = words("""
0 -0 1 -1.5 2.5 -2.5 0.5 -0.5 0.49999999999999994 1E3 1e+3 1e-3 1e 1e3.5 .5e1 5.e1 INF -INF +INF NaN nan inf Infinity
1e400 -1e400 1e-400 0.1 0.2 999999 999999.9999999999 1e6 1e-6 9.999999e-7 123456789 4503599627370497.5 1e22
1.7976931348623157e308 5e-324 2.2250738585072014e-308 123456.789 1_0 0x1p3 \uff11
""")
NUMBERS = [*DECIMALS, *SPACED, *DOUBLES]


@pytest.mark.parametrize("expression", CASTS)
def test_a_function_of_one_number_agrees(reference, expression):
    assert not differences(reference, expression, [(text,) for text in NUMBERS])


@pytest.mark.parametrize("expression", CASTS_TO_DOUBLE)
def test_a_function_that_gives_a_double_agrees(reference, expression):
    assert not differences(reference, expression, [(a,) for a in NUMBERS])


@pytest.mark.parametrize("expression", OF_TWO_DECIMALS)
def test_a_function_of_two_decimals_agrees(reference, expression):
    pairs = itertools.product([text for text in DECIMALS if is_decimal(text)], repeat=2)
    assert not differences(reference, expression, pairs)


@pytest.mark.parametrize("expression", TO_DOUBLE_OF_TWO | OF_TWO_DOUBLES)
def test_a_function_of_two_doubles_agrees(reference, expression):
    pairs = itertools.product([text for text in DOUBLES if is_double(text)], repeat=2)
    assert not differences(reference, expression, pairs)


@pytest.mark.parametrize("expression", OF_TWO_INTEGERS)
def test_a_function_of_two_integers_agrees(reference, expression):
    integers = words("0 1 -1 2 -2 7 -7 97 -0 9223372036854775808 -123456789012345678901234567890")
    assert not differences(reference, expression, itertools.product(integers, repeat=2))


@pytest.mark.parametrize("expression", OF_TWO_DECIMALS)
def test_a_function_of_two_random_decimals_agrees(reference, expression):
    chance = random.Random(f"decimals {expression}")  # noqa: S311 - repeatable on purpose
    pairs = [(random_decimal(chance), random_decimal(chance)) for _ in range(300)]
    assert not differences(reference, expression, pairs)


@pytest.mark.parametrize("expression", TO_DOUBLE_OF_TWO)
def test_a_function_of_two_random_doubles_agrees(reference, expression):
    chance = random.Random(f"doubles {expression}")  # noqa: S311 - repeatable on purpose
    pairs = [(random_double(chance), random_double(chance)) for _ in range(300)]
    assert not differences(reference, expression, pairs)


def test_the_text_of_a_double_agrees(reference):
    chance = random.Random("double texts")  # noqa: S311 - repeatable on purpose
    texts = [random_double(chance) for _ in range(2000)] + [text for text in DOUBLES if is_double(text)]
    ties = [
        "-713620805975750.8",
        "244880688440984.88",
        "34981022632219.938",
        "524288.00146484375",
        "524288.00048828125",
    ]
    certain = [
        (text,)
        for text in texts + ties
        if to_double(text) == 0 or not 0 < abs(to_double(text)) < 2.0**-1022
        if not 2.0**53 <= abs(to_double(text)) < float("inf")
    ]
    assert len(certain) > 1500
    assert not differences(reference, "string(xs:double($a))", certain)


def random_decimal(chance):
    """Amounts mostly, else of many digits; sometimes with zeros at the end or of an odd form."""
    whole = chance.choice([1, 2, 3, 5, 12, 25])
    places = chance.choice([0, 0, 1, 2, 2, 4, 8, 20])
    digits = (
        str(chance.randrange(10**whole))
        + "0" * chance.choice([0, 0, 0, 2, 7, 12])
        + ("." + f"{chance.randrange(10**places):0{places}}" if places else "")
    )
    return chance.choice(["", "", "", "-", "+"]) + digits + chance.choice(["", "", "", "0" if places else "."])


def random_double(chance):
    kind = chance.randrange(4)
    if kind == 0:
        value = struct.unpack("d", chance.randbytes(8))[0]
        return {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(repr(value), repr(value))
    if kind == 1:
        return f"{chance.uniform(-1e6, 1e6):.{chance.randint(0, 6)}f}"
    if kind == 2:
        return repr(chance.uniform(-1, 1) * 10.0 ** chance.randint(-12, 15))
    return repr(chance.randint(-(10**15), 10**15) / 10 ** chance.randint(0, 14))
