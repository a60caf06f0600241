"""Deletes what has served its time: links, sessions, counters."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from shared.database.queries import beside

_links = beside(__file__, "links.sql")
_sessions = beside(__file__, "sessions.sql")
_throttles = beside(__file__, "throttles.sql")
_users = beside(__file__, "users.sql")
_AT_ONCE = 1000
KEPT = timedelta(days=30)


class PostgresHousekeeping:
    """Expired rows stay a month, so that a used or expired link can still be told from an unknown one."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def prune(self, *, now: datetime) -> None:
        before = now - KEPT
        await _links.prune_links(self._pool, before=before)
        await _sessions.prune_refresh_tokens(self._pool, before=before)
        await _sessions.prune_sessions(self._pool, before=before)
        await _throttles.prune_throttles(self._pool)

    async def list_stale_addresses(self, *, now: datetime) -> list[tuple[UUID, str]]:
        rows = _users.list_stale_addresses(self._pool, before=now, limit=_AT_ONCE)
        return [(row["user_id"], row["address"]) async for row in rows]
