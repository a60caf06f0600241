"""The projections of identity's and billing's facts in PostgreSQL; what is older than what is known is ignored."""

from typing import Any
from uuid import UUID

from shared.contracts.billing import AccountState
from shared.contracts.identity import ConnectionKeyState, EnvironmentState, UserState
from shared.database.queries import beside

from organizations.application.ports import DirectoryUser

_queries = beside(__file__)


class PostgresDirectory:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def lock_user(self, user_id: UUID) -> DirectoryUser | None:
        row = await _queries.lock_user(self._connection, id=user_id)
        if row is None:
            return None
        return DirectoryUser(id=row["id"], environment_id=row["environment_id"], status=row["status"])

    async def put_environment(self, state: EnvironmentState, sequence: int) -> None:
        await _queries.put_environment(
            self._connection,
            id=state.id,
            parent_id=state.parent_id,
            mode=state.mode,
            kind=state.kind,
            sequence=sequence,
        )

    async def put_user(self, state: UserState, sequence: int) -> bool:
        is_gone = state.status == "removed"
        stored = await _queries.put_user(
            self._connection,
            id=state.id,
            environment_id=state.environment_id,
            role=state.role,
            status=state.status,
            first_name="" if is_gone else _storable(state.first_name),
            last_name="" if is_gone else _storable(state.last_name),
            sequence=sequence,
        )
        return bool(stored)

    async def put_connection_key(self, state: ConnectionKeyState, sequence: int) -> None:
        await _queries.put_connection_key(
            self._connection,
            id=state.id,
            organization_id=state.organization_id,
            status=state.status,
            sequence=sequence,
        )

    async def put_account(self, state: AccountState, sequence: int) -> None:
        await _queries.put_account(
            self._connection,
            environment_id=state.environment_id,
            plan=state.plan,
            depleted=state.depleted,
            sequence=sequence,
        )


def _storable(name: str) -> str:
    """Leave out the one character that PostgreSQL cannot store in text."""
    return name.replace("\x00", "")
