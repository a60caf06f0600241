"""Adds price lists and tells others of them.

A list may only take effect in the future, so that what was rendered keeps the price of its time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.billing import PriceListPublished, PriceListState
from shared.ids import new_id

from billing.application.ports import Now, UnitOfWork
from billing.domain.errors import PriceListInPast, TimeWithoutOffset
from billing.domain.prices import PriceList

PLATFORM = UUID(int=0)
"""The environment of what belongs to no customer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPriceList:
    valid_from: datetime
    amount_micros: Mapping[str, int]


async def add_price_list(cmd: AddPriceList, *, uow: UnitOfWork, now: Now) -> UUID:
    """Keep a price list and return its id; `publish_price_lists` tells others within a moment."""
    if cmd.valid_from.tzinfo is None:
        raise TimeWithoutOffset
    if cmd.valid_from <= now():
        raise PriceListInPast
    prices = PriceList(id=new_id(), valid_from=cmd.valid_from, currency="EUR", amount_micros=cmd.amount_micros)
    async with uow() as tx:
        await tx.prices.add(prices)
    return prices.id


async def publish_price_lists(*, uow: UnitOfWork) -> int:
    """Announce the price lists that were not announced yet, the one that migrations bring included."""
    async with uow() as tx:
        fresh = await tx.prices.claim_unpublished()
        for prices in fresh:
            state = PriceListState(
                id=prices.id,
                valid_from=prices.valid_from,
                currency=prices.currency,
                amount_micros=dict(prices.amount_micros),
            )
            tx.publish(PriceListPublished(state=state), subject=prices.id, environment=PLATFORM)
    return len(fresh)
