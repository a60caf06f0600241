"""Writes events beside the business rows, in the same transaction: either both commit or neither does.

An event is published by no other path. The row holds what Kafka will get: the topic, the key, the CloudEvents headers
(binary mode) with the trace context of the moment, and the data as JSON. Rows of one aggregate are ordered because
handlers lock the aggregate before they publish (docs/architecture.md, "Ordering").
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from opentelemetry.propagate import inject

from shared.contracts.event import Event
from shared.database.queries import beside
from shared.ids import new_id

queries = beside(__file__)
MAX_BYTES = 900_000
"""What fits into a record of Kafka (1 MiB with headers), uncompressed. A larger row could never leave the outbox."""


OutboxRow = tuple[str, str, dict[str, str], bytes]
"""Topic, key, headers and payload."""


class EventTooLarge(ValueError):
    """The event's data is larger than a record may be: leave out what a consumer can ask for."""


class OutboxWriter:
    """Collects a transaction's events; `flush` writes them in the order in which they were added."""

    def __init__(self, *, source: str) -> None:
        self._source = source
        self._rows: list[OutboxRow] = []

    def add(
        self,
        event: Event,
        *,
        subject: UUID,
        environment: UUID,
        sequence: int,
        key: str | None,
        occurred_at: datetime,
        traceparent: str | None = None,
    ) -> UUID:
        """Add one event about aggregate `subject` at version `sequence`; the key defaults to the subject.

        It belongs to the current trace, or to that of `traceparent` (W3C Trace Context).
        """
        event_id = new_id()
        headers = {
            "ce_specversion": "1.0",
            "ce_id": str(event_id),
            "ce_type": event.type,
            "ce_source": f"/{self._source}",
            "ce_subject": str(subject),
            "ce_time": occurred_at.isoformat(),
            "ce_environment": str(environment),
            "ce_sequence": str(sequence),
            "content-type": "application/json",
        }
        if traceparent:
            headers["traceparent"] = traceparent
        else:
            inject(headers)
        payload = event.model_dump_json().encode()
        if len(payload) > MAX_BYTES:
            raise EventTooLarge(f"{event.type} has {len(payload):,} bytes, {MAX_BYTES:,} are allowed")
        self._rows.append((event.topic.name, key or str(subject), headers, payload))
        return event_id

    def take(self) -> list[OutboxRow]:
        """Hand over what was added, for an adapter that writes it in a statement of its own (a hot path)."""
        rows, self._rows = self._rows, []
        return rows

    async def flush(self, connection: Any) -> None:
        if not self._rows:
            return
        topics, keys, headers, payloads = (list(column) for column in zip(*self._rows, strict=True))
        await queries.insert_outbox(connection, topics=topics, keys=keys, headers=headers, payloads=payloads)
        self._rows.clear()
