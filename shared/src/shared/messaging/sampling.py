"""Samples what lies in the service's database for the metrics: outbox, jobs, dead letters, size, and the service's own.

Each worker does it every fifteen seconds, whoever leads the relay and however often metrics are asked for: a few cheap
queries on a connection of the pool. A sample that fails leaves the old figures, and how old they are is told by
`platform_sampled_timestamp_seconds`; the next one is made as if nothing had been.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from shared.database.failures import DATABASE_DOWN, count_failure
from shared.database.queries import beside
from shared.observability import metrics

_queries = beside(__file__)
_log = structlog.get_logger(__name__)
_PATIENCE = 10.0

Sample = Callable[[], Awaitable[None]]
"""Reads figures and sets gauges."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampler:
    """`kinds` and `groups` are shown as zero while nothing of them is there; `own` are the service's samples."""

    pool: Any
    service: str
    every: float
    kinds: Sequence[str]
    groups: Sequence[str]
    own: Sequence[Sample] = ()

    async def run(self) -> None:
        """Sample until cancelled."""
        while True:
            try:
                async with asyncio.timeout(_PATIENCE):
                    await self.sample()
            except DATABASE_DOWN as error:
                _log.warning("not_sampled", error=repr(error))
                count_failure(error)
            await asyncio.sleep(self.every)

    async def sample(self) -> None:
        """Sample once."""
        await self._sample_outbox()
        await self._sample_jobs()
        await self._sample_dead_letters()
        metrics.DATABASE_BYTES.labels(service=self.service).set(await _queries.sample_size(self.pool))
        for sample in self.own:
            await sample()
        metrics.SAMPLED_AT.labels(service=self.service).set(time.time())

    async def _sample_outbox(self) -> None:
        row = await _queries.sample_outbox(self.pool)
        metrics.OUTBOX_ROWS.labels(service=self.service).set(row["rows"])
        metrics.OUTBOX_OLDEST.labels(service=self.service).set(row["oldest_seconds"])

    async def _sample_jobs(self) -> None:
        seen = {row["kind"]: row async for row in _queries.sample_jobs(self.pool)}
        for kind in self.kinds:
            row = seen.get(kind)
            metrics.JOBS_WAITING.labels(service=self.service, kind=kind).set(row["rows"] if row else 0)
            oldest = max(row["oldest_seconds"], 0) if row else 0
            metrics.JOBS_OLDEST.labels(service=self.service, kind=kind).set(oldest)

    async def _sample_dead_letters(self) -> None:
        seen = {row["consumer"]: row["rows"] async for row in _queries.sample_dead_letters(self.pool)}
        for group in self.groups:
            metrics.DEAD_LETTERS_OPEN.labels(consumer=group).set(seen.get(group, 0))
