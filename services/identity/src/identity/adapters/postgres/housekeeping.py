"""Deletes what has served its time: links, sessions, counters."""

from datetime import datetime, timedelta
from typing import Any

from shared.database.queries import beside

_links = beside(__file__, "links.sql")
_sessions = beside(__file__, "sessions.sql")
_throttles = beside(__file__, "throttles.sql")
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
