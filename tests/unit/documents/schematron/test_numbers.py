"""Casts and arithmetic: the traps of XPath's numbers (items 6 to 9 and 13 of the semantics), and limits of our own."""

from decimal import Decimal, Inexact, getcontext, localcontext

import pytest
from documents.adapters.schematron.runtime import numbers
from documents.adapters.schematron.runtime.arithmetic import (
    EXACT,
    PRECISION,
    decimal_divide,
    integer_divide,
    round_half_up,
    total,
    total_double,
)
from documents.adapters.schematron.runtime.errors import EvaluationError
from support.xpath_calculations import expected_items, ours
from support.xpath_traps import ARITHMETIC, CASTS


@pytest.mark.parametrize("trap", CASTS)
def test_a_cast_is_right(trap):
    for expression, *texts, expected in CASTS[trap]:
        assert ours(expression, *texts) == expected_items(expected), (expression, texts)


@pytest.mark.parametrize("trap", ARITHMETIC)
def test_a_calculation_is_right(trap):
    for expression, *texts, expected in ARITHMETIC[trap]:
        assert ours(expression, *texts) == expected_items(expected), (expression, texts)


@pytest.mark.parametrize(
    ("cast", "text", "code"),
    [
        (numbers.to_decimal, "1e3", "FORG0001"),
        (numbers.to_decimal, "1" * 1001, "FOCA0006"),
        (numbers.to_integer, "1.5", "FORG0001"),
        (numbers.to_integer, "1" * 5000, "FOCA0003"),
        (numbers.to_double, "x", "FORG0001"),
        (numbers.to_boolean, "yes", "FORG0001"),
    ],
)
def test_a_failed_cast_names_the_error_of_the_recommendation(cast, text, code):
    with pytest.raises(EvaluationError) as failure:
        cast(text)
    assert failure.value.code == code
    assert str(failure.value).startswith(f"{code}: ")


def test_a_long_wrong_text_is_not_repeated_whole():
    with pytest.raises(EvaluationError) as failure:
        numbers.to_double("x" * 10_000)
    assert len(str(failure.value)) < 100


def test_decimals_are_remembered_within_bounds():
    assert numbers.to_decimal("417.25") is numbers.to_decimal("417.25")
    for amount in range(10_000):
        numbers.to_decimal(f"{amount}.17")
    assert 0 < len(numbers._known) <= 4096
    assert numbers.to_decimal("9999.17") == Decimal("9999.17")


def test_long_decimals_and_failures_are_not_remembered():
    long, wrong = "0.1234567890123456789012345678901234567891", "12,5"
    assert numbers.to_decimal(long) == Decimal(long)
    with pytest.raises(EvaluationError):
        numbers.to_decimal(wrong)
    assert long not in numbers._known
    assert wrong not in numbers._known
    assert numbers.is_decimal(long)
    assert not numbers.is_decimal(wrong)


def test_an_inexact_result_is_an_error_and_no_rounded_number():
    many = Decimal("1" * 150)
    with localcontext(EXACT):
        assert many * 10 == Decimal("1" * 150 + "0")
        with pytest.raises(Inexact):
            many * many
        with pytest.raises(Inexact):
            total([Decimal(10) ** 150, Decimal("0." + "0" * PRECISION + "1")])


def test_the_context_of_the_thread_stays_as_it_was():
    before = getcontext().copy()
    with localcontext(EXACT):
        decimal_divide(Decimal(1), Decimal(3))
    assert getcontext().prec == before.prec
    assert getcontext().traps == before.traps


def test_a_quotient_that_is_whole_counts_as_a_decimal():
    with localcontext(EXACT):
        half = decimal_divide(Decimal(600), Decimal(2))
        assert half == 300
        assert numbers.decimal_text(decimal_divide(Decimal(1), half)) == "0.00333333333333333333"


def test_the_sum_of_doubles_is_not_compensated():
    assert total_double([0.1] * 10) == 0.9999999999999999
    assert total_double([]) == 0.0
    assert str(total_double([-0.0, -0.0])) == "-0.0"


def test_the_sum_of_no_decimals_is_zero():
    with localcontext(EXACT):
        assert numbers.decimal_text(total([])) == "0"


def test_a_number_keeps_its_type_when_rounded():
    with localcontext(EXACT):
        assert [type(round_half_up(value)) for value in (2, 2.5, Decimal("2.5"))] == [int, float, Decimal]


def test_a_whole_quotient_of_a_double_that_is_no_number_is_an_error():
    for dividend, divisor in ((float("nan"), 1.0), (float("inf"), 1.0), (1.0, float("nan")), (1e300, 1e-300)):
        with pytest.raises(EvaluationError, match="FOAR0002"):
            integer_divide(dividend, divisor)
    assert integer_divide(1.0, float("inf")) == 0


def test_an_integer_too_large_for_a_double_is_an_infinity():
    assert numbers.integer_to_double(10**400) == float("inf")
    assert numbers.integer_to_double(-(10**400)) == float("-inf")
    assert numbers.decimal_to_double(Decimal("1e400")) == float("inf")


@pytest.mark.parametrize("value", [2.0**53, -1e22, 5e-324])
def test_the_text_of_a_double_whose_digits_the_reference_chooses_otherwise_is_an_error(value):
    with pytest.raises(EvaluationError, match="digits"):
        numbers.double_text(value)


def test_an_integer_of_too_many_digits_has_no_text():
    with pytest.raises(EvaluationError, match="FOCA0003"):
        numbers.integer_text(10**5000)
