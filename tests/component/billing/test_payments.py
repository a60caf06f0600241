"""Payments of credit: what the provider does, says twice, says late, or does not say."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from support.billing import Billing
from support.mollie import FakeMollie, answer


@pytest.mark.requirement("R5.15")
async def test_a_payment_told_many_times_at_once_grants_credit_once(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    provider_id = mollie.pay(mollie.with_reference(opened["id"]))
    for _ in range(3):
        answers = await asyncio.gather(*(billing.webhook(provider_id) for _ in range(5)))
        assert {found.status_code for found in answers} == {200}
        await billing.run_jobs()
    assert await billing.balance_micros(customer.environment) == 50_000_000
    assert (await customer.types()).count("credit-granted") == 1
    assert (await customer.types()).count("payment-settled") == 1


@pytest.mark.requirement("R5.15")
async def test_the_same_payment_read_by_two_workers_at_once_grants_credit_once(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    mollie.pay(mollie.with_reference(opened["id"]))
    payment_id = await payment_of(billing, opened["id"])
    outcomes = await asyncio.gather(*(billing.application.read_payment(payment_id) for _ in range(6)))
    assert sorted(outcomes) == ["settled", *["unchanged"] * 5]
    assert await billing.balance_micros(customer.environment) == 50_000_000


@pytest.mark.requirement("R5.14")
@pytest.mark.parametrize("end", ["canceled", "expired", "failed"])
async def test_a_payment_that_ends_unpaid_grants_nothing_until_money_comes_after_all(
    billing: Billing, mollie: FakeMollie, end: str
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    payment = mollie.with_reference(opened["id"])
    await billing.webhook(mollie.end(payment, end))
    await billing.run_jobs()
    assert (await customer.top_up(opened["id"]))["status"] == end
    (failed,) = await billing.published(customer.environment, "billing.payment-failed.v1")
    assert (failed.data["reason"], failed.data["reference_id"]) == (end, opened["id"])
    assert await billing.balance_micros(customer.environment) == 0

    await billing.webhook(mollie.pay(payment))
    await billing.run_jobs()
    assert await billing.balance_micros(customer.environment) == 50_000_000
    versions = [
        event.sequence
        for event in await billing.published(customer.environment)
        if event.data.get("payment_id") == failed.data["payment_id"]
    ]
    assert versions == [1, 2, 3]


async def test_a_webhook_that_claims_more_than_the_provider_says_changes_nothing(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    await billing.webhook(mollie.with_reference(opened["id"])["id"])
    await billing.run_jobs()
    assert (await customer.top_up(opened["id"]))["status"] == "open"
    assert await billing.balance_micros(customer.environment) == 0


@pytest.mark.parametrize(
    "change",
    [
        {"amount": {"value": "0.01", "currency": "EUR"}},
        {"amount": {"value": "60.50", "currency": "USD"}},
        {"metadata": {"paymentId": "01a207c3-1973-73d5-9b9a-2577ccb6d234"}},
        {"metadata": None},
        {"metadata": "text"},
    ],
)
async def test_a_payment_that_is_not_what_was_asked_is_flagged_and_not_granted(
    billing: Billing, mollie: FakeMollie, change: dict[str, Any]
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    payment = mollie.with_reference(opened["id"])
    mollie.pay(payment)
    payment.update(change)
    for _ in range(2):
        await billing.webhook(payment["id"])
        await billing.run_jobs()
    assert (await customer.top_up(opened["id"]))["status"] == "mismatched"
    assert await billing.balance_micros(customer.environment) == 0
    assert (await customer.types())[-1] == "payment-failed"
    assert "payment-settled" not in await customer.types()


async def test_a_chargeback_is_noted_and_takes_nothing_by_itself(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    payment = mollie.with_reference(opened["id"])
    for change in ({}, {"amountChargedBack": {"value": "60.50", "currency": "EUR"}}, {}):
        mollie.pay(payment)
        payment.update(change)
        await billing.webhook(payment["id"])
        await billing.run_jobs()
    noted = await billing.pool.fetchval(
        "select charged_back_micros from payments where reference_id = $1", UUID(opened["id"])
    )
    assert noted == 60_500_000
    assert await billing.balance_micros(customer.environment) == 50_000_000


@pytest.mark.parametrize("status", [500, 503, 429, 401])
async def test_a_provider_that_is_down_for_a_moment_delays_the_order_only(
    billing: Billing, mollie: FakeMollie, status: int
) -> None:
    customer = await billing.customer()
    calls: list[int] = []

    def down_once(request: Any) -> Any:
        calls.append(1)
        return answer(status)(request) if len(calls) == 1 else None

    mollie.fail = down_once
    opened = await customer.order()
    assert (opened["status"], len(calls)) == ("open", 2)


async def test_a_provider_that_stays_away_fails_the_payment(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    mollie.fail = answer(503)
    asked_before = len(mollie.requests)
    failed = await customer.order()
    assert (failed["status"], failed["checkoutUrl"]) == ("failed", None)
    assert len(mollie.requests) == asked_before + 3
    (event,) = await billing.published(customer.environment, "billing.payment-failed.v1")
    assert (event.data["purpose"], event.data["reason"]) == ("top_up", "failed")


@pytest.mark.parametrize(
    "failure",
    [
        answer(
            422, {"status": 422, "title": "Unprocessable Entity", "detail": "The amount is too high", "field": "amount"}
        ),
        answer(400, ["not", "an", "object"]),
        answer(302),
        answer(201, {"id": "tr_1"}),
        answer(201, []),
        answer(201, {"id": "tr_x", "status": "open", "amount": {"value": "1.00", "currency": "EUR"}}),
    ],
)
async def test_a_provider_that_refuses_or_talks_nonsense_fails_the_payment_at_once(
    billing: Billing, mollie: FakeMollie, failure: Any
) -> None:
    customer = await billing.customer()
    mollie.fail = failure
    asked_before = len(mollie.requests)
    assert (await customer.order())["status"] == "failed"
    assert len(mollie.requests) == asked_before + 1


async def test_a_crash_between_the_provider_and_the_database_makes_no_second_payment(
    billing: Billing, mollie: FakeMollie, monkeypatch: pytest.MonkeyPatch
) -> None:
    customer = await billing.customer()
    with monkeypatch.context() as broken:
        broken.setattr("billing.domain.payment.Payment.open", _crash)
        ordered = await customer.post("top-ups", {"amount": "50.00", "method": "ideal"})
        assert await billing.runner._step() == 1
        await asyncio.gather(*billing.runner._tasks)
    await billing.run_jobs()
    assert (await customer.top_up(ordered.json()["id"]))["status"] == "open"
    mollie.with_reference(ordered.json()["id"])


def _crash(*_: Any, **__: Any) -> None:
    raise RuntimeError("the process dies here")


async def test_an_open_payment_whose_webhook_got_lost_is_read_by_the_clock(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    mollie.pay(mollie.with_reference(opened["id"]))
    payment_id = await payment_of(billing, opened["id"])
    await billing.application.reconcile_payments()
    await billing.run_jobs()
    assert await billing.balance_micros(customer.environment) == 0, "it was opened a moment ago"

    await billing.pool.execute(
        "update payments set opened_at = now() - interval '61 seconds' where id = $1", payment_id
    )
    assert await billing.application.reconcile_payments() == 1
    assert await billing.application.reconcile_payments() == 0, "a job waits already"
    await billing.run_jobs()
    assert await billing.balance_micros(customer.environment) == 50_000_000


async def test_a_payment_that_the_provider_forgot_expires_when_its_time_is_over(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    payment_id = await payment_of(billing, opened["id"])
    mollie.forget(mollie.with_reference(opened["id"]))
    await billing.pool.execute("update payments set expires_at = $2 where id = $1", payment_id, billing.clock.now())
    assert await billing.application.read_payment(payment_id) == "unchanged"
    billing.clock.advance(timedelta(minutes=16))
    assert await billing.application.read_payment(payment_id) == "ended"
    assert (await customer.top_up(opened["id"]))["status"] == "expired"


async def test_the_account_number_is_kept_as_a_fingerprint_and_four_characters(
    billing: Billing, mollie: FakeMollie
) -> None:
    customer = await billing.customer()
    opened = await customer.order()
    await billing.webhook(mollie.pay(mollie.with_reference(opened["id"]), account="NL55 INGB 0001 2345 67"))
    await billing.run_jobs()
    row = await billing.pool.fetchrow("select * from payments where reference_id = $1", UUID(opened["id"]))
    assert row["account_last4"] == "4567"
    assert len(row["account_fingerprint"]) == 32
    assert "INGB000123" not in str(dict(row))
    outbox = await billing.pool.fetchval("select string_agg(convert_from(payload, 'UTF8'), '') from outbox")
    assert "INGB000123" not in outbox


async def payment_of(billing: Billing, top_up_id: str) -> UUID:
    payment_id = await billing.pool.fetchval("select id from payments where reference_id = $1", UUID(top_up_id))
    assert isinstance(payment_id, UUID)
    return payment_id
