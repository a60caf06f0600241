"""Registrations that wait for a click, in PostgreSQL."""

from datetime import datetime
from typing import Any

from shared.database.queries import beside

from identity.domain.registration import Registration

_queries = beside(__file__)


class PostgresRegistrations:
    """The registrations as the open transaction sees them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def put(self, registration: Registration, *, token_hash: bytes, now: datetime) -> None:
        """Keep the registration in place of an older open one of the same address."""
        await _queries.put_registration(
            self._connection,
            id=registration.id,
            address=registration.address,
            token_hash=token_hash,
            locale=registration.locale,
            created_at=now,
            expires_at=registration.expires_at,
        )

    async def find(self, token_hash: bytes) -> Registration | None:
        row = await _queries.find_registration(self._connection, token_hash=token_hash)
        return Registration(**row) if row else None

    async def lock(self, token_hash: bytes) -> Registration | None:
        row = await _queries.lock_registration(self._connection, token_hash=token_hash)
        return Registration(**row) if row else None

    async def mark_used(self, registration: Registration, *, now: datetime) -> None:
        await _queries.mark_registration_used(self._connection, id=registration.id, used_at=now)
