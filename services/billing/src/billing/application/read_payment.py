"""Reads a payment back from the provider and applies what it says, once.

Nobody's word but the provider's own answer counts. The answer is applied under the payment's lock, so that duplicate,
late and out-of-order webhooks end in the same state: a payment is settled once, credit is granted once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared.contracts.billing import CreditGranted, PaymentFailed, PaymentSettled
from shared.ids import new_id

from billing.application.announcements import announce, announce_crossings, state_of
from billing.application.ports import Now, PaymentProvider, Tx, UnitOfWork
from billing.domain.errors import PaymentNotFound
from billing.domain.ledger import Posting, purchase, verification
from billing.domain.payment import Outcome, Payment, PaymentStatus, ProviderPayment, Purpose
from billing.domain.top_up import TopUp

_GRACE = timedelta(minutes=15)
_FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentTerms:
    """`lifetime` is how long a payment without an expiry of its own may stay open."""

    lifetime: timedelta
    low_below_micros: int


async def read_payment(
    payment_id: UUID, *, uow: UnitOfWork, provider: PaymentProvider, terms: PaymentTerms, now: Now
) -> Outcome:
    """Return what reading the payment changed."""
    async with uow() as tx:
        await tx.payments.begin_read(payment_id)
        payment = await tx.payments.find(payment_id)
    if payment is None:
        raise PaymentNotFound
    if payment.provider_id is None:
        return Outcome.UNCHANGED
    seen = await provider.find(payment.provider_id)
    async with uow() as tx:
        locked = await tx.payments.lock(payment_id)
        if locked is None:
            raise PaymentNotFound
        return await _apply(locked, seen, tx=tx, terms=terms, at=now())


async def _apply(
    payment: Payment, seen: ProviderPayment | None, *, tx: Tx, terms: PaymentTerms, at: datetime
) -> Outcome:
    was_open = payment.status is PaymentStatus.OPEN
    if seen is not None:
        outcome = payment.apply(seen, at=at)
    else:
        outcome = payment.vanish() if _is_overdue(payment, terms, at) else Outcome.UNCHANGED
    if outcome is Outcome.SETTLED:
        paid_at = payment.paid_at or at
        _announce_settled(payment, paid_at, tx=tx)
        await _book(payment, paid_at, tx=tx, low_below_micros=terms.low_below_micros)
    elif outcome is Outcome.ENDED or (outcome is Outcome.MISMATCHED and was_open):
        _announce_failed(payment, tx=tx)
    await tx.payments.update(payment, read=True)
    return outcome


def _is_overdue(payment: Payment, terms: PaymentTerms, at: datetime) -> bool:
    expiry = payment.expires_at or ((payment.opened_at or at) + terms.lifetime)
    return at > expiry + _GRACE


def _announce_settled(payment: Payment, paid_at: datetime, *, tx: Tx) -> None:
    tx.publish(
        PaymentSettled(
            payment_id=payment.id,
            purpose=payment.purpose.value,
            reference_id=payment.reference_id,
            amount_micros=payment.amount_micros,
            currency=payment.currency,
            method=payment.paid_method,
            account_holder=payment.holder.name,
            paid_at=paid_at,
        ),
        subject=payment.id,
        environment=payment.environment_id,
        sequence=payment.next_version(),
    )


def _announce_failed(payment: Payment, *, tx: Tx) -> None:
    """Tell why the payment will not be settled; one that is not what was asked has failed for everybody but us."""
    reason = _FAILED if payment.status is PaymentStatus.MISMATCHED else payment.status.value
    tx.publish(
        PaymentFailed(
            payment_id=payment.id, purpose=payment.purpose.value, reference_id=payment.reference_id, reason=reason
        ),
        subject=payment.id,
        environment=payment.environment_id,
        sequence=payment.next_version(),
    )


async def _book(payment: Payment, paid_at: datetime, *, tx: Tx, low_below_micros: int) -> None:
    """Book the money; a top-up becomes credit, the cent of an activation does not."""
    account = (await tx.accounts.lock([payment.environment_id]))[payment.environment_id]
    before = account.balance_micros
    top_up = await tx.top_ups.get(payment.reference_id) if payment.purpose is Purpose.TOP_UP else None
    await tx.ledger.append([account.post(_posting(payment, top_up, paid_at), transaction_id=new_id())])
    if top_up is not None:
        granted = CreditGranted(
            state=state_of(account),
            amount_micros=top_up.credit_micros,
            balance_micros=account.balance_micros,
            reason="top_up",
            reference_id=top_up.id,
        )
        announce(account, granted, tx=tx)
        announce_crossings(account, balance_before=before, low_below_micros=low_below_micros, tx=tx)
    await tx.accounts.update([account])


def _posting(payment: Payment, top_up: TopUp | None, paid_at: datetime) -> Posting:
    if top_up is None:
        return verification(activation_id=payment.reference_id, amount_micros=payment.amount_micros, paid_at=paid_at)
    return purchase(
        top_up_id=top_up.id, credit_micros=top_up.credit_micros, vat_micros=top_up.vat_micros, paid_at=paid_at
    )
