"""The one-cent payment by which an organization proves who it is."""

import asyncio
from uuid import UUID

import pytest
from shared.contracts.organizations import ActivationRejected, OrganizationActivated
from shared.ids import new_id
from support.billing import Billing
from support.billing_facts import activation_requested, organization_state
from support.events import record_of
from support.mollie import FakeMollie, answer


async def asked(billing: Billing, *, amount_micros: int = 10_000) -> tuple[UUID, UUID]:
    """Ask for an activation's payment and have it opened; return the environment and the activation."""
    environment, activation = new_id(), new_id()
    await billing.consume(activation_requested(environment, activation, amount_micros=amount_micros))
    await billing.run_jobs()
    return environment, activation


@pytest.mark.requirement("R5.10")
async def test_an_activation_opens_one_payment_of_one_cent_however_often_it_is_asked(
    billing: Billing, mollie: FakeMollie
) -> None:
    environment, activation = new_id(), new_id()
    request = activation_requested(environment, activation)
    await billing.consume(request, request)
    await billing.consume(activation_requested(environment, activation))
    await billing.run_jobs()
    await billing.consume(activation_requested(environment, activation))
    await billing.run_jobs()

    payment = mollie.with_reference(str(activation))
    assert payment["amount"] == {"value": "0.01", "currency": "EUR"}
    assert (payment["description"], payment["method"]) == ("Activatie KvK 12345678", "ideal")
    (opened,) = await billing.published(environment)
    assert (opened.type, opened.topic) == ("billing.payment-opened.v1", "billing.payments")
    assert opened.data["reference_id"] == str(activation)
    assert opened.data["purpose"] == "activation"
    assert opened.data["amount_micros"] == 10_000
    assert opened.data["checkout_url"].startswith("https://www.mollie.com/checkout/")
    assert opened.key == opened.data["payment_id"]


@pytest.mark.requirement("R5.10", "R5.15")
async def test_two_workers_that_open_the_same_payment_announce_it_once(billing: Billing, mollie: FakeMollie) -> None:
    environment, activation = new_id(), new_id()
    await billing.consume(activation_requested(environment, activation))
    payment_id = await billing.pool.fetchval("select id from payments where reference_id = $1", activation)
    await asyncio.gather(*(billing.application.open_payment(payment_id) for _ in range(5)))
    await billing.run_jobs()
    mollie.with_reference(str(activation))
    assert await billing.types(environment) == ["payment-opened"]


@pytest.mark.requirement("R5.15", "R5.21")
async def test_a_paid_activation_names_the_account_holder_once_and_grants_no_credit(
    billing: Billing, mollie: FakeMollie
) -> None:
    environment, activation = await asked(billing)
    provider_id = mollie.pay(mollie.with_reference(str(activation)), holder="Bakkerij 't Hörnke B.V.")
    for _ in range(3):
        await billing.webhook(provider_id)
        await billing.run_jobs()
    assert await billing.types(environment) == ["payment-opened", "payment-settled"]
    _, settled = await billing.published(environment)
    assert settled.data["account_holder"] == "Bakkerij 't Hörnke B.V."
    assert settled.data["paid_at"] == "2026-11-22T16:31:00Z"
    assert (settled.data["method"], settled.sequence) == ("ideal", 2)
    assert await billing.balance_micros(environment) == 0
    assert await billing.ledger_sum(environment) == 0


@pytest.mark.requirement("R5.21", "RA1.1")
async def test_the_cent_is_in_the_books_but_not_on_the_statement(billing: Billing, mollie: FakeMollie) -> None:
    customer = await billing.customer()
    activation = new_id()
    await billing.consume(activation_requested(customer.environment, activation))
    await billing.run_jobs()
    await billing.webhook(mollie.pay(mollie.with_reference(str(activation))))
    await billing.run_jobs()
    entries = await billing.pool.fetch(
        "select account, amount_micros from ledger_entries where transaction_id = "
        "(select id from ledger_transactions where reference_id = $1) order by line",
        activation,
    )
    assert [tuple(entry) for entry in entries] == [("psp_clearing", -10_000), ("verification_receipts", 10_000)]
    assert (await customer.get("transactions")).json() == {"items": [], "next": None}
    assert (await customer.get("balance")).json()["balance"] == "0.00"


