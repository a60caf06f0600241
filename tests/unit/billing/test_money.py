"""Money as text and as micro-euros."""

from decimal import Decimal

import pytest
from billing.domain.errors import AmountNotInCents
from billing.domain.money import cents_text, decimal_text, micros_of
from hypothesis import given
from hypothesis import strategies as st

MICROS = st.integers(min_value=-(10**15), max_value=10**15)


@pytest.mark.requirement("RA1.1")
@given(MICROS)
def test_text_is_exact(micros: int) -> None:
    assert Decimal(decimal_text(micros)) * 1_000_000 == micros


@given(st.integers(min_value=0, max_value=10**15))
def test_text_reads_back(micros: int) -> None:
    assert micros_of(decimal_text(micros)) == micros


@pytest.mark.parametrize(
    ("micros", "text"),
    [
        (0, "0.00"),
        (50_000_000, "50.00"),
        (49_829_000, "49.829"),
        (-341_000, "-0.341"),
        (1, "0.000001"),
        (10_000, "0.01"),
        (-60_500_000, "-60.50"),
    ],
)
def test_text_has_at_least_two_decimals(micros: int, text: str) -> None:
    assert decimal_text(micros) == text


NO_DECIMALS = [
    *("", ".", ".5", "5.", "1.00 ", "1,00", "1_0.00", "1.0000001"),
    *("-1.00", "+1.00", "1e3", "NaN", "inf", "0x10"),
    "\u0665.\u0660\u0660",
]


@pytest.mark.parametrize("text", NO_DECIMALS)
def test_what_is_not_a_plain_decimal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a plain decimal"):
        micros_of(text)


def test_cents_are_never_rounded() -> None:
    assert cents_text(60_500_000) == "60.50"
    with pytest.raises(AmountNotInCents):
        cents_text(171_000)
    assert cents_text(170_000) == "0.17"
