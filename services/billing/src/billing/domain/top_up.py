"""Buying credit: EUR 50.00 of credit costs EUR 60.50, because the VAT is due when it is paid, not when it is used."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing.domain.errors import AmountRefused, MethodRefused
from billing.domain.money import CENT, cents_text

_WHOLE = 10_000  # basis points


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTerms:
    """What is offered. `vat_basis_points` is 2100 for 21 %; `low_below_micros` is where a balance counts as low."""

    vat_basis_points: int
    minimum_micros: int
    maximum_micros: int
    methods: frozenset[str]
    low_below_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUp:
    """An order of credit, paid by the payment whose reference it is."""

    id: UUID
    environment_id: UUID
    requested_by: UUID
    credit_micros: int
    vat_micros: int
    currency: str
    method: str
    requested_at: datetime

    @property
    def payable_micros(self) -> int:
        return self.credit_micros + self.vat_micros


def vat_micros(credit_micros: int, *, basis_points: int) -> int:
    """Return the VAT in whole cents, half a cent up."""
    cents = credit_micros // CENT
    return (cents * basis_points + _WHOLE // 2) // _WHOLE * CENT


def check_order(credit_micros: int, method: str, terms: CreditTerms) -> None:
    """Refuse what is not offered."""
    if not terms.minimum_micros <= credit_micros <= terms.maximum_micros or credit_micros % CENT:
        minimum, maximum = cents_text(terms.minimum_micros), cents_text(terms.maximum_micros)
        raise AmountRefused(
            f"Credit is sold from EUR {minimum} to EUR {maximum} at a time.", minimum=minimum, maximum=maximum
        )
    if method not in terms.methods:
        raise MethodRefused(methods=sorted(terms.methods))
