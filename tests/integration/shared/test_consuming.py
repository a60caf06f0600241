"""Consumers on a real Kafka: nothing skipped, nothing blocked, offsets committed after the transaction only."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from shared.contracts.event import Envelope
from shared.errors import Unavailable
from shared.ids import new_id
from shared.messaging import consumer as consumer_module
from shared.messaging import kafka, kafka_admin
from shared.messaging.consumer import EventConsumer
from shared.messaging.lag import LagMonitor, Progress, stale_projections
from shared.messaging.relay import OutgoingRecord
from shared.messaging.transaction import Transaction
from shared.settings import KafkaSettings
from support.events import outgoing
from support.kafka_reader import Writable, eventually, read_topic, write_topic
from support.kit import KitUnitOfWork
from support.kit_consumers import Handler, dead_letters, effects, note
from support.kit_events import Note, provisioned_note_type


@pytest.fixture
def settings(kafka_server: str) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers=kafka_server)


@pytest.fixture
async def notes(kafka_server: str) -> type[Note]:
    return await provisioned_note_type(kafka_server)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consumer_module, "_PAUSES", (0.05,))


def consumer_of(notes: type[Note], uow: KitUnitOfWork, handler: Handler = note) -> EventConsumer[Transaction]:
    consumer = EventConsumer(service="kit", topic=notes.topic, uow=uow)
    consumer.on(notes, handler)
    return consumer


@contextlib.asynccontextmanager
async def consuming(settings: KafkaSettings, consumer: EventConsumer[Any]) -> AsyncIterator[Any]:
    broker = kafka.create_broker(settings, service="kit")
    subscriber = kafka.subscribe(broker, consumer, settings)
    await broker.start()
    try:
        yield subscriber
    finally:
        await broker.stop()


async def publish(settings: KafkaSettings, records: list[OutgoingRecord]) -> list[str]:
    broker = kafka.create_broker(settings, service="kit")
    await broker.start()
    try:
        await kafka.send(broker, records)
    finally:
        await broker.stop()
    return [record.headers["ce_id"] for record in records]


def writable(record: OutgoingRecord, **headers: bytes) -> Writable:
    carried = {**{name: text.encode() for name, text in record.headers.items()}, **headers}
    return record.key.encode(), record.payload, list(carried.items())


async def test_a_new_group_reads_what_was_there_before_it(settings: KafkaSettings, notes: Any, uow: Any, pool: Any):
    ids = await publish(settings, [outgoing(notes(number=number)) for number in range(300)])
    async with consuming(settings, consumer_of(notes, uow)):
        assert await eventually(lambda: has_applied(pool, 300))
    assert sorted(await effects(pool)) == sorted(ids)


async def has_applied(pool: Any, count: int) -> bool:
    return await pool.fetchval("select count(*) >= $1 from effects", count)


async def test_a_restarted_consumer_goes_on_where_it_stopped(settings: KafkaSettings, notes: Any, uow: Any, pool: Any):
    delivered: list[str] = []

    async def handler(event: Envelope[Any], tx: Transaction) -> None:
        delivered.append(str(event.id))
        await note(event, tx)

    for round_number in (1, 2):
        await publish(settings, [outgoing(notes(number=number)) for number in range(20)])
        async with consuming(settings, consumer_of(notes, uow, handler)) as subscriber:
            assert await eventually(lambda: has_applied(pool, 20 * round_number))  # noqa: B023 - awaited at once

            async def is_committed() -> bool:
                client = subscriber.consumer
                parts = client.assignment()
                return sum([await client.committed(part) or 0 for part in parts]) >= 20 * round_number  # noqa: B023

            assert await eventually(is_committed)
        await pool.execute("delete from inbox")  # what is redelivered now would be applied twice
    assert len(delivered) == len(set(delivered)) == 40


async def test_a_nack_redelivers_every_record_of_every_partition(
    settings: KafkaSettings, notes: Any, uow: Any, pool: Any
):
    calls = 0

    async def handler(event: Envelope[Any], tx: Transaction) -> None:
        nonlocal calls
        calls += 1
        await note(event, tx)
        if calls in {5, 60, 130}:
            raise Unavailable("for a moment")

    keys = [new_id() for _ in range(24)]
    ids = await publish(settings, [outgoing(notes(number=n), subject=keys[n % 24]) for n in range(120)])
    async with consuming(settings, consumer_of(notes, uow, handler)):
        assert await eventually(lambda: has_applied(pool, 120))
    assert sorted(await effects(pool)) == sorted(ids)
    assert await dead_letters(pool) == []
    for key in keys:
        applied = await pool.fetch("select event_id from effects where subject = $1 order by id", str(key))
        assert [str(row["event_id"]) for row in applied] == ids[keys.index(key) :: 24]


async def test_bytes_that_nobody_can_decode_do_not_block_a_partition(
    settings: KafkaSettings, notes: Any, uow: Any, pool: Any, kafka_server: str
):
    key = new_id()
    first, broken, last = (outgoing(notes(number=number), subject=key) for number in range(3))
    naked: Writable = (str(key).encode(), b"\xff", [])
    await write_topic(
        kafka_server,
        notes.topic.name,
        [
            writable(first),
            writable(broken, ce_source=b"\xff\xfe"),
            naked,
            writable(broken, other=b"\xc3"),
            writable(last),
        ],
    )
    async with consuming(settings, consumer_of(notes, uow)):
        assert await eventually(lambda: has_applied(pool, 2))
    assert await effects(pool) == [first.headers["ce_id"], last.headers["ce_id"]]
    assert [letter["error_code"] for letter in await dead_letters(pool)] == [
        "malformed_attribute",
        "missing_attribute",
        "malformed_attribute",
    ]


async def test_what_lies_on_kafka_is_a_cloudevent_in_binary_mode(
    settings: KafkaSettings, notes: Any, kafka_server: str
):
    sent = outgoing(notes(number=7), subject=(subject := new_id()), environment=(environment := new_id()), sequence=4)
    await publish(settings, [sent])
    (record,) = await read_topic(kafka_server, notes.topic.name)
    event = from_binary(KafkaMessage(headers=dict(record.headers), key=record.key, value=record.value), JSONFormat())
    assert (event.get_specversion(), event.get_type(), event.get_source()) == ("1.0", notes.type, "/kit")
    assert (event.get_id(), event.get_subject()) == (sent.headers["ce_id"], str(subject))
    assert event.get_datacontenttype() == "application/json"
    assert event.get_data() == {"number": 7}
    assert event.get_extension("environment") == str(environment)
    assert event.get_extension("sequence") == "4"
    assert record.key == str(subject).encode()
    assert event.get_time().utcoffset().total_seconds() == 0


async def test_lag_is_measured_and_told_to_the_api_of_the_service(
    settings: KafkaSettings, notes: Any, uow: Any, pool: Any
):
    gate = asyncio.Event()

    async def handler(event: Envelope[Any], tx: Transaction) -> None:
        await gate.wait()
        await note(event, tx)

    consumer = consumer_of(notes, uow, handler)
    await publish(settings, [outgoing(notes(number=number)) for number in range(7)])
    assert await stale_projections(pool, [consumer], 5.0) == [consumer.group]
    async with consuming(settings, consumer) as subscriber:
        progress = Progress(consumer=consumer, subscriber=subscriber)
        monitor = LagMonitor(pool, [progress], member="1")
        running = asyncio.create_task(monitor.run())
        try:

            async def seven_wait() -> bool:
                return progress.records == 7

            assert await eventually(seven_wait)
            assert monitor.problems == [f"{consumer.group}: behind"]
            assert await stale_projections(pool, [consumer], 5.0) == [consumer.group]
            gate.set()

            async def is_fresh() -> bool:
                return not monitor.problems and not await stale_projections(pool, [consumer], 5.0)

            assert await eventually(is_fresh)
            assert (progress.records, progress.seconds) == (0, 0.0)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
    await pool.execute("update consumer_progress set updated_at = now() - interval '6 s'")
    assert await stale_projections(pool, [consumer], 5.0) == [consumer.group]


async def test_provisioning_creates_what_is_missing_with_the_topics_settings_and_can_be_repeated(
    settings: KafkaSettings, notes: Any
):
    await kafka_admin.provision_topics(settings, [notes.topic])
    async with consuming(settings, EventConsumer(service="kit", topic=notes.topic, uow=None)) as subscriber:  # type: ignore[arg-type]
        assert len(subscriber.consumer.partitions_for_topic(notes.topic.name)) == notes.topic.partitions == 12
