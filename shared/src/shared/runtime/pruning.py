"""Forgets what protects nothing any more, once an hour in every worker.

Inbox claims go a week after their topic can no longer deliver the event; those of state topics stay, because a
compacted topic delivers its last event per key for ever. Idempotency keys go when they expire, workers that left their
groups after an hour. A failure is retried an hour later: nothing depends on the pruning but the size of the tables.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import structlog

from shared.clock import utc_now
from shared.database.failures import DATABASE_DOWN
from shared.http import idempotency
from shared.messaging import inbox, lag
from shared.messaging.consumer import EventConsumer

_log = structlog.get_logger(__name__)
_EVERY = timedelta(hours=1)
_MARGIN = timedelta(days=7)


async def prune(pool: Any, consumers: Sequence[EventConsumer[Any]]) -> None:
    """Delete inbox claims, idempotency keys and members of groups that are no longer needed."""
    for consumer in consumers:
        retention = consumer.topic.retention
        if retention is not None:
            await inbox.prune(pool, before=utc_now() - retention - _MARGIN, consumers=[consumer.group])
    await idempotency.prune(pool)
    await lag.queries.forget_members(pool, before=utc_now() - _EVERY)


async def prune_for_ever(pool: Any, consumers: Sequence[EventConsumer[Any]]) -> None:
    """Prune now and every hour, until cancelled."""
    while True:
        try:
            await prune(pool, consumers)
        except DATABASE_DOWN as error:
            _log.warning("pruning_failed", error=repr(error))
        await asyncio.sleep(_EVERY.total_seconds())
