"""Measures how far a consumer is behind, for metrics and for readiness.

The figures go to the metrics of the worker and to `consumer_progress`, where the api process of the same service reads
them: it is ready only when the projections that it decides by are complete and fresh.
"""

import asyncio
import time
from dataclasses import dataclass
from typing import Any

import structlog

from shared.database.failures import DATABASE_DOWN
from shared.database.queries import beside
from shared.messaging.consumer import EventConsumer
from shared.observability.metrics import LAG_RECORDS, LAG_SECONDS

_queries = beside(__file__)
_log = structlog.get_logger(__name__)
_EVERY = 1.0


@dataclass(slots=True)
class Progress:
    """What a worker knows of one consumer. It is complete once it has been at the end of its topic."""

    consumer: EventConsumer[Any]
    subscriber: Any
    complete: bool = False
    records: int = 0
    seconds: float = 0.0
    assigned: bool = False
    behind_since: float | None = None

    async def measure(self) -> None:
        """Compare the committed offsets with the ends of the assigned partitions."""
        kafka = getattr(self.subscriber, "consumer", None)
        if kafka is None:
            self.assigned = False
            return
        partitions = list(kafka.assignment())
        self.assigned = bool(partitions)
        if not partitions:
            return
        ends = await kafka.end_offsets(partitions)
        behind = 0
        for partition, end in ends.items():
            committed = await kafka.committed(partition)
            behind += max(end - (committed or 0), 0) if end else 0
        self.records = behind
        now = time.monotonic()
        self.behind_since = None if behind == 0 else (self.behind_since or now)
        self.seconds = 0.0 if self.behind_since is None else now - self.behind_since
        self.complete = self.complete or behind == 0


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
