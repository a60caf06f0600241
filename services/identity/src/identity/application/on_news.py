"""Mails people about what happened to their organizations and their credit: identity alone knows their addresses.

News older than `FRESH` is not mailed any more, so that a consumer that starts over does not mail the past again.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from shared.clock import Clock
from shared.contracts.billing import BalanceDepleted
from shared.contracts.event import Envelope
from shared.contracts.organizations import (
    ActivationRejected,
    ActivationReviewRequired,
    OrganizationActivated,
    OrganizationState,
)

from identity.application.mails import enqueue_mail_to_users
from identity.application.ports import Tx

FRESH = timedelta(days=2)


async def on_organization_activated(event: Envelope[OrganizationActivated], tx: Tx, *, clock: Clock) -> None:
    if _is_fresh(event, clock):
        await _mail_organization(tx, "organization_activated", event.id, event.data.state)


async def on_activation_rejected(event: Envelope[ActivationRejected], tx: Tx, *, clock: Clock) -> None:
    if _is_fresh(event, clock):
        await _mail_organization(tx, "activation_rejected", event.id, event.data.state, reason=event.data.reason)


async def on_activation_review_required(event: Envelope[ActivationReviewRequired], tx: Tx, *, clock: Clock) -> None:
    if _is_fresh(event, clock):
        await _mail_organization(tx, "activation_review", event.id, event.data.state)


async def on_balance_depleted(event: Envelope[BalanceDepleted], tx: Tx, *, clock: Clock) -> None:
    if _is_fresh(event, clock):
        administrators = await tx.organizations.list_environment_administrators(event.data.state.environment_id)
        enqueue_mail_to_users(tx, "balance_depleted", users=administrators, cause=event.id)


def _is_fresh(event: Envelope[Any], clock: Clock) -> bool:
    return clock.now() - event.occurred_at < FRESH


async def _mail_organization(
    tx: Tx, template: str, cause: UUID, organization: OrganizationState, **context: str
) -> None:
    """Mail those who administer the organization; others of the environment need not know that it exists."""
    users = await tx.organizations.list_administrators(organization.id)
    if not users:
        users = await tx.organizations.list_environment_administrators(organization.environment_id)
    enqueue_mail_to_users(
        tx, template, users=users, cause=cause, context={"organization": organization.name, **context}
    )
