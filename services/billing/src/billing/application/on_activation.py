"""organizations wants an activation paid, or has decided one.

One payment per activation, however often it is asked. Once it is decided the account holder's name has served.
"""

from shared.contracts.event import Envelope
from shared.contracts.organizations import ActivationRejected, ActivationRequested, OrganizationActivated
from shared.ids import new_id

from billing.application.jobs import OPEN_PAYMENT
from billing.application.ports import Tx
from billing.domain.errors import AmountRefused
from billing.domain.money import cents_text
from billing.domain.payment import Payment, Purpose

METHOD = "ideal"
"""The method by which the bank vouches for the account holder's name."""


async def on_activation_requested(event: Envelope[ActivationRequested], tx: Tx) -> None:
    asked = event.data
    cents_text(asked.amount_micros)
    if asked.amount_micros <= 0:
        raise AmountRefused("An activation costs more than nothing.")
    payment = Payment(
        id=new_id(),
        environment_id=asked.state.environment_id,
        purpose=Purpose.ACTIVATION,
        reference_id=asked.activation_id,
        amount_micros=asked.amount_micros,
        currency=asked.currency,
        method=METHOD,
        description=asked.description,
    )
    if await tx.payments.add(payment):
        tx.enqueue(OPEN_PAYMENT, {"payment_id": str(payment.id)}, lane=str(asked.activation_id))


async def on_activation_decided(event: Envelope[OrganizationActivated] | Envelope[ActivationRejected], tx: Tx) -> None:
    await tx.payments.forget_holder(Purpose.ACTIVATION, event.data.activation_id)
