"""The consumer kit on a real database: one transaction per batch, each event once, nothing lost, nothing blocked."""

from typing import Any

import asyncpg
import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from shared.contracts import topics
from shared.contracts.billing import PaymentSettled
from shared.contracts.event import Envelope
from shared.contracts.identity import UserRegistered
from shared.errors import Conflict, Unavailable
from shared.ids import new_id
from shared.messaging import consumer as consumer_module
from shared.messaging.consumer import EventConsumer, RetryBatchError
from shared.messaging.transaction import Transaction
from support.events import Record, balance_depleted, event_id, payment_failed, record_of, redelivered
from support.kit import KitUnitOfWork
from support.kit_consumers import (
    counted,
    dead_letters,
    effects,
    fact_consumer,
    note,
    state_consumer,
)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let the consumer pause for no time."""
    pauses = [0.0] * 6
    monkeypatch.setattr(consumer_module, "_PAUSES", pauses)
    return pauses


def ids_of(*records: Record) -> list[str]:
    return [str(event_id(record)) for record in records]


async def test_a_batch_is_applied_in_order_in_one_transaction(uow: KitUnitOfWork, pool: Any):
    records = [record_of(payment_failed()) for _ in range(20)]
    await fact_consumer(uow).apply(records)
    assert await effects(pool) == ids_of(*records)
    assert await pool.fetchval("select count(distinct xmin::text) from effects") == 1


async def test_a_duplicate_is_applied_once_within_a_batch_and_over_batches(uow: KitUnitOfWork, pool: Any):
    consumer = fact_consumer(uow)
    first, second = record_of(payment_failed()), record_of(payment_failed())
    before = counted(consumer, "duplicate")
    await consumer.apply([first, redelivered(first)])
    await consumer.apply([redelivered(first), second])
    assert await effects(pool) == ids_of(first, second)
    assert counted(consumer, "duplicate") - before == 2


async def test_two_consumers_of_one_service_each_apply_an_event(uow: KitUnitOfWork, pool: Any):
    record = record_of(payment_failed())
    await fact_consumer(uow).apply([record])
    await fact_consumer(uow, role="mail").apply([record])
    assert await effects(pool) == ids_of(record, record)


UNREADABLE = {
    "a broken payload": ({}, b"{not json", "malformed_data"),
    "a payload that is not an object": ({}, b"[]", "malformed_data"),
    "an empty payload": ({}, b"", "malformed_data"),
    "a missing field": ({}, b'{"purpose": "top_up"}', "malformed_data"),
    "an unknown version": ({"ce_type": b"billing.payment-failed.v9"}, None, "unknown_version"),
    "no id": ({"ce_id": None}, None, "missing_attribute"),
    "no type": ({"ce_type": None}, None, "missing_attribute"),
    "no source": ({"ce_source": None}, None, "missing_attribute"),
    "no subject": ({"ce_subject": None}, None, "missing_attribute"),
    "no time": ({"ce_time": None}, None, "missing_attribute"),
    "no environment": ({"ce_environment": None}, None, "missing_attribute"),
    "no sequence": ({"ce_sequence": None}, None, "missing_attribute"),
    "an id that is no UUID": ({"ce_id": b"17"}, None, "malformed_attribute"),
    "a sequence that is no number": ({"ce_sequence": b"first"}, None, "malformed_attribute"),
    "a time without offset": ({"ce_time": b"2026-01-01T00:00:00"}, None, "malformed_attribute"),
    "a header that is not UTF-8": ({"ce_source": b"\xff\xfe"}, None, "malformed_attribute"),
    "a foreign header that is not UTF-8": ({"x-trace": b"\xc3\x28"}, None, "malformed_attribute"),
    "a header with NUL": ({"ce_id": b"\x00", "x-\x00": b"\x00"}, None, "malformed_attribute"),
}


@pytest.mark.parametrize("what", UNREADABLE)
async def test_poison_becomes_a_dead_letter_and_what_follows_with_the_same_key_proceeds(
    what: str, uow: KitUnitOfWork, pool: Any
):
    headers, value, code = UNREADABLE[what]
    payment = new_id()
    before, after = (record_of(payment_failed(payment), subject=payment) for _ in range(2))
    poison = record_of(payment_failed(payment), subject=payment, headers=headers, value=value)
    consumer = fact_consumer(uow)
    await consumer.apply([before, poison, after])
    await consumer.apply([before, poison, after])  # delivered once more: parked once all the same
    assert await effects(pool) == ids_of(before, after)
    (letter,) = await dead_letters(pool)
    assert (letter["error_code"], letter["offset_"], letter["attempts"]) == (code, poison.offset, 1)
    assert (letter["payload"], letter["key"]) == (poison.value, poison.key)
    assert letter["consumer"] == "kit.billing.payments"


async def test_an_unknown_type_is_counted_and_skipped_on_a_fact_topic(uow: KitUnitOfWork, pool: Any):
    consumer = fact_consumer(uow)
    before = counted(consumer, "unknown_type")
    known = record_of(payment_failed())
    await consumer.apply([record_of(payment_failed(), headers={"ce_type": b"billing.moon-phased.v1"}), known])
    assert await effects(pool) == ids_of(known)
    assert await dead_letters(pool) == []
    assert counted(consumer, "unknown_type") - before == 1


async def test_an_event_that_nobody_here_handles_is_not_even_parsed(uow: KitUnitOfWork, pool: Any):
    record = record_of(payment_failed(), headers={"ce_type": PaymentSettled.type.encode()}, value=b"{broken")
    await fact_consumer(uow).apply([record])
    assert await effects(pool) == []
    assert await dead_letters(pool) == []


async def test_an_unknown_type_on_a_state_topic_has_its_state_applied(uow: KitUnitOfWork, pool: Any):
    unknown = record_of(balance_depleted(new_id()), headers={"ce_type": b"billing.account-praised.v1"})
    known = record_of(balance_depleted(new_id()))
    await state_consumer(uow).apply([unknown, known])
    assert await effects(pool) == ids_of(unknown, known)


async def test_an_unknown_version_on_a_state_topic_is_a_dead_letter(uow: KitUnitOfWork, pool: Any):
    await state_consumer(uow).apply(
        [record_of(balance_depleted(new_id()), headers={"ce_type": b"billing.balance-depleted.v2"})]
    )
    assert [letter["error_code"] for letter in await dead_letters(pool)] == ["unknown_version"]


async def test_an_unknown_type_without_state_on_a_state_topic_is_a_dead_letter(uow: KitUnitOfWork, pool: Any):
    record = record_of(balance_depleted(new_id()), headers={"ce_type": b"billing.other.v1"}, value=b'{"balance": 1}')
    await state_consumer(uow).apply([record])
    assert [letter["error_code"] for letter in await dead_letters(pool)] == ["malformed_data"]


async def test_what_is_unknown_does_not_depend_on_what_the_service_imports(uow: KitUnitOfWork, pool: Any):
    """A user's event of version 9 is an unknown version also for a service that never imported identity's events."""
    record = record_of(payment_failed(), headers={"ce_type": UserRegistered.type.replace(".v1", ".v9").encode()})
    await fact_consumer(uow).apply([record])
    assert [letter["error_code"] for letter in await dead_letters(pool)] == ["unknown_version"]


async def test_a_tombstone_passes(uow: KitUnitOfWork, pool: Any):
    sent = record_of(balance_depleted(new_id()))
    await state_consumer(uow).apply([Record(topic=sent.topic, key=sent.key, value=None, headers=sent.headers)])
    assert await effects(pool) == []
    assert await dead_letters(pool) == []


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

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(consumer_module.asyncio, "sleep", sleep)
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


async def test_a_reaction_continues_the_trace_of_what_caused_it(uow: KitUnitOfWork):
    seen: list[int] = []

    async def handler(_event: Envelope[Any], _tx: Transaction) -> None:
        seen.append(trace.get_current_span().get_span_context().trace_id)

    provider = TracerProvider()
    consumer_module._tracer = provider.get_tracer("tests")
    traceparent = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    await fact_consumer(uow, handler).apply([record_of(payment_failed(), headers={"traceparent": traceparent})])
    provider.shutdown()
    assert seen == [0x0AF7651916CD43DD8448EB211C80319C]


def test_handlers_are_registered_where_their_events_are_published(uow: KitUnitOfWork):
    consumer: EventConsumer[Transaction] = EventConsumer(service="kit", topic=topics.BILLING_CHARGES, uow=uow)
    with pytest.raises(ValueError, match=r"published on billing\.payments"):
        consumer.on(PaymentSettled, note)
    with pytest.raises(ValueError, match="carries no state"):
        consumer.project(PaymentSettled, note)