@pytest.mark.requirement("R5.14")
@pytest.mark.parametrize("end", ["canceled", "expired", "failed"])
async def test_an_unpaid_activation_fails_and_can_be_asked_anew(billing: Billing, mollie: FakeMollie, end: str) -> None:
    environment, activation = await asked(billing)
    await billing.webhook(mollie.end(mollie.with_reference(str(activation)), end))
    await billing.run_jobs()
    failed = (await billing.published(environment))[-1]
    assert (failed.type, failed.data["reason"]) == ("billing.payment-failed.v1", end)
    assert failed.data["reference_id"] == str(activation)

    again = new_id()
    await billing.consume(activation_requested(environment, again))
    await billing.run_jobs()
    assert mollie.with_reference(str(again))["status"] == "open"


@pytest.mark.requirement("R5.14")
async def test_an_activation_fails_when_the_provider_stays_away(billing: Billing, mollie: FakeMollie) -> None:
    mollie.fail = answer(503)
    environment, activation = await asked(billing)
    (failed,) = await billing.published(environment)
    assert failed.type == "billing.payment-failed.v1"
    assert (failed.data["purpose"], failed.data["reference_id"]) == ("activation", str(activation))


async def test_a_payment_for_another_activation_settles_nothing(billing: Billing, mollie: FakeMollie) -> None:
    environment, activation = await asked(billing)
    _, other = await asked(billing)
    mine, theirs = mollie.with_reference(str(activation)), mollie.with_reference(str(other))
    mollie.pay(mine)
    mine["metadata"] = theirs["metadata"]
    await billing.webhook(mine["id"])
    await billing.run_jobs()
    assert await billing.types(environment) == ["payment-opened", "payment-failed"]


@pytest.mark.parametrize("amount_micros", [0, -10_000, 171_000, 1])
async def test_an_amount_that_cannot_be_paid_is_parked_and_the_next_record_goes_on(
    billing: Billing, amount_micros: int
) -> None:
    environment, wrong, right = new_id(), new_id(), new_id()
    await billing.consume(
        activation_requested(environment, wrong, amount_micros=amount_micros),
        activation_requested(environment, right),
    )
    rows = await billing.pool.fetch("select reference_id from payments where environment_id = $1", environment)
    assert [row["reference_id"] for row in rows] == [right]
    parked = await billing.pool.fetchval(
        "select error_code from dead_letters where convert_from(payload, 'UTF8')::jsonb ->> 'activation_id' = $1",
        str(wrong),
    )
    assert parked in {"amount_refused", "amount_not_in_cents"}


@pytest.mark.parametrize("activated", [True, False])
async def test_the_account_holder_is_forgotten_once_the_activation_is_decided(
    billing: Billing, mollie: FakeMollie, *, activated: bool
) -> None:
    environment, activation = await asked(billing)
    await billing.webhook(mollie.pay(mollie.with_reference(str(activation)), holder="Jan Jansen"))
    await billing.run_jobs()
    assert await holder_of(billing, activation) == "Jan Jansen"
    state = organization_state(environment)
    decided = (
        OrganizationActivated(state=state, activation_id=activation, verified_by="payment")
        if activated
        else ActivationRejected(state=state, activation_id=activation, reason="another company")
    )
    await billing.consume(record_of(decided, environment=environment, subject=state.id))
    assert await holder_of(billing, activation) is None


async def holder_of(billing: Billing, activation: UUID) -> str | None:
    name: str | None = await billing.pool.fetchval(
        "select account_holder from payments where reference_id = $1", activation
    )
    return name
