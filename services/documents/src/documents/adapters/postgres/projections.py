"""Writes what other services announced; an older version than the one that is there changes nothing."""

from typing import Any
from uuid import UUID

from shared.database.queries import beside

from documents.application.values import OrganizationProjection

_queries = beside(__file__)


class PostgresProjections:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def put_organization(self, organization: OrganizationProjection, *, sequence: int) -> None:
        newer = await _queries.put_organization(
            self._connection,
            id=organization.id,
            environment_id=organization.environment_id,
            mode=organization.mode,
            status=organization.status,
            document_types=list(organization.document_types),
            sequence=sequence,
        )
        if newer:
            await _queries.put_parties(
                self._connection,
                organization_id=organization.id,
                parties=list(organization.parties),
                receiving=list(organization.parties.values()),
            )

    async def put_membership(
        self,
        *,
        id: UUID,  # noqa: A002
        organization_id: UUID,
        user_id: UUID,
        level: str,
        status: str,
        sequence: int,
    ) -> None:
        await _queries.put_membership(
            self._connection,
            id=id,
            organization_id=organization_id,
            user_id=user_id,
            level=level,
            status=status,
            sequence=sequence,
        )

    async def put_user(self, *, id: UUID, environment_id: UUID, role: str, status: str, sequence: int) -> None:  # noqa: A002
        await _queries.put_user(
            self._connection, id=id, environment_id=environment_id, role=role, status=status, sequence=sequence
        )

    async def put_key(
        self,
        *,
        id: UUID,  # noqa: A002
        environment_id: UUID,
        organization_id: UUID,
        created_by: UUID,
        mode: str,
        status: str,
        sequence: int,
    ) -> None:
        await _queries.put_key(
            self._connection,
            id=id,
            environment_id=environment_id,
            organization_id=organization_id,
            created_by=created_by,
            mode=mode,
            status=status,
            sequence=sequence,
        )

    async def put_account(self, *, environment_id: UUID, plan: str, depleted: bool, sequence: int) -> None:
        await _queries.put_account(
            self._connection, environment_id=environment_id, plan=plan, depleted=depleted, sequence=sequence
        )
