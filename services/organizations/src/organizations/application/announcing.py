"""Turns organizations and memberships into their public state and publishes events that carry it.

Callers hold the aggregate's row and have stored it before: the event's sequence is the stored version.
"""

from collections.abc import Callable

from shared.contracts.event import Event
from shared.contracts.organizations import (
    Identifier,
    MemberAdded,
    MemberChanged,
    MemberRemoved,
    MembershipState,
    OrganizationState,
    PostalAddress,
)

from organizations.domain.membership import Membership
from organizations.domain.organization import Organization

from .ports import Tx

MembershipEvent = type[MemberAdded] | type[MemberChanged] | type[MemberRemoved]


def announce(tx: Tx, organization: Organization, event: Callable[[OrganizationState], Event]) -> None:
    """Publish an event that `event` makes from the organization's state."""
    tx.publish(
        event(organization_state(organization)),
        subject=organization.id,
        environment=organization.environment_id,
        sequence=organization.version,
    )


def announce_membership(tx: Tx, membership: Membership, event: MembershipEvent) -> None:
    tx.publish(
        event(state=_membership_state(membership)),
        subject=membership.id,
        environment=membership.environment_id,
        sequence=membership.version,
    )


def organization_state(organization: Organization) -> OrganizationState:
    address = organization.address
    return OrganizationState(
        id=organization.id,
        environment_id=organization.environment_id,
        mode=organization.mode,
        name=organization.name,
        trade_names=organization.trade_names,
        address=PostalAddress(
            street=address.street, postal_code=address.postal_code, city=address.city, country=address.country
        ),
        source=organization.source.value,
        status=organization.status.value,
        identifiers=tuple(
            Identifier(
                scheme=item.scheme,
                value=item.value,
                primary=item.primary,
                status=item.status.value,
                sending=item.sending,
                receiving=item.receiving,
                failure=item.failure,
            )
            for item in organization.identifiers
        ),
        document_types=organization.document_types,
    )


def _membership_state(membership: Membership) -> MembershipState:
    return MembershipState(
        id=membership.id,
        organization_id=membership.organization_id,
        environment_id=membership.environment_id,
        user_id=membership.user_id,
        level=membership.level.value,
        status=membership.status.value,
    )
