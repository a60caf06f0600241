"""Activations and their reviews in PostgreSQL; callers hold the organization's row."""

from typing import Any
from uuid import UUID

from shared.database.queries import beside

from organizations.domain.activation import Activation, ActivationStatus

_queries = beside(__file__)


class PostgresActivations:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def find(self, activation_id: UUID) -> Activation | None:
        row = await _queries.find_activation(self._connection, id=activation_id)
        return _activation(row) if row else None

    async def find_open(self, organization_id: UUID) -> Activation | None:
        row = await _queries.find_open_activation(self._connection, organization_id=organization_id)
        return _activation(row) if row else None

    async def add(self, activation: Activation) -> None:
        await _queries.insert_activation(
            self._connection,
            id=activation.id,
            organization_id=activation.organization_id,
            status=activation.status,
            amount_micros=activation.amount_micros,
            currency=activation.currency,
            requested_by=activation.requested_by,
            requested_at=activation.requested_at,
        )

    async def save(self, activation: Activation) -> None:
        await _queries.update_activation(
            self._connection,
            id=activation.id,
            status=activation.status,
            payment_id=activation.payment_id,
            checkout_url=activation.checkout_url,
            outcome=activation.outcome,
            reason=activation.reason,
            closed_at=activation.closed_at,
        )

    async def open_review(self, activation: Activation, account_holder: str | None) -> None:
        await _queries.insert_review(
            self._connection,
            activation_id=activation.id,
            organization_id=activation.organization_id,
            outcome=activation.outcome,
            account_holder=account_holder,
        )

    async def close_review(self, activation_id: UUID, *, decision: str, decided_by: UUID, reason: str) -> None:
        await _queries.close_review(
            self._connection, activation_id=activation_id, decision=decision, decided_by=decided_by, reason=reason
        )


def _activation(row: Any) -> Activation:
    return Activation(
        id=row["id"],
        organization_id=row["organization_id"],
        status=ActivationStatus(row["status"]),
        amount_micros=row["amount_micros"],
        currency=row["currency"],
        requested_by=row["requested_by"],
        requested_at=row["requested_at"],
        payment_id=row["payment_id"],
        checkout_url=row["checkout_url"],
        outcome=row["outcome"],
        reason=row["reason"],
        closed_at=row["closed_at"],
    )
