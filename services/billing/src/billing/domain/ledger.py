"""The double-entry ledger: what a transaction is, and what makes a row of them trustworthy.

A transaction belongs to one environment and has entries that add up to zero; credits are positive, debits negative. The
entries on `credit` are what we owe the environment, so its balance is their sum. Transactions of one environment are
numbered without gaps and chained: each hash covers its content and the hash before it, so that nothing can be changed,
removed or put in between unnoticed. The database refuses the same things on its own (migration 0002).
"""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from uuid import UUID

from billing.domain.errors import ReasonRequired, TimeWithoutOffset, UnbalancedPosting

GENESIS = bytes(32)
_FEWEST_ENTRIES = 2


class Kind(StrEnum):
    CHARGE = "charge"
    TOP_UP = "top_up"
    VERIFICATION = "verification"
    CORRECTION = "correction"


class LedgerAccount(StrEnum):
    """`credit` is a liability towards the transaction's environment; the others are the platform's own."""

    CREDIT = "credit"
    REVENUE = "revenue"
    PSP_CLEARING = "psp_clearing"
    VAT_PAYABLE = "vat_payable"
    VERIFICATION_RECEIPTS = "verification_receipts"
    CORRECTIONS = "corrections"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    account: LedgerAccount
    amount_micros: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What is to be booked, not yet in anybody's ledger. Refuses entries that do not balance."""

    kind: Kind
    entries: tuple[Entry, ...]
    occurred_at: datetime
    service: str | None = None
    document_id: UUID | None = None
    organization_id: UUID | None = None
    reference_id: UUID | None = None
    reason: str | None = None

    def __post_init__(self) -> None:
        total = sum(entry.amount_micros for entry in self.entries)
        if len(self.entries) < _FEWEST_ENTRIES or total != 0:
            raise UnbalancedPosting
        if self.occurred_at.tzinfo is None:
            raise TimeWithoutOffset

    @property
    def credit_micros(self) -> int:
        """Return what this does to the environment's balance."""
        return sum(entry.amount_micros for entry in self.entries if entry.account is LedgerAccount.CREDIT)


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTransaction:
    """A posting at its place in the ledger of an environment. Its hash follows from the rest."""

    id: UUID
    environment_id: UUID
    number: int
    posting: Posting
    balance_after_micros: int
    previous_hash: bytes
    hash: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hash", hashlib.sha256(self.previous_hash + self._canonical().encode()).digest())

    def _canonical(self) -> str:
        """Write every fact in a fixed order; the reason, free text, comes last so that it cannot imitate another."""
        posting = self.posting
        entries = ";".join(f"{entry.account.value}={entry.amount_micros}" for entry in posting.entries)
        return (
            f"1|{self.id}|{self.environment_id}|{self.number}|{posting.kind.value}|{entries}|{self.balance_after_micros}|"
            f"{posting.occurred_at.astimezone(UTC).isoformat(timespec='microseconds')}|{posting.document_id}|"
            f"{posting.organization_id}|{posting.reference_id}|{posting.service}|{posting.reason}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedService:
    """One service that documents rendered and that the environment pays for.

    `traceparent` names the trace in which it was rendered; what is told of the charge belongs to it too.
    """

    environment_id: UUID
    organization_id: UUID
    document_id: UUID
    service: str
    rendered_at: datetime
    traceparent: str | None = None

    @property
    def key(self) -> tuple[UUID, str]:
        """Return what may be charged once only."""
        return self.document_id, self.service


def charge(rendered: RenderedService, *, price_micros: int) -> Posting:
    """Take the price of a service off the credit; a free one is recorded with zeros, so that it too counts once."""
    return Posting(
        kind=Kind.CHARGE,
        entries=_moved(price_micros, debit=LedgerAccount.CREDIT, credit=LedgerAccount.REVENUE),
        occurred_at=rendered.rendered_at,
        service=rendered.service,
        document_id=rendered.document_id,
        organization_id=rendered.organization_id,
    )


def purchase(*, top_up_id: UUID, credit_micros: int, vat_micros: int, paid_at: datetime) -> Posting:
    """Turn money at the payment provider into credit and the VAT on it."""
    return Posting(
        kind=Kind.TOP_UP,
        entries=(
            Entry(account=LedgerAccount.PSP_CLEARING, amount_micros=-(credit_micros + vat_micros)),
            Entry(account=LedgerAccount.CREDIT, amount_micros=credit_micros),
            Entry(account=LedgerAccount.VAT_PAYABLE, amount_micros=vat_micros),
        ),
        occurred_at=paid_at,
        reference_id=top_up_id,
    )


def verification(*, activation_id: UUID, amount_micros: int, paid_at: datetime) -> Posting:
    """Keep the cent of an activation out of the credit: it only proves who paid."""
    return Posting(
        kind=Kind.VERIFICATION,
        entries=_moved(amount_micros, debit=LedgerAccount.PSP_CLEARING, credit=LedgerAccount.VERIFICATION_RECEIPTS),
        occurred_at=paid_at,
        reference_id=activation_id,
    )


def correction(*, correction_id: UUID, amount_micros: int, reason: str, at: datetime) -> Posting:
    """Give (or, below zero, take) credit by hand; raises `ReasonRequired` without a reason."""
    if not reason.strip():
        raise ReasonRequired
    return Posting(
        kind=Kind.CORRECTION,
        entries=_moved(amount_micros, debit=LedgerAccount.CORRECTIONS, credit=LedgerAccount.CREDIT),
        occurred_at=at,
        reference_id=correction_id,
        reason=reason.strip(),
    )


def _moved(amount_micros: int, *, debit: LedgerAccount, credit: LedgerAccount) -> tuple[Entry, ...]:
    return Entry(account=debit, amount_micros=-amount_micros), Entry(account=credit, amount_micros=amount_micros)
