"""Events of organizations: organizations, their activation and receiving, and memberships (docs/events.md)."""

from uuid import UUID

from . import topics
from .event import Contract, Event


class Identifier(Contract):
    """A participant identifier, canonical `scheme:value` (`0106:12345678`).

    `status` is `unverified`, `verified`, `registered`, `failed` or `registered_elsewhere`.
    """

    scheme: str
    value: str
    primary: bool
    status: str
    sending: bool
    receiving: bool
    failure: str | None = None


class PostalAddress(Contract):
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country: str


class OrganizationState(Contract):
    """A legal entity of an environment.

    `status` is `created`, `activation_pending_payment`, `manual_review`, `active`, `rejected` or `removed`; `source` is
    `register` or `manual`; `document_types` are the Peppol document type ids that it receives.
    """

    id: UUID
    environment_id: UUID
    mode: str
    name: str
    trade_names: tuple[str, ...] = ()
    address: PostalAddress
    source: str
    status: str
    identifiers: tuple[Identifier, ...]
    document_types: tuple[str, ...] = ()


class MembershipState(Contract):
    """What a user may do for an organization.

    `level` is `member` or `administrator`; `status` is `active`, `pending` or `removed`.
    """

    id: UUID
    organization_id: UUID
    environment_id: UUID
    user_id: UUID
    level: str
    status: str


class OrganizationAdded(Event):
    type = "organizations.organization-added.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState


class OrganizationChanged(Event):
    """Something of it changed that has no event of its own; `changed` names the fields."""

    type = "organizations.organization-changed.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState
    changed: tuple[str, ...]


class ActivationRequested(Event):
    """Billing opens a payment of `amount_micros` for `activation_id`; `redirect_url` is where the payer returns."""

    type = "organizations.activation-requested.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState
    activation_id: UUID
    amount_micros: int
    currency: str = "EUR"
    description: str


class ActivationReviewRequired(Event):
    """The account holder's name did not match. `outcome` is `close_match`, `no_match` or `not_available`."""

    type = "organizations.activation-review-required.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState
    activation_id: UUID
    outcome: str


class ActivationRejected(Event):
    type = "organizations.activation-rejected.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState
    activation_id: UUID
    reason: str


class OrganizationActivated(Event):
    """`verified_by` is `payment` or `operator`."""

    type = "organizations.organization-activated.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState
    activation_id: UUID
    verified_by: str


class OrganizationRemoved(Event):
    type = "organizations.organization-removed.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState


class ReceiveEnabled(Event):
    """The organization receives `document_types` here from now on."""

    type = "organizations.receive-enabled.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState
    document_types: tuple[str, ...]


class ReceiveDisabled(Event):
    type = "organizations.receive-disabled.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState


class IdentifierRegistered(Event):
    """The SMP publishes what `identifier` receives."""

    type = "organizations.identifier-registered.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState
    identifier: str


class IdentifierFailed(Event):
    """The SMP refused or could not be reached for good; receiving here on the platform goes on."""

    type = "organizations.identifier-failed.v1"
    topic = topics.ORGANIZATIONS_ORGANIZATIONS
    state: OrganizationState
    identifier: str
    reason: str


class MemberAdded(Event):
    type = "organizations.member-added.v1"
    topic = topics.ORGANIZATIONS_MEMBERSHIPS
    state: MembershipState


class MemberChanged(Event):
    type = "organizations.member-changed.v1"
    topic = topics.ORGANIZATIONS_MEMBERSHIPS
    state: MembershipState


class MemberRemoved(Event):
    type = "organizations.member-removed.v1"
    topic = topics.ORGANIZATIONS_MEMBERSHIPS
    state: MembershipState


class CompanyLookupMissed(Event):
    """Nobody was found in the register for this number or name; for support."""

    type = "organizations.company-lookup-missed.v1"
    topic = topics.ORGANIZATIONS_COMPANIES
    register_name: str
    number: str | None = None
    name: str | None = None
    place: str | None = None
