"""Memberships in PostgreSQL. A row is locked when it is read, so that versions and events keep one order."""

from typing import Any
from uuid import UUID

from shared.database.queries import beside

from organizations.domain.membership import Level, Membership, MembershipStatus

_queries = beside(__file__)


class PostgresMemberships:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def find(self, organization_id: UUID, user_id: UUID) -> Membership | None:
        row = await _queries.find_membership(self._connection, organization_id=organization_id, user_id=user_id)
        return _membership(row) if row else None

    async def lock_of_user(self, user_id: UUID) -> list[Membership]:
        rows = _queries.lock_memberships_of_user(self._connection, user_id=user_id)
        return [_membership(row) async for row in rows]

    async def count_other_administrators(self, organization_id: UUID, user_id: UUID) -> int:
        return int(
            await _queries.count_other_administrators(
                self._connection, organization_id=organization_id, user_id=user_id
            )
        )

    async def add(self, membership: Membership) -> None:
        await _queries.insert_membership(
            self._connection,
            id=membership.id,
            organization_id=membership.organization_id,
            environment_id=membership.environment_id,
            user_id=membership.user_id,
            level=membership.level,
            status=membership.status,
            version=membership.version,
            created_at=membership.created_at,
        )

    async def save(self, membership: Membership) -> None:
        await _queries.update_membership(
            self._connection,
            id=membership.id,
            level=membership.level,
            status=membership.status,
            version=membership.version,
        )


def _membership(row: Any) -> Membership:
    return Membership(
        id=row["id"],
        organization_id=row["organization_id"],
        environment_id=row["environment_id"],
        user_id=row["user_id"],
        level=Level(row["level"]),
        status=MembershipStatus(row["status"]),
        version=row["version"],
        created_at=row["created_at"],
    )
