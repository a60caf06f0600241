"""One attempt to prove that somebody may act for an organization, by paying one cent from its account.

Payments arrive late, twice and out of order: `may_open`, `may_settle` and `may_fail` say what an attempt still accepts.
A settled payment proves the same whether or not the attempt was given up before, so a failed attempt may still settle.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.ids import new_id

from .name_match import Outcome, match_names

AMOUNT_MICROS = 10_000
CURRENCY = "EUR"


class ActivationStatus(StrEnum):
    REQUESTED = "requested"
    OPEN = "open"
    IN_REVIEW = "in_review"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    SUPERSEDED = "superseded"


class ReviewOutcome(StrEnum):
    """Why a settled payment did not activate by itself, besides the outcomes of comparing names."""

    WRONG_AMOUNT = "wrong_amount"
    ALREADY_REGISTERED = "already_registered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A confirmed payment."""

    payment_id: UUID
    amount_micros: int
    currency: str
    account_holder: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation:
    """`reason` is why a payment failed (`expired`, …) or an operator rejected; `outcome` is of the comparison."""

    id: UUID
    organization_id: UUID
    status: ActivationStatus
    amount_micros: int = AMOUNT_MICROS
    currency: str = CURRENCY
    requested_by: UUID
    requested_at: datetime
    payment_id: UUID | None = None
    checkout_url: str | None = None
    outcome: str | None = None
    reason: str | None = None
    closed_at: datetime | None = None

    @classmethod
    def request(cls, *, organization_id: UUID, requested_by: UUID, now: datetime) -> "Activation":
        return cls(
            id=new_id(),
            organization_id=organization_id,
            status=ActivationStatus.REQUESTED,
            requested_by=requested_by,
            requested_at=now,
        )

    @property
    def may_open(self) -> bool:
        return self.status is ActivationStatus.REQUESTED

    @property
    def may_fail(self) -> bool:
        return self.status in {ActivationStatus.REQUESTED, ActivationStatus.OPEN}

    @property
    def may_settle(self) -> bool:
        return self.may_fail or self.status is ActivationStatus.FAILED

    def assess(self, settlement: Settlement, registered_names: tuple[str, ...]) -> str:
        """Return `match` when the payment proves the right to act, else why it does not."""
        if (settlement.amount_micros, settlement.currency) != (self.amount_micros, self.currency):
            return ReviewOutcome.WRONG_AMOUNT
        return match_names(settlement.account_holder, registered_names)

    def opened(self, payment_id: UUID, checkout_url: str) -> "Activation":
        return replace(self, status=ActivationStatus.OPEN, payment_id=payment_id, checkout_url=checkout_url)

    def failed(self, payment_id: UUID, reason: str, now: datetime) -> "Activation":
        return replace(
            self,
            status=ActivationStatus.FAILED,
            payment_id=payment_id,
            checkout_url=None,
            reason=reason,
            closed_at=now,
        )

    def completed(self, payment_id: UUID, now: datetime) -> "Activation":
        return replace(
            self,
            status=ActivationStatus.COMPLETED,
            payment_id=payment_id,
            checkout_url=None,
            outcome=Outcome.MATCH.value,
            reason=None,
            closed_at=now,
        )

    def in_review(self, payment_id: UUID, outcome: str) -> "Activation":
        return replace(
            self,
            status=ActivationStatus.IN_REVIEW,
            payment_id=payment_id,
            checkout_url=None,
            outcome=outcome,
            reason=None,
            closed_at=None,
        )

    def superseded(self, now: datetime) -> "Activation":
        return replace(self, status=ActivationStatus.SUPERSEDED, checkout_url=None, closed_at=now)

    def decided(self, *, approved: bool, reason: str, now: datetime) -> "Activation":
        status = ActivationStatus.COMPLETED if approved else ActivationStatus.REJECTED
        return replace(self, status=status, reason=reason, closed_at=now)
