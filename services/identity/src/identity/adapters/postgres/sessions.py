"""Sessions and their refresh tokens in PostgreSQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from identity.domain.session import Origin, RefreshToken, Session

_queries = beside(__file__)


class PostgresSessions:
    """The sessions as the open transaction sees them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def add(self, session: Session) -> None:
        await _queries.insert_session(
            self._connection,
            id=session.id,
            user_id=session.user_id,
            environment_id=session.environment_id,
            created_at=session.created_at,
            expires_at=session.expires_at,
            client=session.origin.client,
            device=session.origin.device,
        )

    async def note_use(self, session: Session, origin: Origin, *, now: datetime) -> None:
        """Store when and from where the session was used last."""
        await _queries.note_use(
            self._connection, id=session.id, client=origin.client, device=origin.device, used_at=now
        )

    async def add_token(self, token: RefreshToken) -> None:
        await _queries.insert_refresh_token(
            self._connection,
            token_hash=token.token_hash,
            session_id=token.session_id,
            expires_at=token.expires_at,
        )

    async def lock_by_token(self, token_hash: bytes) -> tuple[Session, RefreshToken] | None:
        row = await _queries.lock_session_by_token(self._connection, token_hash=token_hash)
        if row is None:
            return None
        session = Session(
            id=row["id"],
            user_id=row["user_id"],
            environment_id=row["environment_id"],
            created_at=row["created_at"],
            expires_at=row["expires_at"],
            ended_at=row["ended_at"],
        )
        token = RefreshToken(
            token_hash=token_hash,
            session_id=row["id"],
            expires_at=row["token_expires_at"],
            used_at=row["token_used_at"],
        )
        return session, token

    async def mark_token_used(self, token: RefreshToken, *, now: datetime) -> None:
        await _queries.mark_token_used(self._connection, token_hash=token.token_hash, used_at=now)

    async def end(self, session_id: UUID, *, now: datetime) -> None:
        await _queries.end_session(self._connection, id=session_id, ended_at=now)

    async def end_of(self, user_id: UUID, session_id: UUID, *, now: datetime) -> bool:
        """End a session of the user; tell whether they had such a one that had not ended."""
        return bool(await _queries.end_session_of(self._connection, id=session_id, user_id=user_id, ended_at=now))

    async def end_others_of(self, user_id: UUID, kept: UUID, *, now: datetime) -> None:
        await _queries.end_other_sessions_of(self._connection, user_id=user_id, kept=kept, ended_at=now)

    async def end_all_of(self, user_id: UUID, *, now: datetime) -> None:
        await _queries.end_sessions_of(self._connection, user_id=user_id, ended_at=now)
