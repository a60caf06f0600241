"""What the database itself refuses, whoever writes: the ledger's last guard."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from billing.adapters.postgres.ledger import PostgresLedgerAudit
from billing.application.correct_credit import CorrectCredit
from billing.application.verify_ledger import verify_ledger
from koerier.servers.databases import ServiceDatabase
from shared.ids import new_id
from support.billing import Billing, migrate_billing, running_billing
from support.billing_facts import service_rendered
from support.mollie import FakeMollie
from support.postgres import CreateDatabase

TRANSACTION = """
with appended as (
insert into ledger_transactions (
    id, environment_id, number, kind, amount_micros, balance_after_micros, reference_id, reason, occurred_at, hash
)
values ($1, $2, $3, 'correction', $4, $4, $5, 'r', now(), decode(repeat('00', 32), 'hex'))
)
insert into ledger_entries (transaction_id, line, account, amount_micros)
select $1, * from unnest($6::smallint[], $7::text[], $8::bigint[])
"""
CHARGES = """
insert into ledger_transactions (
    id, environment_id, number, kind, amount_micros, balance_after_micros, service, document_id, occurred_at, hash
)
select id, $2, row_number() over (), 'charge', 0, 0, 'send_einvoice', $3, now(), decode(repeat('00', 32), 'hex')
from unnest($1::uuid[]) as id
"""
BATCH = """
with appended as (
insert into ledger_transactions (
    id, environment_id, number, kind, amount_micros, balance_after_micros, reference_id, reason, occurred_at, hash
)
select id, $2, row_number() over (), 'correction', 5, 5, id, 'r', now(), decode(repeat('00', 32), 'hex')
from unnest($1::uuid[]) as id
)
insert into ledger_entries (transaction_id, line, account, amount_micros)
values ($3, 1, 'credit', 5), ($3, 2, 'corrections', -5)
"""
ENTRIES = """
insert into ledger_entries (transaction_id, line, account, amount_micros)
select $1, * from unnest($2::smallint[], $3::text[], $4::bigint[])
"""
CHANGES = [
    "update {} set amount_micros = 0",
    "update {} set amount_micros = 0 where false",
    "delete from {}",
    "truncate {} cascade",
]


@pytest.fixture(scope="module")
def database(create_database: CreateDatabase) -> ServiceDatabase:
    return create_database("billing", migrate_billing)


@pytest.fixture(scope="module")
async def billing(database: ServiceDatabase, mollie: FakeMollie) -> AsyncIterator[Billing]:
    async with running_billing(database.app_dsn, mollie.transport) as running:
        yield running


@pytest.fixture(params=["application", "owner"])
async def connection(request: pytest.FixtureRequest, database: ServiceDatabase) -> AsyncIterator[Any]:
    """Connect as the service does, and as the role that owns the tables."""
    dsn = database.app_dsn if request.param == "application" else database.owner_dsn
    connected = await asyncpg.connect(dsn)
    yield connected
    await connected.close()


async def insert(connection: Any, *entries: tuple[str, int], amount: int, number: int = 1) -> UUID:
    transaction_id = new_id()
    lines, accounts, amounts = columns(entries, line=1)
    await connection.execute(TRANSACTION, transaction_id, new_id(), number, amount, new_id(), lines, accounts, amounts)
    return transaction_id


async def add(connection: Any, transaction_id: UUID, *entries: tuple[str, int], line: int = 1) -> None:
    await connection.execute(ENTRIES, transaction_id, *columns(entries, line=line))


def columns(entries: Sequence[tuple[str, int]], *, line: int) -> tuple[list[int], list[str], list[int]]:
    lines = list(range(line, line + len(entries)))
    return lines, [account for account, _ in entries], [amount for _, amount in entries]


@pytest.mark.requirement("RA1.1")
async def test_a_transaction_that_adds_up_is_taken(connection: Any) -> None:
    async with connection.transaction():
        await insert(connection, ("credit", 5), ("corrections", -5), amount=5)


@pytest.mark.requirement("RA1.1")
@pytest.mark.parametrize(
    ("amount", "entries"),
    [
        (5, []),
        (0, []),
        (0, [("credit", 0)]),
        (5, [("credit", 5)]),
        (5, [("credit", 5), ("corrections", -4)]),
        (5, [("credit", 5), ("corrections", 5)]),
        (4, [("credit", 5), ("corrections", -5)]),
        (5, [("revenue", 5), ("corrections", -5)]),
    ],
)
async def test_a_transaction_that_does_not_add_up_is_refused_with_its_statement(
    connection: Any, amount: int, entries: list[tuple[str, int]]
) -> None:
    before = await connection.fetchval("select count(*) from ledger_transactions")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await insert(connection, *entries, amount=amount)
    assert refused.value.constraint_name in {"ledger_balanced", "ledger_entries_balanced"}
    assert await connection.fetchval("select count(*) from ledger_transactions") == before


@pytest.mark.requirement("RA1.1")
async def test_a_transaction_is_refused_when_its_entries_are_to_come_later(connection: Any) -> None:
    async def in_two_statements() -> None:
        async with connection.transaction():
            transaction_id = await insert(connection, amount=5)
            await add(connection, transaction_id, ("credit", 5), ("corrections", -5))

    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await in_two_statements()
    assert refused.value.constraint_name == "ledger_balanced"


@pytest.mark.requirement("RA1.1")
async def test_one_transaction_without_entries_refuses_the_whole_statement(connection: Any) -> None:
    before = await connection.fetchval("select count(*) from ledger_transactions")
    good, empty = new_id(), new_id()
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await connection.execute(BATCH, [good, empty], new_id(), good)
    assert refused.value.constraint_name == "ledger_balanced"
    assert await connection.fetchval("select count(*) from ledger_transactions") == before


@pytest.mark.requirement("RA1.1")
async def test_nothing_unbalanced_can_be_added_to_an_old_transaction(connection: Any) -> None:
    old = await insert_committed(connection)
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await add(connection, old, ("credit", 7), line=3)
    assert refused.value.constraint_name == "ledger_entries_balanced"


async def test_an_entry_names_a_transaction_and_a_known_account(connection: Any) -> None:
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await add(connection, new_id(), ("credit", 5), ("corrections", -5))
    with pytest.raises(asyncpg.CheckViolationError):
        async with connection.transaction():
            await insert(connection, ("credit", 5), ("pocket", -5), amount=5)


async def insert_committed(connection: Any) -> UUID:
    async with connection.transaction():
        return await insert(connection, ("credit", 5), ("corrections", -5), amount=5)


@pytest.mark.requirement("RA1.1")
@pytest.mark.parametrize("table", ["ledger_transactions", "ledger_entries"])
@pytest.mark.parametrize("statement", CHANGES)
async def test_what_is_written_is_never_changed_or_removed(connection: Any, table: str, statement: str) -> None:
    await insert_committed(connection)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(statement.format(table))


@pytest.mark.requirement("RA1.1")
async def test_the_application_role_lacks_the_right_so_that_no_trigger_is_needed(database: ServiceDatabase) -> None:
    connected = await asyncpg.connect(database.app_dsn)
    try:
        for table in ("ledger_transactions", "ledger_entries"):
            rights = {
                right: await connected.fetchval("select has_table_privilege($1, $2)", table, right)
                for right in ("select", "insert", "update", "delete", "truncate", "trigger")
            }
            assert rights == {
                "select": True, "insert": True, "update": False, "delete": False, "truncate": False, "trigger": False,
            }  # fmt: skip
    finally:
        await connected.close()


@pytest.mark.requirement("RA1.2", "R10.8")
async def test_the_same_document_and_service_cannot_be_charged_twice(connection: Any) -> None:
    with pytest.raises(asyncpg.UniqueViolationError) as refused:
        await connection.execute(CHARGES, [new_id(), new_id()], new_id(), new_id())
    assert refused.value.constraint_name == "charge_once"


async def booked(billing: Billing) -> UUID:
    environment = new_id()
    await billing.application.correct_credit(
        CorrectCredit(environment_id=environment, amount_micros=10_000_000, reason="for a test")
    )
    await billing.consume(*(service_rendered(environment) for _ in range(3)))
    return environment


FORGERIES = {
    "an amount": "update ledger_entries set amount_micros = amount_micros * 2 where transaction_id = "
    "(select id from ledger_transactions where environment_id = $1 and number = 2)",
    "a document": "update ledger_transactions set document_id = gen_random_uuid() "
    "where environment_id = $1 and number = 3",
    "a time": "update ledger_transactions set occurred_at = occurred_at - interval '1 day' "
    "where environment_id = $1 and number = 4",
    "a reason": "update ledger_transactions set reason = 'another' where environment_id = $1 and number = 1",
    "a balance": "update accounts set balance_micros = balance_micros + 1 where environment_id = $1",
    "a removal": "delete from ledger_transactions where environment_id = $1 and number = 3",
}


@pytest.mark.requirement("RA1.1")
@pytest.mark.parametrize("forgery", FORGERIES)
async def test_an_audit_finds_what_an_owner_forged_with_the_triggers_off(
    billing: Billing, database: ServiceDatabase, forgery: str
) -> None:
    environment = await booked(billing)
    owner = await asyncpg.connect(database.owner_dsn)
    forging = owner.transaction()
    await forging.start()
    try:
        for table in ("ledger_transactions", "ledger_entries"):
            await owner.execute(f"alter table {table} disable trigger user")
        await owner.execute("alter table ledger_entries drop constraint ledger_entries_transaction_id_fkey")
        await owner.execute(FORGERIES[forgery], environment)
        problems = await audited(owner)
    finally:
        await forging.rollback()
        await owner.close()
    assert [problem for problem in problems if str(environment) in problem]


async def audited(connection: Any) -> list[str]:
    """Audit what this connection sees, its uncommitted forgery included."""

    @asynccontextmanager
    async def open_audit() -> AsyncIterator[PostgresLedgerAudit]:
        yield PostgresLedgerAudit(connection)

    return (await verify_ledger(open_audit=open_audit)).problems


@pytest.mark.requirement("RA1.1")
async def test_an_audit_of_an_honest_ledger_finds_nothing_wrong(billing: Billing) -> None:
    environment = await booked(billing)
    found = await billing.application.verify_ledger()
    assert not [problem for problem in found.problems if str(environment) in problem]
    balance = await billing.pool.fetchval(
        "select balance_micros from ledger_balances where account = $1", f"credit:{environment}"
    )
    assert int(balance) == await billing.balance_micros(environment) == 10_000_000 - 3 * 171_000


async def test_prices_are_never_changed(connection: Any) -> None:
    for statement in (
        "update prices set amount_micros = 1",
        "delete from prices",
        "update price_lists set valid_from = now()",
        "delete from price_lists",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
