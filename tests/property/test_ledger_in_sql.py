"""The ledger in PostgreSQL under any sequence of usage events, repeated and out of order, beside a model that adds.

The use cases over fakes have a machine of their own (tests/unit/billing/test_ledger_machine.py); here it is SQL, its
constraints and its triggers: after each story the books are read back with queries of our own.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest
from billing.application.correct_credit import CorrectCredit
from billing.domain.rights import Caller
from hypothesis import given
from hypothesis import strategies as st
from shared.ids import new_id
from support.billing import Billing, Customer, migrate_billing, running_billing
from support.billing_facts import service_rendered
from support.events import Record, redelivered
from support.fuzzing import Loop, bounded, explored
from support.mollie import FakeMollie
from support.postgres import CreateDatabase

SERVICES = ("send_einvoice", "receive_einvoice", "send_manual")
BOOKS = """
select coalesce(sum(entry.amount_micros), 0)::bigint as all_accounts,
       coalesce(sum(entry.amount_micros) filter (where entry.account = 'credit'), 0)::bigint as credit,
       coalesce(sum(entry.amount_micros) filter (where entry.account = 'revenue'), 0)::bigint as revenue,
       count(distinct transaction.id) filter (where transaction.kind = 'charge') as charges
from ledger_transactions as transaction
join ledger_entries as entry on entry.transaction_id = transaction.id
where transaction.environment_id = $1
"""
NUMBERS = """
select count(distinct number) = count(*) and max(number) = count(*) as without_gaps,
       (array_agg(balance_after_micros order by number desc))[1] as last_balance
from ledger_transactions where environment_id = $1
"""


@pytest.fixture(scope="module")
async def billing(create_database: CreateDatabase) -> AsyncIterator[Billing]:
    database = create_database("billing", migrate_billing)
    async with running_billing(database.app_dsn, FakeMollie().transport) as running:
        yield running


@dataclass(slots=True)
class Books:
    """The model: numbers, and which service of which document was charged."""

    prices: dict[str, int]
    balance: int = 0
    revenue: int = 0
    charged: set[tuple[UUID, str]] = field(default_factory=set)

    def charge(self, document: UUID, service: str) -> None:
        if (document, service) not in self.charged:
            self.charged.add((document, service))
            self.balance -= self.prices[service]
            self.revenue += self.prices[service]


steps = st.lists(
    st.one_of(
        st.tuples(
            st.just("usage"),
            st.lists(st.tuples(st.integers(0, 5), st.sampled_from(SERVICES), st.booleans()), min_size=1, max_size=6),
        ),
        st.tuples(st.just("correct"), st.integers(-900_000, 900_000).filter(bool)),
        st.tuples(st.just("again"), st.integers(0, 20)),
    ),
    min_size=1,
    max_size=8,
)


async def prices_of(customer: Customer) -> dict[str, int]:
    caller = Caller(environment_id=customer.environment, user_id=customer.administrator)
    book = await customer.billing.application.get_prices(caller)
    return {service: book.amount_micros[service] for service in SERVICES}


async def lived(customer: Customer, what: list[tuple[str, object]]) -> Books:
    billing, books = customer.billing, Books(await prices_of(customer))
    documents, seen = [new_id() for _ in range(6)], list[Record]()
    for kind, step in what:
        match kind, step:
            case "usage", list(services):
                batch = []
                for document, service, twice in services:
                    record = service_rendered(customer.environment, service=service, document=documents[document])
                    batch += [record, redelivered(record)] if twice else [record]
                    books.charge(documents[document], service)
                seen += batch
                await billing.consume(*batch)
            case "correct", int(amount):
                command = CorrectCredit(environment_id=customer.environment, amount_micros=amount, reason="by phone")
                await billing.application.correct_credit(command)
                books.balance += amount
            case "again", int(place) if seen:
                await billing.consume(*(redelivered(record) for record in seen[place % len(seen) :]))
    return books


async def differences(customer: Customer, books: Books) -> list[str]:
    """Return what the tables say otherwise than the model."""
    pool, found = customer.billing.pool, []
    row = await pool.fetchrow(BOOKS, customer.environment)
    numbers = await pool.fetchrow(NUMBERS, customer.environment)
    if row["all_accounts"] != 0:
        found.append("the entries do not add up to zero")
    if row["credit"] != books.balance or await customer.billing.balance_micros(customer.environment) != books.balance:
        found.append(f"the balance is not {books.balance}")
    if row["revenue"] != books.revenue or row["charges"] != len(books.charged):
        found.append("a service was charged twice or not at all")
    if numbers["without_gaps"] is False or (numbers["last_balance"] or 0) != books.balance:
        found.append("the numbering has gaps, or the last line shows another balance")
    return found


@pytest.mark.requirement("RA1.1", "RA1.2", "R10.8")
async def test_the_books_in_sql_agree_with_a_model_that_only_adds(billing: Billing) -> None:
    def live(loop: Loop) -> None:
        @bounded(20)
        @given(what=steps)
        def one(what: list[tuple[str, object]]) -> None:
            async def whole() -> list[str]:
                customer = await billing.customer()
                return await differences(customer, await lived(customer, what))

            assert loop.run(whole()) == []

        one()

    await explored(live)
    assert (await billing.application.verify_ledger()).problems == []


async def test_a_wrong_balance_and_a_missing_charge_are_noticed(billing: Billing) -> None:
    customer = await billing.customer()
    books = await lived(customer, [("usage", [(0, "send_einvoice", False)])])
    assert await differences(customer, books) == []
    books.balance += 1
    assert len(await differences(customer, books)) == 2
    books.balance -= 1
    books.charge(new_id(), "receive_einvoice")
    assert "a service was charged twice or not at all" in await differences(customer, books)
