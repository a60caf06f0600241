"""Payments in PostgreSQL. One row per purpose and reference, whoever asks twice."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.database.queries import beside

from billing.domain.payment import AccountHolder, Payment, PaymentStatus, Purpose

_queries = beside(__file__)


class PostgresPayments:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def add(self, payment: Payment) -> bool:
        inserted = await _queries.insert_payment(
            self._connection,
            id=payment.id,
            environment_id=payment.environment_id,
            purpose=payment.purpose.value,
            reference_id=payment.reference_id,
            amount_micros=payment.amount_micros,
            currency=payment.currency,
            method=payment.method,
            description=payment.description,
            status=payment.status.value,
        )
        return inserted is not None

    async def find(self, payment_id: UUID) -> Payment | None:
        return _payment(await _queries.find_payment(self._connection, id=payment_id))

    async def lock(self, payment_id: UUID) -> Payment | None:
        return _payment(await _queries.lock_payment(self._connection, id=payment_id))

    async def update(self, payment: Payment, *, read: bool) -> None:
        await _queries.update_payment(
            self._connection,
            id=payment.id,
            status=payment.status.value,
            provider_id=payment.provider_id,
            checkout_url=payment.checkout_url,
            expires_at=payment.expires_at,
            opened_at=payment.opened_at,
            paid_at=payment.paid_at,
            paid_method=payment.paid_method,
            account_holder=payment.holder.name,
            account_fingerprint=payment.holder.fingerprint,
            account_last4=payment.holder.last4,
            refunded_micros=payment.refunded_micros,
            charged_back_micros=payment.charged_back_micros,
            version=payment.version,
            read=read,
        )

    async def want_read(self, provider_id: str) -> tuple[UUID | None, bool]:
        row = await _queries.want_read(self._connection, provider_id=provider_id)
        return (None, False) if row is None else (row["id"], row["wanted"])

    async def want_refresh(self, payment_id: UUID, *, not_within: timedelta) -> bool:
        return bool(await _queries.want_refresh(self._connection, id=payment_id, not_within=not_within))

    async def begin_read(self, payment_id: UUID) -> None:
        await _queries.begin_read(self._connection, id=payment_id)

    async def claim_stale(self, *, not_within: timedelta, limit: int) -> Sequence[UUID]:
        rows = _queries.claim_stale(self._connection, not_within=not_within, room=limit)
        return [row["id"] async for row in rows]

    async def forget_holder(self, purpose: Purpose, reference_id: UUID) -> None:
        await _queries.forget_holder(self._connection, purpose=purpose.value, reference_id=reference_id)


def _payment(row: Any) -> Payment | None:
    if row is None:
        return None
    return Payment(
        id=row["id"],
        environment_id=row["environment_id"],
        purpose=Purpose(row["purpose"]),
        reference_id=row["reference_id"],
        amount_micros=row["amount_micros"],
        currency=row["currency"],
        method=row["method"],
        description=row["description"],
        status=PaymentStatus(row["status"]),
        provider_id=row["provider_id"],
        checkout_url=row["checkout_url"],
        expires_at=row["expires_at"],
        opened_at=row["opened_at"],
        paid_at=row["paid_at"],
        paid_method=row["paid_method"],
        holder=AccountHolder(
            name=row["account_holder"], fingerprint=row["account_fingerprint"], last4=row["account_last4"]
        ),
        refunded_micros=row["refunded_micros"],
        charged_back_micros=row["charged_back_micros"],
        version=row["version"],
    )
