"""What is counted of charges, credit and payments: each once, and only when its transaction is committed."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from prometheus_client import Counter
from shared.contracts.billing import ChargeBooked, CreditGranted, PaymentFailed, PaymentOpened, PaymentSettled
from shared.contracts.event import Event
from shared.messaging.transaction import Transaction

from billing.application.ports import Publish
from billing.domain.payment import Purpose

_MICROS = 1_000_000
CHARGES = Counter("platform_charges_total", "Services charged", ["kind"])
CHARGED_EUROS = Counter("platform_charged_euros_total", "Euros charged", ["kind"])
CREDIT_EUROS = Counter(
    "platform_credit_granted_euros_total", "Euros of credit granted; corrections downwards apart", ["reason"]
)
PAYMENTS = Counter("platform_payments_total", "Payments by what became of them", ["purpose", "outcome"])
KINDS = ("send_einvoice", "receive_einvoice")
OUTCOMES = ("opened", "settled", "failed")


def _declare() -> None:
    """Show the zeros: a rate misses what happens before its series is there."""
    for kind in KINDS:
        CHARGES.labels(kind=kind)
        CHARGED_EUROS.labels(kind=kind)
    CREDIT_EUROS.labels(reason="top_up")
    for purpose in Purpose:
        for outcome in OUTCOMES:
            PAYMENTS.labels(purpose=purpose, outcome=outcome)


_declare()


def counted(transaction: Transaction) -> Publish:
    """Return the transaction's `publish`, that also counts what it publishes once that is committed."""

    def publish(event: Event, **where: Any) -> UUID:
        if type(event) in _COUNTS:
            transaction.after_commit.append(partial(_COUNTS[type(event)], event))
        return transaction.publish(event, **where)

    return publish


def _charge(event: ChargeBooked) -> None:
    CHARGES.labels(kind=event.service).inc()
    CHARGED_EUROS.labels(kind=event.service).inc(event.amount_micros / _MICROS)


def _credit(event: CreditGranted) -> None:
    CREDIT_EUROS.labels(reason=event.reason).inc(max(event.amount_micros, 0) / _MICROS)


def _payment(outcome: str, event: PaymentOpened | PaymentSettled | PaymentFailed) -> None:
    PAYMENTS.labels(purpose=event.purpose, outcome=outcome).inc()


_COUNTS: dict[type[Event], Callable[[Any], None]] = {
    ChargeBooked: _charge,
    CreditGranted: _credit,
    PaymentOpened: partial(_payment, "opened"),
    PaymentSettled: partial(_payment, "settled"),
    PaymentFailed: partial(_payment, "failed"),
}
