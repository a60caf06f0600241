"""Which price holds when."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from billing.application.price_lists import AddPriceList, add_price_list, publish_price_lists
from billing.domain.errors import NoPriceInForce, PriceListExists, PriceListInPast, TimeWithoutOffset
from billing.domain.prices import PriceBook, PriceList
from shared.contracts.billing import PriceListPublished
from support.billing_fakes import FIRST_PRICES, MemoryBilling

CHANGE = datetime(2027, 1, 1, tzinfo=UTC)
LATER = PriceList(id=UUID(int=2), valid_from=CHANGE, currency="EUR", amount_micros={"send_einvoice": 180_000})
NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.requirement("RA1.9")
def test_a_service_keeps_the_price_of_the_time_at_which_it_was_rendered() -> None:
    book = PriceBook([FIRST_PRICES, LATER])
    assert book.price_micros("send_einvoice", at=CHANGE - timedelta(microseconds=1)) == 171_000
    assert book.price_micros("send_einvoice", at=CHANGE) == 180_000
    assert book.in_force(CHANGE) is LATER


def test_a_service_without_a_price_is_never_free() -> None:
    book = PriceBook([FIRST_PRICES, LATER])
    with pytest.raises(NoPriceInForce):
        book.price_micros("teleport", at=NOW)
    with pytest.raises(NoPriceInForce):
        book.price_micros("receive_einvoice", at=CHANGE)
    with pytest.raises(NoPriceInForce):
        book.price_micros("send_einvoice", at=datetime(2024, 12, 31, tzinfo=UTC))


def test_a_time_without_an_offset_has_no_price() -> None:
    with pytest.raises(TimeWithoutOffset):
        PriceBook([FIRST_PRICES]).in_force(datetime(2026, 1, 1))  # noqa: DTZ001 - that is the point


@pytest.mark.requirement("RA1.9")
async def test_a_price_list_takes_effect_in_the_future_only() -> None:
    billing = MemoryBilling()
    with pytest.raises(PriceListInPast):
        await add_price_list(AddPriceList(valid_from=NOW, amount_micros={}), uow=billing, now=lambda: NOW)
    await add_price_list(AddPriceList(valid_from=CHANGE, amount_micros={}), uow=billing, now=lambda: NOW)
    with pytest.raises(PriceListExists):
        await add_price_list(AddPriceList(valid_from=CHANGE, amount_micros={}), uow=billing, now=lambda: NOW)


async def test_each_price_list_is_announced_once() -> None:
    billing = MemoryBilling()
    assert await publish_price_lists(uow=billing) == 1
    assert await publish_price_lists(uow=billing) == 0
    await add_price_list(AddPriceList(valid_from=CHANGE, amount_micros={"x": 1}), uow=billing, now=lambda: NOW)
    assert await publish_price_lists(uow=billing) == 1
    first, second = billing.of_type(PriceListPublished)
    assert first.state.amount_micros["receive_einvoice"] == 341_000
    assert second.state.amount_micros == {"x": 1}
