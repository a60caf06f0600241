"""Environments in PostgreSQL."""

from dataclasses import asdict
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from identity.domain.environment import Environment, Kind, Mode, SharedDomain

_queries = beside(__file__)


class PostgresEnvironments:
    """The environments as the open transaction sees them."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def lock_domain(self, domain: str) -> None:
        await _queries.lock_domain(self._connection, domain=domain)

    async def find_open(self, domain: str) -> Environment | None:
        return _environment(await _queries.find_open_environment(self._connection, domain=domain))

    async def is_shared(self, domain: str) -> bool:
        return bool(await _queries.domain_is_shared(self._connection, domain=domain))

    async def find_operators(self) -> Environment | None:
        return _environment(await _queries.find_operator_environment(self._connection))

    async def lock(self, environment_id: UUID) -> Environment | None:
        return _environment(await _queries.lock_environment(self._connection, id=environment_id))

    async def add(self, environment: Environment) -> None:
        await _queries.insert_environment(self._connection, **asdict(environment))

    async def save(self, environment: Environment) -> None:
        await _queries.update_environment(
            self._connection,
            id=environment.id,
            name=environment.name,
            shared=environment.shared,
            version=environment.version,
        )

    async def put_shared_domain(self, shared: SharedDomain) -> bool:
        return bool(await _queries.insert_shared_domain(self._connection, **asdict(shared)))

    async def has_shared_domain(self, environment_id: UUID, domain: str) -> bool:
        return bool(
            await _queries.domain_is_shared_with(self._connection, environment_id=environment_id, domain=domain)
        )


def _environment(row: Any) -> Environment | None:
    if row is None:
        return None
    return Environment(**{**row, "mode": Mode(row["mode"]), "kind": Kind(row["kind"])})
