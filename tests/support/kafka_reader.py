"""Reads and writes topics past the kit, for tests that look at what really lies on Kafka."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

Writable = tuple[bytes | None, bytes | None, Sequence[tuple[str, bytes]]]
Condition = Callable[[], Awaitable[bool]]


async def read_topic(bootstrap_servers: str, topic: str) -> list[ConsumerRecord]:
    """Return all that lies on the topic now, in offset order per partition."""
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=bootstrap_servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        ends = await consumer.end_offsets(list(consumer.assignment()))
        records: list[ConsumerRecord] = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                records += batch
        return records
    finally:
        await consumer.stop()


async def write_topic(bootstrap_servers: str, topic: str, records: Sequence[Writable]) -> None:
    """Write records as they are, broken ones too."""
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap_servers)
    await producer.start()
    try:
        for key, value, headers in records:
            await producer.send_and_wait(topic, value, key=key, headers=headers)
    finally:
        await producer.stop()


async def create_small_topic(bootstrap_servers: str, topic: str, *, largest_record: int) -> None:
    """Create a topic that refuses larger records."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        limits = {"max.message.bytes": str(largest_record)}
        await admin.create_topics([NewTopic(topic, num_partitions=1, replication_factor=1, topic_configs=limits)])
    finally:
        await admin.close()


async def committed_offset(bootstrap_servers: str, group: str, topic: str) -> int | None:
    """Return what the group has committed of partition 0."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        offsets = await admin.list_consumer_group_offsets(group)
    finally:
        await admin.close()
    found = offsets.get(TopicPartition(topic, 0))
    return None if found is None or found.offset < 0 else int(found.offset)


async def eventually(condition: Condition, *, seconds: float = 10.0) -> bool:
    """Wait until the condition holds, and tell whether it did."""
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        if await condition():
            return True
        await asyncio.sleep(0.02)
    return await condition()
