"""Organizations in PostgreSQL. Unique indexes decide who has a number: whoever comes second gets a domain error."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg
from shared.database.failures import violated_constraint
from shared.database.queries import beside

from organizations.domain.errors import CompanyAlreadyRegistered, OrganizationNotFound
from organizations.domain.organization import Address, Identifier, IdentifierStatus, Organization, Source, Status

_queries = beside(__file__)
_ONE_PER_NUMBER = {"one_live_organization_per_number", "one_organization_per_number_and_environment"}


def organization_from(row: Mapping[str, Any]) -> Organization:
    """Return the organization of a row that has its identifiers as JSON."""
    return Organization(
        id=row["id"],
        environment_id=row["environment_id"],
        mode=row["mode"],
        country=row["country"],
        name=row["name"],
        trade_names=tuple(row["trade_names"]),
        legal_form=row["legal_form"],
        address=Address(
            street=row["street"], postal_code=row["postal_code"], city=row["city"], country=row["address_country"]
        ),
        source=Source(row["source"]),
        status=Status(row["status"]),
        identifiers=tuple(_identifier(item) for item in row["identifiers"]),
        document_types=tuple(row["document_types"]),
        created_by=row["created_by"],
        created_at=row["created_at"],
        activated_at=row["activated_at"],
        version=row["version"],
    )


def _identifier(item: Mapping[str, Any]) -> Identifier:
    scheme, _, value = item["canonical"].partition(":")
    return Identifier(
        scheme=scheme,
        value=value,
        primary=item["is_primary"],
        status=IdentifierStatus(item["status"]),
        sending=item["sending"],
        receiving=item["receiving"],
        failure=item["failure"],
    )


class PostgresOrganizations:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def lock_environment(self, environment_id: UUID) -> None:
        await _queries.lock_environment(self._connection, id=environment_id)

    async def count_in(self, environment_id: UUID) -> int:
        return int(await _queries.count_organizations(self._connection, environment_id=environment_id))

    async def is_live(self, mode: str, identifiers: Sequence[str]) -> bool:
        return bool(await _queries.is_live(self._connection, mode=mode, identifiers=list(identifiers)))

    async def add(self, organization: Organization) -> None:
        address = organization.address
        await _queries.insert_organization(
            self._connection,
            id=organization.id,
            environment_id=organization.environment_id,
            mode=organization.mode,
            country=organization.country,
            name=organization.name,
            trade_names=list(organization.trade_names),
            legal_form=organization.legal_form,
            street=address.street,
            postal_code=address.postal_code,
            city=address.city,
            address_country=address.country,
            source=organization.source,
            status=organization.status,
            document_types=list(organization.document_types),
            created_by=organization.created_by,
            created_at=organization.created_at,
            version=organization.version,
        )
        await self._put_identifiers(organization)

    async def lock(self, organization_id: UUID) -> Organization:
        if await _queries.lock_organization(self._connection, id=organization_id) is None:
            raise OrganizationNotFound
        return organization_from(await _queries.read_organization(self._connection, id=organization_id))

    async def save(self, organization: Organization) -> Organization:
        version = await _queries.update_organization(
            self._connection,
            id=organization.id,
            status=organization.status,
            document_types=list(organization.document_types),
            activated_at=organization.activated_at,
        )
        await self._put_identifiers(organization)
        return replace(organization, version=version)

    async def _put_identifiers(self, organization: Organization) -> None:
        items = organization.identifiers
        try:
            await _queries.put_identifiers(
                self._connection,
                organization_id=organization.id,
                environment_id=organization.environment_id,
                mode=organization.mode,
                live=organization.status is Status.ACTIVE,
                held=organization.status not in {Status.REJECTED, Status.REMOVED},
                canonicals=[item.canonical for item in items],
                positions=list(range(len(items))),
                primaries=[item.primary for item in items],
                statuses=[item.status.value for item in items],
                sendings=[item.sending for item in items],
                receivings=[item.receiving for item in items],
                failures=[item.failure for item in items],
            )
        except asyncpg.UniqueViolationError as error:
            if violated_constraint(error) in _ONE_PER_NUMBER:
                raise CompanyAlreadyRegistered from error
            raise
