"""The read side in PostgreSQL: plain SQL into view dataclasses, without a transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from identity.adapters.postgres.connection_keys import connection_key
from identity.application.views import (
    ActorView,
    ConnectionKeyView,
    EnvironmentView,
    KeyHolderView,
    PictureView,
    ProfileView,
    RecipientView,
    SessionView,
    UserView,
)
from identity.domain.environment import Kind, Mode
from identity.domain.permissions import Role
from identity.domain.user import Status

_queries = beside(__file__)


class PostgresViews:
    """Answers questions about the committed state."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def find_actor(
        self, user_id: UUID, environment_id: UUID, *, session_id: UUID | None, connection_key_id: UUID | None
    ) -> ActorView | None:
        row = await _queries.find_actor(
            self._pool,
            user_id=user_id,
            environment_id=environment_id,
            session_id=session_id,
            connection_key_id=connection_key_id,
        )
        if row is None:
            return None
        return ActorView(
            user_id=row["user_id"],
            environment_id=row["environment_id"],
            role=Role(row["role"]),
            status=Status(row["status"]),
            mode=Mode(row["mode"]),
            lives=row["session_lives"] or row["key_lives"],
            session_id=session_id,
            only_organization=row["key_organization_id"],
        )

    async def find_profile(self, user_id: UUID) -> ProfileView | None:
        row = await _queries.find_profile(self._pool, user_id=user_id)
        if row is None:
            return None
        environment = EnvironmentView(
            id=row["environment_id"],
            name=row["environment_name"],
            domain=row["domain"],
            mode=Mode(row["mode"]),
            kind=Kind(row["kind"]),
        )
        return ProfileView(user=_user(row), phone=row["phone"], environment=environment)

    async def list_users(self, environment_id: UUID, *, after: UUID | None, limit: int) -> list[UserView]:
        rows = _queries.list_users(self._pool, environment_id=environment_id, after=after, limit=limit)
        return [_user(row) async for row in rows]

    async def find_user(self, user_id: UUID, *, environment_id: UUID) -> UserView | None:
        row = await _queries.find_user(self._pool, id=user_id, environment_id=environment_id)
        return _user(row) if row else None

    async def find_picture(self, user_id: UUID) -> PictureView | None:
        row = await _queries.find_picture(self._pool, user_id=user_id)
        return PictureView(**row) if row else None

    async def list_sessions(self, user_id: UUID, *, now: datetime) -> list[SessionView]:
        rows = _queries.list_sessions(self._pool, user_id=user_id, now=now)
        return [SessionView(**row) async for row in rows]

    async def find_recipient(self, user_id: UUID) -> RecipientView | None:
        row = await _queries.find_recipient(self._pool, user_id=user_id)
        return RecipientView(**row) if row else None

    async def list_connection_keys(
        self, environment_id: UUID, *, organization_id: UUID | None, after: UUID | None, limit: int
    ) -> list[ConnectionKeyView]:
        rows = _queries.list_connection_keys(
            self._pool, environment_id=environment_id, organization_id=organization_id, after=after, limit=limit
        )
        return [_key(row) async for row in rows]

    async def find_connection_key(self, key_id: UUID, *, environment_id: UUID) -> ConnectionKeyView | None:
        row = await _queries.find_connection_key(self._pool, id=key_id, environment_id=environment_id)
        return _key(row) if row else None

    async def find_key_holder(self, client_id: str) -> KeyHolderView | None:
        row = await _queries.find_key_by_client_id(self._pool, client_id=client_id)
        if row is None:
            return None
        columns = dict(row)
        creator_may = columns.pop("creator_may")
        return KeyHolderView(key=connection_key(columns), creator_may=creator_may)

    async def note_use(self, key_id: UUID) -> None:
        await _queries.touch_connection_key(self._pool, id=key_id)


def _user(row: Mapping[str, Any]) -> UserView:
    return UserView(
        id=row["id"],
        email=row["email"],
        first_name=row["first_name"],
        last_name=row["last_name"],
        role=Role(row["role"]),
        relationship_manager=row["relationship_manager"],
        status=Status(row["status"]),
        locale=row["locale"],
        second_factor=row["second_factor"],
        created_at=row["created_at"],
    )


def _key(row: Mapping[str, Any]) -> ConnectionKeyView:
    return ConnectionKeyView(**{**row, "scopes": tuple(row["scopes"])})
