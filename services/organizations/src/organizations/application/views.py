"""What the read side returns: rights, lists and details, ready to be shown."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from organizations.domain.membership import Level
from organizations.domain.organization import Organization
from organizations.domain.plans import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the projections say of a caller at this moment; None where they do not know yet.

    `home_environment_id` is the live environment that users belong to, also when the caller works in its test child.
    """

    home_environment_id: UUID | None
    mode: str | None
    kind: str | None
    role: str | None
    user_status: str | None
    user_environment_id: UUID | None
    key_status: str | None
    key_organization_id: UUID | None
    level: Level | None
    account: Account


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationView:
    """An organization as one member sees it."""

    organization: Organization
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivationView:
    """How far the activation is; `reason` says why it did not succeed, `checkout_url` where to pay."""

    status: str
    activation_id: UUID | None = None
    checkout_url: str | None = None
    reason: str | None = None
    requested_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    membership_id: UUID
    user_id: UUID
    name: str
    level: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateView:
    user_id: UUID
    name: str
    level: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptView:
    organization_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyView:
    """An active organization of the caller under its participant identifier."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """An activation that waits for an operator, with the names to compare."""

    activation_id: UUID
    organization_id: UUID
    environment_id: UUID
    identifier: str | None
    name: str
    trade_names: tuple[str, ...]
    outcome: str
    account_holder: str | None
    opened_at: datetime
