"""Billing against the sandbox's payment provider: the same calls as in the demo, over its real API and bank page."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx2
import pytest
from sandbox.app import create_app
from sandbox.settings import DnsSettings, HttpSettings, MollieSettings, Settings, SmtpSettings
from shared.ids import new_id
from support.billing import Billing, migrate_billing, running_billing
from support.billing_facts import activation_requested
from support.postgres import CreateDatabase

SANDBOX = "http://sandbox.test"
KEY = "test_sandboxKoerier0000000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bank:
    """The payer's side: the bank page, and the switches that disturb the provider."""

    http: httpx2.AsyncClient

    async def pay(self, checkout_url: str, *, status: str = "paid", holder: str = "Voorbeeld BV") -> str:
        """Decide the payment on the bank's page; return where the payer is sent."""
        assert (await self.http.get(checkout_url)).status_code == 200
        form = {"status": status, "holder": holder, "account": "NL55INGB0000000000"}
        sent_back = await self.http.post(checkout_url, data=form)
        assert sent_back.status_code == 303
        return str(sent_back.headers["location"])

    async def control(self, **switches: object) -> None:
        changed = await self.http.put("/control/mollie", json=switches)
        assert changed.status_code == 200, changed.text


@pytest.fixture(scope="module")
async def connected(create_database: CreateDatabase) -> AsyncIterator[tuple[Billing, Bank]]:
    """Run both, each calling the other in process: billing the API, the sandbox the webhook."""
    app = create_app(
        Settings(
            http=HttpSettings(public_url=SANDBOX),
            smtp=SmtpSettings(port=0),
            dns=DnsSettings(port=0),
            mollie=MollieSettings(webhook_delays=(0.0, 0.05, 0.05)),
        )
    )
    transport = httpx2.ASGITransport(app)
    database = create_database("billing", migrate_billing)
    mollie = {"base_url": f"{SANDBOX}/mollie", "api_key": KEY}
    async with (
        app.router.lifespan_context(app),
        running_billing(database.app_dsn, transport, mollie=mollie) as billing,
        httpx2.AsyncClient(transport=transport, base_url=SANDBOX) as http,
    ):
        app.state.world.webhook_calls._client = billing.http
        yield billing, Bank(http=http)


@pytest.fixture
async def billing(connected: tuple[Billing, Bank]) -> Billing:
    return connected[0]


@pytest.fixture
async def bank(connected: tuple[Billing, Bank]) -> AsyncIterator[Bank]:
    yield connected[1]
    await connected[1].control(fault={"mode": "up"}, webhookMode="normal")


async def worked(billing: Billing, *, until: str, environment: object, seconds: float = 5.0) -> None:
    """Run jobs until an event of this name was told."""
    async with asyncio.timeout(seconds):
        while True:
            await billing.run_jobs()
            if until in await billing.types(environment):  # type: ignore[arg-type]
                return
            await asyncio.sleep(0.01)


@pytest.mark.requirement("RA1.4")
async def test_credit_is_bought_on_the_banks_page(billing: Billing, bank: Bank) -> None:
    customer = await billing.customer()
    opened = await customer.order("50.00")
    back = await bank.pay(opened["checkoutUrl"])
    await worked(billing, until="credit-granted", environment=customer.environment)
    assert (await customer.get("balance")).json()["balance"] == "50.00"
    assert "ontvangen" in (await billing.http.get(back)).text


@pytest.mark.requirement("R5.10", "R5.15")
async def test_an_activation_is_paid_by_a_differently_named_account(billing: Billing, bank: Bank) -> None:
    environment, activation = new_id(), new_id()
    await billing.consume(activation_requested(environment, activation))
    await billing.run_jobs()
    (opened,) = await billing.published(environment)
    await bank.pay(opened.data["checkout_url"], holder="Somebody Else Holding")
    await worked(billing, until="payment-settled", environment=environment)
    assert (await billing.published(environment))[-1].data["account_holder"] == "Somebody Else Holding"


@pytest.mark.requirement("R5.14")
@pytest.mark.parametrize("status", ["canceled", "expired", "failed"])
async def test_an_activation_that_is_not_paid_fails(billing: Billing, bank: Bank, status: str) -> None:
    environment, activation = new_id(), new_id()
    await billing.consume(activation_requested(environment, activation))
    await billing.run_jobs()
    (opened,) = await billing.published(environment)
    await bank.pay(opened.data["checkout_url"], status=status)
    await worked(billing, until="payment-failed", environment=environment)
    assert (await billing.published(environment))[-1].data["reason"] == status


@pytest.mark.requirement("R5.15")
@pytest.mark.parametrize("mode", ["duplicate", "late", "outOfOrder"])
async def test_disturbed_webhooks_grant_credit_once(billing: Billing, bank: Bank, mode: str) -> None:
    await bank.control(webhookMode=mode, webhookSeconds=0.1)
    customer = await billing.customer()
    orders = [await customer.order("50.00") for _ in range(2)]
    for opened in orders:
        await bank.pay(opened["checkoutUrl"])
    async with asyncio.timeout(5):
        while (await customer.types()).count("credit-granted") < len(orders):
            await asyncio.sleep(0.01)
            await billing.run_jobs()
    await asyncio.sleep(0.2)
    await billing.run_jobs()
    assert await billing.balance_micros(customer.environment) == 100_000_000


async def test_an_outage_of_the_provider_only_delays(billing: Billing, bank: Bank) -> None:
    customer = await billing.customer()
    await bank.control(fault={"mode": "unavailable"})
    ordered = await customer.post("top-ups", {"amount": "50.00", "method": "ideal"})
    assert await billing.runner._step() == 1
    await asyncio.gather(*billing.runner._tasks)
    assert (await customer.top_up(ordered.json()["id"]))["status"] == "requested"
    await bank.control(fault={"mode": "up"})
    await billing.run_jobs()
    assert (await customer.top_up(ordered.json()["id"]))["checkoutUrl"]


async def test_a_wrong_key_is_not_the_payments_fault(create_database: CreateDatabase, bank: Bank) -> None:
    database = create_database("billing", migrate_billing)
    mollie = {"base_url": f"{SANDBOX}/mollie", "api_key": "test_wrong"}
    transport = bank.http._transport
    async with running_billing(database.app_dsn, transport, mollie=mollie) as elsewhere:
        customer = await elsewhere.customer()
        await customer.post("top-ups", {"amount": "50.00", "method": "ideal"})
        assert await elsewhere.runner._step() == 1
        await asyncio.gather(*elsewhere.runner._tasks)
        reason = await elsewhere.pool.fetchval("select last_error from jobs")
        assert "provider_unavailable" in reason
        assert "401" in reason
