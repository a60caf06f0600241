"""Events for tests: envelopes and Kafka records as the kit makes them, and a broker that remembers what it was sent.

`record_of(event)` goes through the real `OutboxWriter`, so a test feeds a consumer exactly what Kafka would. Every
keyword of it makes one thing of the record different, for the tests of bad input.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, TypeVar
from uuid import UUID

from shared.clock import utc_now
from shared.contracts.billing import AccountState, BalanceDepleted, PaymentFailed
from shared.contracts.event import Envelope, Event
from shared.ids import new_id
from shared.messaging.outbox import OutboxWriter
from shared.messaging.parsing import read_attributes, read_data
from shared.messaging.relay import OutgoingRecord

E = TypeVar("E", bound=Event)
_offsets = count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A consumed record, with the fields that the kit reads."""

    topic: str
    partition: int = 0
    offset: int = field(default_factory=lambda: next(_offsets))
    timestamp: int = 0
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


def outgoing(
    event: Event,
    *,
    subject: UUID | None = None,
    environment: UUID | None = None,
    sequence: int = 1,
    key: str | None = None,
    occurred_at: datetime | None = None,
) -> OutgoingRecord:
    """Return the event as the outbox would hand it to Kafka."""
    writer = OutboxWriter(source=event.topic.owner)
    writer.add(
        event,
        subject=subject or new_id(),
        environment=environment or new_id(),
        sequence=sequence,
        key=key,
        occurred_at=occurred_at or utc_now(),
    )
    ((topic, record_key, headers, payload),) = writer._rows
    return OutgoingRecord(topic, record_key, headers, payload)


def record_of(
    event: Event,
    *,
    subject: UUID | None = None,
    environment: UUID | None = None,
    sequence: int = 1,
    headers: Mapping[str, bytes | None] | None = None,
    value: bytes | None = None,
    offset: int | None = None,
) -> Record:
    """Return the event as a consumer gets it; `headers` replace some, None leaves one out."""
    sent = outgoing(event, subject=subject, environment=environment, sequence=sequence)
    carried: dict[str, bytes | None] = {name: text.encode() for name, text in sent.headers.items()}
    carried.update(headers or {})
    return Record(
        topic=sent.topic,
        offset=next(_offsets) if offset is None else offset,
        key=sent.key.encode(),
        value=sent.payload if value is None else value,
        headers=[(name, content) for name, content in carried.items() if content is not None],
    )


def redelivered(record: Record) -> Record:
    """Return the same event at a later offset: what a relay that crashed before its delete sends again."""
    return Record(topic=record.topic, key=record.key, value=record.value, headers=record.headers)


def event_id(record: Record) -> UUID:
    return UUID(dict(record.headers)["ce_id"].decode())


def ids_of(*records: Record) -> list[str]:
    return [str(event_id(record)) for record in records]


def envelope_of(event: E, **attributes: Any) -> Envelope[E]:
    """Return the event as a handler gets it; `attributes` are those of `record_of`."""
    record = record_of(event, **attributes)
    envelope: Envelope[E] = read_data(record, read_attributes(record), type(event))
    return envelope


@dataclass(slots=True)
class RecordingBroker:
    """Remembers what was sent; `fail` makes the next sends raise, `hold` makes them wait."""

    sent: list[OutgoingRecord] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    fail: Exception | None = None
    hold: asyncio.Event | None = None

    async def send(self, records: Sequence[OutgoingRecord]) -> None:
        if self.hold is not None:
            await self.hold.wait()
        if self.fail is not None:
            raise self.fail
        self.sent += records
        self.batches.append(len(records))

    @property
    def ids(self) -> list[str]:
        return [record.headers["ce_id"] for record in self.sent]


def payment_failed(payment_id: UUID | None = None, *, reason: str = "expired") -> PaymentFailed:
    """Return an event of a fact topic."""
    return PaymentFailed(payment_id=payment_id or new_id(), purpose="top_up", reference_id=new_id(), reason=reason)


def balance_depleted(environment_id: UUID, *, balance_micros: int = 0) -> BalanceDepleted:
    """Return an event of a state topic."""
    state = AccountState(environment_id=environment_id, plan="basic", depleted=True)
    return BalanceDepleted(state=state, balance_micros=balance_micros)
