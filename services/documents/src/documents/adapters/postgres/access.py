"""Reads a caller's standing from the projections, in one query and without a transaction."""

from typing import Any
from uuid import UUID

from shared.database.queries import beside

from documents.application.values import Caller, Standing

_queries = beside(__file__)


class PostgresRights:
    def __init__(self, pool: Any) -> None:
        self._pool = pool

    async def find_standing(self, caller: Caller, party: str) -> Standing:
        row = await _queries.find_standing(
            self._pool, subject=caller.subject, key=caller.key, environment=caller.environment, party=party
        )
        return Standing(
            key_status=row["key_status"],
            key_organization_id=row["key_organization_id"],
            user_status=row["user_status"],
            user_role=row["user_role"],
            organization_id=row["organization_id"],
            environment_id=row["environment_id"],
            mode=row["mode"] or "live",
            organization_status=row["organization_status"],
            parties=tuple(row["parties"] or ()),
            member=bool(row["member"]),
            plan=row["plan"],
            depleted=row["depleted"],
        )

    async def find_caller(self, caller: Caller) -> Standing:
        row = await _queries.find_caller(
            self._pool, subject=caller.subject, key=caller.key, environment=caller.environment
        )
        return Standing(
            key_status=row["key_status"],
            key_organization_id=row["key_organization_id"],
            user_status=row["user_status"],
            user_role=row["user_role"],
        )

    async def is_member(self, caller: Caller, organization_id: UUID) -> bool:
        found = await _queries.is_member(
            self._pool, subject=caller.subject, key=caller.key, organization_id=organization_id
        )
        return bool(found)
