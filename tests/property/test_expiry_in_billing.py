"""Payments that nobody makes, and answers kept per Idempotency-Key, at the edge of their time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from support.billing import Billing, Customer, migrate_billing, running_billing
from support.mollie import FakeMollie
from support.postgres import CreateDatabase
from support.virtual_time import VirtualTime, install

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
PAUSES = (1.0, 5.0, 15.0, 60.0, 300.0)


@pytest.fixture(scope="module")
def dsn(create_database: CreateDatabase) -> str:
    database = create_database("billing", migrate_billing)
    install(database.owner_dsn)
    return database.app_dsn


@pytest.fixture
def mollie() -> FakeMollie:
    return FakeMollie()


@pytest.fixture
async def billing(dsn: str, mollie: FakeMollie) -> AsyncIterator[Billing]:
    payments = {"open_pauses": PAUSES, "read_pauses": PAUSES}
    async with running_billing(dsn, mollie.transport, payments=payments) as running:
        yield running
        await running.pool.execute("delete from jobs")


@pytest.fixture
async def time(billing: Billing) -> AsyncIterator[VirtualTime]:
    begin = billing.clock.moment

    def follow(passed: timedelta) -> None:
        billing.clock.moment = begin + passed

    moving = VirtualTime(pool=billing.pool, follow=follow)
    yield moving
    await moving.advance(-moving.passed)


async def order(customer: Customer, key: str, amount: str = "50.00") -> httpx2.Response:
    return await customer.post("top-ups", {"amount": amount, "method": "ideal"}, Idempotency_Key=key)


async def test_an_answer_is_repeated_for_a_day_and_then_the_key_is_free(billing: Billing, time: VirtualTime) -> None:
    customer = await billing.customer()
    first = await order(customer, "one")
    await time.advance(DAY - 30 * SECOND)
    again = await order(customer, "one")
    assert (again.json()["id"], again.headers["Idempotency-Replayed"]) == (first.json()["id"], "true")
    assert (await order(customer, "one", "60.00")).status_code == 422
    await time.advance(31 * SECOND)
    other = await order(customer, "one", "60.00")
    assert other.status_code == 202
    assert other.json()["id"] != first.json()["id"]


async def test_a_claim_whose_process_died_is_free_after_fifteen_seconds(billing: Billing, time: VirtualTime) -> None:
    customer = await billing.customer()
    await order(customer, "two")
    await billing.pool.execute(
        "update idempotency_keys set status = null, response = null, expires_at = now() + interval '15 seconds'"
        " where environment_id = $1",
        customer.environment,
    )
    await time.advance(14 * SECOND)
    assert (await order(customer, "two")).status_code == 409
    await time.advance(2 * SECOND)
    assert (await order(customer, "two")).status_code == 202


async def test_a_payment_that_the_provider_forgot_fails_after_its_time_and_a_grace(
    billing: Billing, mollie: FakeMollie, time: VirtualTime
) -> None:
    customer = await billing.customer()
    expires = billing.clock.now() + timedelta(minutes=15)
    mollie.expires_at = expires.isoformat()
    ordered = await customer.order()
    mollie.forget(mollie.with_reference(ordered["id"]))
    await time.advance(expires + timedelta(minutes=15) - billing.clock.now() - 5 * SECOND)
    assert (await _reconciled(billing, customer, ordered))["status"] == "open"
    await time.advance(2 * timedelta(minutes=10))
    assert (await _reconciled(billing, customer, ordered))["status"] in {"expired", "failed"}
    assert await billing.balance_micros(customer.environment) == 0


async def _reconciled(billing: Billing, customer: Customer, ordered: dict[str, Any]) -> dict[str, Any]:
    await billing.application.reconcile_payments()
    await billing.run_jobs()
    return await customer.top_up(ordered["id"])


async def test_a_provider_that_is_down_is_asked_in_the_published_steps_and_then_the_order_fails(
    billing: Billing, mollie: FakeMollie, time: VirtualTime
) -> None:
    customer = await billing.customer()
    mollie.fail = lambda _: httpx2.Response(503)
    ordered = await customer.post("top-ups", {"amount": "50.00", "method": "ideal"})
    waits = []
    await billing.run_jobs()
    while (wait := await time.to_next_job()) is not None:
        waits.append(wait.total_seconds())
        await billing.run_jobs()
        assert len(waits) < 30, "the retries do not end"
    assert len(waits) == len(PAUSES)
    assert all(plan * 0.9 <= wait <= plan * 1.15 + 1 for wait, plan in zip(waits, PAUSES, strict=True)), waits
    assert (await customer.top_up(ordered.json()["id"]))["status"] == "failed"
    assert await billing.balance_micros(customer.environment) == 0
