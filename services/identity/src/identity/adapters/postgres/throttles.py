"""Counts attempts in PostgreSQL, outside any transaction: a refused attempt must be remembered too.

Subjects (addresses, network addresses) are personal data: only their hash is kept.
"""

import hashlib
from datetime import timedelta
from typing import Any

from shared.database.queries import beside

from identity.domain.throttle import Limit, Verdict

_queries = beside(__file__)


def _subject(limit: Limit, of: str) -> bytes:
    return hashlib.sha256(f"{limit.name}\0{of}".encode()).digest()


class PostgresThrottle:
    """One counter per limit and subject, shared by all processes."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def attempt(self, limit: Limit, of: str) -> Verdict:
        """Count an attempt and tell whether it is within the limit."""
        seconds = limit.window.total_seconds()
        row = await _queries.count_attempt(self._pool, subject=_subject(limit, of), seconds=seconds)
        left = timedelta(seconds=max(row["seconds_left"], 1.0))
        return Verdict(allowed=row["attempts"] <= limit.attempts, retry_after=left)

    async def forgive(self, limit: Limit, of: str) -> None:
        """Take one attempt back: it was a good one."""
        await _queries.forgive_attempt(self._pool, subject=_subject(limit, of))

    async def forget(self, limit: Limit, of: str) -> None:
        """Start counting anew for this subject."""
        await _queries.forget_attempts(self._pool, subject=_subject(limit, of))
