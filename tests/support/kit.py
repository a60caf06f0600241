"""A database with the tables of the messaging kit and two of its own, for the tests of `shared`.

`things` is what a command writes, `effects` what a reaction writes: it has no constraint that would hide a second
application of one event.
"""

from typing import Any

import psycopg
from shared.database.migrations import MESSAGING_TABLES, ONE_ID_PER_KEY, PROGRESS_BY_MEMBER
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.transaction import Transaction
from shared.settings import PostgresSettings

TABLES = """
create table things (id uuid primary key, number integer not null);
create table effects (
    id bigint generated always as identity primary key,
    event_id uuid not null,
    subject text not null,
    what text not null,
    check (what <> 'forbidden')
);
"""

KitUnitOfWork = UnitOfWork[Transaction, Transaction]


def migrate(owner_dsn: str) -> None:
    """Create the tables."""
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        connection.execute(MESSAGING_TABLES.read_bytes())
        connection.execute(PROGRESS_BY_MEMBER.read_bytes())
        connection.execute(ONE_ID_PER_KEY.read_bytes())
        connection.execute(TABLES.encode())


def postgres_settings(dsn: str, **changes: Any) -> PostgresSettings:
    return PostgresSettings.model_validate({"dsn": dsn, **changes})


def unit_of_work(pool: Any) -> KitUnitOfWork:
    """Return a unit of work whose handlers get the bare transaction."""
    return UnitOfWork(pool, begin=lambda it: Transaction(connection=it, source="kit"), bind=lambda tx: tx)


async def empty(pool: Any) -> None:
    """Delete every row of the kit's tables."""
    for table in (
        "outbox",
        "inbox",
        "dead_letters",
        "idempotency_keys",
        "jobs",
        "consumer_progress",
        "things",
        "effects",
    ):
        await pool.execute(f"delete from {table}")  # noqa: S608 - the names stand above
