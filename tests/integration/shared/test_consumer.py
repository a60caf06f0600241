"""The consumer kit on a real database: one transaction per batch, each event once, poison set aside."""

from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from shared.contracts import topics
from shared.contracts.billing import PaymentSettled
from shared.contracts.event import Envelope
from shared.contracts.identity import UserRegistered
from shared.ids import new_id
from shared.messaging import consumer as consumer_module
from shared.messaging.consumer import EventConsumer
from shared.messaging.transaction import Transaction
from support.events import Record, balance_depleted, ids_of, payment_failed, record_of, redelivered
from support.kit import KitUnitOfWork
from support.kit_consumers import (
    counted,
    dead_letters,
    effects,
    fact_consumer,
    note,
    state_consumer,
)


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


async def test_a_reaction_continues_the_trace_of_what_caused_it(uow: KitUnitOfWork, monkeypatch: pytest.MonkeyPatch):
    seen: list[int] = []

    async def handler(_event: Envelope[Any], _tx: Transaction) -> None:
        seen.append(trace.get_current_span().get_span_context().trace_id)

    provider = TracerProvider()
    monkeypatch.setattr(consumer_module, "_tracer", provider.get_tracer("tests"))
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
