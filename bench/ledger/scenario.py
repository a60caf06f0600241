"""Scenario `ledger`: charges a second, on one hot environment and spread over 10,000.

Ours is billing's own consumer of usage events, fed with batches as large as it gets them from Kafka: it reads the
events, claims them in the inbox, locks the accounts, books each charge once, chains the hashes, announces every charge
in the outbox, and commits. The floors are in `bench.ledger.floor`; the target is set for the bare one.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from billing.adapters.postgres.unit_of_work import billing_unit_of_work
from billing.application.book_charges import book_charges
from billing.application.on_service_rendered import on_service_rendered
from billing.bootstrap import MIGRATIONS
from koerier.servers.databases import ServiceDatabase
from shared.clock import SystemClock
from shared.contracts.documents import ServiceRendered
from shared.contracts.topics import DOCUMENTS_USAGE
from shared.database.pool import open_pool, set_codecs
from shared.ids import new_id
from shared.messaging.consumer import EventConsumer

from bench.compared import Comparison, comparison_figures, comparison_table, quick_note
from bench.figures import per_second
from bench.ledger import floor
from bench.report import BenchFailed, Options, Outcome
from bench.servers import pool_settings, run_as_service, running_servers
from bench.usage_events import consumed, usage_rows

TARGET = 0.6
BATCH = 200
"""What `shared.messaging.kafka` asks Kafka for at most."""
_CHARGES, _QUICK_CHARGES = 20_000, 2_000
_ACCOUNTS = {"one hot environment": 1, "10,000 environments": 10_000}
_EMPTY = "truncate ledger_transactions, ledger_entries, accounts, inbox, outbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stage:
    """`owner` may empty tables; `bare` is the floor's connection."""

    owner: Any
    bare: Any
    pool: Any


def run(options: Options) -> Outcome:
    with running_servers() as servers:
        database = servers.database("billing", MIGRATIONS)
        comparisons = run_as_service(_measure(options, database))
    notes = [
        f"{_charges(options):,} charges a run, batches of {BATCH}, one writer, on a ledger that begins empty",
        "floor: the same ledger rows and entries through unnest, one balance update per account and batch",
        "floor with messaging: also a claim in the inbox and an event in the outbox per charge",
        *quick_note(options),
    ]
    return Outcome(
        tables=[comparison_table("Ledger, charges booked", comparisons)],
        notes=notes,
        figures=comparison_figures(comparisons),
    )


def _charges(options: Options) -> int:
    return _QUICK_CHARGES if options.quick else _CHARGES


async def _measure(options: Options, database: ServiceDatabase) -> list[Comparison]:
    owner = await asyncpg.connect(database.owner_dsn)
    try:
        await owner.execute("alter table ledger_transactions disable trigger append_only")
        await owner.execute("alter table ledger_entries disable trigger append_only")  # or nothing could be emptied
        await set_codecs(owner)
        async with open_pool(pool_settings(database, connections=4), application_name="bench ledger") as pool:
            stage = _Stage(owner=owner, bare=owner, pool=pool)
            return [
                comparison
                for name, accounts in _ACCOUNTS.items()
                for comparison in await _on(name, [new_id() for _ in range(accounts)], options, stage)
            ]
    finally:
        await owner.close()


async def _on(name: str, environments: Sequence[UUID], options: Options, stage: _Stage) -> list[Comparison]:
    rows = usage_rows(_charges(options), environments)
    records = consumed(rows)
    prepared = floor.batches(rows, environments, BATCH)

    async def bare(*, with_messaging: bool) -> float:
        await stage.owner.execute(floor.TABLES)
        await stage.bare.execute(floor.ACCOUNTS, environments)
        started = time.perf_counter()
        for batch in prepared:
            await floor.book(stage.bare, batch, with_messaging=with_messaging)
        return per_second(len(rows), time.perf_counter() - started)

    async def ours() -> float:
        await stage.owner.execute(_EMPTY)
        consumer = _consumer(stage.pool)
        await stage.owner.execute("insert into accounts (environment_id) select unnest($1::uuid[])", environments)
        started = time.perf_counter()
        for start in range(0, len(records), BATCH):
            await consumer.apply(records[start : start + BATCH])
        elapsed = time.perf_counter() - started
        await _check(stage.owner, len(records))
        return per_second(len(records), elapsed)

    literal = Comparison(name=name, unit="charges/s", target=TARGET)
    with_messaging = Comparison(name=f"{name}, floor with messaging", unit="charges/s")
    await literal.measure(options, floor=lambda: bare(with_messaging=False), ours=ours)
    await with_messaging.measure(options, floor=lambda: bare(with_messaging=True), ours=ours)
    return [literal, with_messaging]


def _consumer(pool: Any) -> EventConsumer[Any]:
    async def book(tx: Any) -> None:
        await book_charges(tx, low_below_micros=1_000_000)

    uow = billing_unit_of_work(pool, clock=SystemClock(), book_charges=book)
    consumer: EventConsumer[Any] = EventConsumer(service="billing", topic=DOCUMENTS_USAGE, uow=uow)
    consumer.on(ServiceRendered, on_service_rendered)
    return consumer


async def _check(connection: Any, expected: int) -> None:
    """A figure of work that was not done is none."""
    booked = await connection.fetchval("select count(*) from ledger_transactions")
    balance = await connection.fetchval("select coalesce(sum(balance_micros), 0)::bigint from accounts")
    if booked != expected or balance != -floor.PRICE * expected:
        raise BenchFailed(f"{booked} of {expected} charges were booked, the balances add up to {balance}")
