"""Price lists: each is in force from its `valid_from` until the next one, so that the past keeps its prices."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing.domain.errors import NoPriceInForce, TimeWithoutOffset


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceList:
    id: UUID
    valid_from: datetime
    currency: str
    amount_micros: Mapping[str, int]


class PriceBook:
    """All price lists, newest first."""

    def __init__(self, lists: Iterable[PriceList]) -> None:
        self._lists = sorted(lists, key=lambda prices: prices.valid_from, reverse=True)

    def in_force(self, at: datetime) -> PriceList:
        """Return the list in force at that time; raises `NoPriceInForce` before the first."""
        if at.tzinfo is None:
            raise TimeWithoutOffset
        for prices in self._lists:
            if prices.valid_from <= at:
                return prices
        raise NoPriceInForce

    def price_micros(self, service: str, *, at: datetime) -> int:
        """Return the price of a service at that time; raises `NoPriceInForce`: an unknown service is never free."""
        try:
            return self.in_force(at).amount_micros[service]
        except KeyError:
            raise NoPriceInForce(f"The price list in force then has no price for {service[:60]!r}.") from None
