"""Durable work of one service: validation, transmission, mail, webhooks - whatever takes long or talks to the outside.

A job commits with the transaction that wants it. Workers claim due jobs with SKIP LOCKED and a lease, run them outside
any transaction and delete them; a crashed worker's jobs come back when the lease ends. So a handler runs at least once
and must tolerate running twice. Jobs of one `lane` run one after the other, oldest first. A failed job waits as its
kind's `retries` say; after the last one, or at once for an error that will not pass, `on_exhausted` is told why.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from opentelemetry.propagate import inject

from shared.database.queries import beside

_queries = beside(__file__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A claimed job. `attempt` counts from 1."""

    id: int
    kind: str
    lane: str | None
    payload: Mapping[str, Any]
    headers: Mapping[str, str]
    attempt: int
    created_at: datetime


class RetryLater(Exception):
    """Raised by a handler to be called again after `delay`, whatever the schedule says (webhooks' Retry-After)."""

    def __init__(self, delay: timedelta, reason: str) -> None:
        super().__init__(reason)
        self.delay = delay


async def _forget(_job: Job, _reason: str) -> None:
    """Give up silently: for work whose loss is visible elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobKind:
    """How one kind of job is run. `deadline` bounds one attempt; `concurrency` bounds one worker process."""

    name: str
    run: Callable[[Job], Awaitable[None]]
    deadline: timedelta = timedelta(seconds=30)
    retries: Sequence[timedelta] = (timedelta(seconds=1), timedelta(seconds=10), timedelta(minutes=1))
    concurrency: int = 16
    on_exhausted: Callable[[Job, str], Awaitable[None]] = _forget


class JobWriter:
    """Collects a transaction's jobs; `flush` writes them in one statement."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, str | None, dict[str, Any], dict[str, str], float]] = []

    def add(self, kind: str, payload: Mapping[str, Any], *, lane: str | None, delay: timedelta | None) -> None:
        """Add a job. `payload` is JSON: ids as strings, never the content of a document."""
        headers: dict[str, str] = {}
        inject(headers)
        self._rows.append((kind, lane, dict(payload), headers, delay.total_seconds() if delay else 0.0))

    async def flush(self, connection: Any) -> None:
        if not self._rows:
            return
        kinds, lanes, payloads, headers, delays = (list(column) for column in zip(*self._rows, strict=True))
        await _queries.insert_jobs(
            connection, kinds=kinds, lanes=lanes, payloads=payloads, headers=headers, delays=delays
        )
        self._rows.clear()
