"""Billing's copy of identity's environments, users and connection keys, and what follows for a caller."""

from typing import Any
from uuid import UUID

from shared.database.queries import beside

from billing.application.ports import UserRow
from billing.domain.rights import Caller, Rights

_queries = beside(__file__)


class PostgresDirectory:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def put_environment(self, environment_id: UUID, *, parent_id: UUID | None, version: int) -> None:
        await _queries.put_environment(self._connection, id=environment_id, parent_id=parent_id, version=version)

    async def put_user(self, user: UserRow, *, version: int) -> None:
        await _queries.put_user(
            self._connection,
            id=user.id,
            environment_id=user.environment_id,
            role=user.role,
            status=user.status,
            version=version,
        )

    async def put_key(self, key_id: UUID, *, environment_id: UUID, status: str, version: int) -> None:
        await _queries.put_key(
            self._connection, id=key_id, environment_id=environment_id, status=status, version=version
        )


class PostgresCallerRights:
    """Reads through the pool: one query per request."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def find(self, caller: Caller) -> Rights:
        row = await _queries.find_rights(
            self._pool,
            environment_id=caller.environment_id,
            user_id=caller.user_id,
            key_id=caller.connection_key_id,
        )
        return Rights(**row)
