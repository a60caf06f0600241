"""The relay: the outbox reaches Kafka in order, at least once, from one leader at a time."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiokafka.errors import KafkaError
from koerier.servers.databases import ServiceDatabase
from shared.messaging import kafka, relay
from shared.messaging.relay import OutgoingRecord, Relay
from shared.settings import KafkaSettings
from support.events import RecordingBroker
from support.kafka import create_topic, unique_topic
from support.kafka_reader import create_small_topic, eventually, read_topic

FILL = """
insert into outbox (topic, key, headers, payload)
select $1, 'key-' || n % 7, jsonb_build_object('ce_id', gen_random_uuid()::text), convert_to(n::text, 'UTF8')
from generate_series(1, $2::int) as n order by n
"""


async def fill(pool: Any, count: int, *, topic: str = "nowhere") -> None:
    await pool.execute(FILL, topic, count)


async def is_empty(pool: Any) -> bool:
    return await pool.fetchval("select not exists (select 1 from outbox)")


@contextlib.asynccontextmanager
async def running(*relays: Relay) -> AsyncIterator[list[asyncio.Task[None]]]:
    tasks = [asyncio.create_task(each.run()) for each in relays]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def a_relay(database: ServiceDatabase, broker: RecordingBroker, name: str = "kit") -> Relay:
    return Relay(dsn=database.app_dsn, send=broker.send, service=name)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "_BACKOFF_MIN", 0.02)
    monkeypatch.setattr(relay, "_LOCK_RETRY", 0.02)


async def test_rows_leave_in_order_in_batches_of_500_and_are_deleted(database: ServiceDatabase, pool: Any):
    await fill(pool, 1200)
    broker = RecordingBroker()
    async with running(a_relay(database, broker)):
        assert await eventually(lambda: is_empty(pool))
    assert [int(record.payload) for record in broker.sent] == list(range(1, 1201))
    assert broker.batches == [500, 500, 200]


async def test_kafka_gets_every_event_once_in_order_per_key(database: ServiceDatabase, pool: Any, kafka_server: str):
    topic = await create_topic(kafka_server, unique_topic("relay"), partitions=4)
    await fill(pool, 2000, topic=topic)
    broker = kafka.create_broker(KafkaSettings(bootstrap_servers=kafka_server), service="kit")
    await broker.start()
    try:
        sender = Relay(dsn=database.app_dsn, send=lambda records: kafka.send(broker, records), service="kit")
        async with running(sender):
            assert await eventually(lambda: is_empty(pool))
    finally:
        await broker.stop()
    records = await read_topic(kafka_server, topic)
    assert sorted(int(record.value) for record in records) == list(range(1, 2001))
    for key in {record.key for record in records}:
        numbers = [int(record.value) for record in records if record.key == key]
        assert numbers == sorted(numbers)


async def test_a_crash_between_acknowledgement_and_delete_sends_the_same_ids_again(
    database: ServiceDatabase, pool: Any, quick: None
):
    await fill(pool, 3)
    broker = RecordingBroker()

    async def send_and_lose_the_session(records: Any) -> None:
        await broker.send(records)
        if len(broker.batches) == 1:
            await terminate(pool, "dying relay")

    async with running(Relay(dsn=database.app_dsn, send=send_and_lose_the_session, service="dying")):
        assert await eventually(lambda: is_empty(pool))
    assert len(broker.sent) == 6
    assert broker.ids[:3] == broker.ids[3:]


async def terminate(pool: Any, application: str) -> None:
    await pool.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = $1 and datname = current_database()",
        application,
    )


async def test_the_second_relay_waits_and_takes_over_when_the_leaders_session_dies(
    database: ServiceDatabase, pool: Any, quick: None
):
    broker = RecordingBroker()
    first, second = a_relay(database, broker, "first"), a_relay(database, broker, "second")
    async with running(first):
        assert await eventually(lambda: leads(first))
        async with running(second):
            await fill(pool, 40)
            assert await eventually(lambda: is_empty(pool))
            assert not second.leads
            first_backoff = relay._BACKOFF_MIN
            relay._BACKOFF_MIN = first._backoff = 3600.0  # the first stays away
            try:
                await terminate(pool, "first relay")
                assert await eventually(lambda: leads(second))
            finally:
                relay._BACKOFF_MIN = first_backoff
            assert await eventually(lambda: follows(first))
            await fill(pool, 40)
            assert await eventually(lambda: is_empty(pool))
    assert len(broker.ids) == len(set(broker.ids)) == 80


async def leads(it: Relay) -> bool:
    return it.leads


async def follows(it: Relay) -> bool:
    return not it.leads


async def test_while_kafka_does_not_answer_the_outbox_keeps_everything_and_the_session_stays_alive(
    database: ServiceDatabase, pool: Any, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(relay, "_PING_EVERY", 0.05)
    broker = RecordingBroker(hold=asyncio.Event())
    it = a_relay(database, broker, "patient")
    await fill(pool, 5)
    last_used = (
        "select state_change from pg_stat_activity"
        " where application_name = 'patient relay' and datname = current_database()"
    )
    async with running(it):
        assert await eventually(lambda: leads(it))
        await asyncio.sleep(0.2)
        before = await pool.fetchval(last_used)
        await asyncio.sleep(0.2)
        assert await pool.fetchval(last_used) > before
        assert await pool.fetchval("select count(*) from outbox") == 5
        assert broker.hold is not None
        broker.hold.set()
        assert await eventually(lambda: is_empty(pool))
    assert len(broker.ids) == 5


async def test_a_leader_that_loses_its_session_while_it_sends_stops_sending(
    database: ServiceDatabase, pool: Any, quick: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(relay, "_PING_EVERY", 0.05)
    sending, cancelled = asyncio.Event(), asyncio.Event()

    async def never(_records: Any) -> None:
        sending.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.set()
            raise

    await fill(pool, 1)
    async with asyncio.timeout(10), running(Relay(dsn=database.app_dsn, send=never, service="stuck")):
        await sending.wait()
        await terminate(pool, "stuck relay")
        await cancelled.wait()


async def test_a_refused_batch_stays_and_the_pauses_start_small_again_after_a_success(
    database: ServiceDatabase, pool: Any, quick: None
):
    broker = RecordingBroker(fail=KafkaError("down"))
    it = a_relay(database, broker)
    await fill(pool, 2)
    async with running(it):

        async def has_waited() -> bool:
            return it._backoff > 0.1

        assert await eventually(has_waited)
        assert await pool.fetchval("select count(*) from outbox") == 2
        broker.fail = None
        assert await eventually(lambda: is_empty(pool))
        assert it._backoff == relay._BACKOFF_MIN
    assert len(broker.ids) == 2


async def test_after_a_refused_record_the_producer_works_again(kafka_server: str):
    topic = unique_topic("small")
    await create_small_topic(kafka_server, topic, largest_record=2000)
    broker = kafka.create_broker(KafkaSettings(bootstrap_servers=kafka_server), service="kit")
    await broker.start()
    try:
        for _ in range(2):
            with pytest.raises(KafkaError):
                await kafka.send(broker, [OutgoingRecord(topic, "key", {}, os.urandom(5000))])
            await kafka.send(broker, [OutgoingRecord(topic, "key", {}, b"small")])
    finally:
        await broker.stop()
    assert [record.value for record in await read_topic(kafka_server, topic)] == [b"small", b"small"]
