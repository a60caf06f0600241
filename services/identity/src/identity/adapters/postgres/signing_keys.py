"""The keys that sign tokens, in PostgreSQL; their private halves are sealed before they come here."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from shared.database.queries import beside

from identity.application.ports import StoredSigningKey
from identity.domain.signing_key import KeyState

_queries = beside(__file__)


class PostgresSigningKeys:
    """The signing keys as the open transaction sees them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def lock(self) -> None:
        await _queries.lock_signing_keys(self._connection)

    async def list_all(self) -> list[StoredSigningKey]:
        rows = _queries.list_signing_keys(self._connection)
        return [StoredSigningKey(**{**row, "state": KeyState(row["state"])}) async for row in rows]

    async def add(self, key: StoredSigningKey) -> None:
        await _queries.insert_signing_key(
            self._connection,
            kid=key.kid,
            state=key.state,
            since=key.since,
            public_key=dict(key.public_key),
            sealed_private_key=key.sealed_private_key,
        )

    async def set_state(self, kid: str, state: KeyState, *, now: datetime) -> None:
        await _queries.set_signing_key_state(self._connection, kid=kid, state=state, since=now)

    async def remove(self, kids: Sequence[str]) -> None:
        await _queries.delete_signing_keys(self._connection, kids=list(kids))
