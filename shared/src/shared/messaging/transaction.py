"""An open database transaction with the two things that may leave it: events and jobs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.clock import Clock, SystemClock
from shared.contracts.event import Event
from shared.messaging.jobs import JobWriter
from shared.messaging.outbox import OutboxWriter


@dataclass(slots=True, kw_only=True)
class Transaction:
    """Adapters read and write through `connection`; handlers `publish` and `enqueue`; `flush` comes before COMMIT.

    `before_commit` is for handlers that collect over a batch what they write at once; it may still publish and enqueue.
    `after_commit` is for what counts only things that happened; it must be quick and not fail.
    """

    connection: Any
    source: str
    clock: Clock = field(default_factory=SystemClock)
    before_commit: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    after_commit: list[Callable[[], None]] = field(default_factory=list)
    outbox: OutboxWriter = field(init=False)
    jobs: JobWriter = field(init=False)

    def __post_init__(self) -> None:
        self.outbox = OutboxWriter(source=self.source)
        self.jobs = JobWriter()

    def publish(
        self,
        event: Event,
        *,
        subject: UUID,
        environment: UUID,
        sequence: int = 1,
        key: str | None = None,
        traceparent: str | None = None,
    ) -> UUID:
        """Announce `event` about aggregate `subject` at version `sequence` on commit; return the event's id.

        `traceparent` is for what is written for a whole batch: the trace of the one event of it that led to this.
        """
        return self.outbox.add(
            event,
            subject=subject,
            environment=environment,
            sequence=sequence,
            key=key,
            occurred_at=self.clock.now(),
            traceparent=traceparent,
        )

    def enqueue(
        self, kind: str, payload: Mapping[str, Any], *, lane: str | None = None, delay: timedelta | None = None
    ) -> None:
        """Leave a job for the worker on commit. `payload` is JSON: ids as strings, never the content of a document."""
        self.jobs.add(kind, payload, lane=lane, delay=delay)

    async def flush(self) -> None:
        """Write what was collected: first the service's own rows, then events and jobs."""
        for write in self.before_commit:
            await write()
        await self.outbox.flush(self.connection)
        await self.jobs.flush(self.connection)

    def committed(self) -> None:
        """Tell those who waited for it that the transaction is committed."""
        for tell in self.after_commit:
            tell()
