"""What credit costs."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from billing.domain.errors import AmountRefused, MethodRefused
from billing.domain.top_up import check_order, vat_micros
from hypothesis import given
from hypothesis import strategies as st
from support.billing_fakes import TERMS

CENT = 10_000


@pytest.mark.parametrize(
    ("credit", "vat"), [(50_000_000, 10_500_000), (10_000, 0), (20_000, 0), (30_000, 10_000), (99_990_000, 21_000_000)]
)
def test_vat_is_rounded_to_whole_cents(credit: int, vat: int) -> None:
    assert vat_micros(credit, basis_points=2100) == vat


@given(st.integers(min_value=1, max_value=10**9), st.integers(min_value=0, max_value=10_000))
def test_vat_is_what_the_tax_office_computes(cents: int, basis_points: int) -> None:
    exact = Decimal(cents) * basis_points / 10_000
    expected = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    assert vat_micros(cents * CENT, basis_points=basis_points) == expected * CENT


@pytest.mark.parametrize("credit", [0, -10_000, 100_000_010_000, 15_000, 1])
def test_an_amount_outside_the_terms_is_refused_and_the_terms_are_named(credit: int) -> None:
    with pytest.raises(AmountRefused) as refused:
        check_order(credit, "ideal", TERMS)
    assert refused.value.extra == {"minimum": "0.01", "maximum": "100000.00"}


def test_the_limits_themselves_are_sold() -> None:
    check_order(10_000, "ideal", TERMS)
    check_order(100_000_000_000, "ideal", TERMS)


def test_a_method_that_is_not_offered_is_refused() -> None:
    with pytest.raises(MethodRefused) as refused:
        check_order(CENT, "cash", TERMS)
    assert refused.value.extra == {"methods": ["ideal"]}
