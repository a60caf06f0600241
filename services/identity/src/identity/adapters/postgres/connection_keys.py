"""Connection keys in PostgreSQL."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from identity.domain.connection_key import ConnectionKey, KeyStatus
from identity.domain.environment import Mode

_queries = beside(__file__)


class PostgresConnectionKeys:
    """The connection keys as the open transaction sees them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def add(self, key: ConnectionKey) -> None:
        await _queries.insert_connection_key(self._connection, **{**asdict(key), "scopes": list(key.scopes)})

    async def lock(self, key_id: UUID, *, environment_id: UUID) -> ConnectionKey | None:
        row = await _queries.lock_connection_key(self._connection, id=key_id, environment_id=environment_id)
        return connection_key(row) if row else None

    async def lock_active(self, organization_id: UUID, *, created_by: UUID | None = None) -> list[ConnectionKey]:
        rows = _queries.lock_active_keys(self._connection, organization_id=organization_id, created_by=created_by)
        return [connection_key(row) async for row in rows]

    async def lock_active_of(self, created_by: UUID) -> list[ConnectionKey]:
        rows = _queries.lock_active_keys_of(self._connection, created_by=created_by)
        return [connection_key(row) async for row in rows]

    async def save(self, key: ConnectionKey) -> None:
        await _queries.update_connection_key(
            self._connection,
            id=key.id,
            status=key.status,
            revoked_at=key.revoked_at,
            replaced_by=key.replaced_by,
            ends_at=key.ends_at,
            version=key.version,
        )


def connection_key(row: Any) -> ConnectionKey:
    """Return the key that a row with all of its columns holds."""
    converted = {"scopes": tuple(row["scopes"]), "mode": Mode(row["mode"]), "status": KeyStatus(row["status"])}
    return ConnectionKey(**{**row, **converted})
