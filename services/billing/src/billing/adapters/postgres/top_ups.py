"""Orders of credit in PostgreSQL: written once, never changed; how far one is shows its payment."""

from typing import Any
from uuid import UUID

from shared.database.queries import beside

from billing.domain.errors import TopUpNotFound
from billing.domain.top_up import TopUp

_queries = beside(__file__)


class PostgresTopUps:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def add(self, top_up: TopUp) -> bool:
        added = await _queries.insert_top_up(
            self._connection,
            id=top_up.id,
            environment_id=top_up.environment_id,
            requested_by=top_up.requested_by,
            credit_micros=top_up.credit_micros,
            vat_micros=top_up.vat_micros,
            currency=top_up.currency,
            method=top_up.method,
            requested_at=top_up.requested_at,
        )
        return bool(added)

    async def get(self, top_up_id: UUID) -> TopUp:
        row = await _queries.get_top_up(self._connection, id=top_up_id)
        if row is None:
            raise TopUpNotFound
        return TopUp(**row)
