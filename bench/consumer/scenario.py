"""Scenario `consumer`: events a second from Kafka into a database, each claimed in the inbox and with one business row.

Ours is the kit as the services use it: the subscriber, the envelope and its checks, the inbox, a handler per event that
collects, one insert per batch, one transaction per batch, offsets committed after it. The floor is raw aiokafka with
batches of the same size, the same two inserts through unnest, and the same order of commits. Both begin with the first
record in hand: joining a consumer group is not counted.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer
from billing.bootstrap import MIGRATIONS
from koerier.servers.databases import ServiceDatabase
from shared.contracts.documents import ServiceRendered
from shared.contracts.event import Envelope
from shared.contracts.topics import DOCUMENTS_USAGE
from shared.database.pool import open_pool
from shared.database.unit_of_work import UnitOfWork
from shared.ids import new_id
from shared.messaging import kafka
from shared.messaging.consumer import EventConsumer
from shared.messaging.transaction import Transaction

from bench.compared import Comparison, comparison_figures, comparison_table, quick_note
from bench.figures import per_second
from bench.producing import bare_producer, produce
from bench.report import BenchFailed, Options, Outcome
from bench.servers import Servers, pool_settings, run_as_service, running_servers
from bench.usage_events import outgoing, usage_rows

TARGET = 0.6
BATCH = 200
_EVENTS, _QUICK_EVENTS = 40_000, 5_000
_ENVIRONMENTS = 1000
_WITHIN_SECONDS = 300.0
_TABLES = (
    "create table bench_services (document_id uuid primary key, environment_id uuid, service text, at timestamptz)",
    "grant all on bench_services to public",
)
_EMPTY = "truncate bench_services, inbox"
_ROWS = "insert into bench_services select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[]::timestamptz[])"
_CLAIMS = """
insert into inbox (consumer, event_id) select 'floor', id from unnest($1::uuid[]) as id
on conflict do nothing returning event_id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tx:
    """What a handler collects over a batch."""

    rendered: list[ServiceRendered] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class _Clock:
    """From the first record in hand to the last one applied."""

    expected: int
    started: float = 0.0
    applied: int = 0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    def begin(self) -> None:
        self.started = self.started or time.perf_counter()

    def count(self, records: int) -> None:
        self.applied += records
        if self.applied >= self.expected:
            self.done.set()

    async def rate(self) -> float:
        """Wait for the end."""
        try:
            async with asyncio.timeout(_WITHIN_SECONDS):
                await self.done.wait()
        except TimeoutError:
            raise BenchFailed(f"{self.applied} of {self.expected} events were applied") from None
        return per_second(self.applied, time.perf_counter() - self.started)


def run(options: Options) -> Outcome:
    with running_servers(kafka=True) as servers:
        database = servers.database("billing", MIGRATIONS)
        comparison = run_as_service(_measure(options, servers, database))
    notes = [f"{_count(options):,} events of {_ENVIRONMENTS:,} keys a run, 12 partitions, one consumer"]
    return Outcome(
        tables=[comparison_table("Consumer, Kafka to inbox and one business row", [comparison])],
        notes=[*notes, *quick_note(options)],
        figures=comparison_figures([comparison]),
    )


def _count(options: Options) -> int:
    return _QUICK_EVENTS if options.quick else _EVENTS


async def _measure(options: Options, servers: Servers, database: ServiceDatabase) -> Comparison:
    await servers.make_topics([DOCUMENTS_USAGE])
    count = _count(options)
    records = outgoing(usage_rows(count, [new_id() for _ in range(_ENVIRONMENTS)]))
    async with bare_producer(servers.bootstrap_servers) as producer:
        await produce(producer, records)
    owner = await asyncpg.connect(database.owner_dsn)
    try:
        for statement in _TABLES:
            await owner.execute(statement)
        groups = iter(range(1000))
        async with open_pool(pool_settings(database, connections=4), application_name="bench consumer") as pool:

            async def floor() -> float:
                await owner.execute(_EMPTY)
                rate = await _floor(servers, pool, _Clock(expected=count), f"floor-{next(groups)}")
                await _check(owner, count)
                return rate

            async def ours() -> float:
                await owner.execute(_EMPTY)
                rate = await _ours(servers, pool, _Clock(expected=count), f"ours-{next(groups)}")
                await _check(owner, count)
                return rate

            comparison = Comparison(name="events applied", unit="events/s", target=TARGET)
            return await comparison.measure(options, floor=floor, ours=ours)
    finally:
        await owner.close()


async def _check(connection: Any, expected: int) -> None:
    """A figure of work that was not done is none."""
    applied = await connection.fetchval("select count(*) from bench_services")
    claimed = await connection.fetchval("select count(*) from inbox")
    if (applied, claimed) != (expected, expected):
        raise BenchFailed(f"{applied} rows and {claimed} claims of {expected} events")


async def _ours(servers: Servers, pool: Any, clock: _Clock, role: str) -> float:
    def bind(transaction: Transaction) -> _Tx:
        tx = _Tx()

        async def write() -> None:
            await _insert(transaction.connection, tx.rendered)
            transaction.after_commit.append(lambda: clock.count(len(tx.rendered)))

        transaction.before_commit.append(write)
        return tx

    async def collect(event: Envelope[ServiceRendered], tx: _Tx) -> None:
        clock.begin()
        tx.rendered.append(event.data)

    uow = UnitOfWork(pool, begin=lambda c: Transaction(connection=c, source="bench"), bind=bind)
    consumer: EventConsumer[_Tx] = EventConsumer(service="bench", topic=DOCUMENTS_USAGE, uow=uow, role=role)
    consumer.on(ServiceRendered, collect)
    broker = kafka.create_broker(servers.kafka, service="bench")
    kafka.subscribe(broker, consumer, servers.kafka)
    await broker.start()
    try:
        return await clock.rate()
    finally:
        await broker.stop()


async def _insert(connection: Any, rendered: Sequence[ServiceRendered]) -> None:
    await connection.execute(
        _ROWS,
        [each.document_id for each in rendered],
        [each.payer_environment for each in rendered],
        [each.service for each in rendered],
        [each.rendered_at.isoformat() for each in rendered],
    )


async def _floor(servers: Servers, pool: Any, clock: _Clock, group: str) -> float:
    consumer = AIOKafkaConsumer(
        DOCUMENTS_USAGE.name,
        bootstrap_servers=servers.bootstrap_servers,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        fetch_max_wait_ms=50,
    )
    await consumer.start()
    try:
        while clock.applied < clock.expected:
            fetched = await consumer.getmany(timeout_ms=100, max_records=BATCH)
            records = [record for of_partition in fetched.values() for record in of_partition]
            if not records:
                continue
            clock.begin()
            await _apply(pool, records)
            await consumer.commit()
            clock.count(len(records))
        return await clock.rate()
    finally:
        await consumer.stop()


async def _apply(pool: Any, records: Sequence[Any]) -> None:
    ids = [UUID(next(value for name, value in record.headers if name == "ce_id").decode()) for record in records]
    data = [json.loads(record.value) for record in records]
    async with pool.acquire() as connection, connection.transaction():
        await connection.fetch(_CLAIMS, ids)
        await connection.execute(
            _ROWS,
            [each["document_id"] for each in data],
            [each["payer_environment"] for each in data],
            [each["service"] for each in data],
            [each["rendered_at"] for each in data],
        )
