"""Events of billing: accounts, prices, payments and charges (docs/events.md). Amounts are integer micro-euros."""

from datetime import datetime
from uuid import UUID

from . import topics
from .event import Contract, Event


class AccountState(Contract):
    """The prepaid account of an environment.

    `plan` is `invoice_portal`, `basic`, `professional` or `enterprise`; `depleted` means a balance of zero or less.
    """

    environment_id: UUID
    plan: str
    depleted: bool
    currency: str = "EUR"


class PriceListState(Contract):
    """Prices in force from `valid_from`, in micro-euros per service."""

    id: UUID
    valid_from: datetime
    currency: str
    amount_micros: dict[str, int]


class PriceListPublished(Event):
    type = "billing.price-list-published.v1"
    topic = topics.BILLING_PRICES
    state: PriceListState


class SubscriptionChanged(Event):
    type = "billing.subscription-changed.v1"
    topic = topics.BILLING_ACCOUNTS
    state: AccountState
    previous_plan: str


class CreditGranted(Event):
    """`reason` is `top_up` or `correction`."""

    type = "billing.credit-granted.v1"
    topic = topics.BILLING_ACCOUNTS
    state: AccountState
    amount_micros: int
    balance_micros: int
    reason: str
    reference_id: UUID


class BalanceLow(Event):
    type = "billing.balance-low.v1"
    topic = topics.BILLING_ACCOUNTS
    state: AccountState
    balance_micros: int


class BalanceDepleted(Event):
    type = "billing.balance-depleted.v1"
    topic = topics.BILLING_ACCOUNTS
    state: AccountState
    balance_micros: int


class BalanceRestored(Event):
    type = "billing.balance-restored.v1"
    topic = topics.BILLING_ACCOUNTS
    state: AccountState
    balance_micros: int


class PaymentOpened(Event):
    """`purpose` is `activation` or `top_up`; `reference_id` is the activation's or the top-up's id."""

    type = "billing.payment-opened.v1"
    topic = topics.BILLING_PAYMENTS
    payment_id: UUID
    purpose: str
    reference_id: UUID
    amount_micros: int
    currency: str
    checkout_url: str
    expires_at: datetime | None = None


class PaymentSettled(Event):
    """The provider confirmed the payment. `account_holder` is personal data and goes no further than organizations."""

    type = "billing.payment-settled.v1"
    topic = topics.BILLING_PAYMENTS
    payment_id: UUID
    purpose: str
    reference_id: UUID
    amount_micros: int
    currency: str
    method: str | None = None
    account_holder: str | None = None
    paid_at: datetime


class PaymentFailed(Event):
    """`reason` is `canceled`, `expired` or `failed`."""

    type = "billing.payment-failed.v1"
    topic = topics.BILLING_PAYMENTS
    payment_id: UUID
    purpose: str
    reference_id: UUID
    reason: str


class TopUpRequested(Event):
    """Credit of `credit_micros` is to be paid with `payable_micros`, VAT included."""

    type = "billing.top-up-requested.v1"
    topic = topics.BILLING_PAYMENTS
    top_up_id: UUID
    credit_micros: int
    vat_micros: int
    payable_micros: int
    currency: str
    method: str


class ChargeBooked(Event):
    """One service for one document was charged, once."""

    type = "billing.charge-booked.v1"
    topic = topics.BILLING_CHARGES
    charge_id: UUID
    service: str
    document_id: UUID
    organization_id: UUID
    amount_micros: int
    currency: str
    rendered_at: datetime
