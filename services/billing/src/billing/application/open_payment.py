"""Opens a payment at the provider and tells where the payer goes.

The provider is asked outside any transaction, with our payment's id as its idempotency key: a crash in between asks
again and gets the same payment. A provider that stays away in the end fails the payment, so that the payer can start
anew.
"""

from uuid import UUID

from shared.contracts.billing import PaymentFailed, PaymentOpened

from billing.application.ports import Now, PaymentOrder, PaymentProvider, UnitOfWork
from billing.domain.errors import PaymentNotFound
from billing.domain.payment import Payment, PaymentStatus


async def open_payment(payment_id: UUID, *, uow: UnitOfWork, provider: PaymentProvider, now: Now) -> None:
    async with uow() as tx:
        payment = await tx.payments.find(payment_id)
    if payment is None:
        raise PaymentNotFound
    if payment.status is not PaymentStatus.REQUESTED:
        return
    seen = await provider.create(_order(payment))
    async with uow() as tx:
        locked = await tx.payments.lock(payment_id)
        if locked is None or locked.status is not PaymentStatus.REQUESTED:
            return
        locked.open(seen, at=now())
        tx.publish(
            PaymentOpened(
                payment_id=locked.id,
                purpose=locked.purpose.value,
                reference_id=locked.reference_id,
                amount_micros=locked.amount_micros,
                currency=locked.currency,
                checkout_url=seen.checkout_url or "",
                expires_at=seen.expires_at,
            ),
            subject=locked.id,
            environment=locked.environment_id,
            sequence=locked.next_version(),
        )
        await tx.payments.update(locked, read=False)


async def give_up_payment(payment_id: UUID, *, uow: UnitOfWork) -> None:
    """Fail a payment that could not be opened."""
    async with uow() as tx:
        payment = await tx.payments.lock(payment_id)
        if payment is None or not payment.give_up():
            return
        tx.publish(
            PaymentFailed(
                payment_id=payment.id,
                purpose=payment.purpose.value,
                reference_id=payment.reference_id,
                reason=payment.status.value,
            ),
            subject=payment.id,
            environment=payment.environment_id,
            sequence=payment.next_version(),
        )
        await tx.payments.update(payment, read=False)


def _order(payment: Payment) -> PaymentOrder:
    return PaymentOrder(
        payment_id=payment.id,
        purpose=payment.purpose,
        reference_id=payment.reference_id,
        amount_micros=payment.amount_micros,
        currency=payment.currency,
        method=payment.method,
        description=payment.description,
    )
