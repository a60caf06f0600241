"""Dead letters: kept with all that a person needs, applied again once on request."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from shared.contracts.event import Envelope
from shared.messaging import dead_letters as kit
from shared.messaging.consumer import EventConsumer
from shared.messaging.dead_letters import ParkedRecord
from shared.messaging.parsing import UnreadableRecordError
from shared.messaging.transaction import Transaction
from support.events import Record, event_id, payment_failed, record_of
from support.kit import KitUnitOfWork
from support.kit_consumers import dead_letters, effects, fact_consumer, note


class Repairable:
    """A handler that is broken until it is repaired."""

    broken = True

    async def __call__(self, event: Envelope[Any], tx: Transaction) -> None:
        await note(event, tx)
        if self.broken:
            raise RuntimeError("a bug")


async def parked(pool: Any, letter_id: UUID) -> ParkedRecord:
    async with pool.acquire() as connection, connection.transaction():
        found = await kit.lock(connection, letter_id)
    assert found is not None
    return found


async def parked_by_a_bug(uow: KitUnitOfWork, pool: Any) -> tuple[Repairable, EventConsumer[Any], Record, UUID]:
    handler = Repairable()
    consumer = fact_consumer(uow, handler)
    record = record_of(payment_failed())
    await consumer.apply([record])
    (letter,) = await dead_letters(pool)
    return handler, consumer, record, letter["id"]


async def test_a_replay_after_the_repair_applies_the_event_once(uow: KitUnitOfWork, pool: Any):
    handler, consumer, record, letter = await parked_by_a_bug(uow, pool)
    handler.broken = False
    it = await parked(pool, letter)
    assert await consumer.replay(it)
    assert not await consumer.replay(it)
    assert await effects(pool) == [str(event_id(record))]
    assert await dead_letters(pool) == []


async def test_two_operators_who_replay_at_once_apply_the_event_once(uow: KitUnitOfWork, pool: Any):
    handler, consumer, record, letter = await parked_by_a_bug(uow, pool)
    handler.broken = False
    it = await parked(pool, letter)
    outcomes = await asyncio.gather(*(consumer.replay(it) for _ in range(5)))
    assert sorted(outcomes) == [False, False, False, False, True]
    assert await effects(pool) == [str(event_id(record))]


async def test_a_replay_that_still_fails_leaves_the_dead_letter_as_it_was(uow: KitUnitOfWork, pool: Any):
    _, consumer, _, letter = await parked_by_a_bug(uow, pool)
    it = await parked(pool, letter)
    with pytest.raises(RuntimeError, match="a bug"):
        await consumer.replay(it)
    assert await effects(pool) == []
    assert [row["id"] for row in await dead_letters(pool)] == [letter]


async def test_a_record_that_is_still_unreadable_stays_parked(uow: KitUnitOfWork, pool: Any):
    consumer = fact_consumer(uow)
    await consumer.apply([record_of(payment_failed(), value=b"{")])
    (letter,) = await dead_letters(pool)
    it = await parked(pool, letter["id"])
    with pytest.raises(UnreadableRecordError):
        await consumer.replay(it)
    assert len(await dead_letters(pool)) == 1


async def test_a_dead_letter_keeps_key_payload_and_headers_whatever_bytes_they_hold(uow: KitUnitOfWork, pool: Any):
    record = Record(
        topic="billing.payments",
        key=b"\x00\xff",
        value=b"\x00\xfe",
        headers=[("ce_id", b"\xff"), ("a\x00b", b"\x00"), ("plain", "é".encode())],
    )
    await fact_consumer(uow).apply([record])
    (letter,) = await dead_letters(pool)
    assert (letter["key"], letter["payload"]) == (b"\x00\xff", b"\x00\xfe")
    assert letter["headers"] == {"ce_id": "\\xff", "a\\x00b": "\\x00", "plain": "é"}
    assert ("plain", "é".encode()) in (await parked(pool, letter["id"])).headers


async def test_a_resolved_or_unknown_dead_letter_is_not_found(uow: KitUnitOfWork, pool: Any):
    handler, consumer, _, letter = await parked_by_a_bug(uow, pool)
    handler.broken = False
    await consumer.replay(await parked(pool, letter))
    async with pool.acquire() as connection, connection.transaction():
        assert await kit.lock(connection, letter) is None
        assert await kit.lock(connection, UUID(int=0)) is None
