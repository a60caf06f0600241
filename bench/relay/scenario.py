"""Scenario `relay`: events a second from a full outbox to Kafka.

Ours is the relay's own loop on a filled outbox table: read in order, send, await every acknowledgement, delete. The
floor is a bare producer that sends the same records from memory, pipelined. Both end with the last acknowledgement.
"""

import time

import asyncpg
from billing.bootstrap import MIGRATIONS
from shared.contracts.topics import DOCUMENTS_USAGE
from shared.database.pool import set_codecs
from shared.ids import new_id
from shared.messaging import kafka
from shared.messaging.outbox import OutboxRow
from shared.messaging.relay import relay_batch

from bench.compared import Comparison, comparison_figures, comparison_table, quick_note
from bench.figures import per_second
from bench.producing import bare_producer, produce
from bench.report import Options, Outcome
from bench.servers import Servers, run_as_service, running_servers
from bench.usage_events import outgoing, usage_rows

TARGET = 0.7
_EVENTS, _QUICK_EVENTS = 40_000, 5_000
_ENVIRONMENTS = 1000


def run(options: Options) -> Outcome:
    with running_servers(kafka=True) as servers:
        dsn = servers.database("billing", MIGRATIONS).app_dsn
        comparison = run_as_service(_measure(options, servers, dsn))
    return Outcome(
        tables=[comparison_table("Relay, outbox to Kafka", [comparison])],
        notes=[f"{_count(options):,} events of {_ENVIRONMENTS:,} keys a run, one relay", *quick_note(options)],
        figures=comparison_figures([comparison]),
    )


def _count(options: Options) -> int:
    return _QUICK_EVENTS if options.quick else _EVENTS


async def _measure(options: Options, servers: Servers, dsn: str) -> Comparison:
    await servers.make_topics([DOCUMENTS_USAGE])
    rows = usage_rows(_count(options), [new_id() for _ in range(_ENVIRONMENTS)])
    records = outgoing(rows)
    broker = kafka.create_broker(servers.kafka, service="bench")
    connection = await asyncpg.connect(dsn)
    try:
        await set_codecs(connection)
        await broker.connect()
        await broker.start()
        async with bare_producer(servers.bootstrap_servers) as producer:
            await produce(producer, records[:1000])  # both know the topic and have their connections

            async def floor() -> float:
                started = time.perf_counter()
                await produce(producer, records)
                return per_second(len(records), time.perf_counter() - started)

            async def ours() -> float:
                await _fill(connection, rows)
                started = time.perf_counter()
                while await relay_batch(connection, lambda batch: kafka.send(broker, batch)):
                    pass
                return per_second(len(rows), time.perf_counter() - started)

            comparison = Comparison(name="events relayed", unit="events/s", target=TARGET)
            return await comparison.measure(options, floor=floor, ours=ours)
    finally:
        await connection.close()
        await broker.stop()


async def _fill(connection: "asyncpg.Connection", rows: list[OutboxRow]) -> None:
    await connection.executemany("insert into outbox (topic, key, headers, payload) values ($1, $2, $3, $4)", rows)
