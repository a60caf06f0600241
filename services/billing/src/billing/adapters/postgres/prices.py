"""Price lists in PostgreSQL."""

from collections.abc import Sequence
from typing import Any

import asyncpg
from shared.database.failures import violated_constraint
from shared.database.queries import beside

from billing.domain.errors import PriceListExists
from billing.domain.prices import PriceBook, PriceList

_queries = beside(__file__)


class PostgresPrices:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def book(self) -> PriceBook:
        return await read_price_book(self._connection)

    async def add(self, prices: PriceList) -> None:
        try:
            await _queries.insert_price_list(
                self._connection, id=prices.id, valid_from=prices.valid_from, currency=prices.currency
            )
        except asyncpg.UniqueViolationError as error:
            if violated_constraint(error) == "price_list_once":
                raise PriceListExists from error
            raise
        await _queries.insert_prices(
            self._connection,
            price_list_id=prices.id,
            services=list(prices.amount_micros.keys()),
            amounts=list(prices.amount_micros.values()),
        )

    async def claim_unpublished(self) -> Sequence[PriceList]:
        return [_price_list(row) async for row in _queries.claim_unpublished(self._connection)]


async def read_price_book(connection: Any) -> PriceBook:
    return PriceBook([_price_list(row) async for row in _queries.select_price_lists(connection)])


def _price_list(row: Any) -> PriceList:
    return PriceList(
        id=row["id"],
        valid_from=row["valid_from"],
        currency=row["currency"],
        amount_micros=dict(zip(row["services"], row["amounts"], strict=True)),
    )
