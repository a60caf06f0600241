"""Many hands on the same accounts at once: two consumers, payments, corrections and plans, on a real database.

Whatever the interleaving, afterwards the ledger verifies, each service is charged once, each payment granted once, and
the announcements of an account tell a story without gaps.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from billing.application.correct_credit import CorrectCredit
from billing.bootstrap import SERVICE
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from shared.ids import new_id
from shared.messaging.consumer import RetryBatchError
from support.billing import Billing, Customer
from support.billing_facts import USAGE, service_rendered
from support.events import Record
from support.mollie import FakeMollie

PRICE = {"send_einvoice": 171_000, "receive_einvoice": 341_000}


async def deliver(billing: Billing, records: list[Record]) -> None:
    """Hand a batch to a consumer of its own, again while it asks for that, as Kafka would."""
    consumer = next(c for c in SERVICE.build_consumers(billing.application) if c.topic.name == USAGE)
    while True:
        try:
            await consumer.apply(records)
        except RetryBatchError:
            continue
        return


async def settled_orders(customers: list[Customer], mollie: FakeMollie, count: int) -> list[tuple[Customer, str]]:
    """Have orders paid that nobody has told billing of yet; return their payments' ids."""
    found = []
    for number in range(count):
        customer = customers[number % len(customers)]
        opened = await customer.order("1.00")
        mollie.pay(mollie.with_reference(opened["id"]))
        found.append((customer, opened["id"]))
    return found


@pytest.mark.requirement("RA1.1", "RA1.2", "R10.8", "R5.15")
@settings(
    max_examples=6,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # an interleaving cannot be shrunk
    suppress_health_check=list(HealthCheck),
)
@given(seed=st.integers(min_value=0, max_value=2**32))
async def test_everything_at_once_leaves_books_that_verify(billing: Billing, mollie: FakeMollie, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311 - a repeatable shuffle, guards nothing
    customers = [await billing.customer() for _ in range(3)]
    orders = await settled_orders(customers, mollie, 6)
    payments = {top_up: await payment_of(billing, top_up) for _, top_up in orders}
    documents = [(rng.choice(customers).environment, new_id(), rng.choice(sorted(PRICE))) for _ in range(60)]
    corrections = [(rng.choice(customers).environment, rng.choice([-700_000, 450_000])) for _ in range(8)]

    work: list[Callable[[], Awaitable[Any]]] = []
    for _ in range(6):
        told = [rng.choice(documents) for _ in range(25)]
        batch = [service_rendered(payer, document=document, service=service) for payer, document, service in told]
        work.append(partial(deliver, billing, batch))
    everything = [service_rendered(payer, document=document, service=service) for payer, document, service in documents]
    work += [partial(deliver, billing, everything)] * 2
    work += [partial(billing.application.read_payment, payment) for payment in payments.values()] * 2
    for environment, amount in corrections:
        command = CorrectCredit(environment_id=environment, amount_micros=amount, reason="for a test")
        work.append(partial(billing.application.correct_credit, command))
    work += [partial(customer.put, "subscription", {"plan": "professional"}) for customer in customers]
    rng.shuffle(work)
    await asyncio.gather(*(act() for act in work))

    found = await billing.application.verify_ledger()
    assert found.problems == []
    for customer in customers:
        charged = sum(PRICE[service] for payer, _, service in documents if payer == customer.environment)
        bought = 1_000_000 * sum(owner is customer for owner, _ in orders)
        corrected = sum(amount for payer, amount in corrections if payer == customer.environment)
        assert await billing.balance_micros(customer.environment) == bought + corrected - charged
        await check_story(billing, customer)


async def payment_of(billing: Billing, top_up_id: str) -> UUID:
    payment: UUID = await billing.pool.fetchval("select id from payments where reference_id = $1", UUID(top_up_id))
    return payment


async def check_story(billing: Billing, customer: Customer) -> None:
    """Check that the account's announcements follow each other: versions, and depleted and restored in turn."""
    told = [event for event in await billing.published(customer.environment) if event.topic == "billing.accounts"]
    assert [event.sequence for event in told] == list(range(1, len(told) + 1))
    crossings = [event.type for event in told if "depleted" in event.type or "restored" in event.type]
    assert all(before != after for before, after in pairwise(crossings))
    if crossings:
        assert "restored" in crossings[0]
    charges = await billing.published(customer.environment, "billing.charge-booked.v1")
    keys = [(charge.data["document_id"], charge.data["service"]) for charge in charges]
    assert len(keys) == len(set(keys))
    last = told[-1].data["state"]
    assert last["depleted"] == (await billing.balance_micros(customer.environment) <= 0)


@pytest.mark.requirement("R10.8")
async def test_the_same_batch_in_two_consumers_at_once_is_charged_once(billing: Billing) -> None:
    environments = [new_id() for _ in range(10)]
    records = [service_rendered(rng_environment) for rng_environment in environments * 10]
    await asyncio.gather(*(deliver(billing, random.sample(records, len(records))) for _ in range(4)))
    balances = {await billing.balance_micros(environment) for environment in environments}
    assert balances == {-10 * 171_000}


async def test_new_accounts_that_two_batches_open_at_once_are_opened_once(billing: Billing) -> None:
    environments = [new_id() for _ in range(30)]
    batches = [[service_rendered(environment) for environment in random.sample(environments, 30)] for _ in range(4)]
    await asyncio.gather(*(deliver(billing, batch) for batch in batches))
    assert {await billing.balance_micros(environment) for environment in environments} == {-4 * 171_000}
    numbers = await billing.pool.fetch(
        "select array_agg(number order by number) as numbers from ledger_transactions "
        "where environment_id = any($1) group by environment_id",
        environments,
    )
    assert {tuple(row["numbers"]) for row in numbers} == {(1, 2, 3, 4)}
