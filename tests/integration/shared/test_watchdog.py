"""A worker whose Kafka client died without a word ends, and only such a one."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
from shared.contracts.event import Envelope
from shared.messaging import kafka, kafka_admin
from shared.messaging.consumer import EventConsumer
from shared.messaging.lag import LagMonitor, Progress
from shared.messaging.transaction import Transaction
from shared.messaging.watchdog import ClientDiedError, watch_clients
from shared.settings import KafkaSettings
from support.events import outgoing
from support.kafka_reader import eventually
from support.kit_consumers import Handler, note
from support.kit_events import Note, provisioned_note_type

PATIENCE, EVERY = 1.5, 0.2
NOBODY = KafkaSettings(bootstrap_servers="127.0.0.1:9")


@pytest.fixture
def settings(kafka_server: str) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=kafka_server)


@pytest.fixture
async def notes(kafka_server: str) -> type[Note]:
    return await provisioned_note_type(kafka_server)


@contextlib.asynccontextmanager
async def measured(settings: KafkaSettings, notes: Any, uow: Any, pool: Any, handler: Handler) -> AsyncIterator[Any]:
    """Run a consumer that has nothing to do yet, and what measures it."""
    consumer: EventConsumer[Transaction] = EventConsumer(service="kit", topic=notes.topic, uow=uow)
    consumer.on(notes, handler)
    broker = kafka.create_broker(settings, service="kit")
    progress = Progress(consumer=consumer, subscriber=kafka.subscribe(broker, consumer, settings))
    await broker.start()
    measuring = asyncio.create_task(LagMonitor(pool, [progress], member="1").run())

    async def complete() -> bool:
        return progress.complete

    try:
        assert await eventually(complete)
        yield progress
    finally:
        measuring.cancel()
        await asyncio.gather(measuring, return_exceptions=True)
        await broker.stop()


async def write(settings: KafkaSettings, notes: Any) -> None:
    broker = kafka.create_broker(settings, service="kit")
    await broker.start()
    await kafka.send(broker, [outgoing(notes(number=1))])
    await broker.stop()


async def outcome(progress: Progress, asked: KafkaSettings, seconds: float) -> str:
    """Return what the watchdog says within some seconds."""
    watching = watch_clients([progress], partial(kafka_admin.answers, settings=asked), patience=PATIENCE, every=EVERY)
    try:
        async with asyncio.timeout(seconds):
            await watching
    except ClientDiedError as error:
        return str(error)
    except TimeoutError:
        return "nothing"
    return "it ended"


async def kill_client(progress: Progress) -> None:
    """End the task that reads, and the requests that it has made, as an error that the client does not expect would."""
    fetcher = progress.subscriber.consumer._fetcher
    ended = [fetcher._fetch_task, *fetcher._pending_tasks]
    for task in ended:
        task.cancel()
    await asyncio.gather(*ended, return_exceptions=True)


async def test_a_consumer_whose_client_died_is_told_of(settings: KafkaSettings, notes: Any, uow: Any, pool: Any):
    async with measured(settings, notes, uow, pool, note) as progress:
        await kill_client(progress)
        await write(settings, notes)
        assert await outcome(progress, settings, 90) == progress.consumer.group


async def test_while_kafka_answers_nobody_the_client_is_left_alone(
    settings: KafkaSettings, notes: Any, uow: Any, pool: Any
):
    async with measured(settings, notes, uow, pool, note) as progress:
        await kill_client(progress)
        await write(settings, notes)
        assert await outcome(progress, NOBODY, PATIENCE * 4) == "nothing"


async def test_one_that_has_nothing_to_do_or_is_still_at_work_is_left_alone(
    settings: KafkaSettings, notes: Any, uow: Any, pool: Any
):
    gate = asyncio.Event()

    async def slow(event: Envelope[Any], tx: Transaction) -> None:
        await gate.wait()
        await note(event, tx)

    async with measured(settings, notes, uow, pool, slow) as progress:
        assert await outcome(progress, settings, PATIENCE * 3) == "nothing"
        await write(settings, notes)
        assert await outcome(progress, settings, PATIENCE * 3) == "nothing"
        gate.set()
