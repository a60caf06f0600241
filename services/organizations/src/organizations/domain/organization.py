"""An organization: a legal entity with its identifiers, from being added to being active and receiving.

    created ─ activation requested ─► activation_pending_payment ─ paid, names match ─► active
       ▲                                  │            └─ paid, anything else ─► manual_review ─► active | rejected
       └───── failed, canceled, expired ──┘

Every change returns a new value, or raises why it is not allowed; nothing here stores or announces.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.errors import DomainError

from .errors import (
    AlreadyActive,
    IdentifierRequired,
    ManualOrgRequiresSupport,
    OrganizationNotActive,
    OrganizationRejected,
    ReviewAlreadyDecided,
    ReviewInProgress,
)


class Status(StrEnum):
    CREATED = "created"
    ACTIVATION_PENDING_PAYMENT = "activation_pending_payment"
    MANUAL_REVIEW = "manual_review"
    ACTIVE = "active"
    REJECTED = "rejected"
    REMOVED = "removed"


class Source(StrEnum):
    REGISTER = "register"
    MANUAL = "manual"


class IdentifierStatus(StrEnum):
    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    REGISTERED = "registered"
    FAILED = "failed"
    REGISTERED_ELSEWHERE = "registered_elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    country: str
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """A participant identifier; `failure` says why the network does not know it yet, or for good."""

    scheme: str
    value: str
    primary: bool
    status: IdentifierStatus
    sending: bool = False
    receiving: bool = False
    failure: str | None = None

    @property
    def canonical(self) -> str:
        return f"{self.scheme}:{self.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    id: UUID
    environment_id: UUID
    mode: str
    country: str
    name: str
    trade_names: tuple[str, ...] = ()
    legal_form: str | None = None
    address: Address
    source: Source
    status: Status = Status.CREATED
    identifiers: tuple[Identifier, ...] = ()
    document_types: tuple[str, ...] = ()
    created_by: UUID
    created_at: datetime
    activated_at: datetime | None = None
    version: int = field(default=1)

    @property
    def primary(self) -> Identifier | None:
        return next((identifier for identifier in self.identifiers if identifier.primary), None)

    @property
    def receiving(self) -> bool:
        return any(identifier.receiving for identifier in self.identifiers)

    @property
    def registered_names(self) -> tuple[str, ...]:
        """The statutory name and the trade names: what an account holder is compared with."""
        return (self.name, *self.trade_names)

    def require_active(self) -> None:
        if self.status is not Status.ACTIVE:
            raise OrganizationNotActive(organization_status=self.status.value)

    def await_payment(self) -> "Organization":
        """Begin the activation; raises the reason when it cannot begin."""
        refusals: dict[Status, type[DomainError]] = {
            Status.MANUAL_REVIEW: ReviewInProgress,
            Status.ACTIVE: AlreadyActive,
            Status.REJECTED: OrganizationRejected,
        }
        if self.status in refusals:
            raise refusals[self.status]
        if self.source is Source.MANUAL:
            raise ManualOrgRequiresSupport
        if self.primary is None or self.primary.status not in {IdentifierStatus.VERIFIED, IdentifierStatus.REGISTERED}:
            raise IdentifierRequired
        return replace(self, status=Status.ACTIVATION_PENDING_PAYMENT)

    @property
    def awaits_proof(self) -> bool:
        """Whether a payment may still decide about this organization."""
        return self.status in {Status.CREATED, Status.ACTIVATION_PENDING_PAYMENT}

    def payment_failed(self) -> "Organization":
        return replace(self, status=Status.CREATED)

    def under_review(self) -> "Organization":
        return replace(self, status=Status.MANUAL_REVIEW)

    def activated(self, now: datetime) -> "Organization":
        """Open sending; receiving stays off until somebody enables it (R10.1)."""
        identifiers = tuple(replace(identifier, sending=True, receiving=False) for identifier in self.identifiers)
        return replace(self, status=Status.ACTIVE, activated_at=now, identifiers=identifiers)

    def rejected(self) -> "Organization":
        return replace(self, status=Status.REJECTED)

    def require_review(self) -> None:
        if self.status is not Status.MANUAL_REVIEW:
            raise ReviewAlreadyDecided(organization_status=self.status.value)

    def with_receiving(self, document_types: tuple[str, ...]) -> "Organization":
        """Receive `document_types` on the primary identifier."""
        self.require_active()
        changed = tuple(replace(item, receiving=item.primary or item.receiving) for item in self.identifiers)
        return replace(self, identifiers=changed, document_types=document_types)

    def without_receiving(self) -> "Organization":
        self.require_active()
        changed = tuple(replace(item, receiving=False) for item in self.identifiers)
        return replace(self, identifiers=changed, document_types=())

    def with_registration(
        self, canonical: str, status: IdentifierStatus, *, failure: str | None = None
    ) -> "Organization":
        """Record what the network says of one identifier; an unknown one changes nothing."""
        changed = tuple(
            replace(item, status=status, failure=failure) if item.canonical == canonical else item
            for item in self.identifiers
        )
        return replace(self, identifiers=changed)

    def identifier(self, canonical: str) -> Identifier | None:
        return next((item for item in self.identifiers if item.canonical == canonical), None)
