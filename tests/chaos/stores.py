"""Reads the stores into an `Evidence`: past the services and past the fault proxy.

Guarantees: each database is read in one repeatable-read transaction by the superuser; each topic to its present end.
"""

import asyncio
import json
from typing import Any

import asyncpg
import httpx2
from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from koerier.servers.databases import SERVICES, with_database
from shared.contracts.topics import ALL_TOPICS

from chaos.evidence import Evidence, Record, Row
from chaos.stage import RunningStage

SKIPPED = frozenset({"alembic_version", "throttles", "consumer_progress"})
TABLES = """
select table_name from information_schema.tables
where table_schema in ('public', 'chaos') and table_type = 'BASE TABLE'
  and table_name !~ '^contents_' order by table_name
"""
LOGGED = "select event_id from chaos.outbox_log"


async def read_rows(stage: RunningStage, evidence: Evidence) -> None:
    for service in SERVICES:
        evidence.rows |= await _database(with_database(stage.environment.admin_dsn, service), service)


async def _database(dsn: str, service: str) -> dict[str, list[Row]]:
    connection = await asyncpg.connect(dsn, timeout=10, command_timeout=60)
    try:
        await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            names = [row["table_name"] for row in await connection.fetch(TABLES)]
            return {f"{service}.{name}": await _rows(connection, name) for name in names if name not in SKIPPED}
    finally:
        await connection.close()


async def _rows(connection: Any, table: str) -> list[Row]:
    columns = "expires_on, sha256" if table == "contents" else "*"
    schema = "chaos" if table == "outbox_log" else "public"
    return [dict(row) for row in await connection.fetch(f"select {columns} from {schema}.{table}")]  # noqa: S608 - named by the catalogue


async def read_topics(stage: RunningStage, evidence: Evidence) -> None:
    """Read topics from beginning to end."""
    consumer = AIOKafkaConsumer(
        bootstrap_servers=stage.environment.bootstrap_servers, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    try:
        for topic in ALL_TOPICS:
            evidence.topics[topic.name] = await _topic(consumer, topic.name, topic.partitions)
    finally:
        await consumer.stop()


async def _topic(consumer: Any, name: str, partitions: int) -> list[Record]:
    assigned = [TopicPartition(name, number) for number in range(partitions)]
    consumer.assign(assigned)
    ends = await consumer.end_offsets(assigned)
    await consumer.seek_to_beginning(*assigned)
    records: list[Record] = []
    async with asyncio.timeout(60):
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                records += [_record(record) for record in batch]
    return records


def _record(record: ConsumerRecord) -> Record:
    try:
        value = json.loads(record.value) if record.value is not None else None
    except ValueError:
        value = None
    return Record(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=(record.key or b"").decode(errors="replace"),
        headers={name: text.decode(errors="replace") for name, text in record.headers},
        value=value,
    )


async def read_the_rest(stage: RunningStage, evidence: Evidence) -> None:
    """Read everything that no database holds."""
    await read_topics(stage, evidence)
    await _read_later_events(stage, evidence)
    await _read_payments(stage, evidence)
    _read_calls(stage, evidence)


async def _read_later_events(stage: RunningStage, evidence: Evidence) -> None:
    """Read the outboxes' memory again: what the topics hold was committed by now, also if that was a moment ago."""
    for service in SERVICES:
        connection = await asyncpg.connect(with_database(stage.environment.admin_dsn, service), timeout=10)
        try:
            evidence.later_events |= {row["event_id"] for row in await connection.fetch(LOGGED)}
        finally:
            await connection.close()


async def _read_payments(stage: RunningStage, evidence: Evidence) -> None:
    """Read the payment provider's books."""
    async with httpx2.AsyncClient(base_url=stage.environment.sandbox_url, timeout=30) as client:
        answer = await client.get("/control/mollie/payments")
        evidence.payments = [item["payment"] for item in answer.json()["items"]]


def _read_calls(stage: RunningStage, evidence: Evidence) -> None:
    """Read the log of the webhook receivers."""
    with (stage.layout.local / "receivers.jsonl").open(encoding="utf-8") as lines:
        evidence.calls = [json.loads(line) for line in lines]
    evidence.trapped = list(stage.receivers.trapped)
