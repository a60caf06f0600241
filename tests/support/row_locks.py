"""Makes concurrent requests really overlap: a row is held until all of them wait for it, then all go on at once."""

import asyncio
from collections.abc import Awaitable
from typing import Any
from uuid import UUID

_WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
_PATIENCE_SECONDS = 10.0


async def overlapping(pool: Any, table: str, row_id: UUID | str, *calls: Awaitable[Any]) -> list[Any]:
    """Start `calls` while the row is locked, release it when every one of them waits, and return what they return.

    Calls that do not lock the row first wait where they write it: by then they have all decided on what they read.
    """
    async with pool.acquire() as connection:
        async with connection.transaction():
            lock = f"select from {table} where id = $1 for update"
            await connection.execute(lock, UUID(str(row_id)))
            running = [asyncio.ensure_future(call) for call in calls]
            async with asyncio.timeout(_PATIENCE_SECONDS):
                while await pool.fetchval(_WAITING) < len(running):  # noqa: ASYNC110 - the database tells nobody
                    await asyncio.sleep(0.01)
        return list(await asyncio.gather(*running))
