"""The usage events that documents publishes, as rows of an outbox and as records of Kafka.

Guarantees: every event has ids of its own; they are written by the code that documents writes them with.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from shared.clock import utc_now
from shared.contracts.documents import ServiceRendered
from shared.ids import new_id
from shared.messaging.outbox import OutboxRow, OutboxWriter
from shared.messaging.relay import OutgoingRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A consumed record, as `shared.messaging` reads it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


def usage_rows(count: int, environments: Sequence[UUID]) -> list[OutboxRow]:
    """Make `count` rows of services rendered, the environments in turn."""
    writer = OutboxWriter(source="documents")
    now = utc_now()
    for number in range(count):
        environment = environments[number % len(environments)]
        event = ServiceRendered(
            service="send_einvoice",
            payer_environment=environment,
            organization_id=environment,
            document_id=new_id(),
            rendered_at=now,
        )
        writer.add(
            event,
            subject=event.document_id,
            environment=environment,
            sequence=1,
            key=str(environment),
            occurred_at=now,
        )
    return writer.take()


def outgoing(rows: Sequence[OutboxRow]) -> list[OutgoingRecord]:
    return [OutgoingRecord(*row) for row in rows]


def consumed(rows: Sequence[OutboxRow]) -> list[Record]:
    """Make the records that a consumer gets of these rows."""
    return [
        Record(
            topic=topic,
            partition=0,
            offset=offset,
            timestamp=0,
            key=key.encode(),
            value=payload,
            headers=[(name, value.encode()) for name, value in headers.items()],
        )
        for offset, (topic, key, headers, payload) in enumerate(rows)
    ]
