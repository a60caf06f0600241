"""Measures how far a consumer is behind, for metrics and for readiness.

The figures go to the metrics of the worker and to `consumer_progress`, where the api process of the same service reads
them: it is ready only when the projections that it decides by are complete and fresh.
"""

import asyncio
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import structlog

from shared.database.failures import DATABASE_DOWN
from shared.database.queries import beside
from shared.messaging.consumer import EventConsumer
from shared.observability.metrics import LAG_RECORDS, LAG_SECONDS

_queries = beside(__file__)
_log = structlog.get_logger(__name__)
_EVERY = 1.0
_PATIENCE = 5.0
_MARKS = 3600


@dataclass(slots=True)
class Progress:
    """What a worker knows of one consumer. It is complete once it has been at the end of its topic."""

    consumer: EventConsumer[Any]
    subscriber: Any
    complete: bool = False
    records: int = 0
    seconds: float = 0.0
    assigned: bool = False
    marks: deque[tuple[float, int]] = field(default_factory=deque)
    """When the ends of the partitions were seen to lie beyond what was applied, oldest first."""

    async def measure(self) -> None:
        """Compare what was fetched and applied with the ends of the assigned partitions."""
        kafka = getattr(self.subscriber, "consumer", None)
        if kafka is None:
            self.assigned = False
            return
        partitions = list(kafka.assignment())
        if self.assigned != bool(partitions):
            self.marks.clear()
        self.assigned = bool(partitions)
        if not partitions:
            return
        async with asyncio.timeout(_PATIENCE):
            ends = await kafka.end_offsets(partitions)
            fetched = sum([await kafka.position(partition) for partition in partitions])
        end = sum(ends.values())
        applied = fetched - self.consumer.in_hand
        self.records = max(end - applied, 0)
        self.seconds = self._age(time.monotonic(), end, applied)
        self.complete = self.complete or self.records == 0

    def _age(self, now: float, end: int, applied: int) -> float:
        """Return since when something waits. Under steady load there is always something, but never the same."""
        while self.marks and self.marks[0][1] <= applied:
            self.marks.popleft()
        if end > applied and len(self.marks) < _MARKS:
            self.marks.append((now, end))
        return now - self.marks[0][0] if self.marks else 0.0


class LagMonitor:
    """Measures every consumer of a worker once a second, until cancelled."""

    def __init__(self, pool: Any, progress: list[Progress]) -> None:
        self._pool = pool
        self._progress = progress

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
            LAG_SECONDS.labels(consumer=group).set(progress.seconds)
        known = [progress for progress in self._progress if progress.complete and progress.assigned]
        if known:
            await _queries.save_progress(
                self._pool,
                consumers=[progress.consumer.group for progress in known],
                records=[progress.records for progress in known],
                seconds=[progress.seconds for progress in known],
            )


async def stale_projections(pool: Any, consumers: list[str], max_seconds: float) -> list[str]:
    """Return which of `consumers` no worker has reported fresh within `max_seconds`; for the api's readiness."""
    rows = {row["consumer"]: row async for row in _queries.read_progress(pool, consumers=consumers)}
    return [
        name
        for name in consumers
        if name not in rows or rows[name]["age_seconds"] + rows[name]["lag_seconds"] > max_seconds
    ]
