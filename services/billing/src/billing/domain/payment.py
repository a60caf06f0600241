"""A payment at the provider, and what we make of the state in which the provider shows it.

    requested ─► open ─► paid
        │         ├────► canceled | expired | failed ─► paid      (money that comes late is still money)
        │         └────► mismatched                               (paid, but not what was asked: a person looks)
        └──────────────► failed                                   (the provider could not be reached)

Only what is read back from the provider counts, never what a webhook claims. Reading the same state again changes
nothing, an older state read late changes nothing, and `paid` is never left.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Purpose(StrEnum):
    ACTIVATION = "activation"
    TOP_UP = "top_up"


class PaymentStatus(StrEnum):
    REQUESTED = "requested"
    OPEN = "open"
    PAID = "paid"
    CANCELED = "canceled"
    EXPIRED = "expired"
    FAILED = "failed"
    MISMATCHED = "mismatched"


class Outcome(StrEnum):
    """What reading a payment back changed."""

    UNCHANGED = "unchanged"
    SETTLED = "settled"
    ENDED = "ended"
    MISMATCHED = "mismatched"
    REVERSED = "reversed"


_ENDED = frozenset({PaymentStatus.CANCELED, PaymentStatus.EXPIRED, PaymentStatus.FAILED})
_DECIDED = frozenset({PaymentStatus.PAID, PaymentStatus.MISMATCHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountHolder:
    """Who paid: the name for the comparison; of the account number only a fingerprint and the last four characters."""

    name: str | None = None
    fingerprint: bytes | None = None
    last4: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderPayment:
    """A payment as the provider shows it: `payment_id` is ours, as we gave it along, `status` the provider's word."""

    provider_id: str
    payment_id: str | None
    status: str
    amount_micros: int
    currency: str
    method: str | None = None
    checkout_url: str | None = None
    expires_at: datetime | None = None
    paid_at: datetime | None = None
    holder: AccountHolder = AccountHolder()
    refunded_micros: int = 0
    charged_back_micros: int = 0


@dataclass(slots=True, kw_only=True)
class Payment:
    """`version` counts what was announced about it. `method` is what was asked, `paid_method` what was used."""

    id: UUID
    environment_id: UUID
    purpose: Purpose
    reference_id: UUID
    amount_micros: int
    currency: str
    method: str | None
    description: str
    status: PaymentStatus = PaymentStatus.REQUESTED
    provider_id: str | None = None
    checkout_url: str | None = None
    expires_at: datetime | None = None
    opened_at: datetime | None = None
    paid_at: datetime | None = None
    paid_method: str | None = None
    holder: AccountHolder = AccountHolder()
    refunded_micros: int = 0
    charged_back_micros: int = 0
    version: int = 0

    def open(self, seen: ProviderPayment, *, at: datetime) -> None:
        """Remember where the payer goes."""
        self.status = PaymentStatus.OPEN
        self.provider_id = seen.provider_id
        self.checkout_url = seen.checkout_url
        self.expires_at = seen.expires_at
        self.opened_at = at

    def give_up(self) -> bool:
        """End a payment that the provider never took; return whether that changed anything."""
        if self.status is not PaymentStatus.REQUESTED:
            return False
        self.status = PaymentStatus.FAILED
        return True

    def vanish(self) -> Outcome:
        """End an open payment that the provider does not know any more."""
        if self.status is not PaymentStatus.OPEN:
            return Outcome.UNCHANGED
        self.status = PaymentStatus.EXPIRED
        return Outcome.ENDED

    def apply(self, seen: ProviderPayment, *, at: datetime) -> Outcome:
        """Take over what the provider shows; return what that changed."""
        reversed_now = self._note_reversal(seen)
        if self.status in _DECIDED:
            return Outcome.REVERSED if reversed_now else Outcome.UNCHANGED
        if seen.status == PaymentStatus.PAID:
            return self._pay(seen, at)
        if self.status is PaymentStatus.OPEN and seen.status in _ENDED:
            self.status = PaymentStatus(seen.status)
            return Outcome.ENDED
        return Outcome.UNCHANGED

    def next_version(self) -> int:
        """Return the version of the next announcement."""
        self.version += 1
        return self.version

    def _pay(self, seen: ProviderPayment, at: datetime) -> Outcome:
        self.paid_at = seen.paid_at or at
        self.paid_method = seen.method
        self.holder = seen.holder
        asked = (str(self.id), self.amount_micros, self.currency)
        if (seen.payment_id, seen.amount_micros, seen.currency) != asked:
            self.status = PaymentStatus.MISMATCHED
            return Outcome.MISMATCHED
        self.status = PaymentStatus.PAID
        return Outcome.SETTLED

    def _note_reversal(self, seen: ProviderPayment) -> bool:
        """Remember how much was refunded or charged back; return whether it became more."""
        before = self.refunded_micros + self.charged_back_micros
        self.refunded_micros = max(self.refunded_micros, seen.refunded_micros)
        self.charged_back_micros = max(self.charged_back_micros, seen.charged_back_micros)
        return self.refunded_micros + self.charged_back_micros > before
