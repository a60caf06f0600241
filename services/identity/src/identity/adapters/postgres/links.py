"""Links that wait for a click, in PostgreSQL."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from shared.database.queries import beside

from identity.domain.link import Link, Purpose

_queries = beside(__file__)


class PostgresLinks:
    """The links as the open transaction sees them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def put(self, link: Link, *, token_hash: bytes, now: datetime) -> None:
        """Keep the link in place of an older open one of the same purpose and address."""
        await _queries.put_link(
            self._connection,
            id=link.id,
            purpose=link.purpose,
            address=link.address,
            user_id=link.user_id,
            token_hash=token_hash,
            locale=link.locale,
            created_at=now,
            expires_at=link.expires_at,
        )

    async def find(self, token_hash: bytes, purposes: frozenset[Purpose]) -> Link | None:
        return _link(await _queries.find_link(self._connection, token_hash=token_hash, purposes=sorted(purposes)))

    async def lock(self, token_hash: bytes, purposes: frozenset[Purpose]) -> Link | None:
        return _link(await _queries.lock_link(self._connection, token_hash=token_hash, purposes=sorted(purposes)))

    async def mark_used(self, link: Link, *, now: datetime) -> None:
        await _queries.mark_link_used(self._connection, id=link.id, used_at=now)


def _link(row: Mapping[str, Any] | None) -> Link | None:
    return None if row is None else Link(**{**row, "purpose": Purpose(row["purpose"])})
