"""Follows the platform's topics as they are written: for the demo and for `koerier events`."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from aiokafka import AIOKafkaConsumer, TopicPartition
from shared.contracts.topics import ALL_TOPICS


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """One event as it passes."""

    at: datetime
    topic: str
    type: str
    key: str


async def follow(bootstrap_servers: str, ready: asyncio.Event | None = None) -> AsyncIterator[Passing]:
    """Yield every event written after `ready` was set, until cancelled. Reads without a consumer group."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False, fetch_max_wait_ms=50)
    await consumer.start()
    try:
        consumer.assign([TopicPartition(t.name, partition) for t in ALL_TOPICS for partition in range(t.partitions)])
        await consumer.seek_to_end()
        if ready:
            ready.set()
        async for record in consumer:
            headers = {name: value.decode("utf-8", "replace") for name, value in record.headers}
            at = datetime.fromisoformat(headers["ce_time"]) if "ce_time" in headers else datetime.now().astimezone()
            key = (record.key or b"").decode("utf-8", "replace")
            yield Passing(at=at, topic=record.topic, type=headers.get("ce_type", "?"), key=key)
    finally:
        await consumer.stop()
