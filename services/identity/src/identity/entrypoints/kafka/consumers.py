"""What identity listens to: organizations and memberships, which decide about keys, and news to mail people about."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from shared.contracts import topics
from shared.contracts.billing import BalanceDepleted
from shared.contracts.organizations import ActivationRejected, ActivationReviewRequired, OrganizationActivated
from shared.messaging.consumer import EventConsumer

from identity.application.app import Application
from identity.application.on_membership_changed import MembershipCarrier, on_membership_changed
from identity.application.on_news import (
    on_activation_rejected,
    on_activation_review_required,
    on_balance_depleted,
    on_organization_activated,
)
from identity.application.on_organization_changed import OrganizationCarrier, on_organization_changed
from identity.application.ports import Tx


def build_consumers(application: Application) -> Sequence[EventConsumer[Any]]:
    clock, uow = application.clock, application.uow
    organizations: EventConsumer[Tx] = EventConsumer(
        service="identity", topic=topics.ORGANIZATIONS_ORGANIZATIONS, uow=uow
    )
    organizations.project(OrganizationCarrier, partial(on_organization_changed, clock=clock))
    organizations.on(OrganizationActivated, partial(on_organization_activated, clock=clock))
    organizations.on(ActivationRejected, partial(on_activation_rejected, clock=clock))
    organizations.on(ActivationReviewRequired, partial(on_activation_review_required, clock=clock))
    memberships: EventConsumer[Tx] = EventConsumer(service="identity", topic=topics.ORGANIZATIONS_MEMBERSHIPS, uow=uow)
    memberships.project(MembershipCarrier, partial(on_membership_changed, clock=clock))
    accounts: EventConsumer[Tx] = EventConsumer(service="identity", topic=topics.BILLING_ACCOUNTS, uow=uow)
    accounts.on(BalanceDepleted, partial(on_balance_depleted, clock=clock))
    return [organizations, memberships, accounts]
