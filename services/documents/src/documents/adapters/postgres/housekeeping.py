"""Time passing: documents leave the message bus, content whose archive time is over goes, partitions are made ahead.

Every worker may run this at the same time; what one does the others skip. A failing database only delays it.
"""

import asyncio
from typing import Any

import structlog
from shared.database.failures import DATABASE_DOWN
from shared.database.queries import beside

from documents.adapters.postgres.checks import PostgresScratch

_queries = beside(__file__)
_log = structlog.get_logger(__name__)
_BATCH = 500
_EVERY_SECONDS = 30.0
_ROUNDS_PER_CLEARING = 120
_MONTHS_AHEAD = 7 * 12 + 13


async def expire_due(pool: Any) -> int:
    """End the time on the message bus of what is due; return how many."""
    return len([row async for row in _queries.expire_inbound(pool, limit=_BATCH)])


async def clear(pool: Any) -> None:
    """Make partitions ahead and drop what is over."""
    await PostgresScratch(pool).sweep()
    made = await _queries.ensure_partitions(pool, months=_MONTHS_AHEAD)
    dropped = await _queries.drop_expired_content(pool)
    if made or dropped:
        _log.info("content_partitions_changed", made=made, dropped=dropped)


async def keep_house(pool: Any) -> None:
    """Run until cancelled, over failures of the database."""
    rounds = 0
    while True:
        try:
            if rounds % _ROUNDS_PER_CLEARING == 0:
                await clear(pool)
            rounds += 1
            while await expire_due(pool) == _BATCH:
                continue
        except DATABASE_DOWN as error:
            _log.warning("housekeeping_interrupted", error=repr(error))
        await asyncio.sleep(_EVERY_SECONDS)
