"""What identity knows of organizations and memberships, in PostgreSQL; an older version never replaces a newer one."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from identity.domain.projections import KnownMembership, KnownOrganization

_queries = beside(__file__)


class PostgresKnownOrganizations:
    """The projection of organizations' two state topics, as the open transaction sees it."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def put(self, organization: KnownOrganization, *, sequence: int) -> None:
        await _queries.put_organization(self._connection, **asdict(organization), sequence=sequence)

    async def find(self, organization_id: UUID) -> KnownOrganization | None:
        row = await _queries.find_organization(self._connection, id=organization_id)
        return KnownOrganization(**row) if row else None

    async def put_membership(self, membership: KnownMembership, *, sequence: int) -> None:
        await _queries.put_membership(self._connection, **asdict(membership), sequence=sequence)

    async def is_member(self, user_id: UUID, organization_id: UUID) -> bool:
        return bool(await _queries.is_member(self._connection, user_id=user_id, organization_id=organization_id))

    async def list_administrators(self, organization_id: UUID) -> list[UUID]:
        """Return the active users who administer the organization."""
        rows = _queries.list_organization_administrators(self._connection, organization_id=organization_id)
        return [row["id"] async for row in rows]

    async def list_environment_administrators(self, environment_id: UUID) -> list[UUID]:
        """Return the active administrators of the environment."""
        rows = _queries.list_environment_administrators(self._connection, environment_id=environment_id)
        return [row["id"] async for row in rows]
