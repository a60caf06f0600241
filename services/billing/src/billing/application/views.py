"""What the read side returns."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from billing.domain.ledger import Kind
from billing.domain.payment import PaymentStatus
from billing.domain.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionView:
    environment_id: UUID
    plan: Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceView:
    plan: Plan
    balance_micros: int
    currency: str

    @property
    def depleted(self) -> bool:
        return self.balance_micros <= 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TransactionView:
    """One line of the statement. `amount_micros` is what it did to the balance."""

    id: UUID
    number: int
    kind: Kind
    amount_micros: int
    balance_after_micros: int
    service: str | None
    document_id: UUID | None
    organization_id: UUID | None
    reference_id: UUID | None
    reason: str | None
    occurred_at: datetime
    booked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TopUpView:
    id: UUID
    status: PaymentStatus
    credit_micros: int
    vat_micros: int
    currency: str
    method: str
    checkout_url: str | None
    expires_at: datetime | None
    requested_at: datetime
    paid_at: datetime | None

    @property
    def payable_micros(self) -> int:
        return self.credit_micros + self.vat_micros
