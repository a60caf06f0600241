"""Faults of Kafka's contents and groups: an uninvited member, offsets set back to 0, a record that nobody can read.

An intruder joins a consumer group of the platform, which forces a rebalance, takes some of its partitions and leaves
without having done anything, or after having set its partitions' offsets to the beginning: then whoever gets them next
reads the topic again.
"""

import asyncio
import contextlib
import random

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError

from chaos.checks.events import CONSUMED
from chaos.stage import RunningStage
from chaos.world import World

GROUPS = tuple(f"{service}.{topic}" for service, topics in CONSUMED.items() for topic in topics)
JOIN_SECONDS = 15.0


async def rebalance(stage: RunningStage, group: str, seconds: float, *, rewind: bool = False) -> bool:
    """Join a group and leave it; tell whether any partition was had meanwhile."""
    topic = group.partition(".")[2]
    intruder = AIOKafkaConsumer(
        bootstrap_servers=stage.environment.bootstrap_servers,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        partition_assignment_strategy=(StickyPartitionAssignor,),
        session_timeout_ms=45_000,
        max_poll_interval_ms=300_000,
    )
    intruder.subscribe([topic])
    try:
        async with asyncio.timeout(JOIN_SECONDS):
            await intruder.start()
            while not intruder.assignment():  # noqa: ASYNC110 - the client has no event for it
                await asyncio.sleep(0.1)
            if rewind:
                await intruder.commit(dict.fromkeys(intruder.assignment(), 0))
        await asyncio.sleep(seconds)
    except (KafkaError, TimeoutError, OSError):
        return False
    finally:
        with contextlib.suppress(KafkaError, TimeoutError, OSError):
            async with asyncio.timeout(10):
                await intruder.stop()
    return True


async def poison(world: World, topic: str, chance: random.Random) -> bool:
    """Write a record that no consumer can read, under the key of records that it can."""
    kind = chance.choice(("no headers", "bad header", "not JSON", "unknown version", "wrong shape"))
    try:
        producer = AIOKafkaProducer(bootstrap_servers=world.stage.environment.bootstrap_servers)
        async with asyncio.timeout(10), producer:
            value, headers = _poisonous(kind, topic, world.new_id(chance).hex)
            written = await producer.send_and_wait(topic, value, key=b"poison", headers=headers)
    except (KafkaError, TimeoutError, OSError):
        return False
    world.poison.add((written.topic, written.partition, written.offset))
    return True


def _poisonous(kind: str, topic: str, seed: str) -> tuple[bytes, list[tuple[str, bytes]]]:
    event_id = f"{seed[:8]}-{seed[8:12]}-7{seed[13:16]}-8{seed[17:20]}-{seed[20:]}".encode()
    event_type = KNOWN[topic].encode()
    headers = [
        ("ce_id", event_id),
        ("ce_type", event_type),
        ("ce_source", topic.partition(".")[0].encode()),
        ("ce_subject", event_id),
        ("ce_time", b"2026-01-01T00:00:00Z"),
        ("ce_specversion", b"1.0"),
        ("ce_environment", event_id),
        ("ce_sequence", b"1"),
    ]
    match kind:
        case "no headers":
            return b"{}", []
        case "bad header":
            return b"{}", [("ce_id", b"\xff"), *headers[1:]]
        case "not JSON":
            return b"{\x00", headers
        case "unknown version":
            return b"{}", [headers[0], ("ce_type", event_type.rpartition(b".v")[0] + b".v99"), *headers[2:]]
        case _:
            return b'{"state": {"id": 7}}', headers


KNOWN = {
    "identity.users": "identity.user-changed.v1",
    "identity.connection-keys": "identity.connection-key-issued.v1",
    "organizations.organizations": "organizations.organization-activated.v1",
    "organizations.memberships": "organizations.member-added.v1",
    "billing.accounts": "billing.balance-depleted.v1",
    "billing.payments": "billing.payment-opened.v1",
    "documents.usage": "documents.service-rendered.v1",
}
"""Topics that are poisoned, with a type that every reader of them knows."""
