"""Which topics documents reads: the projections that rights, routing and credit are decided by."""

from typing import Any

from shared.contracts import billing, identity, organizations, topics
from shared.messaging.consumer import EventConsumer

from documents.application.app import Application
from documents.application.projections import (
    AccountCarrier,
    ConnectionKeyCarrier,
    MembershipCarrier,
    OrganizationCarrier,
    UserCarrier,
    on_account_state,
    on_connection_key_state,
    on_membership_state,
    on_organization_state,
    on_user_state,
)

SERVICE = "documents"
KNOWN_EVENTS = (identity, organizations, billing)
"""Importing these modules registers their events: an unknown version of a known type must not pass as news."""


def build_consumers(application: Application) -> list[EventConsumer[Any]]:
    uow: Any = application.uow
    users = EventConsumer(service=SERVICE, topic=topics.IDENTITY_USERS, uow=uow)
    users.project(UserCarrier, on_user_state)
    keys = EventConsumer(service=SERVICE, topic=topics.IDENTITY_CONNECTION_KEYS, uow=uow)
    keys.project(ConnectionKeyCarrier, on_connection_key_state)
    organizations_ = EventConsumer(service=SERVICE, topic=topics.ORGANIZATIONS_ORGANIZATIONS, uow=uow)
    organizations_.project(OrganizationCarrier, on_organization_state)
    memberships = EventConsumer(service=SERVICE, topic=topics.ORGANIZATIONS_MEMBERSHIPS, uow=uow)
    memberships.project(MembershipCarrier, on_membership_state)
    accounts = EventConsumer(service=SERVICE, topic=topics.BILLING_ACCOUNTS, uow=uow)
    accounts.project(AccountCarrier, on_account_state)
    return [users, keys, organizations_, memberships, accounts]
