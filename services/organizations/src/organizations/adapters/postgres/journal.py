"""Audit entries, dismissed prompts and announced misses in PostgreSQL."""

import hashlib
from collections.abc import Collection
from typing import Any
from uuid import UUID

from shared.database.queries import beside
from shared.ids import new_id

from organizations.application.ports import AuditEntry

_queries = beside(__file__)


class PostgresJournal:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def record_audit(self, entry: AuditEntry) -> None:
        await _queries.insert_audit_entry(
            self._connection,
            id=new_id(),
            actor_id=entry.actor_id,
            action=entry.action,
            organization_id=entry.organization_id,
            activation_id=entry.activation_id,
            reason=entry.reason,
        )

    async def dismiss_prompts(self, user_id: UUID, organization_ids: Collection[UUID]) -> None:
        await _queries.insert_dismissals(self._connection, user_id=user_id, organization_ids=list(organization_ids))

    async def note_missed_lookup(self, environment_id: UUID, query: str) -> UUID | None:
        await _queries.forget_missed_lookups(self._connection)
        query_hash = hashlib.sha256(query.encode()).digest()
        claimed = await _queries.claim_missed_lookup(
            self._connection, environment_id=environment_id, query_hash=query_hash
        )
        return new_id() if claimed else None
