"""Somebody says that a payment changed: the provider's webhook, the payer who returns, or our own clock.

None of them is believed: each only makes sure that one job waits that reads the payment back.
"""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from billing.application.jobs import READ_PAYMENT
from billing.application.ports import Tx, UnitOfWork
from billing.domain.errors import PaymentNotFound
from billing.domain.payment import PaymentStatus

_RETURN_PAUSE = timedelta(seconds=2)


class Notice(StrEnum):
    QUEUED = "queued"
    WAITING = "waiting"
    UNKNOWN = "unknown"


async def notice_payment(provider_id: str, *, uow: UnitOfWork) -> Notice:
    """Take a webhook call for the provider's payment `provider_id`."""
    async with uow() as tx:
        payment_id, wanted = await tx.payments.want_read(provider_id)
        if payment_id is None:
            return Notice.UNKNOWN
        if wanted:
            _enqueue(payment_id, tx=tx)
    return Notice.QUEUED if wanted else Notice.WAITING


async def notice_return(payment_id: UUID, *, uow: UnitOfWork) -> PaymentStatus:
    """Take the payer who comes back from the provider's page; return what is known so far."""
    async with uow() as tx:
        payment = await tx.payments.find(payment_id)
        if payment is None:
            raise PaymentNotFound
        if await tx.payments.want_refresh(payment_id, not_within=_RETURN_PAUSE):
            _enqueue(payment_id, tx=tx)
    return payment.status


async def reconcile_payments(*, uow: UnitOfWork, not_within: timedelta, limit: int) -> int:
    """Have open payments read that nobody spoke of for a while: a webhook can get lost. Return how many."""
    async with uow() as tx:
        stale = await tx.payments.claim_stale(not_within=not_within, limit=limit)
        for payment_id in stale:
            _enqueue(payment_id, tx=tx)
    return len(stale)


def _enqueue(payment_id: UUID, *, tx: Tx) -> None:
    tx.enqueue(READ_PAYMENT, {"payment_id": str(payment_id)}, lane=f"payment {payment_id}")
