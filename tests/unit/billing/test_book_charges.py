"""Charging a batch, without a database."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from billing.application.book_charges import book_charges
from billing.domain.account import Account
from billing.domain.errors import NoPriceInForce
from billing.domain.ledger import RenderedService
from billing.domain.plan import Plan
from shared.contracts.billing import BalanceDepleted, BalanceLow, ChargeBooked
from shared.ids import new_id
from support.billing_fakes import MemoryBilling

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
LOW = 5_000_000
PAYER = new_id()


def rendered(service: str = "send_einvoice", *, payer: UUID = PAYER, document: UUID | None = None) -> RenderedService:
    return RenderedService(
        environment_id=payer,
        organization_id=new_id(),
        document_id=document or new_id(),
        service=service,
        rendered_at=NOW,
    )


async def book(billing: MemoryBilling, *services: RenderedService) -> None:
    tx = billing.tx()
    tx.rendered.extend(services)
    await book_charges(tx, low_below_micros=LOW)
    assert tx.rendered == []


def with_balance(micros: int, *, low: bool = False) -> MemoryBilling:
    billing = MemoryBilling()
    billing.accounts.rows[PAYER] = Account(
        environment_id=PAYER, plan=Plan.BASIC, balance_micros=micros, low=low, version=3
    )
    return billing


@pytest.mark.requirement("R10.8", "RA1.2")
async def test_prices_come_from_the_price_list() -> None:
    billing = with_balance(50_000_000)
    await book(billing, rendered("send_einvoice"), rendered("receive_einvoice"), rendered("send_manual"))
    assert billing.accounts.rows[PAYER].balance_micros == 50_000_000 - 171_000 - 341_000
    assert [event.amount_micros for event in billing.of_type(ChargeBooked)] == [171_000, 341_000, 0]


@pytest.mark.requirement("R10.8", "RA1.2")
async def test_a_service_for_a_document_is_charged_once_within_and_across_batches() -> None:
    billing = with_balance(50_000_000)
    once = rendered()
    await book(billing, once, once)
    await book(billing, once, replace(once, service="receive_einvoice"))
    assert billing.accounts.rows[PAYER].balance_micros == 50_000_000 - 171_000 - 341_000
    assert len(billing.ledger.rows) == 2


async def test_an_empty_batch_touches_nothing() -> None:
    billing = MemoryBilling()
    await book(billing)
    assert (billing.accounts.rows, billing.told) == ({}, [])


@pytest.mark.requirement("R10.9", "RA1.6")
async def test_depletion_is_told_once_and_the_balance_goes_on_down() -> None:
    billing = with_balance(400_000, low=True)
    for _ in range(3):
        await book(billing, rendered("receive_einvoice"))
    (depleted,) = billing.of_type(BalanceDepleted)
    assert depleted.balance_micros == 400_000 - 2 * 341_000
    assert depleted.state.depleted
    assert billing.accounts.rows[PAYER].balance_micros == 400_000 - 3 * 341_000


@pytest.mark.requirement("RA1.6")
async def test_a_balance_of_exactly_zero_is_depleted() -> None:
    billing = with_balance(171_000, low=True)
    await book(billing, rendered())
    (depleted,) = billing.of_type(BalanceDepleted)
    assert depleted.balance_micros == 0


async def test_a_low_balance_is_told_once() -> None:
    billing = with_balance(LOW + 100_000)
    await book(billing, rendered())
    await book(billing, rendered())
    (low,) = billing.of_type(BalanceLow)
    assert low.balance_micros == LOW + 100_000 - 171_000
    assert [told.sequence for told in billing.told if told.subject == PAYER] == [4]


async def test_a_balance_that_falls_through_is_told_as_depleted_only() -> None:
    billing = with_balance(LOW)
    await book(billing, *(rendered("receive_einvoice") for _ in range(20)))
    assert billing.of_type(BalanceLow) == []
    assert len(billing.of_type(BalanceDepleted)) == 1


@pytest.mark.requirement("R10.9")
async def test_an_unknown_environment_gets_an_account_that_is_depleted_without_an_event() -> None:
    billing = MemoryBilling()
    stranger = new_id()
    await book(billing, rendered("receive_einvoice", payer=stranger))
    account = billing.accounts.rows[stranger]
    assert (account.plan, account.balance_micros, account.depleted) == (Plan.INVOICE_PORTAL, -341_000, True)
    assert [type(told.event) for told in billing.told] == [ChargeBooked]


async def test_a_service_without_a_price_is_refused() -> None:
    with pytest.raises(NoPriceInForce, match="teleport"):
        await book(with_balance(1), rendered("teleport"))


async def test_each_charge_is_told_in_its_own_trace_and_a_crossing_in_that_of_the_last_one() -> None:
    billing = with_balance(200_000)
    await book(billing, replace(rendered(), traceparent="first"), replace(rendered(), traceparent="second"))
    told = [(type(each.event), each.traceparent) for each in billing.told]
    assert told == [(ChargeBooked, "first"), (ChargeBooked, "second"), (BalanceDepleted, "second")]
