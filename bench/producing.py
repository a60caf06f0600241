"""A bare producer with the settings of the platform's: acknowledged by all replicas, in order, compressed."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from aiokafka import AIOKafkaProducer
from shared.messaging.relay import OutgoingRecord

_WINDOW = 10_000


@asynccontextmanager
async def bare_producer(bootstrap_servers: str) -> AsyncIterator[Any]:
    producer = AIOKafkaProducer(
        bootstrap_servers=bootstrap_servers,
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        max_batch_size=131_072,
        compression_type="lz4",
    )
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def produce(producer: Any, records: Sequence[OutgoingRecord]) -> None:
    """Send pipelined, and return when every record is acknowledged."""
    for start in range(0, len(records), _WINDOW):
        sent = [
            await producer.send(
                record.topic,
                record.payload,
                key=record.key.encode(),
                headers=[(name, value.encode()) for name, value in record.headers.items()],
            )
            for record in records[start : start + _WINDOW]
        ]
        for each in sent:
            await each
