"""Measures how far a consumer is behind, for metrics and for readiness.

Each worker measures the partitions that are assigned to it. The figures go to its metrics and, a row per worker, to
`consumer_progress`, where the api process of the same service reads them: it is ready only when the projections that it
decides by are complete and fresh, in every partition. A worker that is up to date cannot hide one that is not.
"""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog

from shared.database.failures import DATABASE_DOWN
from shared.database.queries import beside
from shared.messaging.consumer import EventConsumer
from shared.observability.metrics import LAG_RECORDS, LAG_SECONDS, PARTITIONS

queries = beside(__file__)
_log = structlog.get_logger(__name__)
_EVERY = 1.0
_PATIENCE = 5.0
_MARKS = 3600


@dataclass(slots=True)
class Progress:
    """What a worker knows of one consumer.

    It is complete once it has been where its partitions ended when it got them; partitions that it had not before make
    it incomplete again.
    """

    consumer: EventConsumer[Any]
    subscriber: Any
    complete: bool = False
    records: int = 0
    seconds: float = 0.0
    partitions: frozenset[Any] = frozenset()
    known: frozenset[Any] = frozenset()
    goal: int | None = None
    marks: deque[tuple[float, int]] = field(default_factory=deque)
    """When the ends of the partitions were seen to lie beyond what was applied, oldest first."""
    fetched: int = 0
    moved_at: float = field(default_factory=time.monotonic)
    """When its client was last seen to do something, or to have nothing to do."""

    @property
    def assigned(self) -> bool:
        return bool(self.partitions)

    async def measure(self) -> None:
        """Compare what was fetched and applied with the ends of the assigned partitions."""
        kafka = getattr(self.subscriber, "consumer", None)
        self._take_over(frozenset(kafka.assignment()) if kafka is not None else frozenset())
        if kafka is None or not self.partitions:
            self.records, self.seconds, self.moved_at = 0, 0.0, time.monotonic()
            return
        if self.consumer.applying:
            self.moved_at = time.monotonic()
        async with asyncio.timeout(_PATIENCE):
            ends = await kafka.end_offsets(list(self.partitions))
            fetched = sum([await kafka.position(partition) for partition in self.partitions])
        end = sum(ends.values())
        applied = fetched - self.consumer.in_hand
        self.goal = end if self.goal is None else self.goal
        self.records = max(end - applied, 0)
        self.seconds = self._age(time.monotonic(), end, applied)
        self.complete = self.complete or applied >= self.goal
        if fetched != self.fetched or not self.records:
            self.fetched, self.moved_at = fetched, time.monotonic()

    def _take_over(self, partitions: frozenset[Any]) -> None:
        if partitions != self.partitions:
            self.marks.clear()  # they add up other partitions
            if self.partitions - partitions and not self.consumer.applying:
                self.consumer.in_hand, self.consumer.oldest_in_hand = 0, None  # what failed went with its partition
            self.goal = None
            self.partitions = partitions
        if partitions:
            self.complete = self.complete and partitions <= self.known
            self.known = partitions

    @property
    def age(self) -> float:
        """Return how old the oldest record is that waits. One in hand tells it itself, also after a restart."""
        oldest = self.consumer.oldest_in_hand
        return max(self.seconds, time.time() - oldest) if oldest is not None and self.records else self.seconds

    def _age(self, now: float, end: int, applied: int) -> float:
        """Return since when something waits. Under steady load there is always something, but never the same."""
        while self.marks and self.marks[0][1] <= applied:
            self.marks.popleft()
        if end > applied and len(self.marks) < _MARKS:
            self.marks.append((now, end))
        return now - self.marks[0][0] if self.marks else 0.0


class LagMonitor:
    """Measures every consumer of a worker once a second, until cancelled. `member` names the worker in its groups."""

    def __init__(self, pool: Any, progress: list[Progress], *, member: str) -> None:
        self._pool = pool
        self._progress = progress
        self._member = member

    @property
    def problems(self) -> list[str]:
        """Name the consumers that keep the worker from being ready."""
        return [
            f"{p.consumer.group}: {'stopped' if p.consumer.stopped else 'behind' if p.assigned else 'unassigned'}"
            for p in self._progress
            if p.consumer.stopped or not p.complete or not p.assigned
        ]

    async def run(self) -> None:
        while True:
            try:
                await asyncio.gather(*(progress.measure() for progress in self._progress))
                await self._report()
            except DATABASE_DOWN as error:
                _log.warning("lag_not_reported", error=repr(error))
            except Exception as error:  # noqa: BLE001 - Kafka's client raises its own families while it reconnects
                _log.warning("lag_not_measured", error=repr(error))
            await asyncio.sleep(_EVERY)

    async def _report(self) -> None:
        for progress in self._progress:
            group = progress.consumer.group
            LAG_RECORDS.labels(consumer=group).set(progress.records)
            LAG_SECONDS.labels(consumer=group).set(progress.age)
            PARTITIONS.labels(consumer=group).set(len(progress.partitions))
        known = [progress for progress in self._progress if progress.complete and progress.assigned]
        if known:
            await queries.save_progress(
                self._pool,
                consumers=[progress.consumer.group for progress in known],
                member=self._member,
                partitions=[len(progress.partitions) for progress in known],
                records=[progress.records for progress in known],
                seconds=[progress.seconds for progress in known],
            )


async def stale_projections(pool: Any, consumers: Sequence[EventConsumer[Any]], max_seconds: float) -> list[str]:
    """Return the groups whose workers do not, together, report every partition fresh; for the api's readiness."""
    groups = [consumer.group for consumer in consumers]
    rows = {row["consumer"]: row async for row in queries.read_progress(pool, consumers=groups, max_age=max_seconds)}
    return [
        consumer.group
        for consumer in consumers
        if consumer.group not in rows
        or rows[consumer.group]["partitions"] < consumer.topic.partitions
        or rows[consumer.group]["seconds"] > max_seconds
    ]
