"""Orders credit: keeps the order and its payment, and leaves the opening at the provider to a job.

The credit is granted when the provider confirms the payment (`read_payment`), never here.
"""

from dataclasses import dataclass
from uuid import UUID

from shared.contracts.billing import TopUpRequested
from shared.ids import new_id

from billing.application.access import Access
from billing.application.jobs import OPEN_PAYMENT
from billing.application.ports import Now, Tx, UnitOfWork
from billing.application.views import TopUpView
from billing.domain.errors import SubscriptionRequired
from billing.domain.money import decimal_text
from billing.domain.payment import Payment, PaymentStatus, Purpose
from billing.domain.rights import Caller
from billing.domain.top_up import CreditTerms, TopUp, check_order, vat_micros


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestTopUp:
    """`top_up_id` is the same at each try of one request; the order is kept once."""

    top_up_id: UUID
    caller: Caller
    credit_micros: int
    method: str


async def request_top_up(
    cmd: RequestTopUp, *, access: Access, uow: UnitOfWork, terms: CreditTerms, now: Now
) -> TopUpView:
    await access.require_administrator(cmd.caller)
    async with uow() as tx:
        account = (await tx.accounts.lock([cmd.caller.environment_id]))[cmd.caller.environment_id]
        if not account.plan.has_credit:
            raise SubscriptionRequired
        check_order(cmd.credit_micros, cmd.method, terms)
        top_up = TopUp(
            id=cmd.top_up_id,
            environment_id=account.environment_id,
            requested_by=cmd.caller.user_id,
            credit_micros=cmd.credit_micros,
            vat_micros=vat_micros(cmd.credit_micros, basis_points=terms.vat_basis_points),
            currency=account.currency,
            method=cmd.method,
            requested_at=now(),
        )
        if await tx.top_ups.add(top_up):
            await _order_payment(top_up, tx=tx)
        return _view(await tx.top_ups.get(top_up.id))


async def _order_payment(top_up: TopUp, *, tx: Tx) -> None:
    payment = Payment(
        id=new_id(),
        environment_id=top_up.environment_id,
        purpose=Purpose.TOP_UP,
        reference_id=top_up.id,
        amount_micros=top_up.payable_micros,
        currency=top_up.currency,
        method=top_up.method,
        description=f"Koerier: {top_up.currency} {decimal_text(top_up.credit_micros)} credit",
    )
    await tx.payments.add(payment)
    tx.publish(
        TopUpRequested(
            top_up_id=top_up.id,
            credit_micros=top_up.credit_micros,
            vat_micros=top_up.vat_micros,
            payable_micros=top_up.payable_micros,
            currency=top_up.currency,
            method=top_up.method,
        ),
        subject=top_up.id,
        environment=top_up.environment_id,
    )
    tx.enqueue(OPEN_PAYMENT, {"payment_id": str(payment.id)}, lane=str(top_up.id))


def _view(top_up: TopUp) -> TopUpView:
    return TopUpView(
        id=top_up.id,
        status=PaymentStatus.REQUESTED,
        credit_micros=top_up.credit_micros,
        vat_micros=top_up.vat_micros,
        currency=top_up.currency,
        method=top_up.method,
        checkout_url=None,
        expires_at=None,
        requested_at=top_up.requested_at,
        paid_at=None,
    )
