"""The audit log in PostgreSQL, which refuses changes of it (migration 0006)."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from identity.domain.audit import Action, AuditEntry

_queries = beside(__file__)


class PostgresAuditLog:
    """Adds entries in the open transaction."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def add(self, entry: AuditEntry) -> None:
        await _queries.insert_entry(
            self._connection,
            id=entry.id,
            environment_id=entry.environment_id,
            at=entry.at,
            actor_id=entry.actor_id,
            action=entry.action,
            subject_id=entry.subject_id,
            client=entry.client,
            reason=entry.reason,
            details=dict(entry.details),
        )


class PostgresAuditViews:
    """Reads entries that are committed."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def list_entries(
        self, environment_id: UUID, *, subject_id: UUID | None, before: UUID | None, limit: int
    ) -> list[AuditEntry]:
        rows = _queries.list_entries(
            self._pool, environment_id=environment_id, subject_id=subject_id, before=before, limit=limit
        )
        return [_entry(row) async for row in rows]


def _entry(row: Mapping[str, Any]) -> AuditEntry:
    return AuditEntry(**{**row, "action": Action(row["action"])})
