"""After the faults: wait until nothing is left to do, within bounds.

Quiet means: every process is ready, every outbox and every queue of jobs is empty, every consumer has read to the end.
Jobs that wait for their next attempt (minutes and hours in production) are hurried: their time is made to come now.
What is left when patience ends is told by name: a platform that does not become quiet has lost or jammed something.
"""

import asyncio
import contextlib
from typing import Any

import asyncpg
import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError
from koerier.servers.databases import SERVICES, with_database
from koerier.supervisor.spec import Health

from chaos.stage import RunningStage

PATIENCE = 90.0
# Not faster than the access point's own retries are: minutes lie between ours in production.
HURRY = """
update jobs set next_attempt_at = now()
where next_attempt_at > now() and leased_until is null
  and (kind <> 'transmit' or created_at < now() - interval '2 seconds')
"""
LEFT = "select (select count(*) from outbox) as outbox, (select count(*) from jobs) as jobs"
WAITING_CALLS = "select count(*) from hook_deliveries where state = 'pending'"
CALM = 3


async def wait_until_quiet(stage: RunningStage, *, patience: float = PATIENCE) -> dict[str, int]:
    """Return what is left to do: nothing, when all went well."""
    deadline = asyncio.get_running_loop().time() + patience
    left: dict[str, int] = {"not looked": 1}
    calm = 0
    while calm < CALM and asyncio.get_running_loop().time() < deadline:
        try:
            async with asyncio.timeout(20):
                left = await _left(stage)
        except (OSError, TimeoutError, asyncpg.PostgresError, psycopg.Error, KafkaError) as error:
            left = {f"not readable: {error!r}": 1}
        calm = 0 if left else calm + 1
        await asyncio.sleep(0.5)
    return left


async def _left(stage: RunningStage) -> dict[str, int]:
    left = {
        f"process {process.name} is {process.health}": 1
        for process in stage.status().processes
        if process.health not in {Health.READY, Health.DONE}
    }
    for service in SERVICES:
        left |= await _left_in_database(stage, service)
    return left or await _lag(stage)


async def _left_in_database(stage: RunningStage, service: str) -> dict[str, int]:
    connection = await asyncpg.connect(with_database(stage.environment.admin_dsn, service), timeout=5)
    try:
        await connection.execute(HURRY)
        found = dict(await connection.fetchrow(LEFT) or {})
        if service == "documents":
            found["calls of hooks"] = await connection.fetchval(WAITING_CALLS)
    finally:
        with contextlib.suppress(OSError, TimeoutError):
            await connection.close(timeout=5)
    return {f"{service} {what}": count for what, count in found.items() if count}


async def _lag(stage: RunningStage) -> dict[str, int]:
    """Return by how many records each consumer group is behind."""
    admin = AIOKafkaAdminClient(bootstrap_servers=stage.environment.bootstrap_servers)
    await admin.start()
    try:
        groups = [name for name, _ in await admin.list_consumer_groups() if name.partition(".")[0] in SERVICES]
        committed = {group: await admin.list_consumer_group_offsets(group) for group in groups}
    finally:
        await admin.close()
    ends = await end_offsets(stage, {partition for offsets in committed.values() for partition in offsets})
    lag = {
        group: sum(max(0, ends[partition] - max(found.offset, 0)) for partition, found in offsets.items())
        for group, offsets in committed.items()
    }
    return {f"lag of {group}": records for group, records in lag.items() if records}


async def end_offsets(stage: RunningStage, partitions: set[Any]) -> dict[TopicPartition, int]:
    consumer = AIOKafkaConsumer(bootstrap_servers=stage.environment.bootstrap_servers)
    await consumer.start()
    try:
        found: dict[TopicPartition, int] = await consumer.end_offsets(list(partitions))
        return found
    finally:
        await consumer.stop()
