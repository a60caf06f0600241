"""When a handler, the database or a whole deployment fails: retried, parked or stopped, and nothing lost or blocked."""

import asyncio
from typing import Any

import asyncpg
import pytest
from shared.contracts.event import Envelope
from shared.errors import Conflict, Unavailable
from shared.ids import new_id
from shared.messaging import consumer as consumer_module
from shared.messaging.consumer import RetryBatchError
from shared.messaging.transaction import Transaction
from support.events import Record, event_id, ids_of, payment_failed, record_of, redelivered
from support.kit import KitUnitOfWork
from support.kit_consumers import dead_letters, effects, fact_consumer, note


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the consumer pause for no time."""
    monkeypatch.setattr(consumer_module, "_PAUSES", [0.0] * 6)


class Faulty:
    """A handler that writes, then fails for one event as often as told."""

    def __init__(self, poison: Record, error: Exception, *, times: int = 1_000) -> None:
        self.calls = 0
        self._poison, self._error, self._times = event_id(poison), error, times

    async def __call__(self, event: Envelope[Any], tx: Transaction) -> None:
        await note(event, tx)
        tx.publish(payment_failed(), subject=new_id(), environment=event.environment)
        if event.id == self._poison:
            self.calls += 1
            if self.calls <= self._times:
                raise self._error


@pytest.mark.parametrize(
    ("error", "code"), [(ZeroDivisionError("oops"), "ZeroDivisionError"), (Conflict("no"), "conflict")]
)
async def test_a_failing_handler_gets_three_attempts_then_the_record_is_parked(
    error: Exception, code: str, uow: KitUnitOfWork, pool: Any
):
    first, poison, last = (record_of(payment_failed()) for _ in range(3))
    handler = Faulty(poison, error)
    consumer = fact_consumer(uow, handler)
    await consumer.apply([first, poison, last])
    assert handler.calls == 1 + consumer_module.ATTEMPTS  # once with the batch, then alone
    assert await effects(pool) == ids_of(first, last)
    assert await pool.fetchval("select count(*) from outbox") == 2
    (letter,) = await dead_letters(pool)
    assert (letter["error_code"], letter["attempts"], letter["offset_"]) == (code, 3, poison.offset)
    await consumer.apply([redelivered(poison)])  # claimed with its dead letter
    assert handler.calls == 1 + consumer_module.ATTEMPTS
    assert len(await dead_letters(pool)) == 1


async def test_a_handler_that_recovers_within_its_attempts_parks_nothing(uow: KitUnitOfWork, pool: Any):
    record = record_of(payment_failed())
    await fact_consumer(uow, Faulty(record, RuntimeError("a hiccup"), times=2)).apply([record])
    assert await effects(pool) == ids_of(record)
    assert await dead_letters(pool) == []


@pytest.mark.parametrize(
    "statement",
    [
        ("insert into effects (event_id, subject, what) values ($1, '', 'forbidden')", [new_id()]),
        ("insert into effects (event_id, subject, what) values ($1, '', '')", ["no uuid"]),
        ("insert into effects (event_id, subject, what) values ($1, '', '')", []),
        ("select nothing from nowhere", []),
    ],
    ids=["constraint", "wrong type", "too few arguments", "unknown table"],
)
async def test_a_statement_that_fails_every_time_is_parked_and_does_not_block(
    statement: tuple[str, list[Any]], uow: KitUnitOfWork, pool: Any
):
    poison, last = record_of(payment_failed()), record_of(payment_failed())

    async def handler(event: Envelope[Any], tx: Transaction) -> None:
        if event.id == event_id(poison):
            await tx.connection.execute(statement[0], *statement[1])
        await note(event, tx)

    await fact_consumer(uow, handler).apply([poison, last])
    assert await effects(pool) == ids_of(last)
    assert [letter["offset_"] for letter in await dead_letters(pool)] == [poison.offset]


async def lose_the_connection(_event: Envelope[Any], tx: Transaction) -> None:
    await tx.connection.execute("select pg_terminate_backend(pg_backend_pid())")


async def be_unavailable(_event: Envelope[Any], _tx: Transaction) -> None:
    raise Unavailable("in a moment")


async def be_cancelled(_event: Envelope[Any], tx: Transaction) -> None:
    await tx.connection.execute("set local statement_timeout = '5ms'")
    await tx.connection.execute("select pg_sleep(1)")


@pytest.mark.parametrize("outage", [lose_the_connection, be_unavailable, be_cancelled])
async def test_an_outage_returns_the_whole_batch_and_parks_nothing(outage: Any, uow: KitUnitOfWork, pool: Any):
    records = [record_of(payment_failed()) for _ in range(3)]
    is_down = True

    async def handler(event: Envelope[Any], tx: Transaction) -> None:
        await note(event, tx)
        if is_down and event.id == event_id(records[1]):
            await outage(event, tx)

    consumer = fact_consumer(uow, handler)
    for _ in range(4):
        with pytest.raises(RetryBatchError):
            await consumer.apply(records)
    assert await effects(pool) == []
    assert await dead_letters(pool) == []
    is_down = False
    await consumer.apply(records)
    assert await effects(pool) == ids_of(*records)


async def test_pauses_grow_with_each_outage_and_start_anew_after_a_success(
    uow: KitUnitOfWork, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(consumer_module, "_PAUSES", (0.001, 0.002, 0.004))
    slept: list[float] = []
    this_test, real_sleep = asyncio.current_task(), asyncio.sleep

    async def sleep(seconds: float) -> None:
        if asyncio.current_task() is not this_test:  # others of this loop must go on waiting, or they would spin
            await real_sleep(seconds)
            return
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    handlers = [be_unavailable] * 5 + [note, be_unavailable]

    async def handler(event: Envelope[Any], tx: Transaction) -> None:
        await handlers.pop(0)(event, tx)

    consumer = fact_consumer(uow, handler)
    for outcome in (*["down"] * 5, "up", "down"):
        record = record_of(payment_failed())
        if outcome == "up":
            await consumer.apply([record])
        else:
            with pytest.raises(RetryBatchError):
                await consumer.apply([record])
    assert slept == [0.001, 0.002, 0.004, 0.004, 0.004, 0.001]


async def test_when_parking_itself_fails_the_batch_comes_back_instead_of_being_lost(
    uow: KitUnitOfWork, pool: Any, database: Any, postgres_server: str
):
    poison, good = record_of(payment_failed(), value=b"{"), record_of(payment_failed())
    consumer = fact_consumer(uow)
    await pool.execute("select 1")
    await as_owner(database, "alter table dead_letters rename to elsewhere")
    with pytest.raises(RetryBatchError):
        await consumer.apply([poison, good])
    assert await effects(pool) == []
    await as_owner(database, "alter table elsewhere rename to dead_letters")
    await consumer.apply([poison, good])
    assert await effects(pool) == ids_of(good)
    assert len(await dead_letters(pool)) == 1


async def as_owner(database: Any, statement: str) -> None:
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def poison_record() -> Record:
    return record_of(payment_failed(), value=b"{")


async def test_more_than_20_dead_letters_in_a_row_stop_the_consumer(uow: KitUnitOfWork, pool: Any):
    consumer = fact_consumer(uow)
    await consumer.apply([poison_record() for _ in range(20)])
    assert not consumer.stopped
    await consumer.apply([poison_record()])
    assert consumer.stopped
    with pytest.raises(RetryBatchError):
        await consumer.apply([record_of(payment_failed())])
    assert await effects(pool) == []


async def test_scattered_dead_letters_do_not_stop_the_consumer_until_they_are_half(uow: KitUnitOfWork):
    consumer = fact_consumer(uow)
    for _ in range(2):
        await consumer.apply([record for _ in range(100) for record in (record_of(payment_failed()), poison_record())])
    assert not consumer.stopped
    await consumer.apply([poison_record() for _ in range(2)])
    assert consumer.stopped


async def test_the_breaker_opens_in_the_middle_of_a_batch_and_leaves_the_rest_in_kafka(uow: KitUnitOfWork, pool: Any):
    async def broken(_event: Envelope[Any], _tx: Transaction) -> None:
        raise RuntimeError("a bad deploy")

    consumer = fact_consumer(uow, broken)
    with pytest.raises(RetryBatchError):
        await consumer.apply([record_of(payment_failed()) for _ in range(60)])
    assert consumer.stopped
    assert len(await dead_letters(pool)) == consumer_module.CONSECUTIVE_LIMIT + 1
